// All that a recorder noted about one element: the canonical locator bundle of a recorded step.
//
// Plain values; every clue is optional. Which clues agree with a candidate, and how much each weighs, is decided in
// one in-page call over all of them (docs/page-script.md).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace reprise::locators {

// Box in CSS px. Recorders differ in whether it is relative to the page or to the element's own document.
struct BoundingBox {
    double left{}, top{}, width{}, height{};

    bool operator==(const BoundingBox&) const = default;
};

// One level of an iframe or shadow path, outermost first. Any subset may be given; all given must be resolvable.
struct PathEntry {
    std::optional<std::string> css{};
    std::optional<std::string> xpath{};
    std::optional<std::string> id{};
    std::optional<std::string> name{};
    std::optional<std::string> src{};
    std::optional<int> index{};  // ordinal among the document's iframes, from 0

    bool operator==(const PathEntry&) const = default;
};

struct Bundle {
    std::optional<std::string> id{};
    std::optional<std::string> name{};
    std::optional<std::string> class_name{};
    std::optional<std::string> aria{};  // accessible name
    std::optional<std::string> role{};
    std::optional<std::string> placeholder{};
    std::optional<std::string> tag{};
    std::optional<std::string> input_type{};
    std::optional<std::string> visible_text{};
    std::optional<std::string> xpath{};
    std::optional<std::string> css{};
    std::vector<std::pair<std::string, std::string>> data_attrs{};  // "data-testid" → value
    std::optional<BoundingBox> bounding{};
    std::vector<PathEntry> iframe_chain{};
    std::vector<PathEntry> shadow_hosts{};
    bool is_closed_shadow{};
    // What is known of the element beside the recording. Nothing is found by these; an element that contradicts them is
    // not beyond doubt (BundleOptions::quiet).
    std::optional<std::string> near{};      // short texts around it, lower case
    std::optional<std::string> icon{};      // names of the glyphs in it
    std::optional<std::string> known_as{};  // everything that names it; "": nothing does

    bool operator==(const Bundle&) const = default;
};

// How an element is looked for by its bundle.
struct BundleOptions {
    // Set: someone stands by who heals. An element that is not there when the page has not changed for so long, or that
    // is there but not beyond doubt, ends the call with ElementAbsent instead of waiting for the deadline.
    std::optional<std::chrono::milliseconds> quiet{};
};

}  // namespace reprise::locators
