// JSON whose numbers are read to the last bit: Boost.JSON's own reading of long fractions may be off by one in it.
#pragma once

#include <string_view>

#include <boost/json/error.hpp>
#include <boost/json/value.hpp>

namespace reprise::cdp {

// As boost::json::parse(), as deep as 4,096 levels. Threads: any.
boost::json::value parse_exactly(std::string_view text, boost::json::error_code& error);
// Throws boost::system::system_error.
boost::json::value parse_exactly(std::string_view text);

}  // namespace reprise::cdp
