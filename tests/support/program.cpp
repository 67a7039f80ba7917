#include "support/program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace reprise::tests {

Program::Program(std::vector<std::string> arguments, std::vector<std::string> environment) {
    int pipe_ends[2];
    if (::pipe2(pipe_ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
        for (auto& entry : environment) ::putenv(entry.data());
        ::dup2(pipe_ends[1], 1);
        ::dup2(pipe_ends[1], 2);
        ::execv(argv[0], argv.data());
        ::_exit(127);
    }
    ::close(pipe_ends[1]);
    output_ = pipe_ends[0];
}

Program::~Program() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    ::close(output_);
}

Outcome Program::wait() {
    Outcome outcome;
    char buffer[4096];
    for (ssize_t n = 0; (n = ::read(output_, buffer, sizeof buffer)) > 0;) {
        outcome.out.append(buffer, static_cast<std::size_t>(n));
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return outcome;
}

std::vector<pid_t> processes_with(const std::string& text) {
    std::vector<pid_t> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const auto name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        std::ifstream file{entry.path() / "cmdline", std::ios::binary};
        const std::string line{std::istreambuf_iterator<char>{file}, {}};
        if (line.find(text) != std::string::npos) found.push_back(std::stoi(name));
    }
    return found;
}

}  // namespace reprise::tests
