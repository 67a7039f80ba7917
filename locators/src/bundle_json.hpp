// A bundle as the page script takes it.
#pragma once

#include <string>
#include <string_view>

#include <reprise/locators/bundle.hpp>

namespace reprise::locators {

std::string to_json(const PathEntry& entry);
std::string to_json(const Bundle& bundle, std::string_view label);
std::string describe(const Bundle& bundle);  // its strongest clue, for error texts

}  // namespace reprise::locators
