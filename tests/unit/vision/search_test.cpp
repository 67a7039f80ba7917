// Recorded crops, looked for on pages of 60 drawn buttons.
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <reprise/vision/search.hpp>

#include "support/widgets.hpp"

namespace reprise::vision {

bool operator==(const Box& a, const Box& b) {
    return a.left == b.left && a.top == b.top && a.width == b.width && a.height == b.height;
}

void PrintTo(const Box& box, std::ostream* out) {
    *out << box.width << " x " << box.height << " at " << box.left << ", " << box.top;
}

void PrintTo(Verdict verdict, std::ostream* out) {
    *out << name_of(verdict);
}

namespace {

using namespace tests;

const WidgetPage& recorded() {
    static const auto page = page_of_widgets();
    return page;
}

Picture crop_of(std::size_t widget) {
    return crop(recorded().picture, recorded().boxes.at(widget), k_padding);
}

TEST(Search, FindsEveryRecordedCropOnItsOwnPage) {
    for (std::size_t i = 0; i < recorded().boxes.size(); ++i) {
        const auto result = search(recorded().picture, crop_of(i));
        ASSERT_EQ(result.verdict, Verdict::found) << "widget " << i;
        EXPECT_EQ(result.nearest->box, recorded().boxes[i]);
        EXPECT_NEAR(result.nearest->likeness, 1, 1e-6);
        EXPECT_EQ(result.nearest->scale, 1);
        EXPECT_LT(result.nearest->second, 0.95);
    }
}

// The halved pages see the widget at other phases then: odd shifts are the hard ones.
TEST(Search, FindsARecordedCropOnAPageThatMovedIt) {
    for (int shift = 1; shift <= 7; ++shift) {
        const auto page = page_of_widgets(k_light, shift, 2 * shift + 1);
        for (std::size_t i = 0; i < page.boxes.size(); i += 7) {
            const auto result = search(page.picture, crop_of(i));
            ASSERT_EQ(result.verdict, Verdict::found) << "widget " << i << ", " << shift << " px";
            EXPECT_EQ(result.nearest->box, page.boxes[i]);
        }
    }
}

TEST(Search, IsNotMisledByNoise) {
    const auto page = noisy(recorded().picture, 12);
    const auto result = search(page, crop_of(17));
    ASSERT_EQ(result.verdict, Verdict::found);
    EXPECT_EQ(result.nearest->box, recorded().boxes[17]);
    EXPECT_GT(result.nearest->likeness, 0.95);
    EXPECT_LT(result.nearest->likeness, 0.9999);
}

TEST(Search, FindsNothingWhereTheElementWasTakenOut) {
    for (const std::size_t gone : {std::size_t{0}, std::size_t{31}, std::size_t{59}}) {
        auto page = recorded().picture;
        const auto box = recorded().boxes[gone];
        fill(page, {box.left - 4, box.top - 4, box.width + 8, box.height + 8}, k_light.page);
        const auto result = search(page, crop_of(gone));
        EXPECT_EQ(result.verdict, Verdict::nothing_alike);
        ASSERT_TRUE(result.nearest);
        EXPECT_LT(result.nearest->likeness, 0.9);
    }
}

TEST(Search, FindsNothingOnADarkThemeOfTheSamePage) {
    const auto page = page_of_widgets(k_dark);
    for (std::size_t i = 0; i < page.boxes.size(); i += 11) {
        EXPECT_EQ(search(page.picture, crop_of(i)).verdict, Verdict::nothing_alike) << "widget " << i;
    }
    EXPECT_EQ(search(inverted(recorded().picture), crop_of(5)).verdict, Verdict::nothing_alike);
}

// Both are equally grey: only their colours differ.
TEST(Search, TellsARedLampFromAGreenOne) {
    auto page = blank(200, 200, {255, 255, 255});
    auto other = page;
    fill(page, {80, 80, 20, 20}, {220, 40, 40});
    fill(other, {80, 80, 20, 20}, {20, 145, 40});
    const auto red = crop(page, {80, 80, 20, 20}, k_padding);
    EXPECT_EQ(search(page, red).verdict, Verdict::found);
    EXPECT_EQ(search(other, red).verdict, Verdict::nothing_alike);
}

TEST(Search, AnswersAmbiguousWhenATwinIsOnThePage) {
    const auto box = recorded().boxes[20];
    const auto alone = crop(recorded().picture, box, 8);
    const SearchOptions options{.element = place_in_crop(box, 8)};
    ASSERT_EQ(search(recorded().picture, alone, options).verdict, Verdict::found);
    auto page = recorded().picture;
    button(page, {603, 1253, box.width, box.height}, word(20));  // where nothing else is
    const auto result = search(page, alone, options);
    ASSERT_EQ(result.verdict, Verdict::ambiguous);
    EXPECT_NEAR(result.nearest->likeness, 1, 1e-6);
    EXPECT_GT(result.nearest->second, 0.95);
}

// Neighbours of 20 px, 24 px apart: their padded crops overlap by half, they are twins all the same.
TEST(Search, AnswersAmbiguousForTheIconsOfAToolbarThatLookTheSame) {
    auto page = blank(800, 400, k_light.page);
    for (int i = 0; i < 12; ++i) button(page, {100 + 24 * i, 100, 20, 20}, "x");
    const auto result = search(page, crop(page, {100 + 24 * 5, 100, 20, 20}, k_padding));
    EXPECT_EQ(result.verdict, Verdict::ambiguous);
}

TEST(Search, TellsTwinsApartByTheirSurroundings) {
    auto page = blank(800, 600, k_light.page);
    button(page, {100, 100, 60, 24}, "edit");
    button(page, {100, 300, 60, 24}, "edit");
    for (int i = 0; i < 2; ++i)
        fill(page, {88, 84 + 200 * i, 84, 8 + 4 * i}, i == 0 ? Rgb{30, 30, 30} : Rgb{250, 250, 250});
    const auto result = search(page, crop(page, {100, 300, 60, 24}, k_padding));
    ASSERT_EQ(result.verdict, Verdict::found);
    EXPECT_EQ(result.nearest->box, (Box{100, 300, 60, 24}));
    EXPECT_LT(result.nearest->second, 0.95);
}

TEST(Search, TriesOtherSizesWhenNothingIsAlikeAtItsOwn) {
    const auto page = zoomed(recorded().picture, 1.25);
    const auto crop = crop_of(22);
    EXPECT_EQ(search(page, crop, {.scales = {}}).verdict, Verdict::nothing_alike);
    const auto result = search(page, crop);
    ASSERT_EQ(result.verdict, Verdict::found);
    EXPECT_EQ(result.nearest->scale, 1.25);
    const auto box = recorded().boxes[22];
    EXPECT_NEAR(result.nearest->box.left, box.left * 1.25, 2);
    EXPECT_NEAR(result.nearest->box.top, box.top * 1.25, 2);
    EXPECT_NEAR(result.nearest->box.width, box.width * 1.25, 2);
}

TEST(Search, SeesAPageOfAnotherDeviceScaleByItsRatio) {
    auto part = crop(recorded().picture, {0, 0, 700, 600});
    for (const double ratio : {2.0, 0.5}) {
        const auto page = zoomed(part, ratio);
        EXPECT_EQ(search(page, crop_of(8), {.scales = {}}).verdict, Verdict::nothing_alike);
        const auto result = search(page, crop_of(8), {.ratio = ratio, .scales = {}});
        ASSERT_EQ(result.verdict, Verdict::found) << ratio;
        EXPECT_NEAR(result.nearest->box.left, recorded().boxes[8].left * ratio, 1);
        EXPECT_NEAR(result.nearest->box.height, recorded().boxes[8].height * ratio, 1);
    }
}

TEST(Search, FindsElementsAtTheEdgeOfThePageByTheirPlaceInTheCrop) {
    for (const auto box : {Box{0, 0, 70, 30}, Box{400 - 70, 300 - 30, 70, 30}, Box{5, 270, 70, 30}}) {
        auto page = blank(400, 300, k_light.page);
        button(page, box, "menu");
        const auto result = search(page, crop(page, box, k_padding), {.element = place_in_crop(box)});
        ASSERT_EQ(result.verdict, Verdict::found);
        EXPECT_EQ(result.nearest->box, box);
    }
}

TEST(Search, RefusesAFlatCrop) {
    const auto result = search(recorded().picture, blank(60, 40, {200, 200, 200}));
    EXPECT_EQ(result.verdict, Verdict::flat);
    EXPECT_FALSE(result.nearest);
    EXPECT_EQ(search(recorded().picture, blank(1, 1, {0, 0, 0})).verdict, Verdict::flat);
}

// TM_CCOEFF_NORMED divides one rounding error by another one there.
TEST(Search, FindsNothingOnAPageOfOneColour) {
    for (const unsigned char level : {0, 1, 127, 255}) {
        const auto result = search(blank(1366, 1300, {level, level, level}), crop_of(3));
        EXPECT_EQ(result.verdict, Verdict::nothing_alike);
        EXPECT_FALSE(result.nearest);
    }
}

TEST(Search, GivesFiniteLikenessesOnAPageThatIsNearlyFlat) {
    auto page = noisy(blank(1366, 1300, {128, 128, 128}), 1);
    button(page, recorded().boxes[3], word(3));
    const auto result = search(page, crop_of(40));
    EXPECT_EQ(result.verdict, Verdict::nothing_alike);
    ASSERT_TRUE(result.nearest);
    EXPECT_TRUE(std::isfinite(result.nearest->likeness));
    EXPECT_LE(result.nearest->likeness, 1);
}

TEST(Search, RefusesACropLargerThanThePage) {
    const auto page = crop(recorded().picture, {0, 0, 100, 100});
    EXPECT_EQ(search(page, crop_of(0), {.scales = {}}).verdict, Verdict::too_large);
    EXPECT_FALSE(search(page, crop_of(0), {.scales = {}}).nearest);
    EXPECT_EQ(search(recorded().picture, crop_of(0), {.ratio = 50, .scales = {}}).verdict, Verdict::too_large);
}

TEST(Search, FindsThePageItself) {
    const auto page = crop(recorded().picture, {0, 0, 301, 203});
    const auto result = search(page, page, {.element = Box{0, 0, 301, 203}});
    ASSERT_EQ(result.verdict, Verdict::found);
    EXPECT_EQ(result.nearest->box, (Box{0, 0, 301, 203}));
    EXPECT_EQ(result.nearest->second, -1);
}

TEST(Search, LooksForCropsTooSmallToBeHalved) {
    auto page = blank(300, 200, k_light.page);
    write(page, 121, 77, "q", k_light.ink);
    const auto result = search(page, crop(page, {121, 77, 5, 7}, 1), {.element = Box{1, 1, 5, 7}});
    ASSERT_EQ(result.verdict, Verdict::found);
    EXPECT_EQ(result.nearest->box, (Box{121, 77, 5, 7}));
}

TEST(Search, SaysEmptyOfPicturesWithoutPixels) {
    EXPECT_EQ(search({}, crop_of(0)).verdict, Verdict::empty);
    EXPECT_EQ(search(recorded().picture, {}).verdict, Verdict::empty);
    EXPECT_EQ(search({.width = 9, .height = 9, .rgb = {1, 2, 3}}, crop_of(0)).verdict, Verdict::empty);
}

TEST(Search, PassesOverSizesThatAreNone) {
    const SearchOptions options{.ratio = 1, .scales = {0, -1, std::nan(""), 1e9, 1e-9}};
    EXPECT_EQ(search(page_of_widgets(k_dark).picture, crop_of(0), options).verdict, Verdict::nothing_alike);
    EXPECT_EQ(search(recorded().picture, crop_of(0), {.ratio = 0, .scales = {}}).verdict, Verdict::too_large);
}

}  // namespace
}  // namespace reprise::vision
