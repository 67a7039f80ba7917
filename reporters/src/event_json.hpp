// Run events as JSON and back. The journal and the `json` report share these shapes; docs/reports.md describes them.
//
// Thread contract: pure functions.
#pragma once

#include <boost/json/fwd.hpp>

#include <reprise/reporters/event.hpp>

namespace reprise::reporters {

boost::json::object to_json(const TestCase& test);
boost::json::object to_json(const StepResult& step);
boost::json::object to_json(const AttemptResult& attempt);
boost::json::object to_json(const TestResult& result);
boost::json::object to_json(const RunInfo& info);
boost::json::object to_json(const Counts& counts);
boost::json::object to_json(const RunResult& result);

// Each throws std::runtime_error naming the member that is missing or of the wrong kind. Unknown members are skipped.
TestCase test_case_from_json(const boost::json::object& object);
AttemptResult attempt_from_json(const boost::json::object& object);
TestResult test_result_from_json(const boost::json::object& object);
RunInfo run_info_from_json(const boost::json::object& object);
RunResult run_result_from_json(const boost::json::object& object);

}  // namespace reprise::reporters
