#include "engine/report_files.hpp"

#include <cstdio>

#include <fmt/format.h>

#include <reprise/reporters/journal.hpp>

namespace reprise::runner {

bool write_reports(const std::vector<reporters::ReporterSpec>& specs, const reporters::JournalView& journal,
                   const std::filesystem::path& output) {
    bool written = true;
    for (const auto& spec : specs) {
        if (!reporters::is_file_report(spec)) continue;
        try {
            reporters::write_report(spec, journal, output);
        } catch (const std::exception& error) {
            fmt::print(stderr, "reprise: the {} report could not be written: {}\n", spec.name, error.what());
            written = false;
        }
    }
    return written;
}

}  // namespace reprise::runner
