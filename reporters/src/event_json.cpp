#include "event_json.hpp"

#include <reprise/reporters/healing_json.hpp>
#include "json_object_reader.hpp"
#include "names.hpp"
#include "text_sanitizer.hpp"

namespace reprise::reporters {
namespace {

namespace json = boost::json;

// Boost.JSON writes any bytes but refuses to read invalid UTF-8: a journal must stay readable.
json::string text(std::string_view value) {
    return json::string(repair_utf8(value));
}

json::object to_json(const StringMap& map) {
    json::object out;
    for (const auto& [key, value] : map) out[repair_utf8(key)] = text(value);
    return out;
}

json::array to_json(const std::vector<std::string>& values) {
    json::array out;
    for (const auto& value : values) out.push_back(text(value));
    return out;
}

json::object to_json(const Attachment& attachment) {
    return {{"name", text(attachment.name)},
            {"contentType", text(attachment.content_type)},
            {"path", text(attachment.path)}};
}

json::object to_json(const Failure& failure) {
    json::object out{{"type", text(failure.type)}, {"message", text(failure.message)}};
    if (failure.step_number) {
        out["stepNumber"] = *failure.step_number;
        out["stepLabel"] = text(failure.step_label);
    }
    return out;
}

template <class T>
json::array to_json_array(const std::vector<T>& values) {
    json::array out;
    out.reserve(values.size());
    for (const auto& value : values) out.push_back(to_json(value));
    return out;
}

StepResult step_from_json(const json::object& object) {
    const JsonObjectReader in(object);
    return {.step_number = in.integer<int>("stepNumber"),
            .label = in.text("label"),
            .event = in.text("event"),
            .success = in.flag("success"),
            .duration = in.duration("duration"),
            .strategy = in.text("strategy"),
            .message = in.text("message"),
            .error = in.text("error"),
            .healing_attempted = in.flag("healingAttempted"),
            .healing_success = in.flag("healingSuccess")};
}

Attachment attachment_from_json(const json::object& object) {
    const JsonObjectReader in(object);
    return {.name = in.text("name"), .content_type = in.text("contentType"), .path = in.text("path")};
}

Failure failure_from_json(const json::object& object) {
    const JsonObjectReader in(object);
    Failure failure{.type = in.text("type"), .message = in.text("message")};
    if (object.contains("stepNumber")) {
        failure.step_number = in.integer<int>("stepNumber");
        failure.step_label = in.text("stepLabel");
    }
    return failure;
}

Counts counts_from_json(const json::object& object) {
    const JsonObjectReader in(object);
    return {.total = in.integer<std::size_t>("total"),
            .passed = in.integer<std::size_t>("passed"),
            .failed = in.integer<std::size_t>("failed"),
            .flaky = in.integer<std::size_t>("flaky"),
            .skipped = in.integer<std::size_t>("skipped"),
            .interrupted = in.integer<std::size_t>("interrupted")};
}

}  // namespace

json::object to_json(const StepResult& step) {
    return {{"stepNumber", step.step_number},
            {"label", text(step.label)},
            {"event", text(step.event)},
            {"success", step.success},
            {"duration", step.duration.count()},
            {"strategy", text(step.strategy)},
            {"message", text(step.message)},
            {"error", text(step.error)},
            {"healingAttempted", step.healing_attempted},
            {"healingSuccess", step.healing_success}};
}

json::object to_json(const TestCase& test) {
    json::object out{{"id", text(test.id)},
                     {"suite", text(test.suite)},
                     {"rowId", text(test.row_id)},
                     {"ordinal", static_cast<std::int64_t>(test.ordinal)},
                     {"recordingPath", text(test.recording_path)},
                     {"recordingName", text(test.recording_name)},
                     {"dataPath", text(test.data_path)},
                     {"dataLine", test.data_line},
                     {"rowIndex", test.row_index},
                     {"rowData", to_json(test.row_data)},
                     {"totalSteps", static_cast<std::int64_t>(test.total_steps)},
                     {"tags", to_json(test.tags)}};
    if (!test.source_path.empty()) {
        out["sourcePath"] = text(test.source_path);
        out["sourceLine"] = test.source_line;
    }
    return out;
}

json::object to_json(const AttemptResult& attempt) {
    json::object out{{"attempt", attempt.attempt},
                     {"status", name_of(attempt.status)},
                     {"startedAt", iso_time(attempt.started_at)},
                     {"duration", attempt.duration.count()},
                     {"worker", attempt.worker}};
    if (attempt.failure) out["failure"] = to_json(*attempt.failure);
    out["steps"] = to_json_array(attempt.steps);
    out["attachments"] = to_json_array(attempt.attachments);
    out["extracted_data"] = to_json(attempt.extracted_data);
    out["notes"] = to_json(attempt.notes);
    if (!attempt.healing.empty()) out["healing"] = to_json_array(attempt.healing);
    return out;
}

json::object to_json(const TestResult& result) {
    json::object out{{"outcome", name_of(result.outcome)}, {"test", to_json(result.test)}};
    if (result.outcome == Outcome::skipped) out["skipReason"] = text(result.skip_reason);
    out["attempts"] = to_json_array(result.attempts);
    return out;
}

json::object to_json(const RunInfo& info) {
    return {{"runId", text(info.run_id)},
            {"startedAt", iso_time(info.started_at)},
            {"totalTests", static_cast<std::int64_t>(info.total_tests)},
            {"workers", info.workers},
            {"repriseVersion", text(info.reprise_version)},
            {"browser", text(info.browser)},
            {"sandbox", info.sandbox},
            {"outputFolder", text(info.output_folder)},
            {"environment", to_json(info.environment)}};
}

json::object to_json(const Counts& counts) {
    const auto number = [](std::size_t value) { return static_cast<std::int64_t>(value); };
    return {{"total", number(counts.total)},     {"passed", number(counts.passed)},
            {"failed", number(counts.failed)},   {"flaky", number(counts.flaky)},
            {"skipped", number(counts.skipped)}, {"interrupted", number(counts.interrupted)}};
}

json::object to_json(const RunResult& result) {
    return {{"status", name_of(result.status)},
            {"endedAt", iso_time(result.ended_at)},
            {"duration", result.duration.count()},
            {"counts", to_json(result.counts)},
            {"warnings", to_json(result.warnings)}};
}

TestCase test_case_from_json(const json::object& object) {
    const JsonObjectReader in(object);
    TestCase test{.id = in.text("id"),
                  .suite = in.text("suite"),
                  .row_id = in.text("rowId"),
                  .ordinal = in.integer<std::size_t>("ordinal"),
                  .recording_path = in.text("recordingPath"),
                  .recording_name = in.text("recordingName"),
                  .data_path = in.text("dataPath"),
                  .data_line = in.integer<int>("dataLine"),
                  .row_index = in.integer<int>("rowIndex"),
                  .row_data = in.map("rowData"),
                  .total_steps = in.integer<std::size_t>("totalSteps"),
                  .tags = in.texts("tags")};
    if (object.contains("sourcePath")) {
        test.source_path = in.text("sourcePath");
        test.source_line = in.integer<int>("sourceLine");
    }
    return test;
}

AttemptResult attempt_from_json(const json::object& object) {
    const JsonObjectReader in(object);
    AttemptResult attempt{.attempt = in.integer<int>("attempt"),
                          .status = in.word<Status>("status", k_status_names),
                          .started_at = in.time("startedAt"),
                          .duration = in.duration("duration"),
                          .worker = in.integer<int>("worker"),
                          .steps = in.list("steps", step_from_json),
                          .attachments = in.list("attachments", attachment_from_json),
                          .extracted_data = in.map("extracted_data"),
                          .notes = in.texts("notes"),
                          .healing = in.list_if_present("healing", healing_log_from_json)};
    if (const auto* failure = in.object_if_present("failure")) attempt.failure = failure_from_json(*failure);
    return attempt;
}

TestResult test_result_from_json(const json::object& object) {
    const JsonObjectReader in(object);
    TestResult result{.test = test_case_from_json(in.object("test")),
                      .outcome = in.word<Outcome>("outcome", k_outcome_names),
                      .attempts = in.list("attempts", attempt_from_json)};
    if (result.outcome == Outcome::skipped) result.skip_reason = in.text("skipReason");
    return result;
}

RunInfo run_info_from_json(const json::object& object) {
    const JsonObjectReader in(object);
    return {.run_id = in.text("runId"),
            .started_at = in.time("startedAt"),
            .total_tests = in.integer<std::size_t>("totalTests"),
            .workers = in.integer<int>("workers"),
            .reprise_version = in.text("repriseVersion"),
            .browser = in.text("browser"),
            .sandbox = in.flag("sandbox"),
            .output_folder = in.text("outputFolder"),
            .environment = in.map("environment")};
}

RunResult run_result_from_json(const json::object& object) {
    const JsonObjectReader in(object);
    return {.status = in.word<RunStatus>("status", k_run_status_names),
            .ended_at = in.time("endedAt"),
            .duration = in.duration("duration"),
            .counts = counts_from_json(in.object("counts")),
            .warnings = in.texts("warnings")};
}

}  // namespace reprise::reporters
