// What every run writes: the terminal, its folder, its reports, its exit code.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <reprise/reporters/event_stream.hpp>
#include <reprise/reporters/report.hpp>
#include <reprise/runner/run.hpp>

namespace reprise::runner {

// Those asked for, else the default ones. Throws std::invalid_argument.
std::vector<reporters::ReporterSpec> reporter_specs(const RunOptions& options);
void add_live_reporters(reporters::EventStream& events, const std::vector<reporters::ReporterSpec>& specs);

std::string make_run_id();
// Made, or emptied of an earlier run; `latest` points to it when it is one of the default folder.
std::filesystem::path make_output_folder(const RunOptions& options, const std::string& run_id);

// From the journal: its word counts, not what this process remembers. False: one could not be written, which was told
// on stderr.
bool write_reports_of_run(const std::vector<reporters::ReporterSpec>& specs, const std::filesystem::path& output);

ExitCode exit_code(const reporters::RunResult& result, const RunOptions& options, bool written);

}  // namespace reprise::runner
