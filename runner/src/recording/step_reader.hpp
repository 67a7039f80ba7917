// From a step's JSON, whose types the schema has vouched for, to a Step.
#pragma once

#include <string>
#include <vector>

#include <boost/json/fwd.hpp>

#include <reprise/runner/step.hpp>

namespace reprise::runner {

// Without place and source. What the schema cannot say about the step goes to `errors`.
Step read_step(const boost::json::object& json, std::vector<std::string>& errors);

// A canonical bundle.
locators::Bundle read_bundle(const boost::json::object& json);

}  // namespace reprise::runner
