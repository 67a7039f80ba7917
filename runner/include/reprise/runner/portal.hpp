// Runs in a Supabase portal: whether they are published, and where the portal is (docs/portal.md).
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include <reprise/reporters/supabase/settings.hpp>

namespace reprise::runner {

enum class PublishMode {
    off,
    attempt,  // "try": a run that cannot be published says so and ends with its own verdict
    require,  // a run that passed ends with ExitCode::not_written when not all of it could be published
};

// What reprise.toml and the command line say of the portal; the environment goes over it. The key itself is in the
// environment or in a file, never here.
struct PortalOptions {
    PublishMode publish{PublishMode::off};
    std::string url{};
    std::filesystem::path key_file{};
    std::string user_id{};
    std::filesystem::path ca_file{};
    std::chrono::milliseconds at_end{30'000};  // how long the end of a run waits for what is still to be sent
};

// With the environment laid over. Throws std::invalid_argument when the key file cannot be read. They may still have a
// problem_of().
reporters::supabase::Settings portal_settings(const PortalOptions& options);

}  // namespace reprise::runner
