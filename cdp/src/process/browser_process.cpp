#include "process/browser_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <reprise/cdp/deadline.hpp>
#include <reprise/cdp/error.hpp>

#include "process/chromium_switches.hpp"
#include "process/guardian.hpp"

namespace reprise::cdp {
namespace {

struct Pair {
    Fd ours, theirs;
};

Pair socket_pair() {
    std::array<int, 2> fds{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) != 0) {
        throw LaunchError(fmt::format("cannot start the browser: socketpair: {}", std::strerror(errno)));
    }
    return {Fd{fds[0]}, Fd{fds[1]}};
}

std::filesystem::path make_profile(const LaunchOptions& options) {
    const char* temp = std::getenv("TMPDIR");
    const std::filesystem::path root =
        options.profile_root ? *options.profile_root : (temp != nullptr && *temp != '\0' ? temp : "/tmp");
    std::string pattern = (root / "reprise-profile-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw LaunchError(fmt::format("cannot start the browser: no profile folder can be made in {}: {}",
                                      root.string(), std::strerror(errno)));
    }
    return pattern;
}

[[noreturn]] void throw_no_profile(const std::filesystem::path& folder, const std::string& why) {
    throw LaunchError(fmt::format("cannot start the browser: profile {}: {}", folder.string(), why));
}

// A browser of before may just be ending. The kernel tells nobody when a lock has gone, so it is asked for again.
bool lock_within(int fd, Deadline deadline) {
    constexpr std::chrono::milliseconds k_step{10};
    while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR) continue;
        if (errno != EWOULDBLOCK || deadline.passed()) return false;
        ::poll(nullptr, 0, static_cast<int>(k_step.count()));
    }
    return true;
}

// Makes the folder of a profile that is kept, and locks it: headless-shell would share it with another browser, and
// spoil it.
Fd hold_profile(const std::filesystem::path& folder, Deadline deadline) {
    constexpr std::chrono::milliseconds k_most_patience{2'000};  // the guardian of another browser needs no longer
    std::error_code error;
    std::filesystem::create_directories(folder.parent_path(), error);
    if (error) throw_no_profile(folder, "its folder cannot be made: " + error.message());
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        throw_no_profile(folder, fmt::format("cannot be made: {}", std::strerror(errno)));
    }
    const auto file = folder / "reprise.lock";
    Fd lock{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (lock.get() < 0) throw_no_profile(folder, fmt::format("{}: {}", file.string(), std::strerror(errno)));
    if (!lock_within(lock.get(), deadline.no_later_than(k_most_patience))) {
        throw_no_profile(folder, errno == EWOULDBLOCK ? "another browser is using it"
                                                      : fmt::format("cannot be locked: {}", std::strerror(errno)));
    }
    return lock;
}

std::filesystem::path absolute_profile(const std::filesystem::path& folder) {
    std::error_code error;
    auto path = std::filesystem::absolute(folder, error).lexically_normal();
    if (folder.empty()) throw_no_profile(folder, "the name is empty");
    if (error) throw_no_profile(folder, error.message());
    return path.has_filename() ? path : path.parent_path();
}

// Chromium gets what it needs to find fonts, displays and libraries; nothing that could be a secret of the run.
bool passes_to_browser(std::string_view entry) {
    static constexpr std::array k_names{"PATH=",
                                        "HOME=",
                                        "LANG=",
                                        "LANGUAGE=",
                                        "TZ=",
                                        "TMPDIR=",
                                        "DISPLAY=",
                                        "WAYLAND_DISPLAY=",
                                        "XAUTHORITY=",
                                        "DBUS_SESSION_BUS_ADDRESS=",
                                        "LD_LIBRARY_PATH=",
                                        "USER=",
                                        "LOGNAME="};
    static constexpr std::array k_prefixes{"LC_", "XDG_", "FONTCONFIG_", "CHROME_DEVEL_SANDBOX"};
    for (const std::string_view name : k_names) {
        if (entry.starts_with(name)) return true;
    }
    for (const std::string_view prefix : k_prefixes) {
        if (entry.starts_with(prefix)) return true;
    }
    return false;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (auto& text : strings) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
    if (this != &other) {
        reset();
        fd_ = other.release();
    }
    return *this;
}

int Fd::release() noexcept {
    const int fd = fd_;
    fd_ = -1;
    return fd;
}

void Fd::reset() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

BrowserProcess BrowserProcess::start(const LaunchOptions& options) {
    BrowserProcess process;
    process.binary = find_chromium(options);
    Fd lock;  // the guardian's, once it runs
    if (options.profile) {
        process.profile = absolute_profile(*options.profile);
        lock = hold_profile(process.profile, Deadline::after(options.timeout));
        process.exit_patience = options.end_timeout;
    } else {
        process.profile = make_profile(options);
    }
    auto line = chromium_command_line(options, process.binary, process.profile);
    process.sandbox = line.sandbox;

    auto commands = socket_pair();
    auto answers = socket_pair();
    auto words = socket_pair();
    auto control = socket_pair();
    if (options.last_words_file) {
        const auto& file = *options.last_words_file;
        process.last_words_copy = Fd{::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)};
        if (process.last_words_copy.get() < 0) {
            throw LaunchError(
                fmt::format("cannot write Chromium's last words to {}: {}", file.string(), std::strerror(errno)));
        }
    }
    std::vector<std::string> environment;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view variable = *entry;
        const auto name = variable.substr(0, variable.find('='));
        if (passes_to_browser(variable) && !options.environment.contains(std::string(name)))
            environment.emplace_back(variable);
    }
    for (const auto& [name, value] : options.environment) environment.push_back(name + "=" + value);
    const auto arguments = pointers(line.arguments);
    const auto variables = pointers(environment);
    const std::string profile = process.profile.string();
    const std::string binary = process.binary.string();
    process.guardian = start_guardian({.binary = binary.c_str(),
                                       .arguments = arguments.data(),
                                       .environment = variables.data(),
                                       .profile = options.profile ? nullptr : profile.c_str(),
                                       .profile_lock = lock.get(),
                                       .browser_in = commands.theirs.get(),
                                       .browser_out = answers.theirs.get(),
                                       .browser_stderr = words.theirs.get(),
                                       .control = control.theirs.get()});
    if (process.guardian < 0) {
        const int error = errno;
        if (!options.profile) ::rmdir(profile.c_str());
        throw LaunchError(fmt::format("cannot start {}: fork: {}", binary, std::strerror(error)));
    }
    process.commands = std::move(commands.ours);
    process.answers = std::move(answers.ours);
    process.last_words = std::move(words.ours);
    process.control = std::move(control.ours);
    return process;
}

BrowserProcess::BrowserProcess(BrowserProcess&& other) noexcept
    : commands{std::move(other.commands)},
      answers{std::move(other.answers)},
      last_words{std::move(other.last_words)},
      last_words_copy{std::move(other.last_words_copy)},
      control{std::move(other.control)},
      sandbox{other.sandbox},
      binary{std::move(other.binary)},
      profile{std::move(other.profile)},
      exit_patience{other.exit_patience},
      guardian{std::exchange(other.guardian, -1)} {}

void BrowserProcess::close() noexcept {
    if (guardian < 0) return;
    ::shutdown(control.get(), SHUT_WR);
    // The guardian's end closes when it has exited, and it exits when all is gone.
    constexpr int k_patience_ms = 5'000;
    std::array<char, 64> sink{};
    pollfd waiting{control.get(), POLLIN, 0};
    while (::poll(&waiting, 1, k_patience_ms) > 0 && ::read(control.get(), sink.data(), sink.size()) > 0) {
    }
    while (::waitpid(guardian, nullptr, 0) < 0 && errno == EINTR) {
    }
    guardian = -1;
    control.reset();
}

std::string describe_exit(int exec_errno, int wait_status) {
    if (exec_errno != 0) return fmt::format("could not be started: {}", std::strerror(exec_errno));
    if (WIFSIGNALED(wait_status)) {
        const int number = WTERMSIG(wait_status);
        return fmt::format("was killed by signal {} ({})", number, ::strsignal(number));
    }
    return fmt::format("exited with status {}", WEXITSTATUS(wait_status));
}

}  // namespace reprise::cdp
