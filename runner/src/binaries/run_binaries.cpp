#include "binaries/run_binaries.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <regex>
#include <stdexcept>

#include <fmt/format.h>

#include <reprise/reporters/journal.hpp>
#include <reprise/runner/data_error.hpp>
#include <reprise/runner/history.hpp>

#include "binaries/binary_run.hpp"
#include "engine/interrupt_watch.hpp"
#include "engine/interruption.hpp"
#include "engine/narrowing.hpp"
#include "engine/publishing.hpp"
#include "engine/run_output.hpp"
#include "sharding/durations.hpp"

namespace reprise::runner {
namespace {

struct BinarySelection : SelectionOf<BinaryTest> {
    std::vector<std::unique_ptr<TestBinary>> binaries;
};

BinaryTest planned(const TestBinary& binary, const ListedTest& listed, bool several) {
    BinaryTest planned{.binary = &binary, .listed = &listed, .test = {}};
    auto& test = planned.test;
    const auto dot = listed.name.find('.');
    const auto prefix = several ? binary.name + "/" : std::string();
    test.id = prefix + listed.id;
    test.suite = prefix + listed.name.substr(0, dot);
    test.row_id = listed.name.substr(dot + 1);
    test.source_path = listed.file;
    test.source_line = listed.line;
    test.tags = listed.tags;
    return planned;
}

BinarySelection select(const RunOptions& options) {
    BinarySelection selection;
    const auto grep = grep_of(options);
    const bool several = options.recordings.size() > 1;
    for (const auto& path : options.recordings) {
        const auto& binary = *selection.binaries.emplace_back(std::make_unique<TestBinary>(list_tests_of(path)));
        for (const auto& listed : binary.tests) {
            ++selection.before_filters;
            auto test = planned(binary, listed, several);
            if (!grep || std::regex_search(test.test.id, *grep)) selection.tests.push_back(std::move(test));
        }
    }
    narrow(selection, options);
    return selection;
}

void check_options(const RunOptions& options) {
    const auto refuse = [](std::string_view option) {
        throw std::invalid_argument(fmt::format("{} is for recordings: test programs bring their own", option));
    };
    if (options.rows) refuse("--row");
    if (options.resume) throw std::invalid_argument("--resume is for recordings: test programs begin anew");
    if (options.repeat_each > 1) {
        throw std::invalid_argument("--repeat-each is for recordings: test programs have --gtest_repeat");
    }
}

// What the programs are to know of the options; their fixtures read it (docs/testing-with-gtest.md).
std::vector<std::string> environment_of(const RunOptions& options) {
    std::vector<std::string> variables{"REPRISE_HISTORY=" + options.history.string(),
                                       fmt::format("REPRISE_VIEWPORT={}x{}", options.width, options.height),
                                       "GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX"};
    for (const auto& [word, mode] : keep_modes()) {
        if (mode == options.video) variables.push_back("REPRISE_VIDEO=" + word);
    }
    if (options.base_url) variables.push_back("REPRISE_BASE_URL=" + *options.base_url);
    if (options.retries) variables.push_back(fmt::format("REPRISE_RETRIES={}", *options.retries));
    if (options.browser) variables.push_back("REPRISE_BROWSER=" + options.browser->string());
    if (options.headed) variables.emplace_back("REPRISE_HEADED=1");
    if (options.no_sandbox) variables.emplace_back("REPRISE_NO_SANDBOX=1");
    return variables;
}

ExitCode run_selected(const RunOptions& options, BinarySelection selection,
                      const std::vector<reporters::ReporterSpec>& specs, Publishing publishing) {
    const auto run_id = make_run_id();
    const auto output = make_output_folder(options, run_id);
    reporters::EventStream events{std::make_shared<reporters::Journal>(output / "journal.jsonl")};
    if (!options.quiet) add_live_reporters(events, specs);
    std::vector<reporters::supabase::PublishedSuite> suites;
    for (const auto& test : selection.tests) add_test(suites, test.test);
    publishing.listen(events, output, std::move(suites));
    std::shared_ptr<DurationKeeper> durations;
    if (!options.history.empty()) {
        try {
            durations = std::make_shared<DurationKeeper>(std::make_shared<History>(options.history));
            events.add(durations);
        } catch (const std::exception& error) {
            selection.warnings.push_back(fmt::format("nothing is remembered of this run: {}", error.what()));
        }
    }
    Interruption interruption;
    const InterruptWatch watch{[&](int signal) {
        fmt::print(stderr, "\nreprise: {}: ending the run, reports follow (again to stop at once)\n",
                   ::strsignal(signal));
        interruption.happened();
    }};
    const int most = static_cast<int>(std::max<std::size_t>(1, selection.tests.size()));
    const int workers = std::clamp(options.workers.value_or(1), 1, most);
    events.run_started({.run_id = run_id,
                        .started_at = std::chrono::system_clock::now(),
                        .total_tests = selection.tests.size(),
                        .workers = workers,
                        .reprise_version = REPRISE_VERSION,
                        .output_folder = output.generic_string()});
    BinaryRun run{selection.tests,
                  events,
                  {.workers = workers,
                   .retries = options.retries.value_or(0),
                   .max_failures = options.stop_on_error ? std::optional(1) : options.max_failures,
                   .test_timeout = options.row_timeout,
                   .output = output,
                   .environment = environment_of(options),
                   .several = options.recordings.size() > 1}};
    interruption.ends([&] { run.interrupt(); });
    run.run();
    interruption.ends({});
    if (durations) {
        if (auto problem = durations->save()) selection.warnings.push_back(std::move(*problem));
    }
    const auto result = events.run_finished(run.interrupted(), selection.warnings);
    const bool written = write_reports_of_run(specs, output);
    const bool published = publishing.finish();
    return exit_code(result, options, written && published);
}

}  // namespace

bool runs_binaries(const RunOptions& options) {
    const auto count = std::ranges::count_if(options.recordings, [](const auto& path) { return is_test_binary(path); });
    if (count == 0) return false;
    if (static_cast<std::size_t>(count) == options.recordings.size()) return true;
    const auto other = std::ranges::find_if(options.recordings, [](const auto& path) { return !is_test_binary(path); });
    throw DataError(
        Problem{.file = *other, .text = "no test program: run recordings and test programs one after the other"});
}

ExitCode run_binaries(const RunOptions& options) {
    check_options(options);
    const auto specs = reporter_specs(options);
    auto selection = select(options);
    if (selection.tests.empty() && !selection.empty_shard) {
        if (options.pass_with_no_tests) return ExitCode::passed;
        fmt::print(stderr, "reprise: nothing selected: {}\n", selection.why_empty);
        return ExitCode::nothing_selected;
    }
    if (selection.empty_shard) fmt::print(stderr, "reprise: {}\n", selection.why_empty);
    return run_selected(options, std::move(selection), specs, Publishing{options, specs});
}

std::vector<std::string> list_tests_of_binaries(const RunOptions& options) {
    check_options(options);
    std::vector<std::string> ids;
    for (const auto& test : select(options).tests) ids.push_back(test.test.id);
    return ids;
}

}  // namespace reprise::runner
