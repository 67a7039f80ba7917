// The run's append-only record: JSON lines in `<output>/journal.jsonl`, one per event, fsynced when a row has finished.
// Every report is a view of it, so a run that was cut short can still be reported and resumed.
//
// Thread contract: Journal is written by one thread at a time (EventStream sees to it); JournalView is immutable.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <reprise/reporters/event.hpp>

namespace reprise::reporters {

class Journal {
public:
    // Creates or continues the file; a torn last line is cut off first. Every function throws std::system_error with
    // the path and the system's reason in its text.
    explicit Journal(const std::filesystem::path& file);
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;
    ~Journal();

    void run_started(const RunInfo& info);
    void test_started(const TestCase& test, int worker);
    void attempt_finished(const TestCase& test, const AttemptResult& attempt);
    void test_finished(const TestResult& result);  // returns when the result is on disk
    void run_finished(const RunResult& result);

    const std::filesystem::path& file() const noexcept { return file_; }

private:
    void append(const std::string& line);

    std::filesystem::path file_;
    int fd_{-1};
};

// What a journal says. A torn last line (the process was killed while writing) is left out and counted.
class JournalView {
public:
    // Throws std::runtime_error: file, line and what is wrong with it, when a line before the last is no event.
    // std::system_error when it cannot be read. A journal that was continued tells of one run: the last word on the run
    // and on each row counts.
    explicit JournalView(const std::filesystem::path& file);

    const RunInfo& info() const noexcept { return info_; }
    const std::optional<RunResult>& result() const noexcept { return result_; }  // nullopt: the run was cut short
    // Finished rows in the run's order, each read from the file when it is its turn: memory stays flat.
    void for_each_test(const std::function<void(const TestResult&)>& visit) const;
    // Names of the suites, those with unfinished rows only included, in the order of their first rows.
    const std::vector<std::string>& suites() const noexcept { return suites_; }
    // As for_each_test, only the rows of suites()[suite].
    void for_each_test_of(std::size_t suite, const std::function<void(const TestResult&)>& visit) const;
    // Rows that started and never finished: what was running when the process died.
    const std::vector<TestCase>& unfinished() const noexcept { return unfinished_; }
    // Selected rows of which the journal says nothing: a run that was cut short never came to them.
    std::size_t never_started() const noexcept;
    // Made from the finished rows.
    const Counts& counts() const noexcept { return counts_; }
    bool torn() const noexcept { return torn_; }

private:
    class Builder;
    struct Place {
        std::size_t ordinal;
        std::int64_t offset;  // of its line, in bytes
        std::size_t suite;    // index into suites_
    };
    void visit_places(std::optional<std::size_t> suite, const std::function<void(const TestResult&)>& visit) const;

    std::filesystem::path file_;
    RunInfo info_{};
    std::optional<RunResult> result_{};
    Counts counts_{};
    std::vector<Place> places_;
    std::vector<std::string> suites_;
    std::vector<TestCase> unfinished_;
    bool torn_{};
};

}  // namespace reprise::reporters
