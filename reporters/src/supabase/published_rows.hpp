// Rows of the portal's tables, in the columns of our own migrations, made from the events of a run.
//
// Thread contract: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include <reprise/reporters/event.hpp>
#include <reprise/reporters/supabase/publisher.hpp>
#include <reprise/reporters/supabase/rows.hpp>

namespace reprise::reporters::supabase {

// The name space of all ids that are made here.
inline constexpr std::string_view k_id_space = "b6f3a1de-5c1f-5f0b-9a55-3f7c1f0e2d71";

// Of a recording that has no UUID of its own: the same for the same owner, name and path.
std::string recording_id(const PublishedSuite& suite, std::string_view owner);
std::string job_id(std::string_view run_id, std::string_view suite);

boost::json::object recording_row(const PublishedSuite& suite, std::string_view id);
boost::json::object job_row(const RunInfo& run, const PublishedSuite& suite, std::string_view id,
                            std::string_view recording);
boost::json::object running_row(const TestCase& test, const RowPlace& place, WallTime started);
boost::json::object result_row(const TestResult& result, const RowPlace& place);

// Lines of a row's log. Their ids follow from what they tell of, so that a line told while the row ran and the same one
// made from its result are one.
boost::json::object started_line(const TestCase& test, const RowPlace& place, WallTime time, int worker);
boost::json::object step_line(const StepResult& step, const RowPlace& place, int attempt, int number, WallTime time);
boost::json::object attempt_line(const AttemptResult& attempt, const RowPlace& place, WallTime time);
// All of them; those of steps only when `steps`. The last one is not before `not_before`.
std::vector<boost::json::object> lines_of(const TestResult& result, const RowPlace& place, bool steps,
                                          WallTime not_before);
WallTime end_of(const AttemptResult& attempt);

std::vector<boost::json::object> healing_rows(const TestResult& result, const RowPlace& place,
                                              std::string_view recording);

// The picture that shows the row's failure: a path in the run's folder; empty: there is none.
std::string picture_of(const TestResult& result);

}  // namespace reprise::reporters::supabase
