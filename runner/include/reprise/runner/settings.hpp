// How a run behaves: waiting, retries, healing, concurrency. Names and defaults are those of the portal.
//
// Precedence is the caller's: start from `settings_of(recording)` and lay the config file, the environment and the
// command line over it. Plain values; thread-safe as such.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <boost/json/fwd.hpp>

#include <reprise/runner/recording.hpp>

namespace reprise::runner {

// `replay`
struct ReplaySettings {
    std::chrono::milliseconds wait_timeout{5000};  // for one step's element or condition
    int retry_attempts{3};                         // of a step, while nothing has been dispatched
    std::vector<std::chrono::milliseconds> retry_backoff{std::chrono::milliseconds{100}, std::chrono::milliseconds{200},
                                                         std::chrono::milliseconds{400}};
    std::chrono::milliseconds slow_motion_delay{0};  // pause before each step
};

enum class HealingMode {
    autonomous,  // a heal at or above the threshold is used at once
    suggest,     // heals are recorded as proposals; the step fails
    off,
};

// `aiHealing`
struct HealingSettings {
    HealingMode mode{HealingMode::autonomous};
    int confidence_threshold{80};  // 0–100
    bool cache_enabled{true};
    std::chrono::seconds cache_ttl{86400};
    int max_attempts_per_step{3};
};

// `settings`
struct JobSettings {
    bool headless{true};
    std::chrono::milliseconds timeout{30000};  // for a whole row, one attempt
    int retry_count{2};                        // further attempts of a failed row
    bool screenshot_on_error{true};
    bool enable_healing{true};
};

// An outside model that healing may ask (docs/healing.md, "A vision model"). Never part of a recording: pictures of
// pages leave the machine.
struct VisionModelSettings {
    std::string model{};  // its name, or "on" for the default one; empty: none is asked
    int max_requests{20};
    int max_tokens{100'000};                    // read and written, of a whole run
    std::chrono::milliseconds timeout{10'000};  // of one question
};

struct Settings {
    ReplaySettings replay{};
    HealingSettings healing{};
    JobSettings job{};
    int concurrency{1};  // 1–10
    bool stop_on_error{};
};

// The defaults with the recording's own settings laid over them.
Settings settings_of(const Recording& recording);

// Lays the members of `document` (an object with `replay`, `aiHealing`, `settings`, `concurrency`, `stop_on_error`, in
// either key style; others are ignored) over `settings`. Throws DataError naming `file` and each member of the wrong
// type or out of range.
void apply_settings(Settings& settings, const boost::json::value& document, const std::string& file);

}  // namespace reprise::runner
