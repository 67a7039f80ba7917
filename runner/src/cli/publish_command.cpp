#include "cli/publish_command.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <reprise/reporters/supabase/publisher.hpp>

#include "cli/run_options.hpp"
#include "engine/earlier_run.hpp"
#include "engine/publishing.hpp"

namespace reprise::runner {

namespace fs = std::filesystem;

CLI::App* add_publish_command(CLI::App& app, PublishCommandOptions& options, PortalOptions& portal) {
    auto* command = app.add_subcommand("publish", "Send a run, or what is left of it, to the portal");
    command->add_option("run", options.run, "A run's folder (default: the last)")
        ->check(CLI::ExistingDirectory)
        ->type_name("DIR");
    add_publish_timeout(*command, portal);
    return command;
}

ExitCode publish(const PublishCommandOptions& options, const PortalOptions& portal, const fs::path& output) {
    try {
        const auto folder = options.run.empty() ? earlier_run_folder(output) : fs::path{options.run};
        read_earlier_journal(folder / "journal.jsonl", "reprise publish");
        const auto settings = portal_settings(portal);
        if (const auto problem = problem_of(settings); !problem.empty()) throw std::invalid_argument(problem);
        const auto report =
            reporters::supabase::publish_run(folder, settings, {.at_end = portal.at_end}, published_suite_of);
        for (const auto& line : report.lines()) {
            fmt::print(report.complete() ? stdout : stderr, "{}{}\n", report.complete() ? "" : "reprise: ", line);
        }
        return report.complete() ? ExitCode::passed : ExitCode::not_written;
    } catch (const DataError& error) {
        fmt::print(stderr, "{}\n", error.what());
    } catch (const std::invalid_argument& error) {
        fmt::print(stderr, "reprise: {}\n", error.what());
    } catch (const std::exception& error) {
        fmt::print(stderr, "reprise: {}\n", error.what());
        return ExitCode::not_written;
    }
    return ExitCode::bad_input;
}

}  // namespace reprise::runner
