// `reprise jobs create`.
#pragma once

#include "cli/jobs_command.hpp"

namespace reprise::runner {

// Refuses what `reprise validate` refuses. A recording that is a file is brought to the portal first.
ExitCode create_job(Portal& portal, const JobsOptions& options);

}  // namespace reprise::runner
