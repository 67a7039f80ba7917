// Values of options as the command line and reprise.toml write them.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <utility>

namespace reprise::runner {

// "order=customers.csv" → {"order", "customers.csv"}; "customers.csv" → {"", "customers.csv"}.
inline std::pair<std::string, std::string> split_data(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) return {"", text};
    return {text.substr(0, equals), text.substr(equals + 1)};
}

// "1366x900" → {1366, 900}, CSS px.
inline std::optional<std::pair<int, int>> parse_viewport(const std::string& text) {
    constexpr int k_most = 16384;
    int width = 0;
    int height = 0;
    char end = 0;
    if (std::sscanf(text.c_str(), "%dx%d%c", &width, &height, &end) != 2) return std::nullopt;
    if (width < 1 || height < 1 || width > k_most || height > k_most) return std::nullopt;
    return std::pair{width, height};
}

}  // namespace reprise::runner
