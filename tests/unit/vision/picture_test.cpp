// Pictures: PNG there and back, cutting, comparing, drawing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <reprise/vision/annotate.hpp>
#include <reprise/vision/compare.hpp>

#include "support/expect_throw.hpp"

namespace reprise::vision {
namespace {

using testing::HasSubstr;

// A pattern that is nowhere the same.
Picture pattern(int width, int height, int seed = 1) {
    Picture picture{.width = width, .height = height, .rgb = {}};
    unsigned state = static_cast<unsigned>(seed) * 2654435761u;
    for (int i = 0; i < width * height; ++i) {
        if (i % 7 == 0) state = state * 1664525u + 1013904223u;
        for (int c = 0; c < 3; ++c) picture.rgb.push_back(static_cast<unsigned char>(state >> 24u));
    }
    return picture;
}

TEST(Pictures, SurviveWritingAndReading) {
    const auto picture = pattern(31, 17);
    const auto read = decode_png(encode_png(picture));
    EXPECT_EQ(read.width, 31);
    EXPECT_EQ(read.height, 17);
    EXPECT_EQ(read.rgb, picture.rgb);
}

// Programs that make pictures small write so.
TEST(Pictures, OfAColourThatIsTransparentShowWhiteThere) {
    auto png = encode_png({.width = 2, .height = 1, .rgb = {10, 20, 30, 200, 100, 0}});
    using namespace std::string_literals;
    png.insert(png.find("IDAT") - 4, "\0\0\0\x06tRNS\0\x0a\0\x14\0\x1e\0\0\0\0"s);  // stb asks for no checksum
    EXPECT_EQ(decode_png(png).rgb, (std::vector<unsigned char>{255, 255, 255, 200, 100, 0}));
}

TEST(Pictures, AreMadeSmallerButNotLarger) {
    const auto small = shrink(pattern(300, 200), 150);
    EXPECT_EQ(small.width, 150);
    EXPECT_EQ(small.height, 100);
    EXPECT_EQ(small.rgb.size(), 150u * 100u * 3u);
    EXPECT_EQ(shrink(pattern(20, 300), 100).width, 7);
    EXPECT_EQ(shrink(pattern(3000, 1), 100).height, 1);
    EXPECT_EQ(shrink(pattern(30, 20), 150).rgb, pattern(30, 20).rgb);
    EXPECT_TRUE(shrink({}, 150).empty());
}

TEST(Pictures, ArePaintedOver) {
    auto picture = pattern(6, 4);
    const auto before = picture;
    paint_over(picture, {4, -1, 100, 3});
    for (int y = 0; y < 4; ++y) {
        for (int x = 0; x < 6; ++x) {
            const auto at = static_cast<std::size_t>((y * 6 + x) * 3);
            EXPECT_EQ(picture.rgb[at], x >= 4 && y < 2 ? 0xd0 : before.rgb[at]) << x << ", " << y;
        }
    }
    paint_over(picture, {-50, -50, 20, 20});
    paint_over(picture, {50, 50, 20, 20});
    paint_over(picture, {2, 2, -5, -5});
}

TEST(Pictures, RefuseWhatIsNoPicture) {
    EXPECT_THROW_MSG(decode_png("hello"), PictureError, HasSubstr("not a PNG"));
    EXPECT_THROW_MSG(decode_png(""), PictureError, HasSubstr("not a PNG"));
    auto cut = encode_png(pattern(60, 60));
    cut.resize(cut.size() / 2);
    EXPECT_THROW_MSG(decode_png(cut), PictureError, HasSubstr("a damaged PNG"));
    EXPECT_THROW_MSG(encode_png({}), PictureError, HasSubstr("an empty picture"));
}

TEST(Pictures, AreNotReadWhenTheirHeaderClaimsTooMuch) {
    auto bytes = encode_png(pattern(2, 2));
    bytes[16] = 0x00, bytes[17] = 0x00, bytes[18] = '\x2e', bytes[19] = '\xe0';  // 12000
    bytes[20] = 0x00, bytes[21] = 0x00, bytes[22] = '\x2e', bytes[23] = '\xe0';
    EXPECT_THROW_MSG(decode_png(bytes), PictureError, HasSubstr("12000 x 12000 px are too many"));
}

TEST(Pictures, AreCutWithTheirMarginAsFarAsTheyGo) {
    const auto picture = pattern(100, 50);
    const auto part = crop(picture, {10, 10, 20, 10}, 16);
    EXPECT_EQ(part.width, 46);   // 0 to 46
    EXPECT_EQ(part.height, 36);  // 0 to 36
    EXPECT_EQ(part.rgb[3], picture.rgb[3]);
    EXPECT_TRUE(crop(picture, {200, 0, 10, 10}).empty());
    EXPECT_TRUE(crop(picture, {-50, -50, 10, 10}).empty());
}

TEST(Likeness, KnowsAPictureAgainAtAnotherSizeAndTellsItFromOthers) {
    const auto picture = pattern(60, 24);
    EXPECT_NEAR(*likeness(picture, picture), 1, 1e-6);
    Picture large{.width = 120, .height = 48, .rgb = {}};
    for (int y = 0; y < 48; ++y) {
        for (int x = 0; x < 120; ++x) {
            const auto at = static_cast<std::size_t>((y / 2) * 60 + x / 2) * 3;
            for (std::size_t c = 0; c < 3; ++c) large.rgb.push_back(picture.rgb[at + c]);
        }
    }
    EXPECT_GT(*likeness(picture, large), 0.98);
    EXPECT_LT(*likeness(picture, pattern(60, 24, 9)), 0.5);
}

TEST(Likeness, SaysNothingOfFlatPictures) {
    Picture flat{.width = 10, .height = 10, .rgb = std::vector<unsigned char>(300, 200)};
    EXPECT_EQ(likeness(flat, pattern(10, 10)), std::nullopt);
    EXPECT_EQ(likeness({}, flat), std::nullopt);
}

TEST(Annotations, AreDrawnAndCutOffAtTheEdge) {
    Picture picture{.width = 80, .height = 60, .rgb = std::vector<unsigned char>(80 * 60 * 3, 255)};
    annotate(picture, {{{20, 30, 20, 10}, "1", Colour::red}, {{70, 50, 50, 50}, "", Colour::green}});
    const auto at = [&](int x, int y) {
        return static_cast<int>(picture.rgb[static_cast<std::size_t>(y * 80 + x) * 3 + 1]);
    };
    EXPECT_LT(at(18, 35), 100);  // the red frame's green is low
    EXPECT_EQ(at(30, 35), 255);  // what is inside stays
    Picture none;
    annotate(none, {{{0, 0, 1, 1}, "x"}});
    EXPECT_TRUE(none.empty());
}

}  // namespace
}  // namespace reprise::vision
