// Which pixels look different.
#include <gtest/gtest.h>

#include <reprise/vision/difference.hpp>

#include "support/expect_throw.hpp"
#include "support/widgets.hpp"

namespace reprise::vision {
namespace {

using namespace tests;

Picture plain(unsigned char value, int width = 20, int height = 10) {
    return {width, height, std::vector<unsigned char>(static_cast<std::size_t>(width * height) * 3, value)};
}

void set(Picture& picture, int x, int y, unsigned char value) {
    for (int c = 0; c < 3; ++c) picture.rgb[static_cast<std::size_t>((y * picture.width + x) * 3 + c)] = value;
}

TEST(Difference, CountsPixelsBeyondTheThreshold) {
    const auto white = plain(255);
    auto other = white;
    set(other, 3, 3, 0);
    set(other, 9, 5, 250);
    EXPECT_EQ(difference(white, white).pixels, 0);
    EXPECT_EQ(difference(white, other).pixels, 1) << "250 is as good as 255";
    EXPECT_EQ(difference(white, other, {.threshold = 0}).pixels, 2);
    EXPECT_EQ(difference(white, other, {.threshold = 1}).pixels, 0);
    EXPECT_EQ(difference(white, plain(0)).pixels, 200);
}

TEST(Difference, ShowsTheExpectedPaleAndWhatDiffersRed) {
    const auto white = plain(255);
    auto other = white;
    set(other, 3, 3, 0);
    const auto shown = difference(white, other).shown;
    const auto at = static_cast<std::size_t>((3 * 20 + 3) * 3);
    EXPECT_EQ(shown.rgb[at], 255);
    EXPECT_EQ(shown.rgb[at + 1], 0);
    EXPECT_EQ(shown.rgb[0], 255);
    EXPECT_EQ(difference(plain(0), plain(0)).shown.rgb[0], 230) << "black, pale";
}

// A slanted edge, drawn once with and once without smoothing.
TEST(Difference, DoesNotCountHowAnEdgeIsSmoothed) {
    auto hard = plain(255, 30, 30);
    auto smooth = hard;
    for (int y = 0; y < 30; ++y) {
        for (int x = 0; x < 30; ++x) {
            if (x * 2 < y) set(hard, x, y, 0), set(smooth, x, y, 0);
            if (x * 2 == y) set(hard, x, y, 0), set(smooth, x, y, 128);
        }
    }
    const auto seen = difference(hard, smooth);
    EXPECT_GT(seen.smoothed, 8);
    EXPECT_LE(seen.pixels, 3) << "but for the ends";
}

TEST(Difference, RefusesPicturesOfDifferentSizes) {
    EXPECT_THROW_MSG(difference(plain(0), plain(0, 21)), PictureError, testing::HasSubstr("20 x 10 px and 21 x 10 px"));
}

}  // namespace
}  // namespace reprise::vision
