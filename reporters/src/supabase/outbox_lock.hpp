// One process at a time publishes a run.
#pragma once

#include <filesystem>

namespace reprise::reporters::supabase {

inline constexpr const char* k_outbox_name = "outbox.sqlite";

// Held from construction to destruction, and no longer than the process lives.
class OutboxLock {
public:
    // Throws std::runtime_error when another holds it, std::system_error when its file cannot be made.
    explicit OutboxLock(const std::filesystem::path& folder);
    OutboxLock(const OutboxLock&) = delete;
    OutboxLock& operator=(const OutboxLock&) = delete;
    ~OutboxLock();

private:
    int fd_{-1};
};

}  // namespace reprise::reporters::supabase
