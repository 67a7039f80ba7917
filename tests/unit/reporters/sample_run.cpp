#include "sample_run.hpp"

#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fmt/format.h>

#include <reprise/reporters/journal.hpp>

#include "counting.hpp"

namespace reprise::reporters::test {

namespace fs = std::filesystem;

namespace {

WallTime start_time() {
    using namespace std::chrono;
    return sys_days{year{2026} / 5 / 4} + hours{3} + minutes{2} + seconds{1} + milliseconds{250};
}

}  // namespace

CapturedFile::~CapturedFile() {
    std::fclose(file_);
    std::free(data_);
}

std::string CapturedFile::text() {
    std::fflush(file_);
    return {data_, size_};
}

FullDisk::FullDisk(std::uintmax_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit tight{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &tight);
}

FullDisk::~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
}

RunInfo run_info(std::size_t total_tests) {
    return {.run_id = "run-1",
            .started_at = start_time(),
            .total_tests = total_tests,
            .workers = 2,
            .reprise_version = "0.1.0",
            .browser = "HeadlessChrome/156.0.8078.79",
            .sandbox = false,
            .output_folder = "test-results",
            .environment = {{"os", "Debian 12"}}};
}

TestCase test_case(std::string_view suite, std::size_t row, std::size_t ordinal) {
    const std::string row_id = fmt::format("r{:04}", row);
    return {.id = fmt::format("{}/{}", suite, row_id),
            .suite = std::string(suite),
            .row_id = row_id,
            .ordinal = ordinal,
            .recording_path = fmt::format("recordings/{}.json", suite),
            .recording_name = "Recording of " + std::string(suite),
            .data_path = "data/users.csv",
            .data_line = static_cast<int>(row) + 1,
            .row_index = static_cast<int>(row) - 1,
            .row_data = {{"user", fmt::format("user{}", row)}, {"country", "NL"}},
            .total_steps = 2,
            .tags = {"smoke"}};
}

StepResult good_step(int number) {
    return {.step_number = number,
            .label = "Name",
            .event = "type",
            .success = true,
            .duration = Milliseconds{120},
            .strategy = "data-testid",
            .message = "Element found by data-testid, 7 of 7 clues agree"};
}

AttemptResult good_attempt(int attempt) {
    return {.attempt = attempt,
            .status = Status::passed,
            .started_at = start_time() + std::chrono::seconds{attempt},
            .duration = Milliseconds{1234},
            .worker = 1,
            .steps = {good_step(1), good_step(2)},
            .extracted_data = {{"order", "A-17"}},
            .notes = {"accepted an alert"}};
}

AttemptResult bad_attempt(int attempt, Status status, std::string message) {
    AttemptResult result = good_attempt(attempt);
    result.status = status;
    result.steps[1].success = false;
    result.steps[1].error = message;
    result.failure = Failure{"TimeoutError", std::move(message), 2, "Save"};
    result.attachments = {{"failure.png", "image/png", fmt::format("rows/r1-s02-a{}.png", attempt)},
                          {"page.html", "text/html", fmt::format("rows/r1-s02-a{}.html", attempt)}};
    return result;
}

TestResult finished(TestCase test, Outcome outcome, std::vector<AttemptResult> attempts) {
    return {.test = std::move(test), .outcome = outcome, .attempts = std::move(attempts)};
}

std::vector<TestResult> rows_of_all_kinds() {
    const std::string timeout = "click(\"Save\"): still disabled after 5000 ms\n  0 ms found 1 match";
    const std::string suite = "shop/checkout";
    std::vector<TestResult> rows;
    rows.push_back(finished(test_case(suite, 1, 0), Outcome::passed, {good_attempt()}));
    rows.push_back(finished(
        test_case(suite, 2, 1), Outcome::failed,
        {bad_attempt(1, Status::timed_out, "first try: " + timeout), bad_attempt(2, Status::failed, timeout)}));
    rows.push_back(
        finished(test_case(suite, 3, 2), Outcome::flaky, {bad_attempt(1, Status::failed, timeout), good_attempt(2)}));
    rows.push_back(finished(test_case(suite, 4, 3), Outcome::skipped, {}));
    rows.back().skip_reason = "stop_on_error: shop/checkout/r0002 failed";
    rows.push_back(finished(test_case(suite, 5, 4), Outcome::interrupted,
                            {bad_attempt(1, Status::interrupted, "interrupted by Ctrl-C")}));
    rows.push_back(finished(test_case("login", 1, 5), Outcome::failed,
                            {bad_attempt(1, Status::crashed, "the page crashed while step 2 ran")}));
    rows.push_back(finished(test_case("login", 2, 6), Outcome::passed, {good_attempt()}));
    rows.back().attempts[0].steps[0].healing_attempted = true;
    rows.back().attempts[0].steps[0].healing_success = true;
    return rows;
}

RunResult run_result(const Counts& counts) {
    return {.status = RunStatus::failed,
            .ended_at = start_time() + std::chrono::seconds{9},
            .duration = Milliseconds{9000},
            .counts = counts,
            .warnings = {"running as root: Chromium runs without its sandbox"}};
}

fs::path write_journal(const TemporaryFolder& folder, const std::vector<TestResult>& rows) {
    Journal journal(folder / "journal.jsonl");
    Counts counts;
    journal.run_started(run_info(rows.size()));
    for (const auto& row : rows) {
        if (!row.attempts.empty()) journal.test_started(row.test, 0);
        for (const auto& attempt : row.attempts) journal.attempt_finished(row.test, attempt);
        journal.test_finished(row);
        count(counts, row.outcome);
    }
    journal.run_finished(run_result(counts));
    return journal.file();
}

std::string read_file(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + file.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& file, std::string_view text) {
    std::ofstream(file, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
}

CommandResult run_command(const std::string& command) {
    std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
    CommandResult result;
    char buffer[4096];
    for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) result.output.append(buffer, n);
    const int status = pclose(pipe);
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return result;
}

std::string xpath(const fs::path& file, const std::string& expression) {
    std::string out = run_command(fmt::format("xmllint --xpath '{}' {}", expression, file.string())).output;
    while (out.ends_with('\n')) out.pop_back();
    return out;
}

}  // namespace reprise::reporters::test
