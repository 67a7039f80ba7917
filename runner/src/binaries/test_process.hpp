// A running test program: its events line by line, its output in a file, its end.
//
// Thread contract: one thread; kill() from any.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace reprise::runner {

struct ProcessEnd {
    int exit_code{};   // when no signal ended it
    int signal{};      // 0: none
    std::string text;  // "exited with code 4", "was killed by signal 9 (Killed)"
};

class TestProcess {
public:
    using Clock = std::chrono::steady_clock;

    // Starts it with the descriptor of its events as --reprise_events_fd. `environment`: "NAME=value" sets, "NAME"
    // takes a variable away. Throws std::system_error with the program.
    TestProcess(const std::filesystem::path& program, std::vector<std::string> arguments,
                const std::vector<std::string>& environment, const std::filesystem::path& output_file);
    TestProcess(const TestProcess&) = delete;
    TestProcess& operator=(const TestProcess&) = delete;
    ~TestProcess();  // kills what still runs

    // The next line of events; none: it has closed them, as by its end, or `until` has passed.
    std::optional<std::string> next_event(std::optional<Clock::time_point> until);
    bool has_ended() const noexcept { return ended_; }
    // Waits for its end.
    ProcessEnd wait();
    void kill() noexcept;  // it and what it has started in its group

private:
    pid_t pid_{-1};
    int events_{-1};
    std::string buffer_;
    bool ended_{};
};

// The last lines of a file, `lines` at most.
std::string tail_of(const std::filesystem::path& file, int lines);

}  // namespace reprise::runner
