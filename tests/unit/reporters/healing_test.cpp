// The healing log in the journal, and what portals count of it.
#include <reprise/reporters/healing.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/reporters/healing_json.hpp>

#include "support/expect_throw.hpp"

namespace reprise::reporters {
namespace {

HealingLog sample() {
    return {.step_number = 4,
            .step_label = "Buy",
            .method = "structural",
            .confidence = 91.234,
            .original_selector = "#buy",
            .healed_selector = "#purchase",
            .element = "<button>Purchase</button>",
            .page_url = "http://shop.test/",
            .page_title = "Shop",
            .applied = true,
            .success = true,
            .candidates = {{"<button>", 91.2}},
            .evidence = {{"near_words", 1.5}},
            .original_bundle = "{}",
            .healed_bundle = "{}",
            .pictures = {"a.png"}};
}

TEST(HealingLogs, SurviveWritingAndReading) {
    const auto written = to_json(sample());
    EXPECT_EQ(boost::json::serialize(to_json(healing_log_from_json(written))), boost::json::serialize(written));
    EXPECT_DOUBLE_EQ(written.at("confidence").to_number<double>(), 91.23);
    auto broken = written;
    broken["confidence"] = "high";
    EXPECT_THROW_MSG(healing_log_from_json(broken), std::runtime_error,
                     testing::HasSubstr("\"confidence\" is not a number"));
}

TEST(HealingStatistics, CountAttemptsSuccessesAndMethods) {
    HealingStatistics statistics;
    auto log = sample();
    statistics.add(log);
    log.success = false;
    log.confidence = 50;
    statistics.add(log);
    log.method = "cached";
    statistics.add(log);
    EXPECT_EQ(statistics.total_attempts, 3);
    EXPECT_EQ(statistics.successful_heals, 1);
    EXPECT_NEAR(statistics.success_rate, 33.33, 0.01);
    EXPECT_NEAR(statistics.avg_confidence, (91.234 + 50 + 50) / 3, 0.001);
    EXPECT_EQ(boost::json::serialize(to_json(statistics).at("byMethod")),
              R"({"structural":{"attempts":2,"successes":1},"cached":{"attempts":1,"successes":0}})");
    EXPECT_EQ(to_json(HealingStatistics{}).at("successRate").to_number<double>(), 0);
}

}  // namespace
}  // namespace reprise::reporters
