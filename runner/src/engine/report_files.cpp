#include "engine/report_files.hpp"

#include <cstdio>

#include <fmt/format.h>

#include <reprise/reporters/journal.hpp>

namespace reprise::runner {

bool write_report_files(const std::vector<reporters::ReporterSpec>& specs, const reporters::JournalView& journal,
                        const std::filesystem::path& output) {
    const auto reports = reporters::write_reports(specs, journal, output);
    for (const auto& problem : reports.problems) fmt::print(stderr, "reprise: {}\n", problem);
    return reports.problems.empty();
}

}  // namespace reprise::runner
