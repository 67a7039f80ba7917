// Healing logs as JSON.
#pragma once

#include <boost/json/fwd.hpp>

#include <reprise/reporters/healing.hpp>

namespace reprise::reporters {

boost::json::object to_json(const HealingLog& log);
// Throws std::runtime_error naming the member that is missing or of another type.
HealingLog healing_log_from_json(const boost::json::object& object);
boost::json::object to_json(const HealingStatistics& statistics);

}  // namespace reprise::reporters
