// Heals become part of their recordings, and nothing else of them changes.
#include <reprise/runner/heal_review.hpp>

#include <gmock/gmock.h>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "recording/bundle_writer.hpp"
#include "runner_test_support.hpp"
#include "support/expect_throw.hpp"

namespace reprise::runner {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class HealReviewTest : public testing::Test {
protected:
    HealReviewTest() {
        path_ =
            folder_.write("order.json", recording_text(R"({"stepNumber": 1, "label": "Buy", "event": "click", "mine": 7,
            "bundle": {"id": "buy", "tag": "button", "visibleText": "Buy", "custom": "kept", "aria": ""}})"));
        const auto recording = read_recording(path_);
        const auto& bundle = *recording.steps.at(0).bundle;
        locators::Bundle healed{.id = "purchase", .tag = "a", .css = "#purchase"};
        StoredHeal heal{
            .recording = "order", .recording_path = path_, .bundle = hash_of(bundle), .page = "http://shop.test/"};
        heal.log = {.step_number = 1,
                    .method = "fuzzy_match",
                    .confidence = 93.4,
                    .healed_selector = "#purchase",
                    .applied = true,
                    .success = true,
                    .original_bundle = boost::json::serialize(to_canonical(bundle)),
                    .healed_bundle = boost::json::serialize(to_canonical(healed))};
        history_.add(heal);
        heal_ = history_.heals().at(0);
    }

    const TemporaryFolder folder_;
    History history_{folder_ / "history"};
    std::string path_;
    StoredHeal heal_;
};

TEST_F(HealReviewTest, ShowsWhatWouldChange) {
    const auto lines = diff_of(heal_);
    EXPECT_THAT(lines, Contains("- id: buy"));
    EXPECT_THAT(lines, Contains("+ id: purchase"));
    EXPECT_THAT(lines, Contains("- visibleText: Buy"));
    EXPECT_THAT(lines, Contains("+ css: #purchase"));
}

TEST_F(HealReviewTest, WritesAnAcceptedHealAndKeepsTheOldBundle) {
    accept(history_, heal_);
    const auto recording = read_recording(path_);
    const auto& step = recording.steps.at(0);
    EXPECT_EQ(step.bundle->id, "purchase");
    EXPECT_EQ(step.bundle->css, "#purchase");
    EXPECT_EQ(step.bundle->visible_text, std::nullopt);
    const auto text = text_of_file(path_);
    EXPECT_THAT(text, HasSubstr(R"("mine": 7)"));
    EXPECT_THAT(text, HasSubstr("bundle_history"));
    EXPECT_THAT(text, HasSubstr(R"("visibleText": "Buy")"));
    EXPECT_EQ(history_.heals().at(0).state, HealState::accepted);
}

TEST_F(HealReviewTest, RefusesARecordingThatHasChangedSince) {
    auto text = text_of_file(path_);
    text.replace(text.find("\"buy\""), 5, "\"bye\"");
    folder_.write("order.json", text);
    EXPECT_THROW_MSG(accept(history_, heal_), Error, HasSubstr("has changed since: step 1 no longer holds the bundle"));
    EXPECT_EQ(text_of_file(path_), text);
    EXPECT_EQ(history_.heals().at(0).state, HealState::proposed);
}

TEST_F(HealReviewTest, RejectsWithoutTouchingTheRecording) {
    const auto before = text_of_file(path_);
    reject(history_, heal_);
    EXPECT_EQ(text_of_file(path_), before);
    EXPECT_EQ(history_.heals().at(0).state, HealState::rejected);
}

}  // namespace
}  // namespace reprise::runner
