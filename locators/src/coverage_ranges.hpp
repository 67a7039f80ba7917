// From V8's counted ranges, which lie within each other, to what was used. Pure functions.
#pragma once

#include <string_view>
#include <vector>

#include <reprise/locators/coverage.hpp>

namespace reprise::locators {

struct CountedRange {
    int begin{}, end{};  // UTF-16 code units
    int count{};
};

// Ranges that were used, in order, apart from each other: of several that hold a place the innermost decides.
std::vector<CountedRange> used_units(std::vector<CountedRange> ranges);
// The same in bytes of the UTF-8 text.
std::vector<TextRange> used_bytes(std::string_view text, const std::vector<CountedRange>& units);

}  // namespace reprise::locators
