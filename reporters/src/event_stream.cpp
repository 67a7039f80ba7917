#include <reprise/reporters/event_stream.hpp>

#include <utility>

#include <reprise/reporters/journal.hpp>

#include "counting.hpp"
#include "redaction.hpp"

namespace reprise::reporters {

EventStream::EventStream(std::shared_ptr<Journal> journal) : journal_(std::move(journal)) {}

EventStream::~EventStream() = default;

void EventStream::add(std::shared_ptr<Reporter> reporter) {
    reporters_.push_back(std::move(reporter));
}

void EventStream::run_started(RunInfo info) {
    const std::scoped_lock lock(mutex_);
    info_ = redacted(redactor_, std::move(info));
    if (info_.started_at == WallTime{}) info_.started_at = std::chrono::system_clock::now();
    started_ = std::chrono::steady_clock::now();
    counts_ = {};
    if (journal_) journal_->run_started(info_);
    for (const auto& reporter : reporters_) reporter->on_run_started(info_);
}

void EventStream::run_resumed(RunInfo info, const JournalView& earlier,
                              const std::function<bool(const TestCase&)>& keeps) {
    run_started(std::move(info));
    const std::scoped_lock lock(mutex_);
    earlier.for_each_test([&](const TestResult& result) {
        if (!keeps(result.test)) return;
        count(counts_, result.outcome);
        for (const auto& reporter : reporters_) reporter->on_test_kept(result);
    });
}

// Redaction happens outside the lock: slots do it side by side.
void EventStream::test_started(const TestCase& test, int worker) {
    const TestCase clean = redacted(redactor_, test);
    const std::scoped_lock lock(mutex_);
    if (journal_) journal_->test_started(clean, worker);
    for (const auto& reporter : reporters_) reporter->on_test_started(clean, worker);
}

void EventStream::step_finished(const TestCase& test, const StepResult& step) {
    const TestCase clean = redacted(redactor_, test);
    const StepResult clean_step = redacted(redactor_, step);
    const std::scoped_lock lock(mutex_);
    for (const auto& reporter : reporters_) reporter->on_step_finished(clean, clean_step);
}

void EventStream::attempt_finished(const TestCase& test, const AttemptResult& attempt) {
    const TestCase clean = redacted(redactor_, test);
    const AttemptResult clean_attempt = redacted(redactor_, attempt);
    const std::scoped_lock lock(mutex_);
    if (journal_) journal_->attempt_finished(clean, clean_attempt);
    for (const auto& reporter : reporters_) reporter->on_attempt_finished(clean, clean_attempt);
}

void EventStream::test_finished(const TestResult& result) {
    const TestResult clean = redacted(redactor_, result);
    const std::scoped_lock lock(mutex_);
    if (journal_) journal_->test_finished(clean);
    count(counts_, clean.outcome);
    for (const auto& reporter : reporters_) reporter->on_test_finished(clean);
}

RunResult EventStream::run_finished(bool interrupted, std::vector<std::string> warnings) {
    for (auto& warning : warnings) warning = redactor_.redact(warning);
    const std::scoped_lock lock(mutex_);
    RunResult result{.ended_at = std::chrono::system_clock::now(),
                     .duration = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - started_),
                     .counts = counts_,
                     .warnings = std::move(warnings)};
    if (interrupted || counts_.interrupted > 0) {
        result.status = RunStatus::interrupted;
    } else if (counts_.failed > 0) {
        result.status = RunStatus::failed;
    }
    if (journal_) journal_->run_finished(result);
    for (const auto& reporter : reporters_) reporter->on_run_finished(info_, result);
    return result;
}

}  // namespace reprise::reporters
