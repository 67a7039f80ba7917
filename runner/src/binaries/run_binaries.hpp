// `reprise run` on test programs instead of recordings.
#pragma once

#include <string>
#include <vector>

#include <reprise/runner/run.hpp>

namespace reprise::runner {

// The paths named are test programs. Throws DataError when some are and others are not.
bool runs_binaries(const RunOptions& options);

// As run() and list_tests(); throws DataError and what they catch.
ExitCode run_binaries(const RunOptions& options);
std::vector<std::string> list_tests_of_binaries(const RunOptions& options);

}  // namespace reprise::runner
