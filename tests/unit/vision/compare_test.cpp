// One recorded crop against all the controls of a page.
#include <algorithm>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <reprise/vision/compare.hpp>

#include "support/widgets.hpp"

namespace reprise::vision {
namespace {

using namespace tests;
using Likenesses = std::vector<std::optional<Likeness>>;

const WidgetPage& recorded() {
    static const auto page = page_of_widgets();
    return page;
}

Picture crop_of(std::size_t widget) {
    return crop(recorded().picture, recorded().boxes.at(widget), k_padding);
}

// The candidate with the highest figure.
template <class Figure>
std::size_t best_of(const Likenesses& likenesses, Figure&& figure) {
    const auto figure_or_least = [&](const auto& likeness) { return likeness ? figure(*likeness) : -2.0; };
    return static_cast<std::size_t>(std::ranges::max_element(likenesses, {}, figure_or_least) - likenesses.begin());
}

double value_of(const Likeness& likeness) {
    return likeness.value();
}
double edges_of(const Likeness& likeness) {
    return likeness.edges();
}

TEST(LikenessOfEach, IsOneForTheControlItself) {
    const auto likenesses = likeness_of_each(recorded().picture, recorded().boxes, crop_of(9));
    ASSERT_EQ(likenesses.size(), 60u);
    EXPECT_EQ(best_of(likenesses, value_of), 9u);
    const auto& same = likenesses[9];
    ASSERT_TRUE(same);
    for (const double figure : {same->padded, same->tight, same->padded_edges, same->tight_edges, same->value()}) {
        EXPECT_NEAR(figure, 1, 1e-6);
    }
    EXPECT_EQ(same->proportions, 1);
}

TEST(LikenessOfEach, RanksTheRecordedControlFirstOnAPageThatMovedEverything) {
    const auto page = page_of_widgets(k_light, 13, 29);
    for (std::size_t i = 0; i < page.boxes.size(); i += 3) {
        const auto likenesses = likeness_of_each(noisy(page.picture, 8), page.boxes, crop_of(i));
        EXPECT_EQ(best_of(likenesses, value_of), i);
        EXPECT_GT(likenesses[i]->value(), 0.85);
    }
}

TEST(LikenessOfEach, ForgivesAnotherZoom) {
    const auto page = zoomed(recorded().picture, 1.25);
    auto boxes = recorded().boxes;
    for (auto& box : boxes) box = {box.left * 5 / 4, box.top * 5 / 4, box.width * 5 / 4, box.height * 5 / 4};
    const auto likenesses = likeness_of_each(page, boxes, crop_of(33));
    EXPECT_EQ(best_of(likenesses, value_of), 33u);
    EXPECT_GT(likenesses[33]->tight, 0.8);
}

TEST(LikenessOfEach, KnowsTheEdgesOfAControlAgainInADarkTheme) {
    const auto page = page_of_widgets(k_dark);
    for (std::size_t i = 0; i < page.boxes.size(); i += 7) {
        const auto likenesses = likeness_of_each(page.picture, page.boxes, crop_of(i));
        ASSERT_TRUE(likenesses[i]);
        EXPECT_LT(likenesses[i]->padded, 0);
        EXPECT_GT(likenesses[i]->edges(), 0.8);
        EXPECT_EQ(best_of(likenesses, edges_of), i);
    }
    const auto negative = likeness_of_each(inverted(recorded().picture), recorded().boxes, crop_of(4));
    EXPECT_NEAR(negative[4]->edges(), 1, 0.01);
}

TEST(LikenessOfEach, TellsTwinsApartByTheirSurroundingsOnly) {
    auto page = blank(400, 300, k_light.page);
    const std::vector<Box> boxes{{60, 60, 70, 30}, {60, 200, 70, 30}};
    for (const auto& box : boxes) button(page, box, "edit");
    fill(page, {50, 185, 90, 10}, {20, 20, 20});
    const auto likenesses = likeness_of_each(page, boxes, crop(page, boxes[1], k_padding));
    EXPECT_NEAR(likenesses[0]->tight, likenesses[1]->tight, 1e-6);
    EXPECT_LT(likenesses[0]->padded, likenesses[1]->padded - 0.1);
    EXPECT_EQ(best_of(likenesses, value_of), 1u);
}

TEST(LikenessOfEach, CountsOtherProportionsAgainstACandidate) {
    const auto box = recorded().boxes[12];
    const std::vector<Box> boxes{box, {box.left, box.top, box.width, box.height * 4}};
    const auto likenesses = likeness_of_each(recorded().picture, boxes, crop_of(12));
    EXPECT_NEAR(likenesses[1]->proportions, 0.25, 1e-9);
    const auto& other = *likenesses[1];
    EXPECT_LT(other.value(), 0.51);
    EXPECT_LE(other.value(), (other.padded + other.padded_edges + other.tight_edges) / 3);
}

TEST(LikenessOfEach, ComparesControlsAtTheEdgeOfThePage) {
    auto page = blank(300, 200, k_light.page);
    const Box box{0, 170, 80, 30};
    button(page, box, "exit");
    const auto likenesses = likeness_of_each(page, {&box, 1}, crop(page, box, k_padding), place_in_crop(box));
    ASSERT_TRUE(likenesses[0]);
    EXPECT_NEAR(likenesses[0]->value(), 1, 1e-6);
    EXPECT_NEAR(likenesses[0]->tight, 1, 1e-6);
}

TEST(LikenessOfEach, SaysNothingOfPlacesThatAreFlatOrOutside) {
    constexpr int k_far = std::numeric_limits<int>::max();
    const std::vector<Box> boxes{{20, 20, 10, 5},        {5000, 10, 20, 20}, {-50, -50, 20, 20},
                                 {40, 60, 0, 10},        {40, 60, -10, -10}, {k_far, k_far, k_far, k_far},
                                 {-k_far, -k_far, 1, 1}, recorded().boxes[0]};
    const auto likenesses = likeness_of_each(recorded().picture, boxes, crop_of(0));
    for (std::size_t i = 0; i + 1 < boxes.size(); ++i) EXPECT_FALSE(likenesses[i]) << i;
    EXPECT_TRUE(likenesses.back());
}

TEST(LikenessOfEach, SaysNothingForAFlatOrEmptyCrop) {
    const auto& boxes = recorded().boxes;
    EXPECT_FALSE(likeness_of_each(recorded().picture, boxes, blank(60, 60, {9, 9, 9}))[0]);
    EXPECT_FALSE(likeness_of_each(recorded().picture, boxes, blank(1, 1, {9, 9, 9}))[0]);
    EXPECT_FALSE(likeness_of_each(recorded().picture, boxes, {})[0]);
    EXPECT_FALSE(likeness_of_each({}, boxes, crop_of(0))[0]);
    EXPECT_TRUE(likeness_of_each(recorded().picture, {}, crop_of(0)).empty());
}

TEST(LikenessOfEach, GivesFiniteFiguresForPlacesOfOnePixel) {
    const auto box = recorded().boxes[0];
    const std::vector<Box> boxes{{box.left, box.top, 1, 1}, {box.left, box.top, 200, 1}, {0, 0, 1366, 1300}};
    for (const auto& likeness : likeness_of_each(recorded().picture, boxes, crop_of(0))) {
        if (!likeness) continue;
        for (const double figure : {likeness->padded, likeness->tight, likeness->padded_edges, likeness->tight_edges,
                                    likeness->proportions, likeness->value()}) {
            EXPECT_TRUE(std::isfinite(figure));
            EXPECT_LE(std::abs(figure), 1);
        }
    }
    // The corner of a button with 16 px around it.
    const auto corner = crop(recorded().picture, {box.left, box.top, 1, 1}, k_padding);
    const auto likenesses = likeness_of_each(recorded().picture, boxes, corner);
    ASSERT_TRUE(likenesses[0]);
    EXPECT_NEAR(likenesses[0]->padded, 1, 1e-6);
    EXPECT_EQ(likenesses[0]->tight, 0);
}

}  // namespace
}  // namespace reprise::vision
