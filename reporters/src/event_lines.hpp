// Events as lines of JSON, each with its line feed: the form of the journal, and of events between processes.
//
// Thread contract: pure functions.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include <reprise/reporters/event.hpp>

namespace reprise::reporters {

std::string run_started_line(const RunInfo& info);
std::string test_started_line(const TestCase& test, int worker);
std::string attempt_finished_line(const TestCase& test, const AttemptResult& attempt);
std::string test_finished_line(const TestResult& result);
std::string run_finished_line(const RunResult& result);

// Throws std::runtime_error when the line is no JSON object.
boost::json::object parse_event_line(std::string_view line);

// 0, or the errno of the write that failed; part of `text` may have been written then.
int write_whole(int fd, std::string_view text);

}  // namespace reprise::reporters
