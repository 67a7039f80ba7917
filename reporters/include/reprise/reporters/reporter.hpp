// Listens to a run. Every method has an empty default: override what you need.
//
// Thread contract: EventStream calls one method at a time, from whichever thread the event happened on.
#pragma once

#include <reprise/reporters/event.hpp>

namespace reprise::reporters {

class Reporter {
public:
    Reporter() = default;
    Reporter(const Reporter&) = delete;
    Reporter& operator=(const Reporter&) = delete;
    virtual ~Reporter() = default;

    virtual void on_run_started(const RunInfo&) {}  // once, first
    // A run that is continued: once for each row that finished before, after on_run_started.
    virtual void on_test_kept(const TestResult&) {}
    virtual void on_test_started(const TestCase&, int /*worker*/) {}            // once for each row that runs
    virtual void on_step_finished(const TestCase&, const StepResult&) {}        // after each step of each attempt
    virtual void on_attempt_finished(const TestCase&, const AttemptResult&) {}  // at least once for each row that runs
    virtual void on_test_finished(const TestResult&) {}                         // once for each row, skipped ones too
    virtual void on_run_finished(const RunInfo&, const RunResult&) {}           // once, last
};

}  // namespace reprise::reporters
