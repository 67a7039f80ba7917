#include "page/network_tracker.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

namespace reprise::cdp {
namespace {

class NetworkTrackerTest : public testing::Test {
protected:
    bool feed(const char* method, const std::string& id, const std::string& session = "S",
              const std::string& type = "Fetch") {
        return tracker_.on_event(
            session, method,
            boost::json::parse(fmt::format(R"({{"requestId":"{}","type":"{}"}})", id, type)).as_object());
    }
    NetworkTracker tracker_;
};

TEST_F(NetworkTrackerTest, CountsWhatHasBegunAndNotEnded) {
    EXPECT_TRUE(feed("Network.requestWillBeSent", "1"));
    feed("Network.requestWillBeSent", "2");
    EXPECT_EQ(tracker_.in_flight(), 2);
    feed("Network.loadingFinished", "1");
    feed("Network.loadingFailed", "2");
    feed("Network.loadingFinished", "2");
    EXPECT_EQ(tracker_.in_flight(), 0);
    EXPECT_FALSE(feed("Page.frameNavigated", "1"));
}

// A redirect is told as the same request anew.
TEST_F(NetworkTrackerTest, CountsARedirectedRequestOnce) {
    feed("Network.requestWillBeSent", "1");
    feed("Network.requestWillBeSent", "1");
    EXPECT_EQ(tracker_.in_flight(), 1);
    feed("Network.loadingFinished", "1");
    EXPECT_EQ(tracker_.in_flight(), 0);
}

TEST_F(NetworkTrackerTest, DoesNotCountEventStreams) {
    feed("Network.requestWillBeSent", "1", "S", "EventSource");
    EXPECT_EQ(tracker_.in_flight(), 0);
}

TEST_F(NetworkTrackerTest, KeepsTheRequestsOfProcessesApartAndForgetsThoseOfAGoneOne) {
    feed("Network.requestWillBeSent", "1", "S1");
    feed("Network.requestWillBeSent", "1", "S2");
    EXPECT_EQ(tracker_.in_flight(), 2);
    const auto before = tracker_.quiet_since();
    tracker_.forget("S1");
    EXPECT_EQ(tracker_.in_flight(), 1);
    tracker_.forget("S2");
    EXPECT_EQ(tracker_.in_flight(), 0);
    EXPECT_GE(tracker_.quiet_since(), before);
}

}  // namespace
}  // namespace reprise::cdp
