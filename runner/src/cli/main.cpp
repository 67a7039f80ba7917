// The program `reprise`: a thin shell over the runner library.
#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <reprise/cdp/error.hpp>
#include <reprise/runner/config.hpp>
#include <reprise/runner/locate.hpp>
#include <reprise/runner/run.hpp>

#include "binaries/run_binaries.hpp"
#include "cli/heal_command.hpp"
#include "cli/jobs_command.hpp"
#include "cli/publish_command.hpp"
#include "cli/recordings_command.hpp"
#include "cli/report_command.hpp"
#include "cli/run_options.hpp"
#include "cli/worker_command.hpp"
#include "config/option_text.hpp"
#include "data/nearest_name.hpp"

namespace {

using reprise::runner::ExitCode;
using reprise::runner::RunOptions;

void add_locate_options(CLI::App& command, reprise::runner::LocateOptions& options) {
    command.add_option("url", options.url, "The page to look at, whatever the list says")->type_name("URL");
    command.add_option("--bundles,-b", options.bundles, "What to find: a list of bundles, or one")
        ->required()
        ->check(CLI::ExistingFile)
        ->type_name("FILE");
    command.add_option("--base-url", options.base_url, "Where the list's pages are")->type_name("URL");
    reprise::runner::add_viewport_option(command, options.width, options.height);
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
        if (!ids.empty()) return ExitCode::passed;
        // A shard may be empty when the whole is not.
        auto whole = options;
        whole.shard.reset();
        return reprise::runner::list_tests(whole).empty() ? ExitCode::nothing_selected : ExitCode::passed;
    } catch (const reprise::runner::DataError& error) {
        fmt::print(stderr, "{}\n", error.what());
        return ExitCode::bad_input;
    }
}

// Everything that a command line can fill.
struct CommandLine {
    reprise::runner::ConfigChoice config;
    RunOptions options;
    // Of `list`, apart: CLI11 reads the environment for commands that were not called, too, and would overwrite what
    // `run` was told.
    RunOptions listing;
    std::vector<std::string> data;  // as written
    reprise::runner::LocateOptions locate;
    reprise::runner::HealOptions heal;
    reprise::runner::ReportOptions report;
    reprise::runner::WorkerCommand worker;
    reprise::runner::RecordingsOptions recordings;
    reprise::runner::JobsOptions jobs;
    reprise::runner::PublishCommandOptions publish;
};

struct Commands {
    CLI::App* run;
    CLI::App* validate;
    CLI::App* list;
    CLI::App* report;
    CLI::App* locate;
    CLI::App* heal;
    CLI::App* worker;
    CLI::App* recordings;
    CLI::App* jobs;
    CLI::App* publish;
};

Commands add_commands(CLI::App& app, CommandLine& line) {
    using namespace reprise::runner;
    Commands commands{};
    commands.run = app.add_subcommand("run", "Run recordings, once per data row, or test programs");
    add_selection(*commands.run, line.options, line.data);
    add_run_options(*commands.run, line.options);
    add_vision_model_options(*commands.run, line.options.vision_model);
    commands.validate = app.add_subcommand("validate", "Check recordings and data without running them");
    add_selection(*commands.validate, line.options, line.data);
    commands.list = app.add_subcommand("list", "Print the ids of the rows that would run");
    add_selection(*commands.list, line.listing, line.data);
    add_shard_options(*commands.list, line.listing);
    add_history_option(*commands.list, line.listing.history);
    commands.report = add_report_command(app, line.report);
    commands.locate = app.add_subcommand("locate", "Find recorded elements on pages as they are now");
    commands.heal = add_heal_command(app, line.heal);
    commands.publish = add_publish_command(app, line.publish, line.options.portal);
    add_locate_options(*commands.locate, line.locate);
    add_vision_model_options(*commands.locate, line.locate.vision_model);
    commands.worker = add_worker_command(app, line.worker);
    commands.recordings = add_recordings_command(app, line.recordings);
    commands.jobs = add_jobs_command(app, line.jobs);
    for (auto* command : {commands.run, commands.validate, commands.list, commands.report, commands.heal,
                          commands.publish, commands.worker, commands.recordings, commands.jobs}) {
        add_config_options(*command, line.config);
    }
    return commands;
}

// What reprise.toml says, under what a second reading of the command line and the environment will say.
void lay_config(const Commands& commands, CommandLine& line) {
    if (commands.locate->parsed()) return;
    const auto config = reprise::runner::chosen_config(line.config.file, line.config.profile);
    line.options = line.listing = run_options(config);
    line.data.clear();
    for (auto* access : {&line.worker.portal, &line.recordings.portal, &line.jobs.portal}) {
        access->options = line.options.portal;
    }
    if (config.history) line.heal.history = *config.history;
    use_config(line.report, config);
}

ExitCode carry_out(const Commands& commands, CommandLine& line) {
    auto& options = commands.list->parsed() ? line.listing : line.options;
    if (commands.heal->parsed()) return heal(*commands.heal, line.heal);
    if (commands.locate->parsed()) return locate(line.locate);
    if (commands.worker->parsed()) return worker(line.worker);
    if (commands.recordings->parsed()) return recordings(*commands.recordings, line.recordings);
    if (commands.jobs->parsed()) return jobs(*commands.jobs, line.jobs);
    if (commands.publish->parsed()) return publish(line.publish, options.portal, options.output);
    if (commands.report->parsed()) return report(line.report, options.output);
    if (!line.data.empty()) options.data.clear();
    for (const auto& text : line.data) options.data.push_back(reprise::runner::split_data(text));
    if (options.recordings.empty()) {
        fmt::print(stderr, "reprise: recordings is required: name files or folders, here or in reprise.toml\n");
        return ExitCode::bad_input;
    }
    // reprise.toml may name data for recordings all the same.
    if (!line.data.empty() && reprise::runner::runs_binaries(options)) {
        throw std::invalid_argument("--data is for recordings: test programs bring their own");
    }
    if (commands.validate->parsed()) return validate(options);
    if (!options.shard) options.shard = reprise::runner::shard_from_environment();
    return commands.list->parsed() ? list(options) : reprise::runner::run(options);
}

}  // namespace

int main(int argc, char** argv) {
    // Pictures go back to the system when they have been looked at, instead of staying with the thread that read them.
    ::mallopt(M_MMAP_THRESHOLD, 512 * 1024);
    CLI::App app{"Runs recorded browser workflows as data-driven tests.", "reprise"};
    app.set_version_flag("--version", "reprise " REPRISE_VERSION);
    app.require_subcommand(1);
    app.footer(
        "Exit codes: 0 passed, 1 failed, 2 interrupted, 3 internal error or no browser,\n"
        "4 bad usage, configuration, recording or data, 5 nothing selected,\n"
        "6 flaky (--fail-on-flaky), 7 a report or the upload could not be written.");
    app.get_formatter()->column_width(28);
    CommandLine line;
    const auto commands = add_commands(app, line);
    try {
        app.parse(argc, argv);
        lay_config(commands, line);
        app.parse(argc, argv);
        return static_cast<int>(carry_out(commands, line));
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
        fmt::print(stderr, "reprise: {}{}\nRun with --help for more information.\n", error.what(),
                   suggestion(app, {argv + 1, argv + argc}));
    } catch (const reprise::runner::DataError& error) {
        fmt::print(stderr, "{}\n", error.what());
    } catch (const std::invalid_argument& error) {
        fmt::print(stderr, "reprise: {}\n", error.what());
    }
    return static_cast<int>(ExitCode::bad_input);
}
