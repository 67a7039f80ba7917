#include "supabase/published_rows.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include <reprise/reporters/supabase/dialect.hpp>

#include "event_json.hpp"
#include "supabase/row_texts.hpp"

namespace reprise::reporters::supabase {
namespace {

namespace json = boost::json;

// The member by either of its names; null: it is not there.
const json::value* member(const json::object& object, std::string_view snake, std::string_view camel = {}) {
    const auto* value = object.if_contains(snake);
    if (value == nullptr && !camel.empty()) value = object.if_contains(camel);
    return value;
}

std::string text_member(const json::object& object, std::string_view snake, std::string_view camel = {}) {
    const auto* value = member(object, snake, camel);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

json::object map_of(const StringMap& map) {
    json::object object;
    for (const auto& [key, value] : map) object[repair_utf8(key)] = text(value);
    return object;
}

std::string_view state_of(Outcome outcome) {
    if (outcome == Outcome::passed || outcome == Outcome::flaky) return "passed";
    return outcome == Outcome::failed ? "failed" : "skipped";
}

}  // namespace

WallTime end_of(const AttemptResult& attempt) {
    return attempt.started_at + attempt.duration;
}

std::string recording_id(const PublishedSuite& suite, std::string_view owner) {
    const auto own = text_member(suite.recording, "id");
    if (is_uuid(own)) return own;
    const auto path = std::filesystem::path{suite.recording_path}.lexically_normal().generic_string();
    const auto& name = suite.recording_name.empty() ? suite.name : suite.recording_name;
    return make_uuid(k_id_space, fmt::format("recording\n{}\n{}\n{}", owner, path, name));
}

std::string job_id(std::string_view run_id, std::string_view suite) {
    return make_uuid(k_id_space, fmt::format("job\n{}\n{}", run_id, suite));
}

std::string result_id(const RowPlace& place) {
    return make_uuid(place.job, fmt::format("result/{}", place.row_index));
}

json::object recording_row(const PublishedSuite& suite, std::string_view id) {
    const auto& document = suite.recording;
    auto name = text_member(document, "name");
    if (name.empty()) name = suite.recording_name.empty() ? suite.name : suite.recording_name;
    auto url = text_member(document, "starting_url", "startingUrl");
    auto method = text_member(document, "recording_method", "recordingMethod");
    const auto* steps = member(document, "steps");
    const bool has_steps = steps != nullptr && steps->is_array();
    json::object row{{"id", id},
                     {"name", text(name)},
                     {"description", text_or_null(text_member(document, "description"))},
                     {"starting_url", url.empty() ? "about:blank" : text(url)},
                     {"tags", json::array{}},
                     {"status", "completed"},
                     {"step_count", has_steps ? static_cast<std::int64_t>(steps->get_array().size()) : 0},
                     {"steps", has_steps ? *steps : json::value(json::array{})},
                     {"variables", json::object{}},
                     {"recording_method", method == "cloud_browser" ? "cloud_browser" : "extension"},
                     {"visibility", "private"}};
    if (const auto* tags = member(document, "tags"); tags != nullptr && tags->is_array()) row["tags"] = *tags;
    if (const auto* variables = member(document, "variables"); variables != nullptr && !variables->is_null()) {
        row["variables"] = *variables;
    }
    if (const auto* duration = member(document, "duration"); duration != nullptr && duration->is_int64()) {
        row["duration"] = *duration;
    }
    if (const auto user = text_member(document, "user_id", "userId"); is_uuid(user)) row["user_id"] = user;
    return row;
}

json::object job_row(const RunInfo& run, const PublishedSuite& suite, std::string_view id, std::string_view recording) {
    json::array data;
    const bool has_data = std::ranges::any_of(suite.rows, [](const TestCase& row) { return !row.row_data.empty(); });
    if (has_data) {
        data.reserve(suite.rows.size());
        for (const auto& row : suite.rows) data.push_back(map_of(row.row_data));
    }
    const auto* mapping = member(suite.recording, "variable_mapping", "variableMapping");
    if (mapping == nullptr) mapping = member(suite.recording, "field_mapping", "fieldMapping");
    const auto& name = suite.recording_name.empty() ? suite.name : suite.recording_name;
    const auto user = text_member(suite.recording, "user_id", "userId");
    json::object row{{"id", id},
                     {"recording_id", recording},
                     {"name", text(fmt::format("{} {}", name, run.run_id))},
                     {"csv_data", std::move(data)},
                     {"variable_mapping", mapping != nullptr && mapping->is_object() ? *mapping : json::object{}},
                     {"total_rows", suite.rows.empty() ? run.total_tests : suite.rows.size()},
                     {"current_row", 0},
                     {"completed_rows", 0},
                     {"successful_rows", 0},
                     {"failed_rows", 0},
                     {"skipped_rows", 0},
                     {"status", "running"},
                     {"settings", suite.settings},
                     {"concurrency", std::clamp(suite.concurrency, 1, 10)},
                     {"stop_on_error", suite.stop_on_error},
                     {"started_at", iso_time(run.started_at)}};
    if (is_uuid(user)) row["user_id"] = user;
    return row;
}

json::object running_row(const TestCase& test, const RowPlace& place, WallTime started) {
    return {{"id", result_id(place)},
            {"execution_job_id", place.job},
            {"row_index", place.row_index},
            {"row_data", map_of(test.row_data)},
            {"status", "running"},
            {"steps_completed", 0},
            {"steps_failed", 0},
            {"started_at", iso_time(started)}};
}

json::object result_row(const TestResult& result, const RowPlace& place) {
    json::object row{{"id", result_id(place)},
                     {"execution_job_id", place.job},
                     {"row_index", place.row_index},
                     {"row_data", map_of(result.test.row_data)},
                     {"status", state_of(result.outcome)},
                     {"steps_completed", 0},
                     {"steps_failed", 0},
                     {"duration", 0},
                     {"error_message", text_or_null(why(result))},
                     {"error_step_number", nullptr},
                     {"extracted_data", json::object{}},
                     {"step_results", json::array{}},
                     {"started_at", nullptr},
                     {"completed_at", nullptr}};
    if (result.attempts.empty()) return row;
    const auto& last = result.attempts.back();
    auto& steps = row["step_results"].get_array();
    for (const auto& step : last.steps) steps.push_back(to_json(step));
    const auto done = std::ranges::count_if(last.steps, &StepResult::success);
    row["steps_completed"] = done;
    row["steps_failed"] = static_cast<std::int64_t>(last.steps.size()) - done;
    Milliseconds total{};
    for (const auto& attempt : result.attempts) total += attempt.duration;
    row["duration"] = total.count();
    if (last.failure && last.failure->step_number) row["error_step_number"] = *last.failure->step_number;
    row["extracted_data"] = map_of(last.extracted_data);
    row["started_at"] = iso_time(result.attempts.front().started_at);
    row["completed_at"] = iso_time(end_of(last));
    return row;
}

std::vector<json::object> healing_rows(const TestResult& result, const RowPlace& place, std::string_view recording) {
    const auto value_or_null = [](const std::string& written) -> json::value {
        if (written.empty()) return nullptr;
        json::error_code error;
        auto value = json::parse(written, error);
        return error ? json::value(text(written)) : value;
    };
    std::vector<json::object> rows;
    for (const auto& attempt : result.attempts) {
        for (std::size_t i = 0; i < attempt.healing.size(); ++i) {
            const auto& heal = attempt.healing[i];
            const auto id = make_uuid(
                place.job, fmt::format("healing/{}/{}/a{}/{}", place.row_index, place.execution, attempt.attempt, i));
            json::object metadata{{"stepLabel", text(heal.step_label)},
                                  {"element", text(heal.element)},
                                  {"rowIndex", place.row_index},
                                  {"attempt", attempt.attempt},
                                  {"originalBundle", value_or_null(heal.original_bundle)},
                                  {"healedBundle", value_or_null(heal.healed_bundle)}};
            auto& candidates = metadata["candidates"].emplace_array();
            for (const auto& [name, confidence] : heal.candidates) {
                candidates.push_back({{"element", text(name)}, {"confidence", confidence}});
            }
            auto& evidence = metadata["evidence"].emplace_array();
            for (const auto& [clue, weight] : heal.evidence) evidence.push_back({{"clue", clue}, {"weight", weight}});
            json::object row{{"id", id},
                             {"recording_id", recording},
                             {"execution_job_id", place.job},
                             {"step_number", heal.step_number},
                             {"original_selector", text(heal.original_selector)},
                             {"healed_selector", text(heal.healed_selector)},
                             {"healing_method", text(heal.method)},
                             {"confidence", heal.confidence},
                             {"page_url", text(heal.page_url)},
                             {"page_title", text(heal.page_title)},
                             {"applied", heal.applied},
                             {"success", heal.success},
                             {"error_message", text_or_null(heal.reason)},
                             {"claude_request", value_or_null(heal.claude_request)},
                             {"claude_response", value_or_null(heal.claude_response)},
                             {"metadata", std::move(metadata)},
                             {"created_at", line_time(end_of(attempt), static_cast<int>(i))}};
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

std::string picture_of(const TestResult& result) {
    if (result.attempts.empty() || result.attempts.back().status == Status::passed) return {};
    for (const auto& file : result.attempts.back().attachments) {
        if (file.content_type == "image/png") return file.path;
    }
    return {};
}

ResultRows rows_of(const TestResult& result, const RowPlace& place, std::string_view recording, bool steps) {
    return {.result = result_row(result, place),
            .logs = lines_of(result, place, steps, {}),
            .healing = healing_rows(result, place, recording),
            .picture = picture_of(result)};
}

}  // namespace reprise::reporters::supabase
