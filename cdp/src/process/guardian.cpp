#include "process/guardian.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <initializer_list>

#include <reprise/cdp/descendants.hpp>

namespace reprise::cdp {
namespace {

constexpr int k_max_depth = 64;  // of folders in a profile; deeper is not Chromium's work

struct LinuxDirent {
    std::uint64_t ino;
    std::int64_t off;
    std::uint16_t length;
    std::uint8_t type;
    char name[1];
};

// rm -r relative to an open folder, without malloc (opendir would use it).
void remove_children(int folder, int depth) {
    if (depth > k_max_depth) return;
    alignas(8) char buffer[4096];
    bool again = true;
    while (again) {  // removing entries while listing may hide others: list until nothing could be removed
        again = false;
        ::lseek(folder, 0, SEEK_SET);
        long got = 0;
        while ((got = ::syscall(SYS_getdents64, folder, buffer, sizeof buffer)) > 0) {
            for (long at = 0; at < got;) {
                const auto* entry = reinterpret_cast<LinuxDirent*>(buffer + at);
                at += entry->length;
                const char* name = entry->name;
                if (std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0) continue;
                if (::unlinkat(folder, name, 0) == 0) {
                    again = true;
                    continue;
                }
                if (errno != EISDIR && errno != EPERM) continue;
                const int child = ::openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
                if (child < 0) continue;
                remove_children(child, depth + 1);
                ::close(child);
                if (::unlinkat(folder, name, AT_REMOVEDIR) == 0) again = true;
            }
        }
    }
}

void remove_tree(const char* path) {
    const int folder = ::open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder >= 0) {
        remove_children(folder, 0);
        ::close(folder);
    }
    ::rmdir(path);
}

[[noreturn]] void become_browser(const GuardianSpec& spec, int error_pipe) {
    ::setpgid(0, 0);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD}) ::signal(number, SIG_DFL);
    // The four descriptors may already sit on 3 and 4: lift them out of the way first.
    const int in = ::fcntl(spec.browser_in, F_DUPFD_CLOEXEC, 10);
    const int out = ::fcntl(spec.browser_out, F_DUPFD_CLOEXEC, 10);
    const int errors = ::fcntl(spec.browser_stderr, F_DUPFD_CLOEXEC, 10);
    const int report = ::fcntl(error_pipe, F_DUPFD_CLOEXEC, 10);
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, 0);
    ::dup2(errors, 1);
    ::dup2(errors, 2);
    ::dup2(in, 3);
    ::dup2(out, 4);
    ::syscall(SYS_close_range, 5U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */);
    ::execve(spec.binary, spec.arguments, spec.environment);
    const int error = errno;
    [[maybe_unused]] const auto written = ::write(report, &error, sizeof error);
    ::_exit(127);
}

[[noreturn]] void guard(const GuardianSpec& spec) {
    ::setsid();
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    ::prctl(PR_SET_NAME, "reprise-guard");
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT, SIGUSR1, SIGUSR2}) ::signal(number, SIG_IGN);
    ::signal(SIGCHLD, SIG_DFL);
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    ::sigprocmask(SIG_SETMASK, &child, nullptr);
    const int signals = ::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    int error_pipe[2] = {-1, -1};
    [[maybe_unused]] const int piped = ::pipe2(error_pipe, O_CLOEXEC);

    const pid_t browser = ::fork();
    if (browser == 0) become_browser(spec, error_pipe[1]);
    ExitReport report{};
    if (browser < 0) report.exec_errno = errno;
    ::close(error_pipe[1]);
    ::setpgid(browser, browser);
    if (browser > 0 && ::read(error_pipe[0], &report.exec_errno, sizeof(int)) < 0) report.exec_errno = errno;

    // Keep these descriptors, moved to the front; everything else belongs to the runner and must close with it.
    const int control = ::fcntl(spec.control, F_DUPFD_CLOEXEC, 3);
    const int kept_signals = ::fcntl(signals, F_DUPFD_CLOEXEC, 3);
    const int lock = spec.profile_lock < 0 ? -1 : ::fcntl(spec.profile_lock, F_DUPFD_CLOEXEC, 3);
    ::dup2(control, 0);
    ::dup2(kept_signals, 1);
    if (lock >= 0) ::dup2(lock, 2);
    ::syscall(SYS_close_range, lock < 0 ? 2U : 3U, ~0U, 0U);

    bool ended = report.exec_errno != 0;
    while (!ended) {
        pollfd waiting[2] = {{0, POLLIN, 0}, {1, POLLIN, 0}};
        if (::poll(waiting, 2, -1) < 0 && errno != EINTR) break;
        if ((waiting[1].revents & POLLIN) != 0) {
            signalfd_siginfo drained;
            while (::read(1, &drained, sizeof drained) > 0) {
            }
            int status = 0;
            pid_t pid = 0;
            while ((pid = ::waitpid(-1, &status, WNOHANG)) > 0) {
                if (pid == browser) {
                    report.wait_status = status;
                    ended = true;
                }
            }
        }
        if (waiting[0].revents != 0) break;  // the runner asks for the end, or has died
    }
    if (ended) ::send(0, &report, sizeof report, MSG_NOSIGNAL);
    if (browser > 0) end_descendants(browser);
    if (spec.profile != nullptr) remove_tree(spec.profile);
    // Said aloud: a fork of the runner in another thread may hold a copy of it for a moment.
    if (lock >= 0) ::flock(2, LOCK_UN);
    ::_exit(0);
}

}  // namespace

pid_t start_guardian(const GuardianSpec& spec) {
    const pid_t pid = ::fork();
    if (pid == 0) guard(spec);
    return pid;
}

}  // namespace reprise::cdp
