#include <reprise/runner/settings.hpp>

#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "recording/finding.hpp"
#include "recording/members.hpp"
#include "recording/schema.hpp"

namespace reprise::runner {
namespace {

using boost::json::object;

constexpr std::chrono::milliseconds k_slow_motion{500};  // the portal's default for slowMotion: true

void take(const object& members, std::string_view name, bool& target) {
    if (const auto value = bool_member(members, name)) target = *value;
}

void take(const object& members, std::string_view name, int& target) {
    if (const auto value = integer_member(members, name)) target = static_cast<int>(*value);
}

template <class Period>
void take(const object& members, std::string_view name, std::chrono::duration<std::int64_t, Period>& target) {
    if (const auto value = integer_member(members, name)) target = std::chrono::duration<std::int64_t, Period>{*value};
}

void apply_replay(ReplaySettings& replay, const object& members) {
    take(members, "waitTimeout", replay.wait_timeout);
    take(members, "retryAttempts", replay.retry_attempts);
    if (const auto* pauses = array_member(members, "retryBackoff")) {
        replay.retry_backoff.clear();
        for (const auto& pause : *pauses) replay.retry_backoff.emplace_back(pause.to_number<std::int64_t>());
    }
    const auto* slow_motion = find_member(members, "slowMotion");
    if (slow_motion == nullptr) return;
    if (!slow_motion->is_bool()) {
        take(members, "slowMotion", replay.slow_motion_delay);
        return;
    }
    replay.slow_motion_delay = slow_motion->get_bool() ? k_slow_motion : std::chrono::milliseconds{0};
    if (slow_motion->get_bool()) take(members, "slowMotionDelay", replay.slow_motion_delay);
}

void apply_healing(HealingSettings& healing, const object& members) {
    if (const auto mode = text_member(members, "mode")) {
        healing.mode = *mode == "off"       ? HealingMode::off
                       : *mode == "suggest" ? HealingMode::suggest
                                            : HealingMode::autonomous;
    }
    take(members, "confidenceThreshold", healing.confidence_threshold);
    take(members, "cacheEnabled", healing.cache_enabled);
    take(members, "cacheTTL", healing.cache_ttl);
    take(members, "maxAttemptsPerStep", healing.max_attempts_per_step);
}

void apply_job(JobSettings& job, const object& members) {
    take(members, "headless", job.headless);
    take(members, "timeout", job.timeout);
    take(members, "retryCount", job.retry_count);
    take(members, "screenshotOnError", job.screenshot_on_error);
    take(members, "enableHealing", job.enable_healing);
}

}  // namespace

Settings settings_of(const Recording& recording) {
    Settings settings;
    if (recording.source) apply_settings(settings, *recording.source, recording.path);
    return settings;
}

void apply_settings(Settings& settings, const boost::json::value& document, const std::string& file) {
    std::vector<Problem> problems;
    std::set<std::string> seen;
    for (const SchemaFinding& finding : check_schema(document, recording_schema(), "/$defs/settings")) {
        if (finding.kind != FindingKind::violation || !seen.insert(to_string(finding.path)).second) continue;
        problems.push_back({Severity::error, file, 0, 0, describe(document, finding), {}});
    }
    if (!problems.empty()) throw DataError(std::move(problems));
    const object& members = document.get_object();
    if (const auto* replay = object_member(members, "replay")) apply_replay(settings.replay, *replay);
    if (const auto* healing = object_member(members, "aiHealing")) apply_healing(settings.healing, *healing);
    if (const auto* job = object_member(members, "settings")) apply_job(settings.job, *job);
    take(members, "concurrency", settings.concurrency);
    take(members, "stopOnError", settings.stop_on_error);
}

}  // namespace reprise::runner
