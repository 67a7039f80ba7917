// The known name that a mistyped one was probably meant to be.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reprise::runner {

// How many characters must be typed, deleted or changed to turn one into the other.
inline std::size_t edit_distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{});
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t k = 0; k < to.size(); ++k) {
            const std::size_t changed = diagonal + (from[i] == to[k] ? 0 : 1);
            diagonal = row[k + 1];
            row[k + 1] = std::min({changed, row[k] + 1, diagonal + 1});
        }
    }
    return row.back();
}

// The name with the smallest distance of at most `limit`; the first of several.
template <class Names>
std::optional<std::string> nearest_name(std::string_view word, const Names& names, std::size_t limit) {
    std::optional<std::string> nearest;
    std::size_t best = limit + 1;
    for (const auto& name : names) {
        const std::size_t distance = edit_distance(word, std::string_view(name));
        if (distance >= best) continue;
        best = distance;
        nearest = std::string(std::string_view(name));
    }
    return nearest;
}

}  // namespace reprise::runner
