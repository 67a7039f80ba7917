// A bundle as recordings hold it.
#pragma once

#include <string>

#include <boost/json/object.hpp>

#include <reprise/locators/bundle.hpp>

namespace reprise::runner {

// Members that are not known are left out.
boost::json::object to_canonical(const locators::Bundle& bundle);
// Tells bundles apart: equal for equal members.
std::string hash_of(const locators::Bundle& bundle);

}  // namespace reprise::runner
