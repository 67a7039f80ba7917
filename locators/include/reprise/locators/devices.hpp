// What a context needs to be taken for a phone, a tablet or a desk.
//
//     auto options = device_options(browser, "Pixel 7");
//     options.locale = "nl-NL";
//     auto page = new_context(browser, options).new_page();
//
// Like Playwright's devices, except that there are few, that the user agent has the version of the browser that runs,
// and that it is Chromium all the same: of an iPhone a page sees size, touches and name, not Safari's behaviour.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <reprise/locators/context.hpp>

namespace reprise::locators {

enum class Orientation { portrait, landscape };  // of a desk: as it is, whichever is said

std::vector<std::string> device_names();

// Size of the page's area in CSS pixels (without the bars of the device's own browser), scale, touch, mobile layout and
// user agent; nothing else is set. Throws UsageError, which lists the names.
ContextOptions device_options(const cdp::Browser& browser, std::string_view name,
                              Orientation orientation = Orientation::portrait);

}  // namespace reprise::locators
