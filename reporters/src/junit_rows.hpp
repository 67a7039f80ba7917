// What the two JUnit profiles share: suites with their sums, the verdict on a row, and its story as text.
//
// Thread contract: pure functions.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <reprise/reporters/event.hpp>

#include "xml_writer.hpp"

namespace reprise::reporters {

class JournalView;

enum class JunitVerdict { passed, failure, error, skipped };

// `error`: the infrastructure failed, or the row was cut off; nothing is known about the application under test.
JunitVerdict verdict_of(const TestResult& result);

struct SuiteSums {
    std::size_t tests{}, failures{}, errors{}, skipped{};
    Milliseconds time{};
    WallTime timestamp{};  // start of its first attempt
    std::string file{};    // recording, or source of the first test
};

// Names of the suites. After those of the journal, "reprise" when the run was cut short before all rows had started:
// its one row says how many are missing.
std::vector<std::string> junit_suites(const JournalView& journal);
std::vector<SuiteSums> sums_of_suites(const JournalView& journal);

// The rows of junit_suites()[suite]; those that never finished come last, as interrupted.
void for_each_row(const JournalView& journal, std::size_t suite, const std::function<void(const TestResult&)>& visit);

// Facts about the run, put into each suite.
void write_run_properties(XmlWriter& xml, const JournalView& journal);

// `<failure>` or `<error>` of a row that did not pass, by its last attempt.
void write_problem(XmlWriter& xml, const TestResult& result);

// Steps, notes and errors of all attempts. Attachments come first, one per line: consumers read `[[ATTACHMENT|path]]`
// greedily to the end of the line, and cut long outputs in the middle.
std::string story_of(const TestResult& result, const std::filesystem::path& output_folder);

std::string machine_name();  // "localhost" when it cannot be found out

}  // namespace reprise::reporters
