// Before and after a click.
#include <limits>

#include <gtest/gtest.h>

#include <reprise/vision/changed.hpp>

#include "support/widgets.hpp"

namespace reprise::vision {
namespace {

using namespace tests;

constexpr Box k_place{20, 20, 100, 40};

Picture with_button(std::string_view text) {
    auto page = blank(200, 100, k_light.page);
    button(page, k_place, text);
    return page;
}

TEST(Changed, SaysNoOfTheSamePictureAndOfNoise) {
    const auto page = with_button("save");
    EXPECT_EQ(share_changed(page, page, k_place), 0);
    EXPECT_FALSE(changed(page, page, k_place));
    EXPECT_FALSE(changed(page, noisy(page, 5), k_place));
    EXPECT_TRUE(changed(page, noisy(page, 5), k_place, {.least_levels = 0}));
}

TEST(Changed, SeesAnotherTextAndAnotherColour) {
    EXPECT_TRUE(changed(with_button("save"), with_button("done"), k_place));
    // Equally grey.
    const auto red = blank(50, 50, {220, 40, 40});
    const auto green = blank(50, 50, {20, 145, 40});
    EXPECT_EQ(share_changed(red, green, {10, 10, 20, 20}), 1);
}

TEST(Changed, TellsTheShareOfThePlaceOnly) {
    const auto before = blank(100, 100, {255, 255, 255});
    auto after = before;
    fill(after, {10, 10, 10, 5}, {0, 0, 0});
    EXPECT_DOUBLE_EQ(share_changed(before, after, {10, 10, 10, 10}), 0.5);
    EXPECT_DOUBLE_EQ(share_changed(before, after, {0, 0, 100, 100}), 0.005);
    EXPECT_EQ(share_changed(before, after, {50, 50, 50, 50}), 0);
}

TEST(Changed, PassesOverACaretInATextField) {
    auto before = blank(300, 100, k_light.page);
    fill(before, {20, 20, 220, 30}, k_light.surface);
    auto after = before;
    fill(after, {30, 26, 1, 18}, k_light.ink);
    EXPECT_FALSE(changed(before, after, {20, 20, 220, 30}));
    EXPECT_TRUE(changed(before, after, {20, 20, 220, 30}, {.least_share = 0.001}));
}

TEST(Changed, CountsWhatOnlyOnePictureReaches) {
    const auto low = blank(100, 50, k_light.page);
    const auto high = blank(100, 100, k_light.page);
    EXPECT_EQ(share_changed(low, high, {0, 0, 100, 50}), 0);
    EXPECT_DOUBLE_EQ(share_changed(low, high, {0, 40, 100, 20}), 0.5);
    EXPECT_DOUBLE_EQ(share_changed(high, low, {0, 40, 100, 20}), 0.5);
    EXPECT_EQ(share_changed(low, high, {0, 60, 100, 20}), 1);
}

TEST(Changed, SaysNoOfPlacesThatAreNone) {
    constexpr int k_far = std::numeric_limits<int>::max();
    const auto page = with_button("save");
    for (const auto place : {Box{500, 500, 10, 10}, Box{-50, 0, 20, 20}, Box{10, 10, 0, 0}, Box{10, 10, -5, 5},
                             Box{k_far, k_far, k_far, k_far}}) {
        EXPECT_FALSE(changed(page, with_button("done"), place));
    }
    EXPECT_FALSE(changed({}, {}, k_place));
    EXPECT_TRUE(changed({}, page, k_place));
}

TEST(Changed, LooksAtASinglePixel) {
    const auto white = blank(1, 1, {255, 255, 255});
    EXPECT_TRUE(changed(white, blank(1, 1, {0, 0, 0}), {0, 0, 1, 1}));
    EXPECT_FALSE(changed(white, white, {0, 0, 1, 1}));
}

}  // namespace
}  // namespace reprise::vision
