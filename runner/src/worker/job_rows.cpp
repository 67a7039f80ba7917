#include "worker/job_rows.hpp"

#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <reprise/reporters/supabase/dialect.hpp>
#include <reprise/reporters/supabase/rows.hpp>

namespace reprise::runner {
namespace {

namespace json = boost::json;
namespace supabase = reporters::supabase;
using supabase::Dialect;
using supabase::Entity;

// 2026-01-31T12:34:56.789Z
std::string utc_time(reporters::WallTime time) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(time)),
                       ms % 1000);
}

json::value key_of(const std::map<std::string, std::string>& pictures, const std::string& path) {
    const auto found = pictures.find(path);
    return found == pictures.end() ? json::value{} : json::value(found->second);
}

std::string recording_of(const Claim& claim) {
    const auto* id = claim.job.if_contains("recording_id");
    return id != nullptr && id->is_string() ? std::string(id->get_string()) : std::string();
}

}  // namespace

JobRows rows_of(const Claim& claim, const reporters::TestResult& result,
                const std::map<std::string, std::string>& pictures) {
    const supabase::RowPlace place{.job = claim.job_id, .row_index = result.test.row_index, .execution = claim.attempt};
    auto made = supabase::rows_of(result, place, recording_of(claim));
    const auto picture = key_of(pictures, made.picture);
    made.result["attempt"] = claim.attempt;
    made.result["error_screenshot_url"] = picture;
    if (made.result.at("completed_at").is_null()) {
        made.result["completed_at"] = utc_time(std::chrono::system_clock::now());
    }
    std::size_t number = 0;
    for (const auto& attempt : result.attempts) {
        for (const auto& log : attempt.healing) {
            auto& row = made.healing.at(number++);
            if (!log.pictures.empty()) row["screenshot_url"] = key_of(pictures, log.pictures.front());
        }
    }
    for (auto& row : made.logs) row["execution_result_id"] = made.result.at("id");
    if (!made.logs.empty()) made.logs.back()["screenshot_url"] = picture;
    JobRows rows;
    const auto add = [](Entity entity, const json::object& row, json::array& to) {
        if (auto ours = Dialect::own().row(entity, row)) to.push_back(std::move(*ours));
    };
    add(Entity::result, made.result, rows.results);
    for (const auto& row : made.logs) add(Entity::log, row, rows.logs);
    for (const auto& row : made.healing) add(Entity::healing_log, row, rows.healing);
    return rows;
}

json::object job_log(const Claim& claim, LogLevel level, const std::string& message, int number) {
    const json::object row{
        {"id", supabase::make_uuid(claim.job_id, fmt::format("job log {} {}", claim.attempt, number))},
        {"execution_job_id", claim.job_id},
        {"level", level == LogLevel::info   ? "info"
                  : level == LogLevel::warn ? "warn"
                                            : "error"},
        {"message", message},
        {"metadata", json::object{{"attempt", claim.attempt}}},
        {"created_at", utc_time(std::chrono::system_clock::now())}};
    return Dialect::own().row(Entity::log, row).value_or(row);
}

}  // namespace reprise::runner
