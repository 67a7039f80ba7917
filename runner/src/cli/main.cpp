// The program `reprise`: a thin shell over the runner library.
#include <algorithm>
#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <reprise/cdp/error.hpp>
#include <reprise/runner/locate.hpp>
#include <reprise/runner/run.hpp>

#include "cli/heal_command.hpp"
#include "data/nearest_name.hpp"

namespace {

using reprise::runner::ExitCode;
using reprise::runner::RunOptions;

// "order=customers.csv" or "customers.csv".
std::pair<std::string, std::string> split_data(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) return {"", text};
    return {text.substr(0, equals), text.substr(equals + 1)};
}

void add_selection(CLI::App& command, RunOptions& options, std::vector<std::string>& data) {
    command.add_option("recordings", options.recordings, "Recordings, or folders of them")
        ->required()
        ->check(CLI::ExistingPath);
    command.add_option("--data,-d", data, "Data rows for all recordings, or for one")->type_name("[NAME=]FILE");
    command.add_option("--grep,-g", options.grep, "Only rows whose id matches this regular expression")
        ->type_name("REGEX")
        ->take_last();
    command.add_option("--row", options.rows, "Only these: positions from 1, or row ids")
        ->type_name("3,7-9")
        ->take_last();
}

void add_viewport_option(CLI::App& command, int& width, int& height) {
    const auto set = [&width, &height](const std::string& text) {
        char end = 0;
        constexpr int k_most = 16384;
        if (std::sscanf(text.c_str(), "%dx%d%c", &width, &height, &end) == 2 && width > 0 && height > 0 &&
            width <= k_most && height <= k_most) {
            return;
        }
        throw CLI::ValidationError("--viewport", fmt::format("\"{}\": expected WIDTHxHEIGHT, such as 1366x900", text));
    };
    command.add_option_function<std::string>("--viewport", set, "Size of the page in CSS px (default 1280x720)")
        ->type_name("WxH")
        ->take_last();
}

void add_run_options(CLI::App& command, RunOptions& options) {
    command.add_option("--workers,-j", options.workers, "Rows in parallel (default: the recording's, 1)")
        ->envname("REPRISE_WORKERS")
        ->check(CLI::Range(1, 64))
        ->take_last();
    command.add_option("--retries", options.retries, "More attempts of a failed row (recording's, 2)")
        ->envname("REPRISE_RETRIES")
        ->check(CLI::Range(0, 100))
        ->take_last();
    command.add_option("--base-url", options.base_url, "Run against this host instead of the recorded one")
        ->envname("REPRISE_BASE_URL")
        ->type_name("URL")
        ->take_last();
    command
        .add_option_function<int>(
            "--timeout", [&](const int& ms) { options.row_timeout = std::chrono::milliseconds{ms}; },
            "Deadline of a row in ms (default 30000)")
        ->check(CLI::PositiveNumber)
        ->take_last();
    command
        .add_option_function<int>(
            "--step-timeout", [&](const int& ms) { options.step_timeout = std::chrono::milliseconds{ms}; },
            "How long a step waits, in ms (default 5000)")
        ->check(CLI::PositiveNumber)
        ->take_last();
    command.add_option("--max-failures,-x", options.max_failures, "Stop after so many failed rows")
        ->check(CLI::PositiveNumber)
        ->take_last();
    command.add_flag("--stop-on-error", options.stop_on_error, "Stop after the first failed row");
    command.add_option("--reporter", options.reporters, "line,list,dot,json,junit,junit-strict; NAME=PATH")
        ->envname("REPRISE_REPORTER")
        ->type_name("LIST")
        ->take_last();
    command.add_option("--output,-o", options.output, "Folder for reports (default test-results/<run>)")
        ->type_name("DIR")
        ->take_last();
    command.add_option("--healing", options.healing, "off, suggest, autonomous (recording's)")
        ->envname("REPRISE_HEALING")
        ->transform(CLI::CheckedTransformer(std::map<std::string, reprise::runner::HealingMode>{
                                                {"off", reprise::runner::HealingMode::off},
                                                {"suggest", reprise::runner::HealingMode::suggest},
                                                {"autonomous", reprise::runner::HealingMode::autonomous}})
                        .description(""))
        ->type_name("MODE")
        ->take_last();
    command.add_option("--history", options.history, "What earlier runs have taught (default .reprise)")
        ->envname("REPRISE_HISTORY")
        ->type_name("DIR")
        ->take_last();
    add_viewport_option(command, options.width, options.height);
    command.add_flag("--headed", options.headed, "Show the browser");
    command.add_flag("--no-sandbox", options.no_sandbox, "Run Chromium without its sandbox");
    command.add_flag("--fail-on-flaky", options.fail_on_flaky, "Exit 6 when a row passed only after a retry");
    command.add_flag("--pass-with-no-tests", options.pass_with_no_tests, "Exit 0 when nothing is selected");
    command.add_flag("--quiet,-q", options.quiet, "No live report");
}

// The key is in the environment: what stands in a command line can be read by other users of the machine.
void add_vision_model_options(CLI::App& command, reprise::runner::VisionModelSettings& model) {
    const std::string group = "Vision model (needs ANTHROPIC_API_KEY; pictures of pages are sent to it)";
    command
        .add_option_function<std::string>(
            "--vision-model", [&](const std::string& name) { model.model = name == "off" ? "" : name; },
            "Ask it about elements that healing is not sure of")
        ->envname("REPRISE_VISION_MODEL")
        ->type_name("NAME|on|off")
        ->take_last()
        ->group(group);
    command.add_option("--vision-requests", model.max_requests, "At most so many requests a run (default 20)")
        ->envname("REPRISE_VISION_REQUESTS")
        ->check(CLI::NonNegativeNumber)
        ->type_name("N")
        ->take_last()
        ->group(group);
    command.add_option("--vision-tokens", model.max_tokens, "No further one after so many tokens (default 100000)")
        ->envname("REPRISE_VISION_TOKENS")
        ->check(CLI::NonNegativeNumber)
        ->type_name("N")
        ->take_last()
        ->group(group);
    command
        .add_option_function<int>(
            "--vision-timeout", [&](const int& ms) { model.timeout = std::chrono::milliseconds{ms}; },
            "Longest wait for an answer, in ms (10000)")
        ->envname("REPRISE_VISION_TIMEOUT")
        ->check(CLI::PositiveNumber)
        ->type_name("MS")
        ->take_last()
        ->group(group);
}

void add_locate_options(CLI::App& command, reprise::runner::LocateOptions& options) {
    command.add_option("url", options.url, "The page to look at, whatever the list says")->type_name("URL");
    command.add_option("--bundles,-b", options.bundles, "What to find: a list of bundles, or one")
        ->required()
        ->check(CLI::ExistingFile)
        ->type_name("FILE");
    command.add_option("--base-url", options.base_url, "Where the list's pages are")->type_name("URL");
    add_viewport_option(command, options.width, options.height);
    command.add_option("--threshold", options.threshold, "Least confidence of an answer (default 80)")
        ->check(CLI::Range(0, 100));
    command.add_option("--output,-o", options.output, "File for the results, JSON (default: for a person)")
        ->type_name("FILE");
    command.add_flag("--no-sandbox", options.no_sandbox, "Run Chromium without its sandbox");
}

ExitCode locate(reprise::runner::LocateOptions& options) {
    try {
        return reprise::runner::locate(options);
    } catch (const reprise::runner::DataError& error) {
        fmt::print(stderr, "{}\n", error.what());
        return ExitCode::bad_input;
    } catch (const std::invalid_argument& error) {
        fmt::print(stderr, "reprise: {}\n", error.what());
        return ExitCode::bad_input;
    } catch (const reprise::Error& error) {
        fmt::print(stderr, "reprise: {}\n", error.what());
        return ExitCode::internal;
    }
}

// "; did you mean --retries?" for the first word of the command line that is nearly a command or an option.
std::string suggestion(const CLI::App& app, const std::vector<std::string>& words) {
    std::vector<std::string> known;
    const CLI::App* command = nullptr;
    for (const auto* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
        known.push_back(sub->get_name());
        if (!words.empty() && words[0] == sub->get_name()) command = sub;
    }
    if (command != nullptr) {
        known.clear();
        for (const auto* option : command->get_options()) {
            for (const auto& name : option->get_lnames()) known.push_back("--" + name);
        }
    }
    constexpr std::size_t k_nearest = 3;
    for (const auto& word : words) {
        const auto name = word.substr(0, word.find('='));
        if (command != nullptr && !name.starts_with("--")) continue;
        if (std::ranges::find(known, name) != known.end()) continue;
        if (const auto nearest = reprise::runner::nearest_name(name, known, k_nearest))
            return fmt::format("; did you mean {}?", *nearest);
    }
    return {};
}

ExitCode validate(const RunOptions& options) {
    bool wrong = false;
    const auto problems = reprise::runner::check(options);
    for (const auto& problem : problems) {
        fmt::print(problem.severity == reprise::runner::Severity::error ? stderr : stdout, "{}\n", to_string(problem));
        wrong = wrong || problem.severity == reprise::runner::Severity::error;
    }
    if (!wrong) fmt::print("valid\n");
    return wrong ? ExitCode::bad_input : ExitCode::passed;
}

ExitCode list(const RunOptions& options) {
    try {
        const auto ids = reprise::runner::list_tests(options);
        for (const auto& id : ids) fmt::print("{}\n", id);
        return ids.empty() ? ExitCode::nothing_selected : ExitCode::passed;
    } catch (const reprise::runner::DataError& error) {
        fmt::print(stderr, "{}\n", error.what());
        return ExitCode::bad_input;
    }
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Runs recorded browser workflows as data-driven tests.", "reprise"};
    app.set_version_flag("--version", "reprise " REPRISE_VERSION);
    app.require_subcommand(1);
    app.footer(
        "Exit codes: 0 passed, 1 failed, 2 interrupted, 3 internal error or no browser,\n"
        "4 bad usage, recording or data, 5 nothing selected, 6 flaky (--fail-on-flaky),\n"
        "7 a report could not be written.");
    app.get_formatter()->column_width(28);
    RunOptions options;
    std::vector<std::string> data;
    auto* run = app.add_subcommand("run", "Run recordings, once per data row");
    add_selection(*run, options, data);
    add_run_options(*run, options);
    add_vision_model_options(*run, options.vision_model);
    auto* check = app.add_subcommand("validate", "Check recordings and data without running them");
    add_selection(*check, options, data);
    auto* show = app.add_subcommand("list", "Print the ids of the rows that would run");
    add_selection(*show, options, data);
    auto* find = app.add_subcommand("locate", "Find recorded elements on pages as they are now");
    reprise::runner::LocateOptions locate_options;
    reprise::runner::HealOptions heal_options;
    auto* review = add_heal_command(app, heal_options);
    add_locate_options(*find, locate_options);
    add_vision_model_options(*find, locate_options.vision_model);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
        fmt::print(stderr, "reprise: {}{}\nRun with --help for more information.\n", error.what(),
                   suggestion(app, {argv + 1, argv + argc}));
        return static_cast<int>(ExitCode::bad_input);
    }
    if (review->parsed()) return static_cast<int>(heal(*review, heal_options));
    if (find->parsed()) return static_cast<int>(locate(locate_options));
    for (const auto& text : data) options.data.push_back(split_data(text));
    if (check->parsed()) return static_cast<int>(validate(options));
    if (show->parsed()) return static_cast<int>(list(options));
    return static_cast<int>(reprise::runner::run(options));
}
