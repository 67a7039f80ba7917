// What happens in a run, as plain values: the vocabulary between those who run rows and those who report them.
//
// Order of calls: run_started, then per row test_started, (attempt_started, step_finished*, attempt_finished)+,
// test_finished; rows of different slots interleave; run_finished is last, also after Ctrl-C.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <reprise/reporters/healing.hpp>

namespace reprise::reporters {

using WallTime = std::chrono::system_clock::time_point;
using Milliseconds = std::chrono::milliseconds;
using StringMap = std::vector<std::pair<std::string, std::string>>;  // keeps the order of the source

// How one attempt, or a row as a whole, ended.
enum class Status {
    passed,
    failed,       // an assertion, a locator or an action failed
    timed_out,    // the row's deadline passed
    crashed,      // the browser or the page died, or could not be started: an infrastructure error
    interrupted,  // Ctrl-C or SIGTERM while it ran
    skipped,      // selected but not run: stop_on_error, max failures, interruption before its start
};

// The verdict on a row after all its attempts. `flaky` passed, but not at first.
enum class Outcome { passed, failed, flaky, skipped, interrupted };

enum class RunStatus { passed, failed, interrupted };

struct Failure {
    std::string type;     // error class, such as "TimeoutError"
    std::string message;  // first line: the call as written and what happened; then the call log
    std::optional<int> step_number{};
    std::string step_label{};
};

// A file saved for a row. `path` is relative to the run's folder; its characters are [A-Za-z0-9._/-].
struct Attachment {
    std::string name;  // "failure.png"
    std::string content_type;
    std::string path;
};

// A data row of a recording, or a test written in C++: one test.
struct TestCase {
    std::string id;                // unique in the run and stable between runs: "<suite>/<row id>", "<suite>.<test>"
    std::string suite{};           // stable name of the recording: its path without folder and extension; test suite
    std::string row_id{};          // "r0001", or the row's own id; name of the test
    std::size_t ordinal{};         // place in the run's order, from 0; reports are sorted by it
    std::string recording_path{};  // as given on the command line, '/' as separator; empty: a test written in C++
    std::string recording_name{};  // the recording's `name`
    std::string data_path{};       // empty: the recording ran without data
    int data_line{};               // line on which the row starts, from 1; 0 without data
    int row_index{};               // from 0, within the data file
    StringMap row_data{};          // secrets already replaced
    std::size_t total_steps{};
    std::vector<std::string> tags{};
    std::string source_path{};  // of a test written in C++
    int source_line{};          // from 1
};

struct StepResult {
    int step_number{};
    std::string label;
    std::string event;  // canonical event name
    bool success{};
    Milliseconds duration{};
    std::string strategy{};  // what found the element, such as "data-testid"; empty: no element needed
    std::string message{};   // "Element found by id, 7 of 7 clues agree"
    std::string error{};     // empty on success
    bool healing_attempted{};
    bool healing_success{};
};

struct AttemptResult {
    int attempt{1};  // from 1
    Status status{};
    WallTime started_at{};
    Milliseconds duration{};
    int worker{};  // slot that ran it, from 0
    std::vector<StepResult> steps{};
    std::optional<Failure> failure{};
    std::vector<Attachment> attachments{};
    StringMap extracted_data{};
    std::vector<std::string> notes{};  // accepted dialogs, relaunched browser, ...
    std::vector<HealingLog> healing{};
};

struct TestResult {
    TestCase test;
    Outcome outcome{};
    std::vector<AttemptResult> attempts{};  // empty only when skipped
    std::string skip_reason{};
};

struct RunInfo {
    std::string run_id;
    WallTime started_at{};
    std::size_t total_tests{};
    int workers{1};
    std::string reprise_version{};
    std::string browser{};        // "HeadlessChrome/156.0.8078.79"; empty until known
    bool sandbox{true};           // false: Chromium ran without its sandbox
    std::string output_folder{};  // holds journal, reports, attachments
    StringMap environment{};      // facts worth keeping with the result: os, CI job; never secrets
};

struct Counts {
    std::size_t total{}, passed{}, failed{}, flaky{}, skipped{}, interrupted{};
};

struct RunResult {
    RunStatus status{};
    WallTime ended_at{};
    Milliseconds duration{};
    Counts counts{};
    std::vector<std::string> warnings{};  // "running as root: Chromium runs without its sandbox"
};

}  // namespace reprise::reporters
