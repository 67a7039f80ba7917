// The options of `reprise run`, `list` and `validate`, and those that other commands share with them.
#pragma once

#include <string>
#include <vector>

#include <reprise/runner/run.hpp>

namespace CLI {
class App;
}

namespace reprise::runner {

// Which reprise.toml, and which profile of it; empty: what chosen_config() finds.
struct ConfigChoice {
    std::string file{};
    std::string profile{};
};

void add_config_options(CLI::App& command, ConfigChoice& choice);
// `data`: as written, "[NAME=]FILE".
void add_selection(CLI::App& command, RunOptions& options, std::vector<std::string>& data);
void add_shard_options(CLI::App& command, RunOptions& options);
void add_history_option(CLI::App& command, std::filesystem::path& history);
void add_run_options(CLI::App& command, RunOptions& options);
void add_publish_timeout(CLI::App& command, PortalOptions& portal);
void add_viewport_option(CLI::App& command, int& width, int& height);
void add_vision_model_options(CLI::App& command, VisionModelSettings& model);

}  // namespace reprise::runner
