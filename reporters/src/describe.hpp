// How rows and failures are put into words, the same in every report.
//
// Thread contract: pure functions.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/reporters/event.hpp>

namespace reprise::reporters {

std::string place_of(const TestCase& test);   // "data/users.csv:3"; the recording's path when there is no data
std::string step_of(const Failure& failure);  // `step 4 "Save"`; empty when no step failed
std::string_view first_line(std::string_view text);
std::vector<std::string_view> lines_of(std::string_view text);

Milliseconds duration_of(const TestResult& result);  // of all attempts
int healed_steps(const TestResult& result);          // of the last attempt

// What the attempt failed with; made up from its status when it did not say.
Failure failure_of(const AttemptResult& attempt);

// What reports say of a row that started and never finished: interrupted, and why.
TestResult unfinished_result(const TestCase& test, const RunInfo& info);

// The path by which a reader in the current folder finds an attachment: relative when it lies below, else absolute.
std::string attachment_path(const std::filesystem::path& output_folder, const Attachment& attachment);

}  // namespace reprise::reporters
