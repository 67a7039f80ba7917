// `reprise report`: reports from a run's journal, also of a run that was cut short.
#pragma once

#include <string>

#include <reprise/runner/config.hpp>

namespace CLI {
class App;
}

namespace reprise::runner {

struct ReportOptions {
    std::string run{};        // a journal, or the folder that holds one; empty: the last run
    std::string reporters{};  // empty: json,junit
};

// Adds the command; its options live in `options`.
CLI::App* add_report_command(CLI::App& app, ReportOptions& options);
// Its reporters, if one of them writes a file.
void use_config(ReportOptions& options, const Config& config);
// Writes the reports beside the journal, or where they say. `output`: where runs go, to find the last one.
ExitCode report(const ReportOptions& options, const std::filesystem::path& output);

}  // namespace reprise::runner
