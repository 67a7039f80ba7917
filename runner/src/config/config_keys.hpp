// The keys of a profile in reprise.toml, and how each value is read.
#pragma once

// Header only: the program needs no further shared library at run time, nor who links to us.
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include <reprise/runner/config.hpp>

namespace reprise::runner {

inline constexpr std::string_view k_inherits = "inherits";

// All names, `inherits` too.
const std::vector<std::string>& config_key_names();

// "\"two\"", "7", "an array": for messages.
std::string shown(const toml::node& value);

// Takes the value into `config`; `folder` is the file's. Returns what is wrong with it, if anything: `"workers" is
// "two", expected a whole number from 1 to 64`. `name` is one of config_key_names() other than `inherits`.
std::optional<std::string> take_key(Config& config, std::string_view name, const toml::node& value,
                                    const std::filesystem::path& folder);

}  // namespace reprise::runner
