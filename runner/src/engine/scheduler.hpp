// Runs the selected rows: a thread per slot, retries, stop rules. Every row ends with exactly one result.
#pragma once

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <reprise/reporters/event_stream.hpp>

#include "engine/browser_pool.hpp"
#include "engine/row_runner.hpp"
#include "engine/selection.hpp"

namespace reprise::runner {

struct ScheduleOptions {
    int workers{1};
    std::optional<int> max_failures{};
    std::filesystem::path output;
    std::optional<std::string> base_url{};
    HealingMemory* memory{};
    KeepMode video{KeepMode::off};
};

class Scheduler {
public:
    Scheduler(const std::vector<PlannedTest>& tests, BrowserPool& browsers, reporters::EventStream& events,
              ScheduleOptions options);

    // Blocks until every row has a result.
    void run();
    // From any thread: rows that are running end as interrupted, the others are skipped.
    void interrupt();
    bool interrupted() const noexcept { return interrupted_; }
    std::size_t flaky() const noexcept { return flaky_; }

private:
    void run_slot(int slot);
    void run_test(const PlannedTest& test, int slot, std::optional<PreparedPage> prepared);
    void skip(const PlannedTest& test, const std::string& reason);
    std::string stop_reason() const;

    const std::vector<PlannedTest>& tests_;
    BrowserPool& browsers_;
    reporters::EventStream& events_;
    const ScheduleOptions options_;
    const RowRunner rows_;
    std::atomic<std::size_t> next_{0};
    std::atomic<bool> interrupted_{false};
    std::atomic<bool> stop_on_error_{false};
    std::atomic<int> failures_{0};
    std::atomic<std::size_t> flaky_{0};
};

}  // namespace reprise::runner
