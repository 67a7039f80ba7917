// Runs a program as its user does. One thread at a time.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace reprise::tests {

struct Outcome {
    int exit_code{-1};  // 128 + signal when killed
    std::string out;    // stdout and stderr, in order
};

class Program {
public:
    // Starts `arguments` ([0] is the binary); `environment` entries "NAME=value" are added to ours.
    Program(std::vector<std::string> arguments, std::vector<std::string> environment);
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program();  // kills what still runs
    pid_t pid() const noexcept { return pid_; }
    Outcome wait();  // until it ends and has closed its output

private:
    pid_t pid_{-1};
    int output_{-1};
};

// Processes whose command line holds `text`.
std::vector<pid_t> processes_with(const std::string& text);

}  // namespace reprise::tests
