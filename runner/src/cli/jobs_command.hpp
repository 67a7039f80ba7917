// `reprise jobs list|get|create|cancel|watch`: execution jobs of a portal.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/portal_access.hpp"

namespace reprise::runner {

struct JobsOptions {
    PortalAccess portal{};
    std::string id{};
    std::string status{}, of_recording{};  // only those
    std::size_t limit{20}, offset{};

    std::string recording{};          // id, or a file
    std::string data{};               // file
    std::vector<std::string> maps{};  // "COLUMN=LABEL"
    std::string name{};
    std::optional<int> concurrency{}, retries{}, timeout_ms{};
    bool stop_on_error{};
    bool watch{};
};

// Adds the command; its options live in `options`.
CLI::App* add_jobs_command(CLI::App& app, JobsOptions& options);
// Carries out the subcommand that was parsed.
ExitCode jobs(const CLI::App& command, const JobsOptions& options);

// Follows the job until it has ended: passed when it completed, failed when it failed or was cancelled.
ExitCode watch_job(Portal& portal, const std::string& id, bool json);

}  // namespace reprise::runner
