#include "worker/portal_queue.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

namespace reprise::runner {
namespace {

namespace json = boost::json;
using reporters::supabase::PortalError;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::array<std::pair<JobState, std::string_view>, 8> k_names{{{JobState::pending, "pending"},
                                                                        {JobState::running, "running"},
                                                                        {JobState::paused, "paused"},
                                                                        {JobState::cancelled, "cancelled"},
                                                                        {JobState::completed, "completed"},
                                                                        {JobState::failed, "failed"},
                                                                        {JobState::lost, "lost"},
                                                                        {JobState::unknown, "unknown"}}};

reporters::supabase::Settings with_timeout(reporters::supabase::Settings settings, milliseconds lease) {
    settings.timeout = std::min(settings.timeout, std::max(milliseconds{1'000}, lease / 3));
    return settings;
}

const json::object& object_in(const json::value& answer, const char* function) {
    if (const auto* object = answer.if_object()) return *object;
    throw PortalError(PortalError::Kind::bad_answer, fmt::format("{}: the portal answered {}, expected an object",
                                                                 function, json::serialize(answer).substr(0, 200)));
}

template <class Type>
const Type& member(const json::object& object, std::string_view name, const char* function,
                   const Type* (json::value::*get)() const noexcept) {
    const auto* value = object.if_contains(name);
    const auto* typed = value != nullptr ? (value->*get)() : nullptr;
    if (typed != nullptr) return *typed;
    throw PortalError(PortalError::Kind::bad_answer,
                      fmt::format("{}: \"{}\" is missing in the portal's answer, or of another type", function, name));
}

JobState state_in(const json::object& answer) {
    const auto* status = answer.if_contains("status");
    return status != nullptr && status->is_string() ? job_state_from_string(status->get_string()) : JobState::unknown;
}

bool accepted_in(const json::object& answer, const char* function) {
    return member(answer, "accepted", function, &json::value::if_bool);
}

std::int64_t lease_seconds(milliseconds lease) {
    return std::max<std::int64_t>(1, std::chrono::ceil<seconds>(lease).count());
}

}  // namespace

JobState job_state_from_string(std::string_view word) {
    for (const auto& [state, name] : k_names) {
        if (name == word) return state;
    }
    return JobState::unknown;
}

std::string_view to_string(JobState state) {
    for (const auto& [known, name] : k_names) {
        if (known == state) return name;
    }
    return "unknown";
}

PortalQueue::PortalQueue(reporters::supabase::Settings settings, std::string worker, milliseconds lease,
                         seconds stale_after)
    : worker_{std::move(worker)},
      lease_{lease},
      stale_after_{stale_after},
      client_{with_timeout(std::move(settings), lease), {.tries = 1}} {}

std::optional<Claim> PortalQueue::claim(const std::string& claim_id) {
    constexpr const char* k_function = "claim_execution_job";
    const auto asked = std::chrono::steady_clock::now();
    const auto answer = client_.call(k_function, {{"worker", worker_},
                                                  {"claim_id", claim_id},
                                                  {"lease_seconds", lease_seconds(lease_)},
                                                  {"stale_seconds", stale_after_.count()}});
    if (answer.is_null()) return std::nullopt;
    const auto& object = object_in(answer, k_function);
    Claim claim{.job_id = {}, .attempt = 0, .held_until = asked + lease_};
    claim.job = member(object, "job", k_function, &json::value::if_object);
    claim.job_id = member(claim.job, "id", k_function, &json::value::if_string);
    claim.attempt = static_cast<int>(member(object, "attempt", k_function, &json::value::if_int64));
    // A job whose recording has been deleted is still to be finished.
    if (const auto* recording = object.if_contains("recording"); recording != nullptr && recording->is_object()) {
        claim.recording = recording->get_object();
    }
    if (const auto* rows = object.if_contains("finished_rows"); rows != nullptr && rows->is_array()) {
        for (const auto& row : rows->get_array()) claim.finished_rows.insert(row.to_number<int>());
    }
    return claim;
}

JobState PortalQueue::heartbeat(const Claim& claim, int current_row) {
    constexpr const char* k_function = "heartbeat_execution_job";
    const auto answer = client_.call(k_function, {{"job_id", claim.job_id},
                                                  {"attempt", claim.attempt},
                                                  {"lease_seconds", lease_seconds(lease_)},
                                                  {"current_row", current_row}});
    return state_in(object_in(answer, k_function));
}

JobQueue::Answer PortalQueue::publish(const Claim& claim, const JobRows& rows) {
    constexpr const char* k_function = "publish_execution_rows";
    const auto answer = client_.call(k_function, {{"job_id", claim.job_id},
                                                  {"attempt", claim.attempt},
                                                  {"results", rows.results},
                                                  {"logs", rows.logs},
                                                  {"healing", rows.healing}});
    const auto& object = object_in(answer, k_function);
    return {accepted_in(object, k_function), state_in(object)};
}

JobQueue::Answer PortalQueue::finish(const Claim& claim, JobState state, const std::string& error_message) {
    constexpr const char* k_function = "finish_execution_job";
    json::object arguments{{"job_id", claim.job_id}, {"attempt", claim.attempt}, {"status", to_string(state)}};
    if (!error_message.empty()) arguments["error_message"] = error_message;
    const auto answer = client_.call(k_function, arguments);
    const auto& object = object_in(answer, k_function);
    return {accepted_in(object, k_function), state_in(object)};
}

bool PortalQueue::release(const Claim& claim) {
    constexpr const char* k_function = "release_execution_job";
    const auto answer = client_.call(k_function, {{"job_id", claim.job_id}, {"attempt", claim.attempt}});
    return accepted_in(object_in(answer, k_function), k_function);
}

void PortalQueue::upload_picture(const std::string& key, std::string_view png) {
    client_.upload("screenshots", key, png, "image/png");
}

void PortalQueue::record_metrics(const json::object& metrics) {
    client_.call("record_worker_metrics", {{"metrics", metrics}});
}

void PortalQueue::stop() noexcept {
    client_.stop();
}

}  // namespace reprise::runner
