// What is done about things that come up by themselves and stand in the way: cookie banners, surveys, offers.
//
//     page.add_locator_handler(page.get_by_role(Role::dialog, {.name = "Cookies"}), [&](const Locator& dialog) {
//         dialog.get_by_role(Role::button, {.name = "Reject"}).click();
//     });
//
// Before each attempt of an action or an expectation, and while it waits, the page looks whether such a locator is
// visible; it is asked nothing more for that, except about other frames. Calls in a handler run no handlers.
#pragma once

#include <functional>
#include <optional>

namespace reprise::locators {

class Locator;

// Called on the thread of the call that came upon it. What it throws ends that call. A page that it holds should be
// held by reference: pages keep their handlers.
using LocatorHandler = std::function<void(const Locator& locator)>;

struct LocatorHandlerOptions {
    std::optional<int> times{};  // how often it may run; default: as often as it is needed
    bool no_wait_after{};        // do not wait until the locator is hidden again; else a call fails when it stays
};

}  // namespace reprise::locators
