// Owns a running Chromium: its pipes, its last words, its exit status, its profile.
//
// Thread contract: start, then hand the descriptors to one PipeTransport; close() from one thread at a time.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>

#include <reprise/cdp/launch_options.hpp>

namespace reprise::cdp {

// A file descriptor with one owner.
class Fd {
public:
    Fd() = default;
    explicit Fd(int fd) noexcept : fd_{fd} {}
    Fd(Fd&& other) noexcept : fd_{other.release()} {}
    Fd& operator=(Fd&& other) noexcept;
    ~Fd() { reset(); }
    int get() const noexcept { return fd_; }
    int release() noexcept;
    void reset() noexcept;

private:
    int fd_{-1};
};

struct BrowserProcess {
    // Starts the guardian and, through it, Chromium. Throws LaunchError when not even the guardian could be started;
    // whether Chromium itself came up shows on the pipe.
    static BrowserProcess start(const LaunchOptions& options);

    // Ends Chromium and all it started, and removes a throw-away profile; returns when both are done (2 s at most).
    // Idempotent.
    void close() noexcept;

    BrowserProcess() = default;
    BrowserProcess(BrowserProcess&& other) noexcept;
    BrowserProcess& operator=(BrowserProcess&&) = delete;
    ~BrowserProcess() { close(); }

    Fd commands;         // we write
    Fd answers;          // we read
    Fd last_words;       // Chromium's stderr
    Fd last_words_copy;  // where it is written to as well; none: nowhere
    Fd control;          // the guardian: closing it ends Chromium; an ExitReport arrives when Chromium ended
    bool sandbox{};
    std::filesystem::path binary;
    std::filesystem::path profile;
    // For a browser that has closed its pipe to exit in; it may be writing its profile.
    std::chrono::milliseconds exit_patience{1'000};
    pid_t guardian{-1};
};

// "exited with status 1", "was killed by signal 9 (Killed)", "could not be started: Permission denied".
std::string describe_exit(int exec_errno, int wait_status);

}  // namespace reprise::cdp
