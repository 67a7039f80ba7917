#include "run_summary.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "describe.hpp"
#include "text_sanitizer.hpp"
#include "time_text.hpp"

namespace reprise::reporters {
namespace {

// The attempt that tells what went wrong: the last one, or, when that passed, the last that did not.
const AttemptResult* telling_attempt(const TestResult& result) {
    const auto bad = std::find_if(result.attempts.rbegin(), result.attempts.rend(),
                                  [](const AttemptResult& attempt) { return attempt.status != Status::passed; });
    return bad == result.attempts.rend() ? nullptr : &*bad;
}

std::string counts_text(const RunInfo& info, const Counts& counts, std::string_view noun) {
    std::string text = counts.total < info.total_tests
                           ? fmt::format("{} of {} {}s", counts.total, info.total_tests, noun)
                           : fmt::format("{} {}{}", counts.total, noun, counts.total == 1 ? "" : "s");
    std::string_view separator = ": ";
    const auto add = [&](std::size_t number, std::string_view word) {
        if (number == 0) return;
        text += fmt::format("{}{} {}", separator, number, word);
        separator = ", ";
    };
    add(counts.passed, "passed");
    add(counts.failed, "failed");
    add(counts.flaky, "flaky");
    add(counts.skipped, "skipped");
    add(counts.interrupted, "interrupted");
    return text;
}

}  // namespace

Problem problem_of(const TestResult& result, const std::string& output_folder) {
    Problem problem{.outcome = result.outcome, .headline = result.test.id, .error = {}, .attachments = {}};
    if (const auto place = place_of(result.test); !place.empty()) problem.headline += "  " + place;
    if (const AttemptResult* attempt = telling_attempt(result)) {
        const Failure failure = failure_of(*attempt);
        if (failure.step_number) problem.headline += "  " + step_of(failure);
        problem.error = first_line(failure.message);
    }
    for (const auto& attempt : result.attempts) {
        for (const auto& attachment : attempt.attachments) {
            problem.attachments.push_back(attachment_path(output_folder, attachment));
        }
    }
    return problem;
}

void RunSummary::note(const TestResult& result, const std::string& output_folder) {
    if (result.test.recording_path.empty()) noun_ = "test";
    if (result.outcome == Outcome::passed || result.outcome == Outcome::skipped) return;
    problems_.push_back(problem_of(result, output_folder));
}

void RunSummary::print_problems(Terminal& terminal, Outcome outcome) const {
    const auto is_one = [&](const Problem& problem) { return problem.outcome == outcome; };
    const auto number = std::count_if(problems_.begin(), problems_.end(), is_one);
    if (number == 0) return;
    terminal.write_line(terminal.paint(colour_of(outcome), fmt::format("{} ({}):", mark_of(outcome), number)));
    for (const Problem& problem : problems_) {
        if (!is_one(problem)) continue;
        terminal.write_line("  " + clean_for_terminal(problem.headline));
        if (!problem.error.empty()) terminal.write_line("      " + clean_for_terminal(problem.error));
        for (const auto& path : problem.attachments) terminal.write_line("      " + clean_for_terminal(path));
    }
}

void RunSummary::print(Terminal& terminal, const RunInfo& info, const RunResult& result) const {
    terminal.write_line("");
    for (const Outcome outcome : {Outcome::flaky, Outcome::interrupted, Outcome::failed}) {
        print_problems(terminal, outcome);
    }
    const bool good = result.status == RunStatus::passed;
    terminal.write_line(
        terminal.paint(good ? Colour::green : Colour::red,
                       fmt::format("{}{} in {}", result.status == RunStatus::interrupted ? "interrupted after " : "",
                                   counts_text(info, result.counts, noun_), for_people(result.duration))));
    for (const auto& warning : result.warnings) {
        terminal.write_line(terminal.paint(Colour::yellow, "warning: " + warning));
    }
    if (!info.output_folder.empty()) terminal.write_line("output: " + clean_for_terminal(info.output_folder));
    terminal.flush();
}

}  // namespace reprise::reporters
