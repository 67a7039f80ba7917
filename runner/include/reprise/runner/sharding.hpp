// Splits a list of tests among machines: every machine computes the split alone, and together they run each test once.
//
//     for (const auto place : shard_of(items, parse_shard("2/5"), ShardBy::order)) run(items[place]);
//
// Pure functions; thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reprise::runner {

struct Shard {
    std::size_t index{1};  // from 1
    std::size_t total{1};
};

enum class ShardBy {
    order,  // in turn: the first test to the first shard, the second to the second, ...
    time,   // so that the shards take about as long as each other
};

struct ShardItem {
    std::string id{};                                     // unique in the list
    std::optional<std::chrono::milliseconds> duration{};  // of an earlier run; nullopt: counts as the median
};

// "2/5" → {2, 5}. Throws std::invalid_argument, saying what was expected.
Shard parse_shard(std::string_view text);

// What GoogleTest's variables GTEST_TOTAL_SHARDS and GTEST_SHARD_INDEX (from 0) ask for; nullopt when neither is set.
// Throws std::invalid_argument when only one of them is set, or to no such number.
std::optional<Shard> shard_from_environment();

// Places in `items` of those that `shard` runs, ascending. The shards of one list are disjoint, and together the whole
// list. By time: the longest first, each to the shard that has least so far; the result is the same on all machines
// that have the same ids and durations.
std::vector<std::size_t> shard_of(const std::vector<ShardItem>& items, Shard shard, ShardBy by);

}  // namespace reprise::runner
