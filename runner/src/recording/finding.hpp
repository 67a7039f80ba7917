// How a finding of the schema is told to people.
#pragma once

#include <string>

#include "recording/schema.hpp"

namespace reprise::runner {

// `step 4 "Email": "bundle.bounding.width" is a string, expected a number`
std::string describe(const boost::json::value& document, const SchemaFinding& finding);

}  // namespace reprise::runner
