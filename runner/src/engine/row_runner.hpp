// One row with all its attempts: retries, crashes, the verdict. Told to the event stream but for the row's beginning
// and end, which are the caller's to tell.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include <reprise/reporters/event_stream.hpp>

#include "engine/row_execution.hpp"
#include "engine/selection.hpp"

namespace reprise::runner {

struct RowRunOptions {
    std::filesystem::path output;
    std::optional<std::string> base_url{};
    HealingMemory* memory{};
    KeepMode video{KeepMode::off};
    std::function<cdp::Browser(int slot)> browser;  // a living one; may throw Error
    std::function<bool()> interrupted;
};

// Thread-safe.
class RowRunner {
public:
    RowRunner(reporters::EventStream& events, RowRunOptions options);
    ~RowRunner();
    RowRunner(const RowRunner&) = delete;
    RowRunner& operator=(const RowRunner&) = delete;

    // A page for the first attempt at any row that downloads nothing.
    PreparedPage prepare(int slot) const;

    // `prepared`: a page for the first attempt, if there is one already.
    reporters::TestResult run(const PlannedTest& test, int slot, std::optional<PreparedPage> prepared = {}) const;

private:
    PreparedPage prepare(int slot, const std::filesystem::path& downloads) const;
    reporters::AttemptResult attempt(const PlannedTest& test, int slot, int number,
                                     std::optional<PreparedPage>& prepared) const;

    reporters::EventStream& events_;
    const RowRunOptions options_;
    const std::filesystem::path films_;  // until rows have ended; of this runner alone; empty: none are made
    mutable std::atomic<int> films_begun_{0};
};

}  // namespace reprise::runner
