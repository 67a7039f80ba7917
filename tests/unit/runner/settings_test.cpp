#include <reprise/runner/settings.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "unit/runner/runner_test_support.hpp"

namespace reprise::runner {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

Settings settings_from(std::string_view text) {
    Settings settings;
    apply_settings(settings, boost::json::parse(text), "reprise.json");
    return settings;
}

TEST(Settings, HaveThePortalsDefaults) {
    const Settings settings = settings_of(recording_of(""));
    EXPECT_EQ(settings.replay.wait_timeout, 5s);
    EXPECT_EQ(settings.replay.retry_attempts, 3);
    EXPECT_THAT(settings.replay.retry_backoff, ElementsAre(100ms, 200ms, 400ms));
    EXPECT_EQ(settings.replay.slow_motion_delay, 0ms);
    EXPECT_EQ(settings.healing.mode, HealingMode::autonomous);
    EXPECT_EQ(settings.healing.confidence_threshold, 80);
    EXPECT_TRUE(settings.healing.cache_enabled);
    EXPECT_EQ(settings.healing.cache_ttl, 24h);
    EXPECT_EQ(settings.healing.max_attempts_per_step, 3);
    EXPECT_TRUE(settings.job.headless);
    EXPECT_EQ(settings.job.timeout, 30s);
    EXPECT_EQ(settings.job.retry_count, 2);
    EXPECT_TRUE(settings.job.screenshot_on_error);
    EXPECT_TRUE(settings.job.enable_healing);
    EXPECT_EQ(settings.concurrency, 1);
    EXPECT_FALSE(settings.stop_on_error);
}

TEST(Settings, ComeFromTheRecordingInEitherKeyStyle) {
    for (
        const char* members : {
            R"("replay": {"waitTimeout": 100, "retryAttempts": 1, "retryBackoff": [5], "slowMotion": true, "slowMotionDelay": 7},
                "aiHealing": {"mode": "suggest", "confidenceThreshold": 90, "cacheEnabled": false, "cacheTTL": 60,
                              "maxAttemptsPerStep": 1},
                "settings": {"headless": false, "timeout": 1000, "retryCount": 0, "screenshotOnError": false,
                             "enableHealing": false},
                "concurrency": 4, "stopOnError": true,)",
            R"("replay": {"wait_timeout": 100, "retry_attempts": 1, "retry_backoff": [5], "slow_motion": true,
                           "slow_motion_delay": 7},
                "ai_healing": {"mode": "suggest", "confidence_threshold": 90, "cache_enabled": false, "cache_ttl": 60,
                               "max_attempts_per_step": 1},
                "settings": {"headless": false, "timeout": 1000, "retry_count": 0, "screenshot_on_error": false,
                             "enable_healing": false},
                "concurrency": 4, "stop_on_error": true,)"}) {
        const Settings settings = settings_of(recording_of("", members));
        EXPECT_EQ(settings.replay.wait_timeout, 100ms);
        EXPECT_EQ(settings.replay.retry_attempts, 1);
        EXPECT_THAT(settings.replay.retry_backoff, ElementsAre(5ms));
        EXPECT_EQ(settings.replay.slow_motion_delay, 7ms);
        EXPECT_EQ(settings.healing.mode, HealingMode::suggest);
        EXPECT_EQ(settings.healing.confidence_threshold, 90);
        EXPECT_FALSE(settings.healing.cache_enabled);
        EXPECT_EQ(settings.healing.cache_ttl, 60s);
        EXPECT_EQ(settings.healing.max_attempts_per_step, 1);
        EXPECT_FALSE(settings.job.headless);
        EXPECT_EQ(settings.job.timeout, 1s);
        EXPECT_EQ(settings.job.retry_count, 0);
        EXPECT_FALSE(settings.job.screenshot_on_error);
        EXPECT_FALSE(settings.job.enable_healing);
        EXPECT_EQ(settings.concurrency, 4);
        EXPECT_TRUE(settings.stop_on_error);
    }
}

TEST(Settings, TakeSlowMotionAsSwitchOrAsDelay) {
    EXPECT_EQ(settings_from(R"({"replay": {"slowMotion": true}})").replay.slow_motion_delay, 500ms);
    EXPECT_EQ(settings_from(R"({"replay": {"slowMotion": 250}})").replay.slow_motion_delay, 250ms);
    EXPECT_EQ(settings_from(R"({"replay": {"slowMotion": false, "slowMotionDelay": 500}})").replay.slow_motion_delay,
              0ms);
    EXPECT_EQ(settings_from(R"({"replay": {"slowMotionDelay": 500}})").replay.slow_motion_delay, 0ms);
}

TEST(Settings, LeaveAloneWhatADocumentDoesNotName) {
    Settings settings;
    settings.job.timeout = 7s;
    apply_settings(settings, boost::json::parse(R"({"settings": {"retryCount": 5, "timeout": null}, "theme": "dark"})"),
                   "a.json");
    EXPECT_EQ(settings.job.timeout, 7s);
    EXPECT_EQ(settings.job.retry_count, 5);
}

TEST(Settings, NameEveryWrongTypeAndRange) {
    EXPECT_EQ(error_of([] {
                  settings_from(R"({"concurrency": 11, "stop_on_error": "yes", "settings": {"timeout": 0.5},
                                    "replay": {"retry_backoff": [100, "200"]},
                                    "aiHealing": {"mode": "magic", "confidenceThreshold": 101}})");
              }),
              "reprise.json: \"concurrency\" is 11, expected at most 10\n"
              "reprise.json: \"stop_on_error\" is a string, expected a boolean\n"
              "reprise.json: \"settings.timeout\" is 0.5, expected an integer\n"
              "reprise.json: \"replay.retry_backoff[1]\" is a string, expected an integer\n"
              "reprise.json: \"aiHealing.mode\" is \"magic\", expected autonomous, suggest or off\n"
              "reprise.json: \"aiHealing.confidenceThreshold\" is 101, expected at most 100");
    EXPECT_EQ(reading_error("{\"starting_url\": \"x\", \"steps\": [],\n \"concurrency\": 0}"),
              "test.json:2:17: \"concurrency\" is 0, expected at least 1");
}

}  // namespace
}  // namespace reprise::runner
