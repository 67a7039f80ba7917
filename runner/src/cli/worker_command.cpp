#include "cli/worker_command.hpp"

#include <string>

#include <CLI/CLI.hpp>

namespace reprise::runner {
namespace {

using std::chrono::seconds;

CLI::Option* add_seconds(CLI::App& command, const std::string& name, seconds& target, const std::string& description) {
    return command
        .add_option_function<int>(
            name, [&target](const int& value) { target = seconds{value}; }, description)
        ->check(CLI::PositiveNumber)
        ->type_name("S")
        ->take_last();
}

void add_limits(CLI::App& command, JobLimits& limits) {
    command.option_defaults()->group("What a job may bring (one that brings more is failed)");
    const auto add = [&](const char* name, std::size_t& target, const char* description) {
        command.add_option(name, target, description)->check(CLI::PositiveNumber)->type_name("N")->take_last();
    };
    add("--max-rows", limits.rows, "Rows (default 10000)");
    add("--max-steps", limits.steps, "Steps (default 1000)");
    add("--max-data-bytes", limits.data_bytes, "Bytes of csv_data (default 16777216)");
    add("--max-recording-bytes", limits.recording_bytes, "Bytes of the recording (default 16777216)");
    add_seconds(command, "--max-job-time", limits.time, "Seconds from claim to end (default 3600)");
    command.add_option("--max-rows-at-a-time", limits.concurrency, "Rows side by side; more is not refused (4)")
        ->check(CLI::Range(1, 10))
        ->type_name("N")
        ->take_last();
}

}  // namespace

CLI::App* add_worker_command(CLI::App& app, WorkerCommand& options) {
    auto* command = app.add_subcommand("worker", "Take jobs from a portal and run them");
    auto& worker = options.worker;
    add_portal_options(*command, options.portal);
    command->add_option("--jobs,-j", worker.jobs, "Jobs at a time (default 1)")
        ->envname("REPRISE_WORKER_JOBS")
        ->check(CLI::Range(1, 64))
        ->type_name("N")
        ->take_last();
    command->add_option("--name", worker.name, "Its name in the portal (default: host and process)")
        ->envname("REPRISE_WORKER_NAME")
        ->type_name("NAME")
        ->take_last();
    command->add_option("--region", worker.region, "Where it is, for its metrics")
        ->envname("REPRISE_WORKER_REGION")
        ->type_name("NAME")
        ->take_last();
    add_seconds(*command, "--lease", worker.lease, "Seconds until a job of a dead worker is free (default 30)")
        ->check(CLI::Range(3, 3600));
    add_seconds(*command, "--stale-after", worker.stale_after,
                "Seconds without news until a job is free that runs without a lease (600)")
        ->check(CLI::Range(10, 86'400));
    command->add_option("--max-jobs", worker.most_jobs, "End after so many jobs")
        ->check(CLI::PositiveNumber)
        ->type_name("N")
        ->take_last();
    command->add_flag("--until-empty", worker.until_empty, "End when no job is waiting");
    command->add_flag("--quiet,-q", worker.quiet, "No line for each job");
    command->option_defaults()->group("Where jobs may go (one of the two is needed)");
    command->add_option("--allow-host", worker.hosts, "A host, such as shop.example.com or *.example.com; repeatable")
        ->envname("REPRISE_ALLOW_HOST")
        ->delimiter(',')
        ->type_name("HOST");
    command->add_flag("--allow-any-host", worker.any_host, "Wherever a recording leads, but for link-local addresses");
    add_limits(*command, worker.limits);
    command->option_defaults()->group("Browser and key");
    command->add_option("--browser", worker.browser, "Chromium's binary (REPRISE_BROWSER; default: the one found)")
        ->type_name("FILE")
        ->take_last();
    command->add_flag("--no-sandbox", worker.no_sandbox, "Run Chromium without its sandbox, and as root");
    command->add_flag("--allow-service-role", worker.allow_service_role, "Work with a key that may do everything");
    return command;
}

ExitCode worker(WorkerCommand& options) {
    return with_portal_errors([&] {
        options.worker.portal = settings_of(options.portal);
        return work(options.worker);
    });
}

}  // namespace reprise::runner
