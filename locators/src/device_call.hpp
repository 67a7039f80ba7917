// One call on a page's keyboard, mouse or touchscreen.
#pragma once

#include <string>

#include "hands.hpp"
#include "observation.hpp"
#include "page_state.hpp"

namespace reprise::locators {

// Runs one call on a device; afterwards a navigation that it began has come to its new document.
template <typename Body>
void use(PageState& page, CallSite site, const std::string& call, const Body& body) {
    observed(
        page, site, [&] { return call; },
        [&] {
            const auto deadline = page.deadline({});
            end_left_watches(page, deadline);
            body(deadline);
            page.target.settle_navigation(deadline);
        });
}

}  // namespace reprise::locators
