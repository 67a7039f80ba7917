#include "reprise/cdp/descendants.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace reprise::cdp {
namespace {

constexpr int k_kill_rounds = 400;  // × 5 ms: how long we try to reap what we killed
constexpr int k_kill_round_ms = 5;

// Kills every direct child, whatever its process group: crashpad leaves the group, and orphans are handed to us.
void kill_children() noexcept {
    char path[64] = "/proc/self/task/";
    char digits[16];
    int count = 0;
    for (auto pid = static_cast<unsigned>(::getpid()); pid > 0; pid /= 10)
        digits[count++] = static_cast<char>('0' + pid % 10);
    std::size_t length = std::strlen(path);
    while (count > 0) path[length++] = digits[--count];
    std::memcpy(path + length, "/children", sizeof "/children");
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    char text[8192];
    const ssize_t got = ::read(file, text, sizeof text);
    ::close(file);
    pid_t pid = 0;
    for (ssize_t i = 0; i < got; ++i) {
        if (text[i] >= '0' && text[i] <= '9') {
            pid = pid * 10 + (text[i] - '0');
        } else if (pid > 0) {
            ::kill(pid, SIGKILL);
            pid = 0;
        }
    }
}

}  // namespace

void end_descendants(pid_t group) noexcept {
    for (int round = 0; round < k_kill_rounds; ++round) {
        ::kill(-group, SIGKILL);
        kill_children();
        pid_t reaped = 0;
        while ((reaped = ::waitpid(-1, nullptr, WNOHANG)) > 0) {
        }
        if (reaped < 0 && errno == ECHILD) break;
        ::poll(nullptr, 0, k_kill_round_ms);
    }
}

}  // namespace reprise::cdp
