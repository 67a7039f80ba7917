// The locator handlers of a page.
//
// Thread contract: that of the page.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <reprise/locators/locator.hpp>
#include <reprise/locators/locator_handler.hpp>

namespace reprise::locators {

struct LocatorHandlers {
    struct Entry {
        Locator locator;  // without its page, which holds this
        LocatorHandler run;
        std::optional<int> times_left{};
        bool no_wait_after{};
    };
    std::vector<std::shared_ptr<Entry>> entries{};  // in the order in which they were added
    bool running{};

    bool wanted() const noexcept { return !entries.empty() && !running; }
};

}  // namespace reprise::locators
