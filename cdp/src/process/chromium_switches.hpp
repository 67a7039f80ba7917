// The command line Chromium is started with.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <reprise/cdp/launch_options.hpp>

namespace reprise::cdp {

struct CommandLine {
    std::vector<std::string> arguments;  // [0] is the binary
    bool sandbox{};                      // Chromium's own sandbox is in force
};

CommandLine chromium_command_line(const LaunchOptions& options, const std::filesystem::path& binary,
                                  const std::filesystem::path& profile);

// As Chromium takes it: nothing is left out by itself.
std::string bypass_list(const ProxyServer& proxy);

}  // namespace reprise::cdp
