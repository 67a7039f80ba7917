// Templates of aria snapshots, in the manner of Playwright's: YAML, read here, matched by the page script.
//
// Free functions; thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace reprise::locators {

// The template as the page script takes it (docs/page-script.md): {mode, children}. Throws UsageError with line and
// column of what is wrong.
std::string aria_template_json(std::string_view yaml);

// The lines of both, those of the template alone marked with "-", those received alone with "+". A line of the template
// is the same as a line that says more, or that its regular expressions match.
std::string aria_difference(std::string_view yaml, std::string_view received);

}  // namespace reprise::locators
