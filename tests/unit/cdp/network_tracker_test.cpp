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

TEST_F(NetworkTrackerTest, KeepsWhatWasAskedAndAnswered) {
    const auto tell = [&](const char* method, const char* params) {
        tracker_.on_event("S", method, boost::json::parse(params).as_object());
    };
    tell("Network.requestWillBeSent", R"({"requestId": "1", "loaderId": "1", "timestamp": 5, "type": "Document",
        "request": {"url": "http://a/old#x", "method": "GET", "headers": {"Accept": "*/*"}}})");
    tell("Network.requestWillBeSent", R"({"requestId": "1", "loaderId": "1", "timestamp": 5.25, "type": "Document",
        "request": {"url": "http://a/new", "method": "GET"}, "redirectResponse": {"status": 301}})");
    tell("Network.responseReceived", R"({"requestId": "1", "response": {"status": 200, "headers": {"X-A": "b"}}})");
    tell("Network.loadingFinished", R"({"requestId": "1", "timestamp": 5.75, "encodedDataLength": 120})");
    ASSERT_EQ(tracker_.requests().size(), 2);
    const auto& before = tracker_.requests().front();
    EXPECT_EQ(before.url, "http://a/old");
    EXPECT_EQ(before.header("ACCEPT"), "*/*");
    EXPECT_EQ(before.response->status, 301);
    EXPECT_EQ(before.duration.count(), 250);
    const auto& after = tracker_.requests().back();
    EXPECT_EQ(after.redirected_from, 1U);
    EXPECT_EQ(after.response->header("x-a"), "b");
    EXPECT_TRUE(after.finished && after.navigation);
    EXPECT_EQ(after.duration.count(), 500);
    EXPECT_EQ(after.transferred_bytes, 120);
}

TEST_F(NetworkTrackerTest, ForgetsTheOldestOfVeryMany) {
    for (std::size_t i = 0; i <= NetworkTracker::k_most_kept; ++i) {
        tracker_.on_event(
            "S", "Network.requestWillBeSent",
            boost::json::parse(fmt::format(R"({{"requestId":"{}","request":{{"url":"u"}}}})", i)).as_object());
    }
    EXPECT_EQ(tracker_.seen(), NetworkTracker::k_most_kept + 1);
    EXPECT_EQ(tracker_.requests().size(), NetworkTracker::k_most_kept);
    EXPECT_EQ(tracker_.requests().front().number, 2U);
    feed("Network.loadingFinished", "0");
    EXPECT_FALSE(tracker_.requests().front().finished) << "the end of one that is forgotten is nobody else's";
}

TEST_F(NetworkTrackerTest, EndsWhatAProcessThatHasGoneHadAsked) {
    tracker_.on_event("S", "Network.requestWillBeSent",
                      boost::json::parse(R"({"requestId": "1", "request": {"url": "u"}})").as_object());
    tracker_.forget("S");
    EXPECT_EQ(tracker_.requests().front().failure, "the page's process has gone");
}

}  // namespace
}  // namespace reprise::cdp
