#include "engine/run_output.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <reprise/reporters/journal.hpp>

#include "engine/report_files.hpp"

namespace reprise::runner {

namespace fs = std::filesystem;
using reporters::ReporterSpec;

namespace {

bool variable_is_set(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

reporters::TerminalOptions terminal_options() {
    reporters::TerminalOptions options;
    const bool terminal = ::isatty(STDOUT_FILENO) == 1 && !variable_is_set("CI");
    const char* term = std::getenv("TERM");
    options.live = terminal && (term == nullptr || std::string_view(term) != "dumb");
    options.colour = options.live && !variable_is_set("NO_COLOR");
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) options.columns = size.ws_col;
    return options;
}

}  // namespace

std::vector<ReporterSpec> reporter_specs(const RunOptions& options) {
    if (!options.reporters.empty()) return reporters::parse_reporters(options.reporters);
    return reporters::parse_reporters(terminal_options().live ? "line,json,junit" : "list,json,junit");
}

namespace {

// What an earlier run left here would be taken for this run's.
void clear_output(const fs::path& output) {
    fs::create_directories(output);
    for (const char* name : {"journal.jsonl", "report.json", "junit.xml", "junit-strict.xml", "attachments", "workers",
                             ".video", "outbox.sqlite", "outbox.sqlite-wal", "outbox.sqlite-shm", "outbox.lock"}) {
        std::error_code ignored;
        fs::remove_all(output / name, ignored);
    }
}

}  // namespace

std::string make_run_id() {
    const auto now = std::chrono::system_clock::now();
    // Machines of one pipeline start within a second, and in containers with one process id.
    std::random_device random;
    return fmt::format("{:%Y%m%d-%H%M%S}-{}-{:06x}", fmt::gmtime(now), ::getpid(), random() & 0xffffffU);
}

bool write_reports_of_run(const std::vector<ReporterSpec>& specs, const fs::path& output) {
    try {
        return write_report_files(specs, reporters::JournalView{output / "journal.jsonl"}, output);
    } catch (const std::exception& error) {
        fmt::print(stderr, "reprise: no report could be written: {}\n", error.what());
        return false;
    }
}

ExitCode exit_code(const reporters::RunResult& result, const RunOptions& options, bool written) {
    if (result.status == reporters::RunStatus::interrupted) return ExitCode::interrupted;
    if (result.status == reporters::RunStatus::failed) return ExitCode::failed;
    if (!written) return ExitCode::not_written;
    if (result.counts.flaky > 0 && options.fail_on_flaky) return ExitCode::flaky;
    return ExitCode::passed;
}

fs::path make_output_folder(const RunOptions& options, const std::string& run_id) {
    const bool own_folder = options.output == fs::path{k_default_output};
    auto output = own_folder ? options.output / run_id : options.output;
    clear_output(output);
    if (own_folder) {
        std::error_code ignored;
        fs::remove(options.output / "latest", ignored);
        fs::create_directory_symlink(run_id, options.output / "latest", ignored);
    }
    return output;
}

void add_live_reporters(reporters::EventStream& events, const std::vector<ReporterSpec>& specs) {
    for (const auto& spec : specs) {
        if (auto live = reporters::make_live_reporter(spec, terminal_options())) events.add(std::move(live));
    }
}

}  // namespace reprise::runner
