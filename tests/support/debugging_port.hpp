// A browser of ours that also listens on a debugging port, as a browser on another machine does.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <reprise/cdp/browser.hpp>

namespace reprise {

class ListeningBrowser {
public:
    ListeningBrowser() : root_{make_root()}, browser_{cdp::Browser::launch(options())} {
        // Chromium has written the file before it answers its first command.
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root_)) {
            if (entry.path().filename() == "DevToolsActivePort") std::ifstream{entry.path()} >> port_;
        }
    }
    ~ListeningBrowser() {
        browser_.close();
        std::filesystem::remove_all(root_);
    }
    ListeningBrowser(const ListeningBrowser&) = delete;
    ListeningBrowser& operator=(const ListeningBrowser&) = delete;

    const cdp::Browser& browser() const { return browser_; }
    std::string url(const std::string& path = "") const { return "http://127.0.0.1:" + port_ + path; }

private:
    static std::filesystem::path make_root() {
        std::string pattern = (std::filesystem::temp_directory_path() / "reprise-listen-XXXXXX").string();
        return ::mkdtemp(pattern.data());
    }
    cdp::LaunchOptions options() const {
        return {.extra_switches = {"--remote-debugging-port=0"}, .profile_root = root_};
    }

    const std::filesystem::path root_;
    const cdp::Browser browser_;
    std::string port_;
};

}  // namespace reprise
