// `reprise heal list|show|accept|reject`.
#pragma once

#include <reprise/runner/run.hpp>

namespace CLI {
class App;
}

namespace reprise::runner {

struct HealOptions {
    std::filesystem::path history{".reprise"};
    std::vector<std::int64_t> ids{};
    bool all{};                       // every proposed heal
    std::optional<int> confidence{};  // only those at least as sure
};

// Adds the command; its options live in `options`.
CLI::App* add_heal_command(CLI::App& app, HealOptions& options);
// Carries out the subcommand that was parsed.
ExitCode heal(const CLI::App& command, const HealOptions& options);

}  // namespace reprise::runner
