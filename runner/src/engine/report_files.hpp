// The reports that are views of a run's journal, written when it has ended or from what it has left.
#pragma once

#include <filesystem>
#include <vector>

#include <reprise/reporters/report.hpp>

namespace reprise::runner {

// Those of `specs` that are file reports. False: one could not be written, and why was told on stderr.
bool write_report_files(const std::vector<reporters::ReporterSpec>& specs, const reporters::JournalView& journal,
                        const std::filesystem::path& output);

}  // namespace reprise::runner
