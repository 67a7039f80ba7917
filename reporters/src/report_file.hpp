// A report being written: into a temporary file beside the target, which takes its place when all is written. A reader
// of the target sees the old report or the whole new one.
//
// Thread contract: one thread at a time.
#pragma once

#include <cstdio>
#include <filesystem>
#include <string_view>

namespace reprise::reporters {

class ReportFile {
public:
    // Creates the folder when needed. Follows a symbolic link; what is no ordinary file, such as /dev/stdout, is
    // written directly. Every function throws std::system_error with the path in its text.
    explicit ReportFile(const std::filesystem::path& target);
    ReportFile(const ReportFile&) = delete;
    ReportFile& operator=(const ReportFile&) = delete;
    ~ReportFile();  // removes what was not committed

    void write(std::string_view text);
    void commit();

private:
    std::filesystem::path target_;
    std::filesystem::path written_;  // the temporary file, or the target itself
    std::FILE* file_{};
};

}  // namespace reprise::reporters
