#include "coverage_ranges.hpp"

#include <algorithm>

namespace reprise::locators {

std::vector<CountedRange> used_units(std::vector<CountedRange> ranges) {
    std::ranges::sort(ranges, [](const CountedRange& a, const CountedRange& b) {
        return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
    });
    std::vector<CountedRange> used;
    std::vector<CountedRange> open;  // the ranges around the place, outermost first
    int place = 0;
    const auto go_to = [&](int next) {
        if (next > place && !open.empty() && open.back().count > 0) {
            if (!used.empty() && used.back().end == place) {
                used.back().end = next;
            } else {
                used.push_back({place, next, 1});
            }
        }
        place = std::max(place, next);
    };
    const auto close_until = [&](int next) {
        while (!open.empty() && open.back().end <= next) {
            go_to(open.back().end);
            open.pop_back();
        }
        go_to(next);
    };
    for (const auto& range : ranges) {
        close_until(range.begin);
        open.push_back(range);
    }
    while (!open.empty()) {
        go_to(open.back().end);
        open.pop_back();
    }
    return used;
}

std::vector<TextRange> used_bytes(std::string_view text, const std::vector<CountedRange>& units) {
    std::vector<TextRange> bytes;
    std::size_t at = 0;
    int unit = 0;
    const auto byte_of = [&](int wanted) {
        while (unit < wanted && at < text.size()) {
            const auto lead = static_cast<unsigned char>(text[at]);
            at += lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
            unit += lead < 0xF0 ? 1 : 2;
        }
        return std::min(at, text.size());
    };
    for (const auto& range : units) {
        const auto begin = byte_of(range.begin);
        bytes.push_back({begin, byte_of(range.end)});
    }
    return bytes;
}

}  // namespace reprise::locators
