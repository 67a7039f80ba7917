#include "supabase/outbox_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

#include <fmt/format.h>

#include "system_error.hpp"

namespace reprise::reporters::supabase {

OutboxLock::OutboxLock(const std::filesystem::path& folder) {
    const auto file = folder / "outbox.lock";
    constexpr int k_mode = 0644;
    fd_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, k_mode);
    if (fd_ < 0) throw_errno("open", file);
    if (::flock(fd_, LOCK_EX | LOCK_NB) == 0) return;
    const int error = errno;
    ::close(fd_);
    if (error != EWOULDBLOCK) throw_errno("lock", file, error);
    throw std::runtime_error(
        fmt::format("{}: another process runs or publishes this run; wait for its end", folder.string()));
}

OutboxLock::~OutboxLock() {
    ::close(fd_);
}

}  // namespace reprise::reporters::supabase
