// JSON whose numbers are read to the last bit: Boost.JSON's own reading of long fractions may be off by one in it.
#pragma once

#include <string_view>

#include <boost/json/value.hpp>

namespace reprise::locators {

// Throws boost::system::system_error.
boost::json::value parse_exactly(std::string_view text);

}  // namespace reprise::locators
