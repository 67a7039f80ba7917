// Selectors as texts, as Playwright writes them: "article >> text=Buy >> nth=0".
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reprise::locators {

// The parts of a chain for the page script (docs/page-script.md), JSON each; at least one. Throws UsageError, which
// quotes `call` and the selector.
std::vector<std::string> selector_parts(std::string_view selector, std::string_view call);

}  // namespace reprise::locators
