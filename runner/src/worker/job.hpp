// A claimed job, read and judged: what it brings is hostile input.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <reprise/runner/worker.hpp>

#include "engine/selection.hpp"
#include "worker/host_rules.hpp"
#include "worker/job_queue.hpp"

namespace reprise::runner {

struct Job {
    std::vector<PlannedTest> tests;  // that are still to be run, in order; `row_index` is that of the portal
    std::vector<std::string> secrets;
    std::vector<std::string> notes;  // what was changed: a limit of this worker
    std::size_t total_rows{};        // with those that finished before
    int concurrency{1};
    bool stop_on_error{};
};

// The job can never be run here: it is to be failed, not tried again. The text is for its owner.
class JobRefused : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Throws JobRefused with everything that is wrong: over the limits, not readable, leading where it must not, asking for
// files or environment variables of this machine.
Job read_job(const Claim& claim, const HostRules& hosts, const JobLimits& limits);

}  // namespace reprise::runner
