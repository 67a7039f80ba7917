#include <algorithm>

#include <fmt/format.h>

#include "describe.hpp"
#include "live_reporters.hpp"
#include "run_summary.hpp"
#include "terminal.hpp"
#include "text_sanitizer.hpp"
#include "time_text.hpp"

namespace reprise::reporters {
namespace {

// What found the elements of the last attempt, and how often: "data-testid 5, css 1; 1 healed".
std::string strategies_of(const TestResult& result) {
    std::vector<std::pair<std::string, int>> uses;
    for (const auto& step : result.attempts.back().steps) {
        if (step.strategy.empty()) continue;
        const auto known =
            std::find_if(uses.begin(), uses.end(), [&](const auto& use) { return use.first == step.strategy; });
        if (known == uses.end()) {
            uses.emplace_back(step.strategy, 1);
        } else {
            ++known->second;
        }
    }
    std::string text;
    for (const auto& [strategy, times] : uses) {
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", strategy, times);
    }
    if (const int healed = healed_steps(result); healed > 0) text += fmt::format("; {} healed", healed);
    return text;
}

class ListReporter final : public Reporter {
public:
    explicit ListReporter(const TerminalOptions& options) : terminal_(options) {}

    void on_run_started(const RunInfo& info) override { output_folder_ = info.output_folder; }

    void on_test_kept(const TestResult& result) override { summary_.note(result, output_folder_); }

    void on_test_finished(const TestResult& result) override {
        summary_.note(result, output_folder_);
        const std::string_view mark = mark_of(result.outcome);
        std::string line = terminal_.paint(colour_of(result.outcome), mark);
        line.append(std::max<std::size_t>(k_mark_columns, mark.size() + 1) - mark.size(), ' ');
        line += clean_for_terminal(result.test.id);
        if (result.attempts.empty()) {
            line += "  " + clean_for_terminal(result.skip_reason);
        } else {
            line += "  " + for_people(duration_of(result));
            if (result.attempts.size() > 1) line += fmt::format("  {} attempts", result.attempts.size());
            if (const auto strategies = strategies_of(result); !strategies.empty()) {
                line += "  " + clean_for_terminal(strategies);
            }
        }
        terminal_.write_line(line);
        if (result.outcome == Outcome::failed) print_message(result);
        terminal_.flush();
    }

    void on_run_finished(const RunInfo& info, const RunResult& result) override {
        summary_.print(terminal_, info, result);
    }

private:
    static constexpr std::size_t k_mark_columns = 8;

    // In full, with the call log: in CI this is all there is to look at first.
    void print_message(const TestResult& result) {
        const std::string message = failure_of(result.attempts.back()).message;
        for (const auto text : lines_of(message)) terminal_.write_line("          " + clean_for_terminal(text));
    }

    Terminal terminal_;
    std::string output_folder_;
    RunSummary summary_;
};

}  // namespace

std::shared_ptr<Reporter> make_list_reporter(const TerminalOptions& terminal) {
    return std::make_shared<ListReporter>(terminal);
}

}  // namespace reprise::reporters
