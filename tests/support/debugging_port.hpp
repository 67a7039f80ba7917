// A browser of ours that also listens on a debugging port, as a browser on another machine does.
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

#include <reprise/cdp/browser.hpp>

#include "support/temporary_folder.hpp"

namespace reprise {

class ListeningBrowser {
public:
    ListeningBrowser() : browser_{cdp::Browser::launch(options())} {
        // Chromium writes the port beside its other work, some time after it answers its first command.
        const auto deadline = cdp::Deadline::after(std::chrono::seconds{10});
        while (!read_port()) {
            if (deadline.passed()) throw std::runtime_error("the browser has not told its debugging port in 10 s");
            std::this_thread::yield();
        }
    }
    ~ListeningBrowser() { browser_.close(); }
    ListeningBrowser(const ListeningBrowser&) = delete;
    ListeningBrowser& operator=(const ListeningBrowser&) = delete;

    const cdp::Browser& browser() const { return browser_; }
    std::string url(const std::string& path = "") const { return "http://127.0.0.1:" + port_ + path; }

private:
    // Two lines: the port, and the browser's address. The first is whole when the second has begun.
    bool read_port() {
        for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
            std::ifstream file{entry.path() / "DevToolsActivePort"};
            std::string address;
            if (file >> port_ >> address) return true;
        }
        return false;
    }
    cdp::LaunchOptions options() const {
        return {.extra_switches = {"--remote-debugging-port=0"}, .profile_root = folder_.path()};
    }

    const tests::TemporaryFolder folder_;
    const cdp::Browser browser_;
    std::string port_;
};

}  // namespace reprise
