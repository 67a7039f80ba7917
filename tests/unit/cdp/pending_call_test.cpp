#include "session/pending_call.hpp"

#include <thread>

#include <boost/json/value.hpp>

#include <reprise/cdp/error.hpp>

#include "support/expect_throw.hpp"

namespace reprise::cdp {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StrEq;

TEST(PendingCall, GivesTheFirstOutcomeAndIgnoresLaterOnes) {
    PendingCall call{"A.b"};
    EXPECT_FALSE(call.settled());
    call.succeed(1);
    call.refuse(-1, "late");
    call.end({TerminalCause::Kind::closed, "later"});
    EXPECT_TRUE(call.settled());
    EXPECT_EQ(call.wait(Deadline::never()), 1);
}

TEST(PendingCall, ThrowsWhatTheBrowserRefusedInItsOwnWords) {
    PendingCall call{"Page.navigate"};
    call.refuse(-32602, "Invalid url");
    try {
        call.wait(Deadline::never());
        FAIL();
    } catch (const ProtocolError& error) {
        EXPECT_THAT(error.what(), StrEq("Page.navigate: the browser answered \"Invalid url\" (code -32602)"));
        EXPECT_EQ(error.method(), "Page.navigate");
        EXPECT_EQ(error.code(), -32602);
        EXPECT_EQ(error.browser_text(), "Invalid url");
    }
}

TEST(PendingCall, ThrowsTheCauseOfTheEnd) {
    PendingCall closed{"A.b"};
    closed.end({TerminalCause::Kind::closed, "the page was closed"});
    EXPECT_THROW_MSG(closed.wait(Deadline::never()), ConnectionClosed, StrEq("A.b: the page was closed"));
    PendingCall crashed{"A.b"};
    crashed.end({TerminalCause::Kind::crashed, "the page's process crashed"});
    EXPECT_THROW_MSG(crashed.wait(Deadline::never()), TargetCrashed, StrEq("A.b: the page's process crashed"));
}

TEST(PendingCall, SaysHowLongItHasWaited) {
    PendingCall call{"Slow.method"};
    EXPECT_THROW_MSG(call.wait(Deadline::after(20ms)), TimeoutError,
                     StrEq("Slow.method: no answer from the browser after 20 ms"));
}

TEST(PendingCall, ManyMayWaitForItToSettle) {
    PendingCall call{"A.b"};
    EXPECT_THROW(call.wait_settled(Deadline::after(1ms)), TimeoutError);
    call.refuse(-1, "no");
    for (int i = 0; i < 2; ++i)
        EXPECT_THROW_MSG(call.wait_settled(Deadline::never()), ProtocolError, HasSubstr("\"no\""));
}

TEST(PendingCall, WakesTheThreadThatWaits) {
    for (int round = 0; round < 50; ++round) {
        PendingCall call{"A.b"};
        std::thread answering{[&] { call.succeed("x"); }};
        EXPECT_EQ(call.wait(Deadline::after(10s)), "x");
        answering.join();
    }
}

}  // namespace
}  // namespace reprise::cdp
