// Expectations as the page script takes them, and the texts of those that did not come true.
#pragma once

#include <string>
#include <string_view>

#include <reprise/locators/action_options.hpp>

namespace reprise::locators {

class Scope;

std::string_view name_of(Expected kind);
ActionResult expect_in_page(const Scope& scope, const Expectation& expectation, Milliseconds default_timeout);

}  // namespace reprise::locators
