#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include <reprise/reporters/supabase/dialect.hpp>

#include "supabase/published_rows.hpp"
#include "supabase/row_texts.hpp"

namespace reprise::reporters::supabase {
namespace {

namespace json = boost::json;

std::string step_name(int number, std::string_view label) {
    return label.empty() ? fmt::format("step {}", number) : fmt::format("step {} \"{}\"", number, label);
}

struct Line {
    std::string name;  // unique in the execution of the row
    int number;        // orders lines of one time
    WallTime time;
    std::string_view level;
    std::string message;
    std::optional<int> step_number{};
    std::string step_label{};
    json::object metadata{};
};

json::object row_of(const RowPlace& place, Line line) {
    const auto id = make_uuid(place.job, fmt::format("log/{}/{}/{}", place.row_index, place.execution, line.name));
    json::object row{{"id", id},
                     {"execution_job_id", place.job},
                     {"level", line.level},
                     {"message", text(line.message)},
                     {"step_number", line.step_number ? json::value(*line.step_number) : json::value(nullptr)},
                     {"step_label", text_or_null(line.step_label)},
                     {"row_index", place.row_index},
                     {"metadata", std::move(line.metadata)},
                     {"created_at", line_time(line.time, line.number)}};
    return row;
}

json::object healing_line(const HealingLog& heal, const RowPlace& place, const AttemptResult& attempt, int number) {
    auto message = fmt::format("{} ", step_name(heal.step_number, heal.step_label));
    if (heal.applied) {
        message += fmt::format("healed by {}, {:.0f} %: {} is now {}", heal.method, heal.confidence,
                               heal.original_selector, heal.healed_selector);
    } else {
        message += fmt::format("not healed: {}", heal.reason);
    }
    return row_of(place, {.name = fmt::format("a{}/h{}", attempt.attempt, number),
                          .number = number,
                          .time = end_of(attempt),
                          .level = "warn",
                          .message = std::move(message),
                          .step_number = heal.step_number,
                          .step_label = heal.step_label,
                          .metadata = {{"method", text(heal.method)}, {"confidence", heal.confidence}}});
}

json::object summary_of(const AttemptResult& attempt) {
    json::object summary{
        {"attempt", attempt.attempt}, {"status", name_of(attempt.status)}, {"duration", attempt.duration.count()}};
    if (attempt.failure) summary["error"] = text(first_line(attempt.failure->message));
    if (!attempt.notes.empty()) {
        auto& notes = summary["notes"].emplace_array();
        for (const auto& note : attempt.notes) notes.push_back(text(note));
    }
    return summary;
}

json::object ended_line(const TestResult& result, const RowPlace& place, WallTime not_before) {
    const auto& attempts = result.attempts;
    auto message = fmt::format("row {} {}", result.test.row_id, name_of(result.outcome));
    json::object metadata{{"outcome", name_of(result.outcome)}, {"test", text(result.test.id)}};
    if (!attempts.empty()) {
        Milliseconds total{};
        auto& list = metadata["attempts"].emplace_array();
        for (const auto& attempt : attempts) {
            total += attempt.duration;
            list.push_back(summary_of(attempt));
        }
        message += fmt::format(" in {}", for_people(total));
        if (attempts.size() > 1) message += fmt::format(", {} attempts", attempts.size());
    }
    if (const auto reason = why(result); !reason.empty()) message += ": " + first_line(reason);
    const bool passed = result.outcome == Outcome::passed;
    const auto time = attempts.empty() ? std::chrono::system_clock::now() : end_of(attempts.back());
    return row_of(place, {.name = "end",
                          .number = 999,
                          .time = std::max(time, not_before),
                          .level = passed                              ? "info"
                                   : result.outcome == Outcome::failed ? "error"
                                                                       : "warn",
                          .message = std::move(message),
                          .metadata = std::move(metadata)});
}

}  // namespace

json::object started_line(const TestCase& test, const RowPlace& place, WallTime time, int worker) {
    return row_of(place, {.name = "start",
                          .number = 0,
                          .time = time,
                          .level = "info",
                          .message = fmt::format("row {} started", test.row_id),
                          .metadata = {{"test", text(test.id)}, {"worker", worker}}});
}

json::object step_line(const StepResult& step, const RowPlace& place, int attempt, int number, WallTime time) {
    auto message = fmt::format("{} {} in {}", step_name(step.step_number, step.label),
                               step.success ? "passed" : "failed", for_people(step.duration));
    const auto& more = step.success ? step.message : step.error;
    if (!more.empty()) message += ": " + first_line(more);
    return row_of(place, {.name = fmt::format("a{}/s{}", attempt, number),
                          .number = number + 1,
                          .time = time,
                          .level = step.success ? "info" : "error",
                          .message = std::move(message),
                          .step_number = step.step_number,
                          .step_label = step.label,
                          .metadata = {{"attempt", attempt},
                                       {"event", text(step.event)},
                                       {"strategy", text(step.strategy)},
                                       {"duration", step.duration.count()}}});
}

json::object attempt_line(const AttemptResult& attempt, const RowPlace& place, WallTime time) {
    Line line{.name = fmt::format("a{}/end", attempt.attempt),
              .number = 998,
              .time = time,
              .level = attempt.status == Status::interrupted ? "warn" : "error",
              .message = fmt::format("attempt {} {}", attempt.attempt, name_of(attempt.status)),
              .metadata = summary_of(attempt)};
    if (attempt.failure) {
        line.message += ": " + first_line(attempt.failure->message);
        line.step_number = attempt.failure->step_number;
        line.step_label = attempt.failure->step_label;
    }
    return row_of(place, std::move(line));
}

std::vector<json::object> lines_of(const TestResult& result, const RowPlace& place, bool steps, WallTime not_before) {
    std::vector<json::object> lines;
    if (!result.attempts.empty()) {
        const auto& first = result.attempts.front();
        lines.push_back(started_line(result.test, place, first.started_at, first.worker));
    }
    for (const auto& attempt : result.attempts) {
        auto time = attempt.started_at;
        for (std::size_t i = 0; steps && i < attempt.steps.size(); ++i) {
            time += attempt.steps[i].duration;
            lines.push_back(step_line(attempt.steps[i], place, attempt.attempt, static_cast<int>(i), time));
        }
        for (std::size_t i = 0; i < attempt.healing.size(); ++i) {
            lines.push_back(healing_line(attempt.healing[i], place, attempt, static_cast<int>(i)));
        }
        if (attempt.status != Status::passed) lines.push_back(attempt_line(attempt, place, end_of(attempt)));
    }
    lines.push_back(ended_line(result, place, not_before));
    return lines;
}

}  // namespace reprise::reporters::supabase
