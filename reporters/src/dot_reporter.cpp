#include <algorithm>

#include "live_reporters.hpp"
#include "run_summary.hpp"
#include "terminal.hpp"

namespace reprise::reporters {
namespace {

std::string_view letter_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::passed:
            return ".";
        case Outcome::failed:
            return "F";
        case Outcome::flaky:
            return "f";
        case Outcome::skipped:
            return "S";
        case Outcome::interrupted:
            return "I";
    }
    return "?";
}

// One character per row.
class DotReporter final : public Reporter {
public:
    explicit DotReporter(const TerminalOptions& options) : terminal_(options) {}

    void on_run_started(const RunInfo& info) override { output_folder_ = info.output_folder; }

    void on_test_kept(const TestResult& result) override { summary_.note(result, output_folder_); }

    void on_test_finished(const TestResult& result) override {
        summary_.note(result, output_folder_);
        terminal_.write(terminal_.paint(colour_of(result.outcome), letter_of(result.outcome)));
        if (++column_ >= std::max(terminal_.options().columns, 1)) {
            terminal_.write("\n");
            column_ = 0;
        }
        terminal_.flush();
    }

    void on_run_finished(const RunInfo& info, const RunResult& result) override {
        if (column_ > 0) terminal_.write("\n");
        summary_.print(terminal_, info, result);
    }

private:
    Terminal terminal_;
    std::string output_folder_;
    RunSummary summary_;
    int column_{};
};

}  // namespace

std::shared_ptr<Reporter> make_dot_reporter(const TerminalOptions& terminal) {
    return std::make_shared<DotReporter>(terminal);
}

}  // namespace reprise::reporters
