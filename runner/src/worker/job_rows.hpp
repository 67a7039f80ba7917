// What came of a row, as the portal's tables have it: in the columns of supabase/migrations.
#pragma once

#include <map>
#include <string>

#include <boost/json/object.hpp>

#include <reprise/reporters/event.hpp>

#include "worker/job_queue.hpp"

namespace reprise::runner {

enum class LogLevel { info, warn, error };

// `result`: secrets already replaced. `pictures`: path of an attachment → its key in the bucket; what is not in there
// is not mentioned. Ids follow from job, attempt and row: what is sent twice is there once.
JobRows rows_of(const Claim& claim, const reporters::TestResult& result,
                const std::map<std::string, std::string>& pictures);

// A line about the job as a whole; `number` tells it from the others of this attempt.
boost::json::object job_log(const Claim& claim, LogLevel level, const std::string& message, int number);

}  // namespace reprise::runner
