// What runs the rows of one job.
#pragma once

#include <filesystem>
#include <memory>

#include <reprise/reporters/event_stream.hpp>
#include <reprise/runner/worker.hpp>

#include "engine/selection.hpp"
#include "worker/host_rules.hpp"

namespace reprise::runner {

struct EngineSurroundings {
    reporters::EventStream& events;
    std::filesystem::path output;  // attachments lie in <output>/attachments/<id>
    int slots{1};
};

class RowEngine {
public:
    RowEngine() = default;
    RowEngine(const RowEngine&) = delete;
    RowEngine& operator=(const RowEngine&) = delete;
    virtual ~RowEngine() = default;

    // All attempts at the row; from a thread for each slot. Tells the events of steps and attempts, not of the row's
    // beginning and end.
    virtual reporters::TestResult run(const PlannedTest& test, int slot) = 0;
    // From any thread: rows that run end as interrupted, at once, and so do later ones.
    virtual void interrupt() = 0;
};

// In real browsers, that belong to this job alone.
MakeRowEngine browser_engine(const WorkerOptions& options, const HostRules& hosts);
// Starts a browser and ends it; throws cdp::LaunchError.
void check_browser(const WorkerOptions& options, const HostRules& hosts);

}  // namespace reprise::runner
