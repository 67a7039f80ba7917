#include "cli/report_command.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <reprise/reporters/journal.hpp>

#include "engine/earlier_run.hpp"
#include "engine/report_files.hpp"

namespace reprise::runner {
namespace {

namespace fs = std::filesystem;

bool has_file_report(const std::vector<reporters::ReporterSpec>& specs) {
    return std::ranges::any_of(specs, reporters::is_file_report);
}

std::vector<reporters::ReporterSpec> file_reports(const std::string& text) {
    auto specs = reporters::parse_reporters(text.empty() ? "json,junit" : text);
    if (!has_file_report(specs)) {
        throw std::invalid_argument(fmt::format(
            "--reporter {}: writes to the terminal while a run goes on; a journal is reported as json, junit or "
            "junit-strict",
            text));
    }
    return specs;
}

void tell(const reporters::JournalView& journal, const fs::path& file) {
    const auto& counts = journal.counts();
    fmt::print("{}: {} of {} rows finished: {} passed, {} failed, {} flaky\n", file.generic_string(), counts.total,
               journal.info().total_tests, counts.passed, counts.failed, counts.flaky);
    if (journal.result()) return;
    fmt::print("the run was cut short: {} running, {} never started\n", journal.unfinished().size(),
               journal.never_started());
}

}  // namespace

CLI::App* add_report_command(CLI::App& app, ReportOptions& options) {
    auto* command = app.add_subcommand("report", "Write reports from the journal of a run");
    command->add_option("run", options.run, "A journal, or a run's folder (default: the last)")
        ->check(CLI::ExistingPath)
        ->type_name("PATH");
    command->add_option("--reporter", options.reporters, "json,junit,junit-strict; NAME=PATH (json,junit)")
        ->type_name("LIST")
        ->take_last();
    return command;
}

void use_config(ReportOptions& options, const Config& config) {
    if (config.reporters && has_file_report(reporters::parse_reporters(*config.reporters))) {
        options.reporters = *config.reporters;
    }
}

ExitCode report(const ReportOptions& options, const fs::path& output) {
    try {
        const auto specs = file_reports(options.reporters);
        fs::path file = options.run.empty() ? earlier_run_folder(output) : fs::path{options.run};
        if (!fs::is_regular_file(file)) file /= "journal.jsonl";
        const auto folder = file.parent_path().empty() ? fs::path{"."} : file.parent_path();
        const auto journal = read_earlier_journal(file, "reprise report");
        const bool written = write_report_files(specs, journal, folder);
        tell(journal, file);
        return written ? ExitCode::passed : ExitCode::not_written;
    } catch (const std::exception& error) {
        fmt::print(stderr, "reprise: {}\n", error.what());
        return ExitCode::bad_input;
    }
}

}  // namespace reprise::runner
