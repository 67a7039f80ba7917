// Rows without a browser: what happens in one is said by its data.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "worker/row_engine.hpp"

namespace reprise::tests {

// Columns of the data: `ms`: how long the row lasts; `end`: "failed" fails it, "die" kills this process.
class StubEngine : public runner::RowEngine {
public:
    explicit StubEngine(std::function<void(const runner::PlannedTest&)> on_row = {}) : on_row_{std::move(on_row)} {}

    reporters::TestResult run(const runner::PlannedTest& test, int slot) override {
        if (on_row_) on_row_(test);
        if (value(test, "end") == "die") std::abort();
        const auto started = std::chrono::system_clock::now();
        const auto ms = value(test, "ms");
        std::unique_lock lock{mutex_};
        const bool interrupted = ended_.wait_for(lock, std::chrono::milliseconds{ms.empty() ? 0 : std::stoi(ms)},
                                                 [&] { return interrupted_; });
        reporters::AttemptResult attempt{.status = reporters::Status::passed, .started_at = started, .worker = slot};
        attempt.steps.push_back({.step_number = 1, .label = "Buy", .event = "click", .success = true});
        reporters::TestResult result{.test = test.test, .outcome = reporters::Outcome::passed};
        if (interrupted || interrupted_) {
            attempt.status = reporters::Status::interrupted;
            result.outcome = reporters::Outcome::interrupted;
        } else if (value(test, "end") == "failed") {
            attempt.status = reporters::Status::failed;
            attempt.steps.back().success = false;
            attempt.failure = reporters::Failure{
                .type = "ActionError", .message = "it is gone", .step_number = 1, .step_label = "Buy"};
            result.outcome = reporters::Outcome::failed;
        }
        result.attempts.push_back(std::move(attempt));
        return result;
    }
    void interrupt() override {
        const std::lock_guard lock{mutex_};
        interrupted_ = true;
        ended_.notify_all();
    }

    static std::string value(const runner::PlannedTest& test, std::string_view column) {
        for (const auto& [name, text] : test.test.row_data) {
            if (name == column) return text;
        }
        return {};
    }
    static runner::MakeRowEngine factory(std::function<void(const runner::PlannedTest&)> on_row = {}) {
        return [on_row](const runner::EngineSurroundings&) { return std::make_unique<StubEngine>(on_row); };
    }

private:
    const std::function<void(const runner::PlannedTest&)> on_row_;
    std::mutex mutex_;
    std::condition_variable ended_;
    bool interrupted_{};  // guarded by mutex_
};

}  // namespace reprise::tests
