// The reports that are views of the journal, each written as a stream: memory stays flat however many rows there are.
//
// Thread contract: pure functions over their arguments. They throw what ReportFile and JournalView throw.
#pragma once

#include <filesystem>

namespace reprise::reporters {

class JournalView;
class ReportFile;

void write_json_report(ReportFile& file, const JournalView& journal, const std::filesystem::path& output_folder);
void write_junit_report(ReportFile& file, const JournalView& journal, const std::filesystem::path& output_folder);
// Passes the two schemas that Jenkins's xUnit plugin and Ant's users validate against.
void write_junit_strict_report(ReportFile& file, const JournalView& journal,
                               const std::filesystem::path& output_folder);

}  // namespace reprise::reporters
