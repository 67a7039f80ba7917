#include "cli/run_options.hpp"

#include <map>
#include <stdexcept>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "config/option_text.hpp"

namespace reprise::runner {
namespace {

using std::chrono::milliseconds;

constexpr const char* k_rows = "Which rows";
constexpr const char* k_running = "How they run";
constexpr const char* k_browser = "Browser";
constexpr const char* k_results = "Results";
constexpr const char* k_learning = "Healing";
constexpr const char* k_configuration = "Configuration";

// A word → a value, without CLI11's own listing of them, which is longer than a line.
template <class Value>
CLI::CheckedTransformer words(std::map<std::string, Value> known) {
    CLI::CheckedTransformer transformer{std::move(known)};
    transformer.description("");
    return transformer;
}

CLI::Option* add_milliseconds(CLI::App& command, const std::string& name, std::optional<milliseconds>& target,
                              const std::string& description) {
    return command
        .add_option_function<int>(
            name, [&target](const int& ms) { target = milliseconds{ms}; }, description)
        ->check(CLI::PositiveNumber)
        ->type_name("MS")
        ->take_last();
}

void add_running_options(CLI::App& command, RunOptions& options) {
    command.option_defaults()->group(k_running);
    command.add_option("--workers,-j", options.workers, "Rows in parallel (default: the recording's, 1)")
        ->envname("REPRISE_WORKERS")
        ->check(CLI::Range(1, 64))
        ->type_name("N")
        ->take_last();
    command.add_option("--retries", options.retries, "More attempts of a failed row (recording's, 2)")
        ->envname("REPRISE_RETRIES")
        ->check(CLI::Range(0, 100))
        ->type_name("N")
        ->take_last();
    command.add_option("--base-url", options.base_url, "Run against this host instead of the recorded one")
        ->envname("REPRISE_BASE_URL")
        ->type_name("URL")
        ->take_last();
    add_milliseconds(command, "--timeout", options.row_timeout, "Deadline of a row (default 30000)");
    add_milliseconds(command, "--step-timeout", options.step_timeout, "How long a step waits (default 5000)");
    command.add_option("--max-failures,-x", options.max_failures, "Stop after so many failed rows")
        ->check(CLI::PositiveNumber)
        ->type_name("N")
        ->take_last();
    command.add_flag("--stop-on-error", options.stop_on_error, "Stop after the first failed row");
    command.add_flag("--resume", options.resume, "Continue the run before: finished rows are kept");
}

void add_result_options(CLI::App& command, RunOptions& options) {
    command.option_defaults()->group(k_results);
    command.add_option("--reporter", options.reporters, "line,list,dot,json,junit[-strict],supabase; =PATH")
        ->envname("REPRISE_REPORTER")
        ->type_name("LIST")
        ->take_last();
    command.add_option("--output,-o", options.output, "Folder for reports (default test-results/<run>)")
        ->type_name("DIR")
        ->take_last();
    command.add_flag("--fail-on-flaky", options.fail_on_flaky, "Exit 6 when a row passed only after a retry");
    command.add_flag("--pass-with-no-tests", options.pass_with_no_tests, "Exit 0 when nothing is selected");
    command.add_flag("--quiet,-q", options.quiet, "No live report");
}

void add_publishing(CLI::App& command, PortalOptions& portal) {
    command.option_defaults()->group(k_results);
    // A flag, that it may stand alone before a recording.
    command.add_flag("--publish{try}", portal.publish, "To the portal: =try (default), =require, =off")
        ->envname("REPRISE_PUBLISH")
        ->transform(words<PublishMode>(
            {{"off", PublishMode::off}, {"try", PublishMode::attempt}, {"require", PublishMode::require}}))
        ->take_last();
    add_publish_timeout(command, portal);
}

}  // namespace

void add_publish_timeout(CLI::App& command, PortalOptions& portal) {
    const auto set = [&portal](const int& ms) { portal.at_end = milliseconds{ms}; };
    command.add_option_function<int>("--publish-timeout", set, "Longest wait for the portal at the end (30000)")
        ->check(CLI::PositiveNumber)
        ->type_name("MS")
        ->take_last();
}

void add_config_options(CLI::App& command, ConfigChoice& choice) {
    command.option_defaults()->group(k_configuration);
    command.add_option("--config", choice.file, "reprise.toml (default: here or in a folder above)")
        ->check(CLI::ExistingFile)
        ->type_name("FILE")
        ->take_last();
    command.add_option("--profile", choice.profile, "Profile of it (REPRISE_PROFILE; default \"default\")")
        ->type_name("NAME")
        ->take_last();
}

void add_selection(CLI::App& command, RunOptions& options, std::vector<std::string>& data) {
    command.option_defaults()->group("Options");
    command.add_option("recordings", options.recordings, "Recordings, folders of them, or test programs")
        ->check(CLI::ExistingPath);
    command.option_defaults()->group(k_rows);
    command.add_option("--data,-d", data, "Data rows for all recordings, or for one")->type_name("[NAME=]FILE");
    command.add_option("--grep,-g", options.grep, "Only rows whose id matches this regular expression")
        ->type_name("REGEX")
        ->take_last();
    command.add_option("--row", options.rows, "Only these: positions from 1, or row ids")
        ->type_name("3,7-9")
        ->take_last();
}

void add_shard_options(CLI::App& command, RunOptions& options) {
    command.option_defaults()->group(k_rows);
    const auto set = [&options](const std::string& text) {
        try {
            options.shard = parse_shard(text);
        } catch (const std::invalid_argument& error) {
            throw CLI::ValidationError("--shard", error.what());
        }
    };
    command.add_option_function<std::string>("--shard", set, "Only this machine's part of the rows, such as 2/5")
        ->type_name("I/N")
        ->take_last();
    command.add_option("--shard-by", options.shard_by, "order: in turn (default); time: equally long parts")
        ->transform(words<ShardBy>({{"order", ShardBy::order}, {"time", ShardBy::time}}))
        ->type_name("HOW")
        ->take_last();
    command.add_option("--timings", options.timings, "JSON report with the times (default: the history's)")
        ->type_name("FILE")
        ->take_last();
}

void add_history_option(CLI::App& command, std::filesystem::path& history) {
    command.option_defaults()->group(k_learning);
    command.add_option("--history", history, "What earlier runs have taught (default .reprise)")
        ->envname("REPRISE_HISTORY")
        ->type_name("DIR")
        ->take_last();
}

void add_run_options(CLI::App& command, RunOptions& options) {
    add_shard_options(command, options);
    command.add_flag("--last-failed", options.last_failed, "Only those that did not pass in the run before");
    command.add_option("--repeat-each", options.repeat_each, "Each row so many times (default 1)")
        ->check(CLI::PositiveNumber)
        ->type_name("N")
        ->take_last();
    add_running_options(command, options);
    add_result_options(command, options);
    command.add_option("--video", options.video, "Films of rows: off (default), on, retain-on-failure")
        ->envname("REPRISE_VIDEO")
        ->transform(words<KeepMode>(keep_modes()))
        ->type_name("MODE")
        ->take_last();
    add_publishing(command, options.portal);
    command.option_defaults()->group(k_browser);
    add_viewport_option(command, options.width, options.height);
    command.add_option("--browser", options.browser, "Its binary (REPRISE_BROWSER; default: the one found)")
        ->type_name("FILE")
        ->take_last();
    command.add_flag("--headed", options.headed, "Show the browser");
    command.add_flag("--no-sandbox", options.no_sandbox, "Run Chromium without its sandbox");
    add_history_option(command, options.history);
    command.add_option("--healing", options.healing, "off, suggest, autonomous (recording's)")
        ->envname("REPRISE_HEALING")
        ->transform(words<HealingMode>(
            {{"off", HealingMode::off}, {"suggest", HealingMode::suggest}, {"autonomous", HealingMode::autonomous}}))
        ->type_name("MODE")
        ->take_last();
}

void add_viewport_option(CLI::App& command, int& width, int& height) {
    const auto set = [&width, &height](const std::string& text) {
        const auto size = parse_viewport(text);
        if (!size) {
            throw CLI::ValidationError("--viewport",
                                       fmt::format("\"{}\": expected WIDTHxHEIGHT, such as 1366x900", text));
        }
        std::tie(width, height) = *size;
    };
    command.add_option_function<std::string>("--viewport", set, "Size of the page in CSS px (default 1280x720)")
        ->type_name("WxH")
        ->take_last();
}

// The key is in the environment: what stands in a command line can be read by other users of the machine.
void add_vision_model_options(CLI::App& command, VisionModelSettings& model) {
    command.option_defaults()->group("Vision model (needs ANTHROPIC_API_KEY; pictures of pages are sent to it)");
    command
        .add_option_function<std::string>(
            "--vision-model", [&](const std::string& name) { model.model = name == "off" ? "" : name; },
            "Ask it about elements that healing is not sure of")
        ->envname("REPRISE_VISION_MODEL")
        ->type_name("NAME|on|off")
        ->take_last();
    command.add_option("--vision-requests", model.max_requests, "At most so many requests a run (default 20)")
        ->envname("REPRISE_VISION_REQUESTS")
        ->check(CLI::NonNegativeNumber)
        ->type_name("N")
        ->take_last();
    command.add_option("--vision-tokens", model.max_tokens, "No further one after so many tokens (default 100000)")
        ->envname("REPRISE_VISION_TOKENS")
        ->check(CLI::NonNegativeNumber)
        ->type_name("N")
        ->take_last();
    command
        .add_option_function<int>(
            "--vision-timeout", [&](const int& ms) { model.timeout = milliseconds{ms}; },
            "Longest wait for an answer, in ms (10000)")
        ->envname("REPRISE_VISION_TIMEOUT")
        ->check(CLI::PositiveNumber)
        ->type_name("MS")
        ->take_last();
}

}  // namespace reprise::runner
