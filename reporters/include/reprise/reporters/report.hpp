// Makes reporters from what the user wrote (`--reporter line,junit=out.xml`).
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/reporters/reporter.hpp>

namespace reprise::reporters {

class JournalView;

struct ReporterSpec {
    std::string name;                             // "junit"
    std::optional<std::filesystem::path> path{};  // file reports: where to; default <output>/<default name>
};

// Publishes to a portal (supabase/publisher.hpp); whoever runs rows makes it.
inline constexpr std::string_view k_supabase_reporter = "supabase";

// "line,junit=out.xml" → specs. Throws std::invalid_argument naming the unknown word and the nearest known one.
std::vector<ReporterSpec> parse_reporters(std::string_view text);

struct TerminalOptions {
    std::FILE* out{stdout};
    bool colour{};
    bool live{};  // a terminal that can be redrawn: progress line
    int columns{80};
};

// Reporters that write to the terminal while the run goes on: line, list, dot. Null for others.
std::shared_ptr<Reporter> make_live_reporter(const ReporterSpec& spec, const TerminalOptions& terminal);

// Reports that are views of the journal: json, junit, junit-strict. Default names: report.json, junit.xml,
// junit-strict.xml. Writes to a temporary file beside the target and renames it. Returns the path written; throws
// std::system_error with the path. Called after the run, and by `--resume` or a crash report from the journal alone.
std::filesystem::path write_report(const ReporterSpec& spec, const JournalView& journal,
                                   const std::filesystem::path& output_folder);
bool is_file_report(const ReporterSpec& spec);
bool is_live_report(const ReporterSpec& spec);

struct WrittenReports {
    std::vector<std::filesystem::path> files{};
    std::vector<std::string> problems{};  // one for each report that could not be written, with its name and why
};
// write_report() for those of `specs` that are file reports, each on its own.
WrittenReports write_reports(const std::vector<ReporterSpec>& specs, const JournalView& journal,
                             const std::filesystem::path& output_folder);

}  // namespace reprise::reporters
