// How long rows took when they last passed: what splitting by time goes by.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <reprise/reporters/reporter.hpp>
#include <reprise/runner/history.hpp>

namespace reprise::runner {

// From the JSON report of an earlier run. Throws DataError naming the file.
Durations read_timings(const std::filesystem::path& report);

// Collects the rows that pass and hands them to the history when the run has ended: one write for all.
class DurationKeeper : public reporters::Reporter {
public:
    explicit DurationKeeper(std::shared_ptr<History> history) : history_{std::move(history)} {}

    void on_test_finished(const reporters::TestResult& result) override;
    // What went wrong with the history, if anything; call it after the last row.
    std::optional<std::string> save();

private:
    std::shared_ptr<History> history_;
    Durations passed_;
};

}  // namespace reprise::runner
