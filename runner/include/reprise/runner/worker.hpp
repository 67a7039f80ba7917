// A worker: takes execution jobs from a portal, runs their rows, sends what came of them.
//
//     WorkerOptions options{.portal = reporters::supabase::settings_from_environment(), .jobs = 2,
//                           .hosts = {"shop.example.com"}};
//     return static_cast<int>(work(options));
//
// One at a time per process: SIGINT, SIGTERM and SIGHUP are taken over while it goes on. What jobs bring is hostile
// input; the limits below hold for each (docs/workers.md).
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <reprise/reporters/supabase/settings.hpp>
#include <reprise/runner/run.hpp>

namespace reprise::runner {

// A job that is over one of them is failed, with the reason, and not tried again.
struct JobLimits {
    std::size_t rows{10'000};
    std::size_t steps{1'000};
    std::size_t data_bytes{16u << 20};
    std::size_t recording_bytes{16u << 20};
    std::chrono::seconds time{3600};  // from the claim to the end
    int concurrency{4};               // rows at a time; a job that asks for more gets this
};

class RowEngine;
struct EngineSurroundings;
using MakeRowEngine = std::function<std::unique_ptr<RowEngine>(const EngineSurroundings&)>;

struct WorkerOptions {
    reporters::supabase::Settings portal{};
    int jobs{1};                     // at a time; each has browsers of its own
    std::string name{};              // default: host name and process id
    std::string region{};            // told with the metrics
    std::chrono::seconds lease{30};  // after so long without a sign of life others take the job
    // Jobs that run without a lease, for clients that know of none, are taken after so long without any news.
    std::chrono::seconds stale_after{600};
    std::vector<std::string> hosts{};  // that jobs may visit: "shop.example.com", "*.example.com"
    bool any_host{};
    JobLimits limits{};
    std::optional<std::size_t> most_jobs{};  // ends after so many; default: goes on
    bool until_empty{};                      // ends when nothing is waiting
    bool allow_service_role{};               // such a key passes by every rule of the database
    std::optional<std::filesystem::path> browser{};
    bool no_sandbox{};
    bool quiet{};            // no line per job
    MakeRowEngine engine{};  // default: Chromium
};

// Works until a signal comes, or as `most_jobs` and `until_empty` say; a first signal lets running rows finish, a
// second one does not: jobs with rows left go back to the queue. Passed: ended as told, whatever the verdicts.
// Interrupted: by a second signal. What is wrong with options, key or portal, is told on stderr: bad_input; no browser:
// internal.
ExitCode work(const WorkerOptions& options);

}  // namespace reprise::runner
