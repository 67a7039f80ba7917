// A HAR file, and bodies that are files of their own: beside it, or with it in a zip.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace reprise::locators {

struct HarArchive {
    std::string har{};                            // JSON text
    std::map<std::string, std::string> bodies{};  // by name
};

// A member of a response's content: why a body that there was is not in the HAR.
inline constexpr const char* k_body_missing = "_bodyMissing";

inline bool is_zip(const std::filesystem::path& file) {
    return file.extension() == ".zip";
}

// Whole or not at all. Throws ActionError, which begins with `call`.
void write_archive(const std::string& call, const std::filesystem::path& file, const HarArchive& archive);
// Of a zip all bodies; beside a file none: read_body() reads them. Throws ActionError.
HarArchive read_archive(const std::string& call, const std::filesystem::path& file);
// The body named `name`, which stands in the HAR at `place`. Throws ActionError; also for a name that leads elsewhere.
std::string read_body(const std::string& call, const std::filesystem::path& file, const HarArchive& archive,
                      const std::string& name, const std::string& place);

}  // namespace reprise::locators
