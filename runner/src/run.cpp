#include <reprise/runner/run.hpp>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>
#include <reprise/reporters/journal.hpp>
#include <reprise/reporters/report.hpp>

#include "binaries/run_binaries.hpp"
#include "engine/earlier_run.hpp"
#include "engine/interrupt_watch.hpp"
#include "engine/interruption.hpp"
#include "engine/publishing.hpp"
#include "engine/run_output.hpp"
#include "engine/scheduler.hpp"
#include "engine/selection.hpp"
#include "healing/memory.hpp"
#include "healing/vision_model.hpp"
#include "sharding/durations.hpp"

namespace reprise::runner {
namespace {

namespace fs = std::filesystem;
using reporters::ReporterSpec;

int worker_count(const RunOptions& options, const Selection& selection) {
    int workers = 1;
    for (const auto& test : selection.tests) workers = std::max(workers, test.suite->settings.concurrency);
    workers = options.workers.value_or(workers);
    return std::max(1, std::min(workers, static_cast<int>(selection.tests.size())));
}

// Null: nothing is to be remembered, or the folder cannot be used, which is a warning.
std::shared_ptr<History> open_history(const RunOptions& options, Selection& selection) {
    if (options.history.empty() || selection.tests.empty()) return nullptr;
    try {
        return std::make_shared<History>(options.history);
    } catch (const std::exception& error) {
        selection.warnings.push_back(fmt::format("nothing is remembered of this run: {}", error.what()));
        return nullptr;
    }
}

bool heals(const Selection& selection) {
    return std::ranges::any_of(selection.tests, [](const PlannedTest& test) {
        const auto& settings = test.suite->settings;
        return settings.job.enable_healing && settings.healing.mode != HealingMode::off;
    });
}

// Starts the first browser, so that a run without one ends here, and tells of it.
void describe_browser(BrowserPool& browsers, const RunOptions& options, reporters::RunInfo& info,
                      std::vector<std::string>& warnings) {
    const auto browser = browsers.get(0);
    info.browser = browser.version();
    info.sandbox = browser.sandboxed();
    if (info.sandbox) return;
    warnings.push_back(options.no_sandbox
                           ? "Chromium runs without its sandbox, as asked for"
                           : "Chromium runs without its sandbox, because it runs as root: run as another user "
                             "when the pages are not your own");
}

// What a continued run tells of itself is what the run before it told, as far as it is the same.
reporters::RunInfo describe_run(const Selection& selection, const std::optional<Resumption>& resumption,
                                const std::string& run_id, const fs::path& output, int workers) {
    reporters::RunInfo info{.run_id = run_id,
                            .started_at = std::chrono::system_clock::now(),
                            .total_tests = selection.tests.size(),
                            .workers = workers,
                            .reprise_version = REPRISE_VERSION,
                            .output_folder = output.generic_string()};
    if (!resumption) return info;
    const auto& before = resumption->journal.info();
    info.run_id = before.run_id;
    info.started_at = before.started_at;
    info.total_tests += resumption->kept.size();
    info.browser = before.browser;
    info.sandbox = before.sandbox;
    return info;
}

void check_combination(const RunOptions& options) {
    if (!options.resume) return;
    if (options.last_failed) {
        throw std::invalid_argument(
            "--resume and --last-failed exclude each other: the run that is continued has its rows");
    }
    if (options.shard && options.shard_by == ShardBy::time && options.timings.empty()) {
        throw std::invalid_argument(
            "--resume with --shard-by time needs --timings: the durations in the history have changed since, and with "
            "them the split");
    }
}

// Everything between a good selection and the exit code.
ExitCode run_selected(const RunOptions& options, Selection selection, const std::optional<Resumption>& resumption,
                      const std::vector<ReporterSpec>& specs, const std::optional<VisionModel::Access>& access,
                      Publishing publishing, std::vector<reporters::supabase::PublishedSuite> suites) {
    const auto run_id = make_run_id();
    const auto output = resumption ? resumption->folder : make_output_folder(options, run_id);
    auto journal = std::make_shared<reporters::Journal>(output / "journal.jsonl");
    reporters::EventStream events{journal};
    for (const auto& secret : selection.secrets) {
        if (!events.redactor().add(secret)) {
            selection.warnings.push_back(fmt::format("a secret of fewer than {} characters cannot be hidden in reports",
                                                     reporters::Redactor::k_shortest_secret));
        }
    }
    std::optional<VisionModel> model;
    if (access) {
        events.redactor().add(access->key);
        model.emplace(options.vision_model, *access, &events.redactor());
    }
    if (!options.quiet) add_live_reporters(events, specs);
    publishing.listen(events, output, std::move(suites));
    const int workers = worker_count(options, selection);
    Interruption interruption;
    InterruptWatch watch{[&](int signal) {
        fmt::print(stderr, "\nreprise: {}: ending the run, reports follow (again to stop at once)\n",
                   ::strsignal(signal));
        if (model) model->stop();
        interruption.happened();
    }};
    BrowserPool browsers{{.executable = options.browser,
                          .window = options.headed ? cdp::WindowMode::headed : cdp::WindowMode::headless,
                          .sandbox = options.no_sandbox ? cdp::Sandbox::off : cdp::Sandbox::automatic,
                          .width_px = options.width,
                          .height_px = options.height},
                         workers};
    auto info = describe_run(selection, resumption, run_id, output, workers);
    if (!selection.tests.empty()) describe_browser(browsers, options, info, selection.warnings);
    const auto history = open_history(options, selection);
    std::shared_ptr<DurationKeeper> durations;
    if (history) events.add(durations = std::make_shared<DurationKeeper>(history));
    if (resumption) {
        events.run_resumed(std::move(info), resumption->journal,
                           [&](const reporters::TestCase& test) { return resumption->kept.contains(test.id); });
    } else {
        events.run_started(std::move(info));
    }
    HealingMemory memory{heals(selection) ? history : nullptr, model ? &*model : nullptr};
    Scheduler scheduler{selection.tests,
                        browsers,
                        events,
                        {.workers = workers,
                         .max_failures = options.max_failures,
                         .output = output,
                         .base_url = options.base_url,
                         .memory = &memory,
                         .video = options.video}};
    interruption.ends([&] { scheduler.interrupt(); });
    scheduler.run();
    interruption.ends({});
    if (auto problem = memory.take_problem()) selection.warnings.push_back(std::move(*problem));
    if (durations) {
        if (auto problem = durations->save()) selection.warnings.push_back(std::move(*problem));
    }
    const auto result = events.run_finished(scheduler.interrupted(), selection.warnings);
    if (model && !options.quiet) {
        const auto spent = model->spent();
        fmt::print(stderr, "reprise: the vision model was asked {} times, for {} tokens\n", spent.requests,
                   spent.tokens);
    }
    const bool written = write_reports_of_run(specs, output);
    browsers.close();
    const bool published = publishing.finish();
    return exit_code(result, options, written && published);
}

}  // namespace

ExitCode run(const RunOptions& options) {
    try {
        if (runs_binaries(options)) return run_binaries(options);
        const auto specs = reporter_specs(options);
        std::optional<VisionModel::Access> access;
        if (!options.vision_model.model.empty()) access = VisionModel::access_from_environment();
        check_combination(options);
        auto selection = select_tests(options);
        if (selection.tests.empty() && !selection.empty_shard) {
            if (options.pass_with_no_tests) return ExitCode::passed;
            fmt::print(stderr, "reprise: nothing selected: {}\n", selection.why_empty);
            return ExitCode::nothing_selected;
        }
        if (selection.empty_shard) fmt::print(stderr, "reprise: {}\n", selection.why_empty);
        Publishing publishing{options, specs};
        std::vector<reporters::supabase::PublishedSuite> suites;
        if (publishing.wanted()) suites = published_suites(selection.tests, options.headed);
        std::optional<Resumption> resumption;
        if (options.resume) {
            resumption = resume_run(earlier_run_folder(options.output), selection);
            fmt::print(stderr, "reprise: {} continues: {} finished, {} to run\n", resumption->folder.generic_string(),
                       resumption->kept.size(), selection.tests.size());
            if (publishing.wanted()) {
                resumption->journal.for_each_test(
                    [&](const reporters::TestResult& result) { add_test(suites, result.test); });
            }
        }
        return run_selected(options, std::move(selection), resumption, specs, access, std::move(publishing),
                            std::move(suites));
    } catch (const DataError& error) {
        fmt::print(stderr, "{}\n", error.what());
        return ExitCode::bad_input;
    } catch (const std::invalid_argument& error) {
        fmt::print(stderr, "reprise: {}\n", error.what());
        return ExitCode::bad_input;
    } catch (const cdp::LaunchError& error) {
        fmt::print(stderr, "reprise: {}\n", error.what());
        return ExitCode::internal;
    } catch (const fs::filesystem_error& error) {
        fmt::print(stderr, "reprise: {}\n", error.what());
        return ExitCode::not_written;
    } catch (const std::system_error& error) {
        fmt::print(stderr, "reprise: {}\n", error.what());
        return ExitCode::not_written;
    } catch (const std::exception& error) {
        fmt::print(stderr, "reprise: internal error: {}\n", error.what());
        return ExitCode::internal;
    }
}

std::vector<std::string> list_tests(const RunOptions& options) {
    if (runs_binaries(options)) return list_tests_of_binaries(options);
    std::vector<std::string> ids;
    for (const auto& test : select_tests(options).tests) ids.push_back(test.test.id);
    return ids;
}

std::vector<Problem> check(const RunOptions& options) {
    return check_all(options);
}

}  // namespace reprise::runner
