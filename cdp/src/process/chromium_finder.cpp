#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

#include <reprise/cdp/error.hpp>
#include <reprise/cdp/launch_options.hpp>

namespace reprise::cdp {
namespace {

// Real binaries, not the shell scripts in /usr/bin that start them: a wrapper that does not exec would receive our
// signals in the browser's place. headless-shell first: it starts five times faster than the full browser.
constexpr std::array k_headless_binaries{
    "/usr/lib/chromium/chromium-headless-shell",
    "/usr/lib/chromium-browser/chromium-headless-shell",
};
constexpr std::array k_full_binaries{
    "/usr/lib/chromium/chromium",
    "/usr/lib/chromium-browser/chromium-browser",
    "/opt/google/chrome/chrome",
    "/opt/microsoft/msedge/msedge",
};

bool is_executable(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::filesystem::path find_chromium(const LaunchOptions& options) {
    const char* variable = std::getenv("REPRISE_BROWSER");
    const bool from_variable = !options.executable && variable != nullptr && *variable != '\0';
    if (options.executable || from_variable) {
        std::filesystem::path named = options.executable ? *options.executable : std::filesystem::path{variable};
        if (is_executable(named)) return named;
        throw LaunchError("no browser at \"" + named.string() + "\" (" +
                          (from_variable ? "named by REPRISE_BROWSER" : "named by the launch options") +
                          "): no such executable file");
    }
    std::string looked_at;
    const auto try_all = [&](const auto& candidates) -> std::filesystem::path {
        for (const char* candidate : candidates) {
            if (is_executable(candidate)) return candidate;
            looked_at += std::string("\n  ") + candidate;
        }
        return {};
    };
    std::filesystem::path found;
    if (options.window == WindowMode::headless) found = try_all(k_headless_binaries);
    if (found.empty()) found = try_all(k_full_binaries);
    if (!found.empty()) return found;
    throw LaunchError(
        "no browser found. Install one (Debian: apt-get install chromium-headless-shell) or name its "
        "binary in REPRISE_BROWSER. Looked at:" +
        looked_at);
}

}  // namespace reprise::cdp
