// A whole run: recordings × data rows, in parallel, reported. What the program `reprise run` is a shell over.
//
//     RunOptions options{.recordings = {"recordings/"}, .data = {{"", "customers.csv"}}, .workers = 2};
//     return static_cast<int>(run(options));
//
// One run at a time per process: SIGINT and SIGTERM are taken over while it goes on.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <reprise/runner/data_source.hpp>
#include <reprise/runner/keep_mode.hpp>
#include <reprise/runner/portal.hpp>
#include <reprise/runner/recording.hpp>
#include <reprise/runner/settings.hpp>
#include <reprise/runner/sharding.hpp>

namespace reprise::runner {

enum class ExitCode {
    passed = 0,
    failed = 1,
    interrupted = 2,  // reports were written
    internal = 3,     // internal error, or the browser could not be started
    bad_input = 4,    // usage, configuration, recording or data
    nothing_selected = 5,
    flaky = 6,        // passed only after a retry, with fail_on_flaky
    not_written = 7,  // a report or an upload could not be written
};

// Holds a folder for each run, and `latest`. Any other output folder holds one run.
inline constexpr const char* k_default_output = "test-results";

struct RunOptions {
    std::vector<std::string> recordings{};  // files, or folders: every *.json in them, by name
    // Recording (its suite name or file name; empty: all) → data file. Without an entry a data file of the same stem
    // beside the recording is used, if there is one.
    std::vector<std::pair<std::string, std::string>> data{};
    std::optional<std::string> grep{};  // ECMAScript regex, found in the id
    std::optional<std::string> rows{};  // "3,7-9": by position from 1; or row ids
    int repeat_each{1};                 // so many times each row; the further ones are named "<id>.repeat2", ...
    // Only this part of the rows that are left after the filters; the default is no part. The durations that
    // ShardBy::time goes by come from `timings`, the JSON report of an earlier run, or else from `history`.
    std::optional<Shard> shard{};
    ShardBy shard_by{ShardBy::order};
    std::filesystem::path timings{};
    // Only the rows that failed, were interrupted or never finished in the run before, as the journal in `output` (or
    // its `latest`) says.
    bool last_failed{};
    // Continues that run: rows that have finished are not run again, and reports cover all.
    bool resume{};
    std::optional<int> workers{};           // rows in parallel; default: the recordings' concurrency (1)
    std::optional<int> retries{};           // further attempts of a failed row; default: the recording's retryCount (2)
    std::optional<std::string> base_url{};  // takes the place of the origin the recording was made on
    std::optional<std::chrono::milliseconds> row_timeout{};
    std::optional<std::chrono::milliseconds> step_timeout{};
    std::optional<int> max_failures{};
    std::optional<HealingMode> healing{};            // default: the recordings' own (autonomous)
    VisionModelSettings vision_model{};              // its key and address come from the environment only
    std::filesystem::path history{".reprise"};       // what earlier runs have taught; empty: nothing is kept
    int width{1280}, height{720};                    // of the pages, CSS px
    std::optional<std::filesystem::path> browser{};  // binary; default as cdp::LaunchOptions
    bool stop_on_error{};
    KeepMode video{KeepMode::off};  // films of the rows' pages, among their attachments
    bool headed{};
    bool no_sandbox{};
    bool fail_on_flaky{};
    bool pass_with_no_tests{};
    bool quiet{};  // no live report
    // With `supabase` among the reporters the run is published as with PublishMode::attempt.
    PortalOptions portal{};
    std::string reporters{};  // "line,junit=out.xml"; default: line (list with CI set), json, junit
    std::filesystem::path output{k_default_output};
};

// Runs and reports. Errors of input and of the browser are told on stderr; nothing is thrown but by defects.
ExitCode run(const RunOptions& options);

// The tests that `options` selects, without running them; throws DataError.
std::vector<std::string> list_tests(const RunOptions& options);

// Reads and checks recordings and their data. Every finding, errors and warnings, in order.
std::vector<Problem> check(const RunOptions& options);

}  // namespace reprise::runner
