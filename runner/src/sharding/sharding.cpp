#include <reprise/runner/sharding.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <numeric>
#include <stdexcept>
#include <tuple>

#include <fmt/format.h>

namespace reprise::runner {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t k_most_shards = 10'000;

std::optional<std::size_t> whole_number(std::string_view text) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<std::string_view> variable(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
}

// What each item counts, in ms; at least one, so that tests of no length are spread, too.
std::vector<std::int64_t> weights_of(const std::vector<ShardItem>& items) {
    std::vector<std::int64_t> known;
    for (const auto& item : items) {
        if (item.duration) known.push_back(std::max<std::int64_t>(1, item.duration->count()));
    }
    std::int64_t median = 1;
    if (!known.empty()) {
        const auto middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
        std::ranges::nth_element(known, middle);
        median = *middle;
    }
    std::vector<std::int64_t> weights;
    for (const auto& item : items) {
        weights.push_back(item.duration ? std::max<std::int64_t>(1, item.duration->count()) : median);
    }
    return weights;
}

std::vector<std::size_t> by_time(const std::vector<ShardItem>& items, Shard shard) {
    const auto weights = weights_of(items);
    std::vector<std::size_t> longest_first(items.size());
    std::iota(longest_first.begin(), longest_first.end(), std::size_t{});
    std::ranges::sort(longest_first, [&](std::size_t a, std::size_t b) {
        return std::tie(weights[b], items[a].id, a) < std::tie(weights[a], items[b].id, b);
    });
    struct Load {
        std::int64_t time{};
        std::size_t tests{};
    };
    std::vector<Load> loads(shard.total);
    std::vector<std::size_t> places;
    for (const auto place : longest_first) {
        const auto least = std::ranges::min_element(
            loads, [](const Load& a, const Load& b) { return std::tie(a.time, a.tests) < std::tie(b.time, b.tests); });
        least->time += weights[place];
        ++least->tests;
        if (least - loads.begin() + 1 == static_cast<std::ptrdiff_t>(shard.index)) places.push_back(place);
    }
    std::ranges::sort(places);
    return places;
}

}  // namespace

Shard parse_shard(std::string_view text) {
    const auto slash = text.find('/');
    const auto index = whole_number(text.substr(0, slash));
    const auto total = slash == std::string_view::npos ? std::nullopt : whole_number(text.substr(slash + 1));
    if (!index || !total || *index < 1 || *index > *total || *total > k_most_shards) {
        throw std::invalid_argument(
            fmt::format("shard \"{}\": expected INDEX/TOTAL, such as 2/5: INDEX from 1 to TOTAL, TOTAL at most {}",
                        text, k_most_shards));
    }
    return {*index, *total};
}

std::optional<Shard> shard_from_environment() {
    const auto total_text = variable("GTEST_TOTAL_SHARDS");
    const auto index_text = variable("GTEST_SHARD_INDEX");
    if (!total_text && !index_text) return std::nullopt;
    const auto total = total_text ? whole_number(*total_text) : std::nullopt;
    const auto index = index_text ? whole_number(*index_text) : std::nullopt;
    if (!total || !index || *index >= *total || *total > k_most_shards) {
        throw std::invalid_argument(
            fmt::format("GTEST_TOTAL_SHARDS is \"{}\" and GTEST_SHARD_INDEX is \"{}\": expected a number of shards, at "
                        "most {}, and "
                        "an index from 0 below it",
                        total_text.value_or(""), index_text.value_or(""), k_most_shards));
    }
    return Shard{*index + 1, *total};
}

std::vector<std::size_t> shard_of(const std::vector<ShardItem>& items, Shard shard, ShardBy by) {
    if (shard.index < 1 || shard.index > shard.total) {
        throw std::invalid_argument(
            fmt::format("shard {}/{}: expected an index from 1 to the total", shard.index, shard.total));
    }
    if (by == ShardBy::time) return by_time(items, shard);
    std::vector<std::size_t> places;
    for (auto place = shard.index - 1; place < items.size(); place += shard.total) places.push_back(place);
    return places;
}

}  // namespace reprise::runner
