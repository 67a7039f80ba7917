// How a browser is found and started.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace reprise::cdp {

enum class Sandbox {
    automatic,  // on, except for root, where Chromium refuses it: then off, with a warning
    on,
    off,
};

enum class WindowMode { headless, headed };

// Where requests go through. Questions for a name and password are told by RequestListener.
struct ProxyServer {
    std::string server{};  // "http://host:3128", "socks5://host:1080"; without a scheme: http
    std::string
        bypass{};  // hosts that are asked directly: ".example.com, 10.0.0.0/8"; default: none, not even localhost
};

// For a proxy that asks.
struct ProxyCredentials {
    std::string username{};
    std::string password{};
};

struct LaunchOptions {
    // Browser binary. Default: $REPRISE_BROWSER, else headless-shell, Chromium or Chrome, as find_chromium() says.
    std::optional<std::filesystem::path> executable{};
    WindowMode window{WindowMode::headless};
    Sandbox sandbox{Sandbox::automatic};
    std::vector<std::string> extra_switches{};     // appended last, as given
    std::vector<std::string> left_out_switches{};  // of our own: "--mute-audio", or up to its "="
    // Given to Chromium beside PATH, HOME and what else finds its fonts and displays; nothing else of ours reaches it.
    std::map<std::string, std::string> environment{};
    std::chrono::milliseconds timeout{30'000};  // from start to the first answer
    std::optional<std::filesystem::path>
        profile_root{};  // where the throw-away profile is made; default $TMPDIR or /tmp
    // A profile folder that stays, with the cookies and the storage of its default context
    // (locators::persistent_context()); made if need be, for this user alone. One browser at a time: another launch
    // throws LaunchError. Such a browser is asked to end, and killed after `end_timeout`; its last writes may be
    // missing then, or when it or this process crashes. Default: a throw-away one.
    std::optional<std::filesystem::path> profile{};
    std::chrono::milliseconds end_timeout{10'000};
    // What Chromium writes to its stderr is appended to this file, too: for those who find our process dead.
    std::optional<std::filesystem::path> last_words_file{};
    std::optional<ProxyServer> proxy{};  // of all contexts that name none
    // Never in argv: contexts answer the proxy when it asks (reprise/locators), for which they hold every request.
    std::optional<ProxyCredentials> proxy_credentials{};
    int width_px{1280};  // of the window, and of pages whose context names no size
    int height_px{720};
};

struct ConnectOptions {
    std::chrono::milliseconds timeout{30'000};
    // Of the requests by which the connection is made: what lets us in, "Authorization". In no error.
    std::vector<std::pair<std::string, std::string>> headers{};
};

// The binary that launch() would start, or LaunchError naming every place looked at.
std::filesystem::path find_chromium(const LaunchOptions& options);

}  // namespace reprise::cdp
