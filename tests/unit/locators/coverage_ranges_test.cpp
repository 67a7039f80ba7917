#include "coverage_ranges.hpp"

#include <gmock/gmock.h>

namespace reprise::locators {
namespace {

std::string text_of(const std::vector<CountedRange>& ranges) {
    std::string text;
    for (const auto& [begin, end, count] : used_units(ranges))
        text += std::to_string(begin) + "-" + std::to_string(end) + " ";
    return text;
}

TEST(CoverageRanges, TheInnermostDecides) {
    EXPECT_EQ(text_of({{0, 100, 1}}), "0-100 ");
    EXPECT_EQ(text_of({{0, 100, 1}, {20, 40, 0}}), "0-20 40-100 ");
    EXPECT_EQ(text_of({{0, 100, 0}, {20, 40, 3}, {25, 30, 0}}), "20-25 30-40 ");
    EXPECT_EQ(text_of({{0, 100, 1}, {0, 100, 0}}), "");
    EXPECT_EQ(text_of({{30, 40, 1}, {0, 10, 1}}), "0-10 30-40 ");
    EXPECT_EQ(text_of({}), "");
}

TEST(CoverageRanges, CountInBytesWhatV8CountsInUnits) {
    const std::string text = "a\xc3\xa4\xf0\x9f\x9a\xa2z";  // 1, 1, 2, 1 units; 1, 2, 4, 1 bytes
    const auto bytes = used_bytes(text, {{0, 1, 1}, {2, 5, 1}});
    ASSERT_EQ(bytes.size(), 2U);
    EXPECT_EQ(bytes[0].end, 1U);
    EXPECT_EQ(bytes[1].begin, 3U);
    EXPECT_EQ(bytes[1].end, 8U);
    EXPECT_EQ(used_bytes("ab", {{1, 99, 1}}).at(0).end, 2U);
}

}  // namespace
}  // namespace reprise::locators
