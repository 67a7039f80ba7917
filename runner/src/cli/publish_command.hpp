// `reprise publish`: a run goes to the portal from its folder, after its end.
#pragma once

#include <filesystem>
#include <string>

#include <reprise/runner/run.hpp>

namespace CLI {
class App;
}

namespace reprise::runner {

struct PublishCommandOptions {
    std::string run{};  // a run's folder; empty: the last
};

CLI::App* add_publish_command(CLI::App& app, PublishCommandOptions& options, PortalOptions& portal);

// `output`: where runs are. ExitCode::not_written when not all of it is there afterwards.
ExitCode publish(const PublishCommandOptions& options, const PortalOptions& portal,
                 const std::filesystem::path& output);

}  // namespace reprise::runner
