// Runs to report on: builders for rows, a journal in a folder of its own, and xmllint.
#pragma once

#include <sys/resource.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/reporters/event.hpp>
#include <reprise/reporters/report.hpp>

#include "support/temporary_folder.hpp"

namespace reprise::reporters::test {

using tests::TemporaryFolder;

// Collects what is written to a FILE*.
class CapturedFile {
public:
    CapturedFile() : file_(open_memstream(&data_, &size_)) {}
    CapturedFile(const CapturedFile&) = delete;
    CapturedFile& operator=(const CapturedFile&) = delete;
    ~CapturedFile();
    std::FILE* file() { return file_; }
    std::string text();

private:
    char* data_{};
    std::size_t size_{};
    std::FILE* file_;
};

// A full disk, played by the limit on the size of files: no file of this process grows beyond `bytes`.
class FullDisk {
public:
    explicit FullDisk(std::uintmax_t bytes);
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;
    ~FullDisk();

private:
    rlimit before_{};
};

RunInfo run_info(std::size_t total_tests);
// Row number `row` (from 1) of `suite`: line row + 1 of data/users.csv.
TestCase test_case(std::string_view suite, std::size_t row, std::size_t ordinal);
StepResult good_step(int number);
AttemptResult good_attempt(int attempt = 1);
AttemptResult bad_attempt(int attempt, Status status, std::string message);
TestResult finished(TestCase test, Outcome outcome, std::vector<AttemptResult> attempts);

// One row of each outcome in suite "shop/checkout", a crashed one and a passed one in "login".
std::vector<TestResult> rows_of_all_kinds();
RunResult run_result(const Counts& counts);

// Writes a journal of a whole run with these rows.
std::filesystem::path write_journal(const TemporaryFolder& folder, const std::vector<TestResult>& rows);

std::string read_file(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, std::string_view text);

struct CommandResult {
    int status{};
    std::string output;  // both streams
};
CommandResult run_command(const std::string& command);

// The value of an XPath expression, as xmllint prints it. A file that is not well-formed gives its error text.
std::string xpath(const std::filesystem::path& file, const std::string& expression);

}  // namespace reprise::reporters::test
