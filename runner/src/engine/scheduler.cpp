#include "engine/scheduler.hpp"

#include <future>
#include <thread>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>

#include "engine/slots.hpp"

namespace reprise::runner {
namespace {

using reporters::Outcome;

}  // namespace

Scheduler::Scheduler(const std::vector<PlannedTest>& tests, BrowserPool& browsers, reporters::EventStream& events,
                     ScheduleOptions options)
    : tests_{tests},
      browsers_{browsers},
      events_{events},
      options_{std::move(options)},
      rows_{events,
            {.output = options_.output,
             .base_url = options_.base_url,
             .memory = options_.memory,
             .video = options_.video,
             .browser = [this](int slot) { return browsers_.get(slot); },
             .interrupted = [this] { return interrupted_.load(); }}} {}

void Scheduler::run() {
    run_slots(
        options_.workers, [this](int slot) { run_slot(slot); }, [this] { interrupt(); });
}

void Scheduler::interrupt() {
    interrupted_ = true;
    browsers_.close();
}

std::string Scheduler::stop_reason() const {
    if (interrupted_) return "the run was interrupted";
    if (stop_on_error_) return "a row before it failed (stop on error)";
    if (options_.max_failures && failures_ >= *options_.max_failures) {
        return fmt::format("{} rows have failed (max failures)", *options_.max_failures);
    }
    return {};
}

void Scheduler::run_slot(int slot) {
    // The next row's context is made while this row runs, where a core is free for its renderer to start on. Measured
    // on two cores: 15 % faster with one slot, 5 % slower with two.
    const bool core_is_free = static_cast<unsigned>(options_.workers) < std::thread::hardware_concurrency();
    std::future<PreparedPage> upcoming;
    while (true) {
        const auto index = next_.fetch_add(1);
        if (index >= tests_.size()) break;
        const auto& test = tests_[index];
        if (const auto reason = stop_reason(); !reason.empty()) {
            skip(test, reason);
            continue;
        }
        std::optional<PreparedPage> prepared;
        if (upcoming.valid()) {
            try {
                prepared = upcoming.get();
            } catch (const Error&) {
                // Made again for this row, which then reports what is wrong.
            }
        }
        const bool row_follows = next_ < tests_.size() && options_.workers + next_ <= tests_.size() + 1;
        // A film would begin with the row before.
        if (core_is_free && row_follows && options_.video == KeepMode::off) {
            upcoming = std::async(std::launch::async, [this, slot] { return rows_.prepare(slot); });
        }
        run_test(test, slot, std::move(prepared));
    }
}

void Scheduler::skip(const PlannedTest& test, const std::string& reason) {
    events_.test_finished({.test = test.test, .outcome = Outcome::skipped, .skip_reason = reason});
}

void Scheduler::run_test(const PlannedTest& test, int slot, std::optional<PreparedPage> prepared) {
    events_.test_started(test.test, slot);
    const auto result = rows_.run(test, slot, std::move(prepared));
    if (result.outcome == Outcome::flaky) ++flaky_;
    if (result.outcome == Outcome::failed) {
        ++failures_;
        if (test.suite->settings.stop_on_error) stop_on_error_ = true;
    }
    events_.test_finished(result);
}

}  // namespace reprise::runner
