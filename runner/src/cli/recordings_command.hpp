// `reprise recordings list|get|create`: recordings of a portal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <reprise/runner/recording.hpp>

#include "cli/portal_access.hpp"

namespace reprise::runner {

struct RecordingsOptions {
    PortalAccess portal{};
    std::string id{};
    std::string status{}, name{};  // only those; `name`: that hold it
    std::size_t limit{20}, offset{};
    std::string output{};              // file for the recording
    std::vector<std::string> files{};  // recordings to make
    std::vector<std::string> tags{};
};

// Adds the command; its options live in `options`.
CLI::App* add_recordings_command(CLI::App& app, RecordingsOptions& options);
// Carries out the subcommand that was parsed.
ExitCode recordings(const CLI::App& command, const RecordingsOptions& options);

// Makes a recording of the portal of one that has been read, and gives its id.
std::string create_recording(Portal& portal, const Recording& recording, const std::vector<std::string>& more_tags);
// The recording of a portal's row, as if it were a file.
Recording recording_of(const boost::json::object& row);

}  // namespace reprise::runner
