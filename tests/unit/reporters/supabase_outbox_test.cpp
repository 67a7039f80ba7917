#include "supabase/outbox.hpp"

#include <gmock/gmock.h>

#include "support/temporary_folder.hpp"

namespace reprise::reporters::supabase {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t k_rows = 100;
constexpr std::size_t k_bytes = 1'000;

class OutboxTest : public testing::Test {
protected:
    static OutboxEntry entry(Cargo cargo, const std::string& id, const std::string& body,
                             const std::string& parent = {}) {
        return {.cargo = cargo, .id = id, .body = body, .job = "j", .parent = parent};
    }
    static std::vector<std::string> bodies(const std::vector<OutboxEntry>& entries) {
        std::vector<std::string> all;
        for (const auto& one : entries) all.push_back(one.body);
        return all;
    }
    std::vector<std::string> waiting(Cargo cargo) const { return bodies(outbox_.take(cargo, k_rows, k_bytes)); }

    const tests::TemporaryFolder folder_;
    Outbox outbox_{folder_ / "outbox.sqlite"};
};

TEST_F(OutboxTest, GivesWhatWaitsInTheOrderInWhichItCame) {
    outbox_.put({entry(Cargo::result, "b", "1"), entry(Cargo::result, "a", "2"), entry(Cargo::log, "l", "3")});
    EXPECT_THAT(waiting(Cargo::result), ElementsAre("1", "2"));
    EXPECT_THAT(waiting(Cargo::log), ElementsAre("3"));
}

TEST_F(OutboxTest, TakesNoMoreRowsAndBytesThanAsked) {
    outbox_.put({entry(Cargo::log, "a", std::string(400, 'a')), entry(Cargo::log, "b", std::string(400, 'b')),
                 entry(Cargo::log, "c", std::string(2'000, 'c'))});
    EXPECT_EQ(outbox_.take(Cargo::log, 1, k_bytes).size(), 1U);
    EXPECT_EQ(outbox_.take(Cargo::log, k_rows, k_bytes).size(), 2U);
    outbox_.acknowledge(outbox_.take(Cargo::log, k_rows, k_bytes));
    EXPECT_EQ(outbox_.take(Cargo::log, k_rows, k_bytes).size(), 1U);  // a single one goes whatever its size
}

TEST_F(OutboxTest, PutsALaterVersionInThePlaceOfAnEarlierOne) {
    outbox_.put({entry(Cargo::progress, "j", "1 of 3")});
    const auto sent = outbox_.take(Cargo::progress, k_rows, k_bytes);
    outbox_.put({entry(Cargo::progress, "j", "2 of 3")});
    outbox_.acknowledge(sent);  // of the earlier one
    EXPECT_THAT(waiting(Cargo::progress), ElementsAre("2 of 3"));
}

TEST_F(OutboxTest, KeepsLogLinesAsTheyWerePutFirst) {
    outbox_.put({entry(Cargo::log, "l", "told live")});
    outbox_.put({entry(Cargo::log, "l", "made from the result")});
    EXPECT_THAT(waiting(Cargo::log), ElementsAre("told live"));
    outbox_.acknowledge(outbox_.take(Cargo::log, k_rows, k_bytes));
    outbox_.put({entry(Cargo::log, "l", "once more")});
    EXPECT_THAT(waiting(Cargo::log), IsEmpty());
}

TEST_F(OutboxTest, SendsAParentBeforeWhatBelongsToIt) {
    outbox_.put({entry(Cargo::result, "r", "result", "p.png"), entry(Cargo::log, "l", "line", "r"),
                 entry(Cargo::picture, "p.png", "picture")});
    EXPECT_THAT(waiting(Cargo::result), IsEmpty());
    EXPECT_THAT(waiting(Cargo::log), IsEmpty());
    outbox_.acknowledge(outbox_.take(Cargo::picture, k_rows, k_bytes));
    const auto results = outbox_.take(Cargo::result, k_rows, k_bytes);
    ASSERT_EQ(results.size(), 1U);
    EXPECT_EQ(results[0].parent, "p.png");
    outbox_.acknowledge(results);
    EXPECT_THAT(waiting(Cargo::log), ElementsAre("line"));
}

TEST_F(OutboxTest, LetsAResultGoWithoutAPictureThatWasRefused) {
    outbox_.put({entry(Cargo::result, "r", "result", "p.png"), entry(Cargo::picture, "p.png", "picture")});
    outbox_.refuse(outbox_.take(Cargo::picture, k_rows, k_bytes), "no bucket");
    const auto results = outbox_.take(Cargo::result, k_rows, k_bytes);
    ASSERT_EQ(results.size(), 1U);
    EXPECT_EQ(results[0].parent, "");
    outbox_.acknowledge(results);
    outbox_.forgive();
    EXPECT_THAT(waiting(Cargo::picture), ElementsAre("picture"));
    EXPECT_FALSE(outbox_.has(Cargo::result, "r"));  // it is to be made anew, with its picture
}

TEST_F(OutboxTest, RefusesWithAJobAllThatBelongsToIt) {
    outbox_.put(
        {entry(Cargo::job, "j", "job"), entry(Cargo::result, "r", "result"), entry(Cargo::log, "l", "line", "r")});
    outbox_.refuse(outbox_.take(Cargo::job, k_rows, k_bytes), "not yours");
    EXPECT_FALSE(outbox_.any_waiting());
    const auto refusals = outbox_.refusals();
    ASSERT_EQ(refusals.size(), 3U);
    EXPECT_EQ(refusals[0].reason, "not yours");
    EXPECT_EQ(refusals[1].reason, "its job was refused");
    outbox_.put({entry(Cargo::log, "later", "line")});  // while the run goes on
    EXPECT_FALSE(outbox_.any_waiting());
}

TEST_F(OutboxTest, EndsAJobWhenNothingElseOfItWaits) {
    outbox_.put({entry(Cargo::job_end, "j", "end"), entry(Cargo::log, "l", "line")});
    EXPECT_THAT(waiting(Cargo::job_end), IsEmpty());
    outbox_.acknowledge(outbox_.take(Cargo::log, k_rows, k_bytes));
    EXPECT_THAT(waiting(Cargo::job_end), ElementsAre("end"));
}

TEST_F(OutboxTest, IsThereAgainWhenItIsOpenedAnew) {
    outbox_.put({entry(Cargo::result, "r", "result")}, {{"t1", {{.job = "j", .row_index = 3, .execution = 2}, true}}},
                {{"run", "r1"}});
    const Outbox other{folder_ / "outbox.sqlite"};
    EXPECT_THAT(bodies(other.take(Cargo::result, k_rows, k_bytes)), ElementsAre("result"));
    const auto places = other.places();
    EXPECT_EQ(places.at("t1").row_index, 3);
    EXPECT_EQ(places.at("t1").execution, 2);
    EXPECT_TRUE(places.at("t1").ended);
    EXPECT_EQ(other.fact("run"), "r1");
}

}  // namespace
}  // namespace reprise::reporters::supabase
