#include "engine/scheduler.hpp"

#include <future>
#include <thread>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>

namespace reprise::runner {
namespace {

using reporters::Outcome;
using reporters::Status;

// A row whose browser died is tried once more in a new one, whatever the retries say: it is not the row's fault.
constexpr int k_retries_after_crash = 1;

}  // namespace

Scheduler::Scheduler(const std::vector<PlannedTest>& tests, BrowserPool& browsers, reporters::EventStream& events,
                     ScheduleOptions options)
    : tests_{tests}, browsers_{browsers}, events_{events}, options_{std::move(options)} {}

void Scheduler::run() {
    std::vector<std::thread> slots;
    std::exception_ptr failure;
    std::mutex mutex;
    for (int slot = 0; slot < options_.workers; ++slot) {
        slots.emplace_back([&, slot] {
            try {
                run_slot(slot);
            } catch (...) {
                // The journal could not be written, or a defect: nothing that runs on could be kept.
                interrupt();
                const std::lock_guard lock{mutex};
                if (!failure) failure = std::current_exception();
            }
        });
    }
    for (auto& slot : slots) slot.join();
    if (failure) std::rethrow_exception(failure);
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
        if (core_is_free && row_follows) {
            upcoming =
                std::async(std::launch::async, [this, slot] { return prepare_page(browsers_.get(slot), nullptr); });
        }
        run_test(test, slot, std::move(prepared));
    }
}

void Scheduler::skip(const PlannedTest& test, const std::string& reason) {
    events_.test_finished({.test = test.test, .outcome = Outcome::skipped, .skip_reason = reason});
}

void Scheduler::run_test(const PlannedTest& test, int slot, std::optional<PreparedPage> prepared) {
    events_.test_started(test.test, slot);
    reporters::TestResult result{.test = test.test};
    int retries = test.suite->settings.job.retry_count;
    int crash_retries = k_retries_after_crash;
    while (true) {
        auto attempted = attempt(test, slot, static_cast<int>(result.attempts.size()) + 1, prepared);
        events_.attempt_finished(test.test, attempted);
        const auto status = attempted.status;
        result.attempts.push_back(std::move(attempted));
        if (status == Status::passed || status == Status::interrupted || interrupted_) break;
        if (status == Status::crashed && crash_retries > 0) {
            --crash_retries;
            continue;
        }
        if (retries <= 0) break;
        --retries;
    }
    const auto status = result.attempts.back().status;
    if (status == Status::passed) {
        result.outcome = result.attempts.size() > 1 ? Outcome::flaky : Outcome::passed;
    } else {
        result.outcome = status == Status::interrupted ? Outcome::interrupted : Outcome::failed;
    }
    if (result.outcome == Outcome::flaky) ++flaky_;
    if (result.outcome == Outcome::failed) {
        ++failures_;
        if (test.suite->settings.stop_on_error) stop_on_error_ = true;
    }
    events_.test_finished(result);
}

reporters::AttemptResult Scheduler::attempt(const PlannedTest& test, int slot, int number,
                                            std::optional<PreparedPage>& prepared) {
    const auto downloads_folder = options_.output / "attachments" / test.test.id / "downloads";
    try {
        if (downloads(test.suite->recording)) prepared = prepare_page(browsers_.get(slot), &downloads_folder);
        if (!prepared || !prepared->browser.connected()) prepared = prepare_page(browsers_.get(slot), nullptr);
    } catch (const Error& error) {
        return {.attempt = number,
                .status = interrupted_ ? Status::interrupted : Status::crashed,
                .started_at = std::chrono::system_clock::now(),
                .worker = slot,
                .failure = reporters::Failure{.type = error.type(), .message = error.what()}};
    }
    auto page = std::move(*prepared);
    prepared.reset();
    return run_attempt(test, std::move(page),
                       {.output = options_.output,
                        .base_url = options_.base_url,
                        .attempt = number,
                        .worker = slot,
                        .memory = options_.memory,
                        .interrupted = [this] { return interrupted_.load(); },
                        .on_step = [&](const reporters::StepResult& step) { events_.step_finished(test.test, step); }});
}

}  // namespace reprise::runner
