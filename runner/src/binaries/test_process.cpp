#include "binaries/test_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fmt/format.h>

extern char** environ;

namespace reprise::runner {
namespace {

constexpr int k_events_fd = 3;  // in the program
constexpr std::streamoff k_tail_bytes = 16 * 1024;

class FileActions {
public:
    FileActions() { ::posix_spawn_file_actions_init(&actions_); }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;
    ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
    posix_spawn_file_actions_t* get() { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

// In a group of its own: a Ctrl-C of the terminal is ours to pass on.
class OwnGroup {
public:
    OwnGroup() {
        ::posix_spawnattr_init(&attributes_);
        sigset_t none;
        ::sigemptyset(&none);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setpgroup(&attributes_, 0);
        ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    }
    OwnGroup(const OwnGroup&) = delete;
    OwnGroup& operator=(const OwnGroup&) = delete;
    ~OwnGroup() { ::posix_spawnattr_destroy(&attributes_); }
    posix_spawnattr_t* get() { return &attributes_; }

private:
    posix_spawnattr_t attributes_{};
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (auto& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

// Ours with `more`: "NAME=value" sets, "NAME" takes away.
std::vector<std::string> environment_with(const std::vector<std::string>& more) {
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text{*entry};
        const auto name = text.substr(0, text.find('='));
        const auto is_ours = [&](std::string_view ours) { return ours.substr(0, ours.find('=')) == name; };
        if (std::ranges::none_of(more, is_ours)) all.emplace_back(text);
    }
    std::ranges::copy_if(more, std::back_inserter(all), [](const auto& ours) { return ours.find('=') != ours.npos; });
    return all;
}

int milliseconds_until(std::optional<TestProcess::Clock::time_point> until) {
    if (!until) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - TestProcess::Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000'000));
}

}  // namespace

TestProcess::TestProcess(const std::filesystem::path& program, std::vector<std::string> arguments,
                         const std::vector<std::string>& environment, const std::filesystem::path& output_file) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    events_ = ends[0];
    FileActions actions;
    ::posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(actions.get(), STDOUT_FILENO, output_file.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                       0644);
    ::posix_spawn_file_actions_adddup2(actions.get(), STDOUT_FILENO, STDERR_FILENO);
    ::posix_spawn_file_actions_adddup2(actions.get(), ends[1], k_events_fd);
    arguments.insert(arguments.begin(), program.string());
    arguments.push_back(fmt::format("--reprise_events_fd={}", k_events_fd));
    auto variables = environment_with(environment);
    OwnGroup group;
    const int error = ::posix_spawn(&pid_, program.c_str(), actions.get(), group.get(), pointers(arguments).data(),
                                    pointers(variables).data());
    ::close(ends[1]);
    if (error != 0) {
        ::close(events_);
        pid_ = -1;
        throw std::system_error(error, std::generic_category(), "cannot start " + program.string());
    }
}

TestProcess::~TestProcess() {
    if (pid_ > 0) {
        kill();
        int status{};
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
    }
    if (events_ >= 0) ::close(events_);
}

std::optional<std::string> TestProcess::next_event(std::optional<Clock::time_point> until) {
    while (true) {
        if (const auto end = buffer_.find('\n'); end != std::string::npos) {
            auto line = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            return line;
        }
        if (ended_) return std::nullopt;
        pollfd waiting{.fd = events_, .events = POLLIN, .revents = 0};
        const int ready = ::poll(&waiting, 1, milliseconds_until(until));
        if (ready < 0 && errno == EINTR) continue;
        if (ready == 0) return std::nullopt;
        std::array<char, 65536> chunk;
        const auto got = ::read(events_, chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) {
            ended_ = true;
        } else {
            buffer_.append(chunk.data(), static_cast<std::size_t>(got));
        }
    }
}

ProcessEnd TestProcess::wait() {
    int status{};
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
    pid_ = -1;
    if (WIFSIGNALED(status)) {
        const int signal = WTERMSIG(status);
        return {.signal = signal, .text = fmt::format("was killed by signal {} ({})", signal, ::strsignal(signal))};
    }
    const int code = WEXITSTATUS(status);
    return {.exit_code = code, .text = fmt::format("exited with code {}", code)};
}

void TestProcess::kill() noexcept {
    if (pid_ > 0) ::kill(-pid_, SIGKILL);
}

std::string tail_of(const std::filesystem::path& file, int lines) {
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    if (!in) return {};
    const auto size = static_cast<std::streamoff>(in.tellg());
    in.seekg(std::max<std::streamoff>(0, size - k_tail_bytes));
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    while (text.ends_with('\n')) text.pop_back();
    auto begin = text.size();
    for (int line = 0; line < lines && begin != std::string::npos && begin > 0; ++line) {
        begin = text.rfind('\n', begin - 1);
    }
    return begin == std::string::npos || begin == 0 ? text : text.substr(begin + 1);
}

}  // namespace reprise::runner
