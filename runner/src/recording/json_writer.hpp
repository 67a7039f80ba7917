// How single JSON values are written; see format_json for whole documents.
#pragma once

#include <string>

#include <boost/json/fwd.hpp>

namespace reprise::runner {

// A string with its quotes, a number, true, false or null. Doubles keep a fraction or an exponent, so that they are
// read back as doubles.
std::string scalar_text(const boost::json::value& value);

}  // namespace reprise::runner
