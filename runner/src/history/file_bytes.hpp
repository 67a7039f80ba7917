// A file whole, as it is.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace reprise::runner {

// nullopt: it cannot be read.
std::optional<std::string> file_bytes(const std::filesystem::path& path);

}  // namespace reprise::runner
