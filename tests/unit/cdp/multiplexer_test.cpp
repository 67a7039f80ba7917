#include "session/multiplexer.hpp"

#include <boost/json/object.hpp>

#include <reprise/cdp/error.hpp>

#include "session/connection.hpp"
#include "support/expect_throw.hpp"

namespace reprise::cdp {
namespace {

using testing::HasSubstr;

class Nobody : public SessionListener {
    void on_event_on_io_thread(const std::string&, std::string_view, const boost::json::object&) override {}
    void on_session_end_on_io_thread(const std::string&, const TerminalCause&) override {}
};

const TerminalCause k_crash{TerminalCause::Kind::crashed, "the page's process crashed"};

class MultiplexerTest : public testing::Test {
protected:
    MultiplexerTest() {
        multiplexer_.open("", listener_);
        multiplexer_.open("S1", listener_);
        multiplexer_.open("S2", listener_);
    }
    std::shared_ptr<SessionListener> listener_{std::make_shared<Nobody>()};
    Multiplexer multiplexer_;
};

TEST_F(MultiplexerTest, NumbersCallsAndWritesThemWithTheirSession) {
    EXPECT_EQ(multiplexer_.post("", "Browser.getVersion", "{}").bytes,
              R"({"id":1,"method":"Browser.getVersion","params":{}})");
    EXPECT_EQ(multiplexer_.post("S1", "Page.enable", "{}").bytes,
              R"({"id":2,"method":"Page.enable","params":{},"sessionId":"S1"})");
    EXPECT_EQ(multiplexer_.open_calls(), 2U);
}

TEST_F(MultiplexerTest, AnswersAnIdOnce) {
    const auto posted = multiplexer_.post("S1", "Page.enable", "{}");
    EXPECT_EQ(multiplexer_.take(1), posted.call);
    EXPECT_EQ(multiplexer_.take(1), nullptr);
    EXPECT_EQ(multiplexer_.take(99), nullptr);
    EXPECT_EQ(multiplexer_.open_calls(), 0U);
}

TEST_F(MultiplexerTest, FailsEveryPendingCallOfTheSessionThatEndsAndOfNoOther) {
    const auto first = multiplexer_.post("S1", "A.b", "{}");
    const auto other = multiplexer_.post("S2", "A.b", "{}");
    const auto second = multiplexer_.post("S1", "C.d", "{}");
    const auto ended = multiplexer_.end("S1", k_crash);
    EXPECT_THAT(ended.calls, testing::UnorderedElementsAre(first.call, second.call));
    ASSERT_EQ(ended.listeners.size(), 1U);
    EXPECT_EQ(ended.listeners[0].first, "S1");
    EXPECT_EQ(multiplexer_.open_calls(), 1U);
    EXPECT_TRUE(multiplexer_.is_open("S2"));
    EXPECT_TRUE(multiplexer_.end("S1", k_crash).listeners.empty());
}

TEST_F(MultiplexerTest, RefusesCallsOnAnEndedSessionWithItsOwnCause) {
    multiplexer_.end("S1", k_crash);
    const auto posted = multiplexer_.post("S1", "A.b", "{}");
    ASSERT_TRUE(posted.refusal);
    EXPECT_EQ(posted.refusal->kind, TerminalCause::Kind::crashed);
    EXPECT_TRUE(posted.bytes.empty());
}

TEST_F(MultiplexerTest, PutsTheReasonGivenIntoTheCauseOfAClosedSessionOnly) {
    multiplexer_.give_reason("S1", "all is seen");
    multiplexer_.give_reason("S2", "all is seen");
    multiplexer_.give_reason("S9", "never opened");
    EXPECT_EQ(multiplexer_.end("S1", {TerminalCause::Kind::closed, "closed"}).cause.text, "closed: all is seen");
    EXPECT_EQ(multiplexer_.post("S1", "A.b", "{}").refusal->text, "closed: all is seen");
    EXPECT_EQ(multiplexer_.end("S2", k_crash).cause.text, k_crash.text);
}

TEST_F(MultiplexerTest, RefusesCallsOnASessionThatWasNeverOpened) {
    const auto posted = multiplexer_.post("S9", "A.b", "{}");
    ASSERT_TRUE(posted.refusal);
    EXPECT_THAT(posted.refusal->text, HasSubstr("never attached"));
}

TEST_F(MultiplexerTest, SendsAnUnheardCallWithoutKeepingIt) {
    EXPECT_THAT(multiplexer_.send_unheard("worker", "Runtime.runIfWaitingForDebugger", "{}"), HasSubstr("\"worker\""));
    EXPECT_EQ(multiplexer_.open_calls(), 0U);
}

// A run of thousands of rows ends thousands of sessions.
TEST_F(MultiplexerTest, ForgetsTheCausesOfSessionsLongPast) {
    for (int i = 0; i < 1000; ++i) {
        const auto session = "row" + std::to_string(i);
        multiplexer_.open(session, listener_);
        multiplexer_.end(session, k_crash);
    }
    EXPECT_EQ(multiplexer_.post("row999", "A.b", "{}").refusal->kind, TerminalCause::Kind::crashed);
    EXPECT_EQ(multiplexer_.post("row0", "A.b", "{}").refusal->kind, TerminalCause::Kind::closed);
}

TEST_F(MultiplexerTest, EndsAllAtOnceAndRefusesEverythingAfterwards) {
    const auto first = multiplexer_.post("S1", "A.b", "{}");
    const auto second = multiplexer_.post("", "C.d", "{}");
    const TerminalCause gone{TerminalCause::Kind::closed, "the browser was killed"};
    const auto ended = multiplexer_.end_all(gone);
    EXPECT_THAT(ended.calls, testing::UnorderedElementsAre(first.call, second.call));
    EXPECT_EQ(ended.listeners.size(), 3U);
    EXPECT_EQ(multiplexer_.post("S2", "A.b", "{}").refusal->text, gone.text);
    EXPECT_TRUE(multiplexer_.end_all(gone).listeners.empty());
    EXPECT_EQ(multiplexer_.open("S3", listener_)->text, gone.text);
    EXPECT_FALSE(multiplexer_.is_open("S3"));
    EXPECT_TRUE(multiplexer_.send_unheard("S3", "A.b", "{}").empty());
}

TEST_F(MultiplexerTest, HoldsNoListenerAlive) {
    EXPECT_EQ(multiplexer_.listener("S1"), listener_);
    listener_.reset();
    EXPECT_EQ(multiplexer_.listener("S1"), nullptr);
    EXPECT_EQ(multiplexer_.listener("S9"), nullptr);
}

}  // namespace
}  // namespace reprise::cdp
