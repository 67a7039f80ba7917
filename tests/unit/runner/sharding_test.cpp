#include <reprise/runner/sharding.hpp>

#include <stdlib.h>

#include <algorithm>
#include <random>
#include <set>
#include <stdexcept>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/expect_throw.hpp"

namespace reprise::runner {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

// Rows of 0.2 to 4 s with a few of half a minute, as suites are; every seventh has never run.
std::vector<ShardItem> realistic_items(std::size_t count) {
    std::mt19937 random{7};  // NOLINT(cert-msc51-cpp): the same in every run
    std::vector<ShardItem> items;
    for (std::size_t i = 0; i < count; ++i) {
        ShardItem item{.id = fmt::format("suite{}/r{:04}", i % 9, i)};
        const auto usual = milliseconds{200 + static_cast<int>(random() % 3800)};
        if (i % 7 != 3) item.duration = i % 40 == 5 ? usual * 8 : usual;
        items.push_back(std::move(item));
    }
    return items;
}

TEST(Sharding, GivesEachTestToExactlyOneShard) {
    for (const auto by : {ShardBy::order, ShardBy::time}) {
        for (const std::size_t count : {0U, 1U, 3U, 28U, 101U}) {
            const auto items = realistic_items(count);
            for (std::size_t total = 1; total <= 7; ++total) {
                std::multiset<std::size_t> seen;
                for (std::size_t index = 1; index <= total; ++index) {
                    const auto places = shard_of(items, {index, total}, by);
                    EXPECT_TRUE(std::ranges::is_sorted(places));
                    seen.insert(places.begin(), places.end());
                }
                EXPECT_EQ(seen.size(), count) << total;
                EXPECT_EQ(std::set<std::size_t>(seen.begin(), seen.end()).size(), count) << total;
            }
        }
    }
}

TEST(Sharding, TakesTestsInTurnByOrder) {
    const auto items = realistic_items(7);
    EXPECT_THAT(shard_of(items, {1, 3}, ShardBy::order), ElementsAre(0, 3, 6));
    EXPECT_THAT(shard_of(items, {3, 3}, ShardBy::order), ElementsAre(2, 5));
    EXPECT_THAT(shard_of(items, {8, 9}, ShardBy::order), ElementsAre());
}

TEST(Sharding, BalancesTimesWithinFifteenPercent) {
    const auto items = realistic_items(300);
    for (std::size_t total = 2; total <= 7; ++total) {
        std::vector<double> loads;
        for (std::size_t index = 1; index <= total; ++index) {
            double load = 0;
            for (const auto place : shard_of(items, {index, total}, ShardBy::time)) {
                load += static_cast<double>(items[place].duration.value_or(milliseconds{2000}).count());
            }
            loads.push_back(load);
        }
        const auto [least, most] = std::ranges::minmax(loads);
        EXPECT_LE(most, least * 1.15) << total << " shards";
    }
}

TEST(Sharding, ByTimeDependsOnIdsAndDurationsOnly) {
    auto items = realistic_items(50);
    const auto ids_of = [](const std::vector<ShardItem>& from) {
        std::set<std::string> ids;
        for (const auto place : shard_of(from, {2, 4}, ShardBy::time)) ids.insert(from[place].id);
        return ids;
    };
    const auto before = ids_of(items);
    std::ranges::reverse(items);
    EXPECT_EQ(ids_of(items), before);
}

TEST(Sharding, CountsATestWithoutATimeAsTheMedian) {
    const std::vector<ShardItem> items{
        {"a", milliseconds{10}}, {"b", milliseconds{60}}, {"c", milliseconds{50}}, {"new", std::nullopt}};
    // 60 against 50 + 50 (the median, for "new"), and 10 to the lighter one.
    EXPECT_THAT(shard_of(items, {1, 2}, ShardBy::time), ElementsAre(0, 1));
    EXPECT_THAT(shard_of(items, {2, 2}, ShardBy::time), ElementsAre(2, 3));
}

TEST(Sharding, SpreadsTestsOfNoLengthAndOfUnknownLength) {
    const std::vector<ShardItem> none{{"a", milliseconds{0}}, {"b", milliseconds{0}}, {"c", milliseconds{0}}};
    const std::vector<ShardItem> unknown{{"a", {}}, {"b", {}}, {"c", {}}};
    for (const auto& items : {none, unknown}) {
        for (std::size_t index = 1; index <= 3; ++index) {
            EXPECT_EQ(shard_of(items, {index, 3}, ShardBy::time).size(), 1U);
        }
    }
}

TEST(Sharding, ReadsTheShardAsWritten) {
    EXPECT_EQ(parse_shard("2/5").index, 2U);
    EXPECT_EQ(parse_shard("2/5").total, 5U);
    for (const char* text : {"", "2", "2/", "/5", "0/5", "6/5", "1/0", "-1/5", "a/b", "1/2/3", " 1/2", "1/10001"}) {
        EXPECT_THROW_MSG(
            parse_shard(text), std::invalid_argument,
            HasSubstr(fmt::format("shard \"{}\": expected INDEX/TOTAL, such as 2/5: INDEX from 1 to TOTAL", text)));
    }
    EXPECT_THROW_MSG(shard_of({}, {3, 2}, ShardBy::order), std::invalid_argument,
                     HasSubstr("shard 3/2: expected an index from 1 to the total"));
}

class ShardingVariables : public testing::Test {
protected:
    ShardingVariables() { set(nullptr, nullptr); }
    ~ShardingVariables() override { set(nullptr, nullptr); }
    static void set(const char* total, const char* index) {
        total != nullptr ? ::setenv("GTEST_TOTAL_SHARDS", total, 1) : ::unsetenv("GTEST_TOTAL_SHARDS");
        index != nullptr ? ::setenv("GTEST_SHARD_INDEX", index, 1) : ::unsetenv("GTEST_SHARD_INDEX");
    }
};

TEST_F(ShardingVariables, AreThoseOfGoogleTest) {
    EXPECT_FALSE(shard_from_environment());
    set("4", "0");
    EXPECT_EQ(shard_from_environment()->index, 1U);
    EXPECT_EQ(shard_from_environment()->total, 4U);
    set("4", "3");
    EXPECT_EQ(shard_from_environment()->index, 4U);
}

TEST_F(ShardingVariables, MustMakeSense) {
    const auto expected = HasSubstr("expected a number of shards, at most 10000, and an index from 0 below it");
    set("4", "4");
    EXPECT_THROW_MSG(shard_from_environment(), std::invalid_argument,
                     testing::AllOf(HasSubstr("GTEST_TOTAL_SHARDS is \"4\" and GTEST_SHARD_INDEX is \"4\""), expected));
    set("4", nullptr);
    EXPECT_THROW_MSG(shard_from_environment(), std::invalid_argument, expected);
    set("four", "0");
    EXPECT_THROW_MSG(shard_from_environment(), std::invalid_argument, expected);
}

}  // namespace
}  // namespace reprise::runner
