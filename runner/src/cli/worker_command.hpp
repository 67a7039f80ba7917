// `reprise worker`.
#pragma once

#include <reprise/runner/worker.hpp>

#include "cli/portal_access.hpp"

namespace CLI {
class App;
}

namespace reprise::runner {

struct WorkerCommand {
    PortalAccess portal{};
    WorkerOptions worker{};
};

// Adds the command; its options live in `options`.
CLI::App* add_worker_command(CLI::App& app, WorkerCommand& options);
ExitCode worker(WorkerCommand& options);

}  // namespace reprise::runner
