// Errors of files, in the one form used here: what was tried, the path, and the system's reason.
#pragma once

#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

namespace reprise::reporters {

// "cannot write journal out/journal.jsonl: No space left on device"
[[noreturn]] inline void throw_errno(std::string_view action, const std::filesystem::path& file, int error = errno) {
    throw std::system_error(error, std::generic_category(), fmt::format("cannot {} {}", action, file.string()));
}

}  // namespace reprise::reporters
