// Decisions at the shipped weights, on pages as small as the point they make.
#include <reprise/locators/matching.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reprise::locators {
namespace {

constexpr double k_threshold = 80;

Fingerprint control(std::string tag, std::string text, double top, std::string xpath) {
    return {.tag = std::move(tag),
            .text = std::move(text),
            .near = "shop menu",
            .xpath = std::move(xpath),
            .box = {40, top, 120, 30}};
}

std::vector<Fingerprint> menu() {
    std::vector<Fingerprint> page;
    int index = 0;
    for (const auto* text : {"Home", "Products", "Orders", "Customers", "Reports", "Settings"}) {
        ++index;
        auto link = control("a", text, 40.0 * index, "/html[1]/body[1]/nav[1]/a[" + std::to_string(index) + "]");
        link.href = "/" + std::string(text);
        page.push_back(std::move(link));
    }
    return page;
}

TEST(Matching, FindsWhatHasNotChanged) {
    const auto page = menu();
    for (std::size_t i = 0; i < page.size(); ++i) {
        const auto match = find_match(page[i], page, page);
        EXPECT_EQ(match.candidate, i);
        EXPECT_GE(match.confidence, k_threshold) << page[i].text;
    }
}

TEST(Matching, FindsARenamedElementAmongItsNeighbours) {
    const auto before = menu();
    auto after = menu();
    after[3].text = "All customers";
    after[3].href = "/customers/all";
    const auto match = find_match(before[3], before, after);
    EXPECT_EQ(match.candidate, 3U);
    EXPECT_GE(match.confidence, k_threshold);
}

TEST(Matching, SaysGoneInsteadOfTakingTheNextOneInTheList) {
    const auto before = menu();
    for (std::size_t gone = 0; gone < before.size(); ++gone) {
        auto after = menu();
        after.erase(after.begin() + static_cast<std::ptrdiff_t>(gone));
        int index = 0;
        for (auto& link : after) {  // those behind it move up into its place
            ++index;
            link.xpath = "/html[1]/body[1]/nav[1]/a[" + std::to_string(index) + "]";
            link.box.top = 40.0 * index;
        }
        const auto match = find_match(before[gone], before, after);
        EXPECT_LT(match.confidence, k_threshold) << before[gone].text << " taken for " << after[*match.candidate].text;
    }
}

TEST(Matching, DoesNotFollowAnIdThatMovedToAnotherControl) {
    auto before = menu();
    before[5].id = "main-action";
    auto after = menu();
    after.erase(after.begin() + 5);
    after[2].id = "main-action";
    const auto match = find_match(before[5], before, after);
    EXPECT_LT(match.confidence, k_threshold);
}

TEST(Matching, NeverTakesAFieldForAButton) {
    auto before = menu();
    before.push_back(control("button", "Search", 300, "/html[1]/body[1]/form[1]/button[1]"));
    auto after = menu();
    auto field = control("input", "", 300, "/html[1]/body[1]/form[1]/input[1]");
    field.placeholder = "Search";
    after.push_back(field);
    EXPECT_LT(find_match(before.back(), before, after).confidence, k_threshold);
}

TEST(Matching, KeepsToTheTestIdWhenAllElseIsNew) {
    auto before = menu();
    before[1].data = {{"data-testid", "products"}};
    auto after = menu();
    after[1] = control("button", "Shop all", 400, "/html[1]/body[1]/main[1]/button[1]");
    after[1].data = {{"data-testid", "products"}};
    const auto match = find_match(before[1], before, after);
    EXPECT_EQ(match.candidate, 1U);
}

TEST(Matching, WorksWithoutTheRecordedPage) {
    const auto page = menu();
    const auto match = find_match(page[2], {}, page);
    EXPECT_EQ(match.candidate, 2U);
    EXPECT_GE(match.confidence, k_threshold);
}

TEST(Matching, AnswersWithoutCandidatesAndWithoutClues) {
    EXPECT_EQ(find_match({.tag = "a"}, {}, {}).candidate, std::nullopt);
    const auto page = menu();
    EXPECT_LT(find_match({}, {}, page).confidence, k_threshold);
}

TEST(Matching, TellsWhatItRestsOn) {
    const auto page = menu();
    const auto match = find_match(page[2], page, page);
    ASSERT_FALSE(match.evidence.empty());
    EXPECT_GT(match.evidence.front().weight, 0);
    EXPECT_TRUE(match.runner_up.has_value());
    EXPECT_LT(match.runner_up_confidence, match.confidence);
    EXPECT_LE(match.best.size(), 8U);
    EXPECT_EQ(match.doubt, "");
}

}  // namespace
}  // namespace reprise::locators
