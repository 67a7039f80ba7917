// Finds a recorded element in the picture of a page by its looks alone: for what shows no elements to a script, such as
// canvases.
//
//     const auto result = search(page, crop);
//     if (result.verdict == Verdict::found) click(result.nearest->box);
//
// Free functions; thread-safe; one core, and OpenCV's settings are left alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <reprise/vision/picture.hpp>

namespace reprise::vision {

struct SearchOptions {
    // Where in the crop the element is: what is found is this part. Default: place_in_crop(crop); say it for elements
    // at the edge of their page, place_in_crop(recorded).
    std::optional<Box> element{};
    double least_likeness{0.9};  // below, nothing is alike
    double least_lead{0.05};     // over the second place; below, the places are ambiguous
    // Device pixels of the page's picture for one of the crop's: 2 when recorded at a scale factor of 1 and seen at 2.
    double ratio{1};
    // Sizes relative to `ratio`, tried only when nothing is alike at `ratio` itself; empty: that is the answer.
    std::vector<double> scales{0.8, 0.9, 1.1, 1.25};
};

struct Sighting {
    Box box{};          // of the element, on the page
    double likeness{};  // normalised cross-correlation of the whole crop's colours at full size, -1 to 1
    double scale{1};    // size on the page to size in the crop
    double second{-1};  // the best likeness anywhere else; -1: nowhere else was looked at closely
};

enum class Verdict : std::uint8_t {
    found,
    nothing_alike,
    ambiguous,  // another place looks the same, or nearly so
    flat,       // the crop is of one colour (standard deviation below one grey level): it would be found everywhere
    too_large,  // the crop does not fit into the page at any size allowed
    empty,      // the page or the crop has no pixels
};

// For messages: "found", "nothing alike", "ambiguous", ...
std::string_view name_of(Verdict verdict);

struct SearchResult {
    Verdict verdict{Verdict::empty};
    // The best place; to be acted upon only when found. Absent when flat, too large or empty, and when the page is of
    // one colour.
    std::optional<Sighting> nearest{};
};

// An element whose colours were inverted (a dark theme) is not alike. Scales and ratios that are not above 0 are passed
// over.
SearchResult search(const Picture& page, const Picture& crop, const SearchOptions& options = {});

}  // namespace reprise::vision
