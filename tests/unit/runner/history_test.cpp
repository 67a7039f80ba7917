// What runs remember, in a real SQLite file.
#include <reprise/reporters/database.hpp>
#include <reprise/runner/history.hpp>

#include <gmock/gmock.h>

#include "runner_test_support.hpp"
#include "support/expect_throw.hpp"

namespace reprise::runner {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

class HistoryTest : public testing::Test {
protected:
    StoredHeal heal(std::string healed, bool success = true) const {
        StoredHeal heal{
            .recording = "order", .recording_path = "order.json", .bundle = "b1", .page = "http://shop.test/"};
        heal.log = {.step_number = 3,
                    .method = "structural",
                    .confidence = 91.5,
                    .healed_selector = std::move(healed),
                    .applied = success,
                    .success = success,
                    .evidence = {{"near_words", 0.5}}};
        return heal;
    }

    const TemporaryFolder folder_;
    const ElementKey key_{"order", 3, "b1"};
    History history_{folder_ / "history"};
};

TEST_F(HistoryTest, KnowsAnElementAndItsPageAgain) {
    EXPECT_FALSE(history_.knows(key_));
    KnownElement element{
        .target = {.tag = "button", .text = "Buy"}, .page = {{.tag = "a"}, {.tag = "button"}}, .crop = {}};
    element.crop = history_.keep("not really a picture", "png").string();
    history_.learn(key_, element);
    const auto known = History{folder_ / "history"}.known(key_);
    ASSERT_TRUE(known);
    EXPECT_EQ(known->target.text, "Buy");
    EXPECT_EQ(known->page.size(), 2U);
    EXPECT_EQ(text_of_file(known->crop), "not really a picture");
    EXPECT_FALSE(history_.knows({"order", 3, "another bundle"}));
}

TEST_F(HistoryTest, KeepsEqualPicturesOnce) {
    EXPECT_EQ(history_.keep("x", "png"), history_.keep("x", "png"));
    EXPECT_NE(history_.keep("x", "png"), history_.keep("y", "png"));
}

TEST_F(HistoryTest, GivesTheNewestHealThatHeld) {
    history_.add(heal("#old"));
    history_.add(heal("#new"));
    history_.add(heal("#only-suggested", false));
    const auto cached = history_.cached(key_, "http://shop.test/", seconds{60});
    EXPECT_FALSE(cached && cached->log.healed_selector == "#only-suggested");
    EXPECT_FALSE(history_.cached(key_, "http://other.test/", seconds{60}));
    EXPECT_FALSE(history_.cached(key_, "http://shop.test/", seconds{-1})) << "older than its time";
}

TEST_F(HistoryTest, NeverGivesARejectedHealAgain) {
    history_.add(heal("#buy"));
    const auto id = history_.heals().at(0).id;
    history_.set_state(id, HealState::rejected);
    history_.add(heal("#buy"));
    EXPECT_EQ(history_.heals().size(), 1U);
    EXPECT_FALSE(history_.cached(key_, "http://shop.test/", seconds{60}));
}

TEST_F(HistoryTest, KeepsTheWholeLogForReview) {
    history_.add(heal("#buy"));
    history_.add(heal("#buy"));
    const auto heals = history_.heals();
    ASSERT_EQ(heals.size(), 1U);
    EXPECT_EQ(heals[0].state, HealState::proposed);
    EXPECT_DOUBLE_EQ(heals[0].log.confidence, 91.5);
    EXPECT_EQ(heals[0].log.evidence.at(0).first, "near_words");
}

TEST_F(HistoryTest, KeepsTheLastDurationOfEachRow) {
    using std::chrono::milliseconds;
    EXPECT_TRUE(history_.durations().empty());
    history_.keep_durations({{"order/ada", milliseconds{1200}}, {"order/bob", milliseconds{800}}});
    history_.keep_durations({{"order/ada", milliseconds{900}}});
    const auto durations = History{folder_ / "history"}.durations();
    EXPECT_EQ(durations, (Durations{{"order/ada", milliseconds{900}}, {"order/bob", milliseconds{800}}}));
}

TEST_F(HistoryTest, NamesTheFileThatCannotBeUsed) {
    const auto path = folder_.write("file", "");
    EXPECT_THROW_MSG(History{path}, reporters::DatabaseError, HasSubstr("file/history.sqlite3: cannot open"));
    folder_.write("bad.sqlite3", "");
    std::filesystem::create_directory(folder_ / "broken");
    folder_.write("broken/history.sqlite3", "this is no database, but long enough to be looked at as one, surely.....");
    EXPECT_THROW_MSG(History{folder_ / "broken"}, reporters::DatabaseError, HasSubstr("broken/history.sqlite3"));
}

TEST(ContentHash, IsSha256) {
    EXPECT_EQ(content_hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace reprise::runner
