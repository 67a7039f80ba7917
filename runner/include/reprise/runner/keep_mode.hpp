// Which tests' films and traces are kept.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace reprise::runner {

enum class KeepMode { off, on, retain_on_failure };

// As options, variables and reprise.toml write them.
const std::map<std::string, KeepMode>& keep_modes();

// The films that a context has written into `folder`, once it is closed: of several pages, the one that was closed
// first comes first. None: there is no such folder. Throws std::filesystem::filesystem_error.
std::vector<std::filesystem::path> films_in(const std::filesystem::path& folder);

}  // namespace reprise::runner
