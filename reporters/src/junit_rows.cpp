#include "junit_rows.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include <reprise/reporters/journal.hpp>

#include "describe.hpp"
#include "names.hpp"
#include "time_text.hpp"

namespace reprise::reporters {
namespace {

// Stands for all rows that never started: nobody knows their names.
TestResult never_started(const JournalView& journal) {
    AttemptResult attempt{.status = Status::interrupted, .started_at = journal.info().started_at};
    attempt.failure = Failure{.type = "Unfinished",
                              .message = fmt::format("the run ended before {} of its {} rows started",
                                                     journal.never_started(), journal.info().total_tests)};
    TestResult result;
    result.outcome = Outcome::interrupted;
    result.attempts.push_back(std::move(attempt));
    result.test.id = "reprise/run";
    result.test.suite = "reprise";
    result.test.row_id = "run";
    return result;
}

void add_to(SuiteSums& sums, const TestResult& result) {
    ++sums.tests;
    switch (verdict_of(result)) {
        case JunitVerdict::passed:
            break;
        case JunitVerdict::failure:
            ++sums.failures;
            break;
        case JunitVerdict::error:
            ++sums.errors;
            break;
        case JunitVerdict::skipped:
            ++sums.skipped;
            break;
    }
    sums.time += duration_of(result);
    for (const auto& attempt : result.attempts) {
        const bool first = sums.timestamp == WallTime{};
        sums.timestamp = first ? attempt.started_at : std::min(sums.timestamp, attempt.started_at);
    }
    if (sums.file.empty()) {
        sums.file = result.test.recording_path.empty() ? result.test.source_path : result.test.recording_path;
    }
}

void tell_step(std::string& out, const StepResult& step) {
    fmt::format_to(std::back_inserter(out), "  {} step {} {} \"{}\" {} s", step.success ? "ok  " : "FAIL",
                   step.step_number, step.event, step.label, seconds(step.duration));
    if (!step.strategy.empty()) out += fmt::format(" by {}", step.strategy);
    if (step.healing_attempted) out += step.healing_success ? ", healed" : ", healing failed";
    const std::string_view text = step.success ? step.message : step.error;
    if (!text.empty()) out.append(": ").append(first_line(text));
    out += '\n';
}

}  // namespace

JunitVerdict verdict_of(const TestResult& result) {
    switch (result.outcome) {
        case Outcome::passed:
        case Outcome::flaky:
            return JunitVerdict::passed;
        case Outcome::skipped:
            return JunitVerdict::skipped;
        case Outcome::interrupted:
            return JunitVerdict::error;
        case Outcome::failed:
            break;
    }
    const bool crashed = !result.attempts.empty() && result.attempts.back().status == Status::crashed;
    return crashed ? JunitVerdict::error : JunitVerdict::failure;
}

std::vector<std::string> junit_suites(const JournalView& journal) {
    auto suites = journal.suites();
    if (journal.never_started() > 0) suites.emplace_back("reprise");
    return suites;
}

void for_each_row(const JournalView& journal, std::size_t suite, const std::function<void(const TestResult&)>& visit) {
    if (suite == journal.suites().size()) return visit(never_started(journal));
    journal.for_each_test_of(suite, visit);
    for (const TestCase& test : journal.unfinished()) {
        if (test.suite == journal.suites().at(suite)) visit(unfinished_result(test, journal.info()));
    }
}

std::vector<SuiteSums> sums_of_suites(const JournalView& journal) {
    std::vector<SuiteSums> all(junit_suites(journal).size());
    for (std::size_t suite = 0; suite < all.size(); ++suite) {
        for_each_row(journal, suite, [&](const TestResult& result) { add_to(all[suite], result); });
        if (all[suite].timestamp == WallTime{}) all[suite].timestamp = journal.info().started_at;
    }
    return all;
}

void write_run_properties(XmlWriter& xml, const JournalView& journal) {
    const RunInfo& info = journal.info();
    const auto property = [&](std::string_view name, std::string_view value) {
        xml.element("property", {{"name", std::string(name)}, {"value", std::string(value)}});
    };
    xml.open("properties");
    property("run_id", info.run_id);
    property("reprise_version", info.reprise_version);
    property("browser", info.browser);
    property("sandbox", info.sandbox ? "true" : "false");
    property("workers", std::to_string(info.workers));
    for (const auto& [name, value] : info.environment) property("environment." + name, value);
    xml.close();
}

void write_problem(XmlWriter& xml, const TestResult& result) {
    const Failure failure = result.attempts.empty() ? Failure{.type = "Failed", .message = "no attempt was made"}
                                                    : failure_of(result.attempts.back());
    std::string text = failure.message + "\n\n";
    if (const auto place = place_of(result.test); !place.empty()) {
        text += fmt::format("{}: {}\n", result.test.recording_path.empty() ? "test" : "row", place);
    }
    if (failure.step_number) {
        text += step_of(failure);
        if (!result.test.recording_path.empty()) text += " of " + result.test.recording_path;
        text += '\n';
    }
    xml.element(verdict_of(result) == JunitVerdict::error ? "error" : "failure",
                {{"type", failure.type}, {"message", std::string(first_line(failure.message))}}, text);
}

std::string story_of(const TestResult& result, const std::filesystem::path& output_folder) {
    std::string out;
    for (const auto& attempt : result.attempts) {
        for (const auto& attachment : attempt.attachments) {
            out += fmt::format("[[ATTACHMENT|{}]]\n", attachment_path(output_folder, attachment));
        }
    }
    for (const auto& attempt : result.attempts) {
        if (attempt.steps.empty() && attempt.notes.empty() && result.attempts.size() == 1) continue;
        out += fmt::format("attempt {} of {}: {} after {} s in slot {}\n", attempt.attempt, result.attempts.size(),
                           name_of(attempt.status), seconds(attempt.duration), attempt.worker);
        for (const auto& step : attempt.steps) tell_step(out, step);
        for (const auto& note : attempt.notes) out += fmt::format("  note: {}\n", note);
        if (attempt.failure) out += fmt::format("  error: {}\n", first_line(attempt.failure->message));
    }
    return out;
}

std::string machine_name() {
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
    return name.data();
}

}  // namespace reprise::reporters
