// Rows without a browser: what happens in one is said by its data.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "worker/row_engine.hpp"

namespace reprise::tests {

// Columns of the data: `ms`: how long the row lasts; `end`: "failed" fails it, "die" kills this process; `picture`:
// fails it, with this as the bytes of its picture.
class StubEngine : public runner::RowEngine {
public:
    explicit StubEngine(std::filesystem::path output, std::function<void(const runner::PlannedTest&)> on_row = {})
        : output_{std::move(output)}, on_row_{std::move(on_row)} {}

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
        } else if (const auto picture = value(test, "picture"); value(test, "end") == "failed" || !picture.empty()) {
            attempt.status = reporters::Status::failed;
            attempt.steps.back().success = false;
            attempt.failure = reporters::Failure{
                .type = "ActionError", .message = "it is gone", .step_number = 1, .step_label = "Buy"};
            result.outcome = reporters::Outcome::failed;
            if (!picture.empty()) {
                const auto name = test.test.row_id + ".png";
                std::ofstream{output_ / name} << picture;
                attempt.attachments.push_back({.name = "failure.png", .content_type = "image/png", .path = name});
            }
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
        return [on_row](const runner::EngineSurroundings& surroundings) {
            return std::make_unique<StubEngine>(surroundings.output, on_row);
        };
    }

private:
    const std::filesystem::path output_;
    const std::function<void(const runner::PlannedTest&)> on_row_;
    std::mutex mutex_;
    std::condition_variable ended_;
    bool interrupted_{};  // guarded by mutex_
};

}  // namespace reprise::tests
