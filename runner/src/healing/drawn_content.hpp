// Places that a page draws itself: what a canvas shows has no elements to look for, only looks. They are found by the
// picture that the recording brings along (`metadata.crop`), and clicked by coordinates within the canvas.
//
// One thread at a time, as the page.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <reprise/locators/candidates.hpp>
#include <reprise/locators/page.hpp>

#include "healing/looks.hpp"

namespace reprise::runner {

// Tags whose content no script can look into.
bool draws_itself(const std::string& tag);

struct DrawnPlace {
    std::size_t canvas{};        // its index among the candidates
    locators::Point position{};  // middle of what was recorded, px from the canvas' top left corner
    locators::Point middle{};    // the same, px of the page
    double likeness{};           // at most 1
};

struct DrawnSearch {
    std::optional<DrawnPlace> place{};
    std::string doubt{};  // why there is none
};

// Looks for `look` in the candidates that draw themselves, as far as the view shows them. Two places that look alike
// are none. `only`: in this one alone.
DrawnSearch find_drawn(const locators::CandidateList& list, const View& view, const RecordedLook& look,
                       std::optional<std::size_t> only = std::nullopt);

// Whether anything that matters differs between two views, the place at `middle` before all.
bool view_changed(const View& before, const View& after, locators::Point middle);

}  // namespace reprise::runner
