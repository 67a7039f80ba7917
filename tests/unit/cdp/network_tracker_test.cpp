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

TEST_F(NetworkTrackerTest, LeavesOutWhatTheBrowsersErrorPageAsksFor) {
    const auto request =
        boost::json::parse(R"({"requestId":"1","type":"Image","documentURL":"chrome-error://chromewebdata/",)"
                           R"("request":{"url":"data:image/png;base64,AA==","method":"GET"}})");
    EXPECT_TRUE(tracker_.on_event("S", "Network.requestWillBeSent", request.as_object()));
    EXPECT_TRUE(feed("Network.loadingFinished", "1"));
    EXPECT_EQ(tracker_.in_flight(), 0);
    EXPECT_TRUE(tracker_.requests().empty());
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

TEST_F(NetworkTrackerTest, KeepsAsManyAsItIsTold) {
    tracker_.keep(3);
    for (int id = 1; id <= 4; ++id) {
        tracker_.on_event(
            "S", "Network.requestWillBeSent",
            boost::json::parse(fmt::format(R"({{"requestId":"{}","request":{{"url":"u"}}}})", id)).as_object());
    }
    EXPECT_EQ(tracker_.requests().front().number, 2U);
    tracker_.keep(1);
    ASSERT_EQ(tracker_.requests().size(), 1U);
    EXPECT_EQ(tracker_.requests().front().number, 4U);
    feed("Network.loadingFinished", "4");
    EXPECT_TRUE(tracker_.requests().front().finished);
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

// The browser tells of the headers that went over the wire apart: before or after the rest, per hop.
class WireHeaders : public NetworkTrackerTest {
protected:
    void tell(const char* method, const std::string& members) {
        tracker_.on_event("S", method, boost::json::parse(R"({"requestId":"1",)" + members + "}").as_object());
    }
    void ask(const std::string& url, const std::string& more = "") {
        tell("Network.requestWillBeSent", R"("request":{"url":")" + url + R"(","method":"GET","headers":{}})" + more);
    }
    void wire(bool received, const std::string& value) {
        tell(received ? "Network.responseReceivedExtraInfo" : "Network.requestWillBeSentExtraInfo",
             R"("headers":{"X":")" + value + R"("})");
    }
    const NetworkRequest& at(std::size_t number) { return *tracker_.request(number); }
};

TEST_F(WireHeaders, ComeBeforeOrAfterTheRestPerHop) {
    wire(false, "first");
    ask("http://a/old");
    wire(true, "away");
    ask("http://a/new", R"(,"redirectHasExtraInfo":true,"redirectResponse":{"status":302,"headers":{}})");
    EXPECT_TRUE(at(1).complete);
    EXPECT_EQ(at(1).header("x"), "first");
    EXPECT_EQ(at(1).response->header("x"), "away");
    EXPECT_EQ(at(1).redirected_to, 2U);
    EXPECT_EQ(at(2).redirected_from, 1U);
    tell("Network.responseReceived", R"("hasExtraInfo":true,"response":{"status":200,"headers":{"X":"seen"}})");
    tell("Network.loadingFinished", R"("timestamp":1,"encodedDataLength":5)");
    EXPECT_FALSE(at(2).complete);
    EXPECT_EQ(at(2).response->header("x"), "seen");
    wire(true, "one\\ntwo");
    EXPECT_FALSE(at(2).complete);
    wire(false, "second");
    EXPECT_TRUE(at(2).complete);
    EXPECT_EQ(at(2).header("x"), "second");
    EXPECT_EQ(at(2).response->header_values("x"), (std::vector<std::string>{"one", "two"}));
}

TEST_F(WireHeaders, AreNotWaitedForWhereThereAreNone) {
    ask("http://a/cached");
    ask("http://a/new", R"(,"redirectHasExtraInfo":false,"redirectResponse":{"status":302,"headers":{}})");
    EXPECT_TRUE(at(1).complete);
    wire(false, "second");
    EXPECT_EQ(at(1).header("x"), "");
    EXPECT_EQ(at(2).header("x"), "second");
    tell("Network.loadingFailed", R"("timestamp":1,"errorText":"net::ERR_FAILED")");
    EXPECT_TRUE(at(2).complete);
}

TEST_F(WireHeaders, AreNotWaitedForWhenTheProcessHasGone) {
    ask("http://a/ended");
    tell("Network.responseReceived", R"("hasExtraInfo":true,"response":{"status":200,"headers":{}})");
    tell("Network.loadingFinished", R"("timestamp":1,"encodedDataLength":5)");
    EXPECT_FALSE(at(1).complete);
    tracker_.forget("S");
    EXPECT_TRUE(at(1).complete);
    ASSERT_EQ(tracker_.changes().size(), 1U);
    EXPECT_EQ(tracker_.changes().front().stage, NetworkStage::complete);
    EXPECT_EQ(at(1).failure, "");
}

TEST_F(WireHeaders, OfRequestsThatNeverComeAreBounded) {
    for (int i = 0; i < 3'000; ++i) {
        tracker_.on_event("S", "Network.requestWillBeSentExtraInfo",
                          boost::json::parse(fmt::format(R"({{"requestId":"x{}","headers":{{}}}})", i)).as_object());
    }
    wire(false, "kept");
    ask("http://a/");
    EXPECT_EQ(at(1).header("x"), "kept");
}

// It is asked for on the session above the worker, and ends on the worker's.
TEST_F(NetworkTrackerTest, AWorkersScriptIsItsOwn) {
    tracker_.on_event("S", "Network.requestWillBeSent",
                      boost::json::parse(R"({"requestId":"W","type":"Script","frameId":"F","loaderId":"",)"
                                         R"("request":{"url":"http://a/w.js"}})")
                          .as_object());
    EXPECT_EQ(tracker_.in_flight(), 0);  // of a shared worker's no end would be told
    tracker_.add_worker("WS", "S", "W", "F");
    EXPECT_EQ(tracker_.in_flight(), 1);
    EXPECT_EQ(tracker_.request(1)->worker, "W");
    EXPECT_EQ(tracker_.request(1)->session, "WS");
    feed("Network.requestWillBeSentExtraInfo", "W", "S");  // still told above
    feed("Network.loadingFinished", "W", "WS");
    EXPECT_EQ(tracker_.in_flight(), 0);
    EXPECT_TRUE(tracker_.request(1)->finished);
}

// The document of a frame that goes to another process: asked for on one session, it comes on another.
class DocumentsOfFrames : public NetworkTrackerTest {
protected:
    void tell(const std::string& session, const char* method, const std::string& more = "") {
        tracker_.on_event(
            session, method,
            boost::json::parse(R"({"requestId":"D","loaderId":"D","frameId":"F")" + more + "}").as_object());
    }
    void ask(const std::string& session) {
        tell(session, "Network.requestWillBeSent", R"(,"request":{"url":"http://a/","method":"GET"})");
    }
    void answer(const std::string& session) {
        tell(session, "Network.responseReceived", R"(,"hasExtraInfo":true,"response":{"status":200,"headers":{}})");
    }
    void end(const std::string& session) {
        tell(session, "Network.dataReceived", R"(,"dataLength":7)");
        tell(session, "Network.loadingFinished");
    }
    const NetworkRequest& document() { return *tracker_.request(1); }
};

TEST_F(DocumentsOfFrames, EndWhereTheyCome) {
    ask("page");
    answer("page");
    tell("page", "Network.requestWillBeSentExtraInfo", R"(,"headers":{"A":"1"})");
    end("frame");
    tell("page", "Network.responseReceivedExtraInfo", R"(,"headers":{"B":"2"})");  // still told above
    EXPECT_EQ(tracker_.in_flight(), 0);
    EXPECT_TRUE(document().finished && document().complete);
    EXPECT_EQ(document().session, "frame");  // that has the body
    EXPECT_EQ(document().decoded_bytes, 7);
    EXPECT_EQ(document().header("a") + document().response->header("b"), "12");
}

TEST_F(DocumentsOfFrames, OutliveTheProcessThatTheFrameLeaves) {
    ask("frame");
    answer("frame");
    tracker_.forget("frame", NetworkTracker::Gone::frame);
    EXPECT_FALSE(document().ended());
    EXPECT_EQ(tracker_.in_flight(), 0);  // its end may never be told
    end("page");
    EXPECT_TRUE(document().finished);
    EXPECT_EQ(document().session, "page");
    EXPECT_EQ(document().failure, "");
}

TEST_F(DocumentsOfFrames, ComeBackToThePageThatTheyWereAskedOn) {
    ask("page");
    answer("frame");
    tracker_.forget("frame", NetworkTracker::Gone::frame);
    end("page");
    EXPECT_TRUE(document().finished);
    EXPECT_EQ(document().session, "page");
}

TEST_F(DocumentsOfFrames, EndWithTheirFrame) {
    ask("frame");
    answer("frame");
    tracker_.forget("frame", NetworkTracker::Gone::frame);
    tell("page", "Page.frameDetached", R"(,"reason":"swap")");
    EXPECT_FALSE(document().ended());
    tell("page", "Page.frameDetached", R"(,"reason":"remove")");
    EXPECT_EQ(document().failure, "the frame was removed");
    EXPECT_TRUE(document().complete);
    EXPECT_EQ(tracker_.changes().size(), 2U);
}

TEST_F(DocumentsOfFrames, ThatWereNotAnsweredEndWithTheProcess) {
    ask("frame");
    tracker_.forget("frame", NetworkTracker::Gone::frame);
    EXPECT_EQ(document().failure, "the page's process has gone");
    EXPECT_EQ(tracker_.in_flight(), 0);
}

TEST_F(NetworkTrackerTest, WhatComesFromMemoryIsFromTheCacheAndTookNoTime) {
    tracker_.on_event("S", "Network.requestWillBeSent",
                      boost::json::parse(R"({"requestId": "1", "request": {"url": "u"}})").as_object());
    feed("Network.requestServedFromCache", "1");
    tracker_.on_event("S", "Network.responseReceived",
                      boost::json::parse(R"({"requestId": "1", "response": {"status": 200, "timing": {"requestTime": 1,
                                             "sendStart": 1, "sendEnd": 2}}})")
                          .as_object());
    EXPECT_TRUE(tracker_.request(1)->response->from_cache);
    EXPECT_EQ(tracker_.request(1)->timing.request_start, -1);
}

TEST_F(NetworkTrackerTest, BodiesThatWereSentAreBoundedInAll) {
    const std::string part(6U << 20, 'x');
    for (int i = 1; i <= 3; ++i) {
        tracker_.on_event("S", "Network.requestWillBeSent",
                          boost::json::parse(fmt::format(R"({{"requestId":"{}","request":{{"url":"http://a/",)"
                                                         R"("hasPostData":true,"postData":"{}"}}}})",
                                                         i, part))
                              .as_object());
    }
    EXPECT_FALSE(tracker_.request(1)->post_data);
    EXPECT_TRUE(tracker_.request(1)->has_post_data);
    EXPECT_TRUE(tracker_.request(2)->post_data);
    EXPECT_TRUE(tracker_.request(3)->post_data);
}

}  // namespace
}  // namespace reprise::cdp
