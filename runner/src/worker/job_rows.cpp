#include "worker/job_rows.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <boost/json/value_from.hpp>

#include <reprise/reporters/supabase/dialect.hpp>

namespace reprise::runner {
namespace {

namespace json = boost::json;
using reporters::AttemptResult;
using reporters::Outcome;
using reporters::supabase::make_uuid;

// jsonb and text of PostgreSQL have no U+0000.
std::string clean(std::string text) {
    std::erase(text, '\0');
    return text;
}

json::value text_or_null(const std::string& text) {
    if (text.empty()) return nullptr;
    return json::value(clean(text));
}

std::string_view status_of(Outcome outcome) {
    if (outcome == Outcome::passed || outcome == Outcome::flaky) return "passed";
    return outcome == Outcome::skipped ? "skipped" : "failed";
}

// As contract and portals call it; those that they have no word for keep ours.
std::string_view portal_method(std::string_view method) {
    if (method == "fuzzy_match") return "text_match";
    if (method == "vision") return "ai_vision";
    if (method == "vision_model") return "claude_vision";
    return method;
}

json::object texts(const reporters::StringMap& map) {
    json::object object;
    for (const auto& [name, value] : map) object[clean(name)] = clean(value);
    return object;
}

json::object step_of(const reporters::StepResult& step) {
    return {{"step_number", step.step_number},
            {"label", clean(step.label)},
            {"event", step.event},
            {"success", step.success},
            {"duration", step.duration.count()},
            {"strategy", step.strategy},
            {"message", text_or_null(step.message)},
            {"error", text_or_null(step.error)},
            {"healing_attempted", step.healing_attempted},
            {"healing_success", step.healing_success}};
}

class Writer {
public:
    Writer(const Claim& claim, const reporters::TestResult& result, const std::map<std::string, std::string>& pictures)
        : claim_{claim}, result_{result}, pictures_{pictures}, row_{result.test.row_index} {}

    JobRows write() {
        write_result();
        write_logs();
        for (const auto& attempt : result_.attempts) {
            for (const auto& log : attempt.healing) write_healing(attempt, log);
        }
        return std::move(rows_);
    }

private:
    std::string result_id() const { return make_uuid(claim_.job_id, fmt::format("row {}", row_)); }
    std::string own_id(std::string_view what, std::size_t number) const {
        return make_uuid(claim_.job_id, fmt::format("{} {} {} {}", what, claim_.attempt, row_, number));
    }

    json::value picture_of(const AttemptResult& attempt) const {
        // The last one is that of the failure.
        for (auto at = attempt.attachments.rbegin(); at != attempt.attachments.rend(); ++at) {
            if (const auto found = pictures_.find(at->path); found != pictures_.end())
                return json::value(found->second);
        }
        return nullptr;
    }

    void write_result() {
        json::object row{{"id", result_id()},
                         {"execution_job_id", claim_.job_id},
                         {"row_index", row_},
                         {"row_data", texts(result_.test.row_data)},
                         {"status", status_of(result_.outcome)},
                         {"steps_completed", 0},
                         {"steps_failed", 0},
                         {"duration", 0},
                         {"error_message", text_or_null(result_.skip_reason)},
                         {"error_step_number", nullptr},
                         {"error_screenshot_url", nullptr},
                         {"extracted_data", json::object{}},
                         {"step_results", json::array{}},
                         {"attempt", claim_.attempt},
                         {"started_at", nullptr},
                         {"completed_at", utc_time(std::chrono::system_clock::now())}};
        if (!result_.attempts.empty()) describe_attempts(row);
        rows_.results.push_back(std::move(row));
    }

    void describe_attempts(json::object& row) const {
        const auto& last = result_.attempts.back();
        std::chrono::milliseconds duration{};
        for (const auto& attempt : result_.attempts) duration += attempt.duration;
        json::array steps;
        for (const auto& step : last.steps) steps.push_back(step_of(step));
        const auto passed = std::ranges::count_if(last.steps, [](const auto& step) { return step.success; });
        row["steps_completed"] = passed;
        row["steps_failed"] = static_cast<std::int64_t>(last.steps.size()) - passed;
        row["duration"] = duration.count();
        row["extracted_data"] = texts(last.extracted_data);
        row["step_results"] = std::move(steps);
        row["started_at"] = utc_time(result_.attempts.front().started_at);
        row["completed_at"] = utc_time(last.started_at + last.duration);
        if (!last.failure) return;
        row["error_message"] = clean(last.failure->message);
        if (last.failure->step_number) row["error_step_number"] = *last.failure->step_number;
        row["error_screenshot_url"] = picture_of(last);
    }

    void add_log(std::string_view level, const std::string& message, const AttemptResult* attempt) {
        json::object row{{"id", own_id("log", rows_.logs.size())},
                         {"execution_job_id", claim_.job_id},
                         {"execution_result_id", result_id()},
                         {"level", level},
                         {"message", clean(message)},
                         {"step_number", nullptr},
                         {"step_label", nullptr},
                         {"row_index", row_},
                         {"metadata", json::object{{"attempt", claim_.attempt}}},
                         {"screenshot_url", nullptr},
                         {"created_at", utc_time(std::chrono::system_clock::now())}};
        if (attempt != nullptr) {
            row["created_at"] = utc_time(attempt->started_at + attempt->duration);
            if (attempt->failure) {
                if (attempt->failure->step_number) row["step_number"] = *attempt->failure->step_number;
                row["step_label"] = text_or_null(attempt->failure->step_label);
                row["screenshot_url"] = picture_of(*attempt);
            }
        }
        rows_.logs.push_back(std::move(row));
    }

    void write_logs() {
        const auto name = fmt::format("row {}", row_ + 1);
        for (const auto& attempt : result_.attempts) {
            for (const auto& note : attempt.notes) add_log("warn", fmt::format("{}: {}", name, note), nullptr);
            const bool last = &attempt == &result_.attempts.back();
            if (attempt.failure) {
                add_log(last ? "error" : "warn",
                        fmt::format("{}{} failed: {}", name,
                                    result_.attempts.size() > 1 ? fmt::format(", attempt {},", attempt.attempt) : "",
                                    attempt.failure->message),
                        &attempt);
            } else if (last) {
                add_log("info",
                        fmt::format(
                            "{} passed in {} ms{}", name, attempt.duration.count(),
                            result_.outcome == Outcome::flaky ? fmt::format(" at attempt {}", attempt.attempt) : ""),
                        &attempt);
            }
        }
        if (result_.attempts.empty())
            add_log("warn", fmt::format("{} was skipped: {}", name, result_.skip_reason), nullptr);
    }

    void write_healing(const AttemptResult& attempt, const reporters::HealingLog& log) {
        const auto* recording = claim_.job.if_contains("recording_id");
        json::value picture = nullptr;
        for (const auto& path : log.pictures) {
            if (const auto found = pictures_.find(path); found != pictures_.end()) picture = json::value(found->second);
        }
        json::object row{{"id", own_id("healing", rows_.healing.size())},
                         {"recording_id", recording != nullptr ? *recording : json::value{}},
                         {"execution_job_id", claim_.job_id},
                         {"step_number", log.step_number},
                         {"original_selector", clean(log.original_selector)},
                         {"healed_selector", clean(log.healed_selector)},
                         {"healing_method", portal_method(log.method)},
                         {"confidence", static_cast<std::int64_t>(std::lround(std::clamp(log.confidence, 0.0, 100.0)))},
                         {"page_url", text_or_null(log.page_url)},
                         {"page_title", text_or_null(log.page_title)},
                         {"applied", log.applied},
                         {"success", log.success},
                         {"screenshot_url", std::move(picture)},
                         {"error_message", text_or_null(log.reason)},
                         {"metadata", json::object{{"row_index", row_},
                                                   {"step_label", clean(log.step_label)},
                                                   {"element", clean(log.element)},
                                                   {"method", log.method}}},
                         {"created_at", utc_time(attempt.started_at + attempt.duration)}};
        rows_.healing.push_back(std::move(row));
    }

    const Claim& claim_;
    const reporters::TestResult& result_;
    const std::map<std::string, std::string>& pictures_;
    const int row_;
    JobRows rows_;
};

}  // namespace

JobRows rows_of(const Claim& claim, const reporters::TestResult& result,
                const std::map<std::string, std::string>& pictures) {
    return Writer{claim, result, pictures}.write();
}

json::object job_log(const Claim& claim, LogLevel level, const std::string& message, int number) {
    return {{"id", make_uuid(claim.job_id, fmt::format("job log {} {}", claim.attempt, number))},
            {"execution_job_id", claim.job_id},
            {"execution_result_id", nullptr},
            {"level", level == LogLevel::info   ? "info"
                      : level == LogLevel::warn ? "warn"
                                                : "error"},
            {"message", clean(message)},
            {"step_number", nullptr},
            {"step_label", nullptr},
            {"row_index", nullptr},
            {"metadata", json::object{{"attempt", claim.attempt}}},
            {"screenshot_url", nullptr},
            {"created_at", utc_time(std::chrono::system_clock::now())}};
}

std::string utc_time(reporters::WallTime time) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(time)),
                       ms % 1000);
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

}  // namespace reprise::runner
