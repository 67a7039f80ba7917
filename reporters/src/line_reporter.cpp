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

constexpr std::string_view k_clear_line = "\r\x1B[K";

// Progress in one line that is redrawn; failures in full above it. Without a live terminal: a line for each failure,
// and one of progress whenever another tenth of the rows is done.
class LineReporter final : public Reporter {
public:
    LineReporter(const TerminalOptions& options, Clock clock) : terminal_(options), clock_(std::move(clock)) {}

    void on_run_started(const RunInfo& info) override {
        info_ = info;
        started_ = clock_();
    }

    void on_test_kept(const TestResult& result) override {
        ++kept_;
        ++done_;
        if (result.outcome == Outcome::failed) ++failed_;
        summary_.note(result, info_.output_folder);
    }

    void on_test_started(const TestCase& test, int) override {
        current_ = test.id;
        if (terminal_.options().live) redraw();
    }

    void on_test_finished(const TestResult& result) override {
        ++done_;
        summary_.note(result, info_.output_folder);
        if (result.outcome == Outcome::failed || result.outcome == Outcome::interrupted) {
            ++failed_;
            print_failure(result);
        }
        if (terminal_.options().live) {
            redraw();
        } else if (const std::size_t tenth = done_ * 10 / total(); tenth > tenth_) {
            tenth_ = tenth;
            terminal_.write_line(progress());
            terminal_.flush();
        }
    }

    void on_run_finished(const RunInfo& info, const RunResult& result) override {
        if (terminal_.options().live) terminal_.write(k_clear_line);
        summary_.print(terminal_, info, result);
    }

private:
    std::size_t total() const { return std::max(info_.total_tests, done_); }

    // "[12/50] 24 % 2 failed 8.1 rows/s 0:05 left"
    std::string progress() const {
        std::string text = fmt::format("[{}/{}] {} %", done_, total(), total() == 0 ? 0 : done_ * 100 / total());
        if (failed_ > 0) text += fmt::format(" {} failed", failed_);
        const auto elapsed = std::chrono::duration_cast<Milliseconds>(clock_() - started_);
        const std::size_t ran = done_ - kept_;
        if (ran == 0 || elapsed <= Milliseconds{0}) return text;
        text += fmt::format(" {:.1f} rows/s", 1000.0 * static_cast<double>(ran) / static_cast<double>(elapsed.count()));
        const auto left = elapsed * static_cast<std::int64_t>(total() - done_) / static_cast<std::int64_t>(ran);
        if (left > Milliseconds{0}) text += fmt::format(" {} left", minutes_seconds(left));
        return text;
    }

    void redraw() {
        const std::string text = progress() + " " + clean_for_terminal(current_);
        // The last column stays free: a terminal would wrap there, and the next redraw would leave a stale line.
        const auto columns = static_cast<std::size_t>(std::max(terminal_.options().columns - 1, 1));
        terminal_.write(k_clear_line);
        terminal_.write(fit_columns(text, columns));
        terminal_.flush();
    }

    void print_failure(const TestResult& result) {
        const Problem problem = problem_of(result, info_.output_folder);
        const std::string headline = terminal_.paint(colour_of(result.outcome), mark_of(result.outcome)) + " " +
                                     clean_for_terminal(problem.headline);
        if (!terminal_.options().live) {
            terminal_.write_line(headline + ": " + clean_for_terminal(problem.error));
            return;
        }
        terminal_.write(k_clear_line);
        terminal_.write_line(headline);
        const std::string message = result.attempts.empty() ? "" : failure_of(result.attempts.back()).message;
        for (const auto line : lines_of(message)) terminal_.write_line("  " + clean_for_terminal(line));
        for (const auto& path : problem.attachments) terminal_.write_line("  saved " + clean_for_terminal(path));
        terminal_.write_line("");
    }

    Terminal terminal_;
    Clock clock_;
    RunInfo info_{};
    RunSummary summary_;
    std::chrono::steady_clock::time_point started_{};
    std::string current_;  // id of the row started last
    std::size_t kept_{};   // of a run before this one, which it continues
    std::size_t done_{};   // those, too
    std::size_t failed_{};
    std::size_t tenth_{};  // of the rows, told last
};

}  // namespace

std::shared_ptr<Reporter> make_line_reporter_with_clock(const TerminalOptions& terminal, Clock clock) {
    return std::make_shared<LineReporter>(terminal, std::move(clock));
}

std::shared_ptr<Reporter> make_line_reporter(const TerminalOptions& terminal) {
    return make_line_reporter_with_clock(terminal, [] { return std::chrono::steady_clock::now(); });
}

}  // namespace reprise::reporters
