// Carries the events of a run to all who listen: redacts secrets first, then the journal, then the reporters.
//
// Thread-safe: events are delivered one at a time, in the order of arrival.
//
// Every event throws what a failed journal write said (std::system_error with the path); the run must stop then, for
// its results could not be kept.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <reprise/reporters/event.hpp>
#include <reprise/reporters/redactor.hpp>
#include <reprise/reporters/reporter.hpp>

namespace reprise::reporters {

class Journal;
class JournalView;

class EventStream {
public:
    // `journal` gets each event before any reporter and is fsynced per finished row. May be null in tests.
    explicit EventStream(std::shared_ptr<Journal> journal);
    ~EventStream();

    void add(std::shared_ptr<Reporter> reporter);  // before run_started only
    Redactor& redactor() noexcept { return redactor_; }

    // Sets `started_at` to now when it was not set.
    void run_started(RunInfo info);
    // In place of run_started: continues the run that `earlier` tells of. The rows for which `keeps` is true count as
    // finished, and the reporters hear of them; the journal has them already.
    void run_resumed(RunInfo info, const JournalView& earlier, const std::function<bool(const TestCase&)>& keeps);
    void test_started(const TestCase& test, int worker);
    void step_finished(const TestCase& test, const StepResult& step);
    void attempt_finished(const TestCase& test, const AttemptResult& attempt);
    void test_finished(const TestResult& result);
    // Counts are made here from the rows kept and those finished since run_started; `status` follows from them unless
    // `interrupted`. The duration is measured from run_started.
    RunResult run_finished(bool interrupted, std::vector<std::string> warnings);

private:
    std::mutex mutex_;
    Redactor redactor_;
    std::shared_ptr<Journal> journal_;
    std::vector<std::shared_ptr<Reporter>> reporters_;
    RunInfo info_{};
    std::chrono::steady_clock::time_point started_{};
    Counts counts_{};
};

}  // namespace reprise::reporters
