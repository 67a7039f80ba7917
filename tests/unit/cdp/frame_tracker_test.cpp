#include "page/frame_tracker.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

namespace reprise::cdp {
namespace {

// Named by the events fed; the texts are as Chromium 156 sends them, shortened.
class FrameTrackerTest : public testing::Test {
protected:
    bool feed(const char* method, const char* params, const std::string& session = "S") {
        return tracker_.on_event(session, method, boost::json::parse(params).as_object());
    }
    void navigated(const char* loader, const char* url) {
        feed("Page.frameNavigated",
             (std::string(R"({"frame":{"id":"M","loaderId":")") + loader + R"(","url":")" + url + "\"}}").c_str());
    }
    void context(const char* frame, const char* unique, bool isolated, const std::string& session = "S") {
        feed("Runtime.executionContextCreated",
             (std::string(R"({"context":{"id":1,"uniqueId":")") + unique + R"(","name":")" + (isolated ? "world" : "") +
              R"(","auxData":{"isDefault":)" + (isolated ? "false" : "true") + R"(,"frameId":")" + frame + "\"}}}")
                 .c_str(),
             session);
    }
    FrameTracker tracker_{"M", "S", "world"};
};

TEST_F(FrameTrackerTest, FrameNavigatedThenLifecycle) {
    navigated("L1", "http://a/");
    EXPECT_EQ(tracker_.frame("M")->url, "http://a/");
    EXPECT_TRUE(tracker_.reached("M", LoadState::commit));
    EXPECT_FALSE(tracker_.reached("M", LoadState::dom_content_loaded));
    feed("Page.lifecycleEvent", R"({"frameId":"M","loaderId":"L1","name":"DOMContentLoaded"})");
    EXPECT_TRUE(tracker_.reached("M", LoadState::dom_content_loaded));
    EXPECT_FALSE(tracker_.reached("M", LoadState::load));
    feed("Page.lifecycleEvent", R"({"frameId":"M","loaderId":"L1","name":"load"})");
    EXPECT_TRUE(tracker_.reached("M", LoadState::load));
    EXPECT_EQ(tracker_.commits(), 1U);
}

TEST_F(FrameTrackerTest, EventsAreNotedOnceEachWhileSomebodyWantsThem) {
    const auto taken = [&] {
        std::vector<std::string> words;
        for (const auto& [kind, frame] : tracker_.take_events()) {
            constexpr const char* k_names[]{"attached", "navigated", "parsed", "loaded", "detached"};
            words.push_back(fmt::format("{} {} {}", frame.id, k_names[static_cast<int>(kind)], frame.url));
        }
        return words;
    };
    navigated("L1", "http://a/");
    EXPECT_THAT(taken(), testing::IsEmpty());
    tracker_.note_events(true);
    feed("Page.frameAttached", R"({"frameId":"F","parentFrameId":"M"})");
    feed("Page.frameNavigated", R"({"frame":{"id":"F","parentId":"M","loaderId":"K","url":"http://f/"}})");
    EXPECT_THAT(taken(), testing::ElementsAre("F attached ", "F navigated http://f/"));
    // Told twice, by the lifecycle and for the document; of the main frame only.
    feed("Page.lifecycleEvent", R"({"frameId":"M","loaderId":"L1","name":"DOMContentLoaded"})");
    feed("Page.domContentEventFired", R"({"timestamp":1})");
    feed("Page.lifecycleEvent", R"({"frameId":"F","loaderId":"K","name":"load"})");
    feed("Page.loadEventFired", R"({"timestamp":2})");
    EXPECT_THAT(taken(), testing::ElementsAre("M parsed http://a/", "M loaded http://a/"));
    feed("Page.navigatedWithinDocument", R"({"frameId":"M","url":"http://a/#one"})");
    EXPECT_THAT(taken(), testing::ElementsAre("M navigated http://a/#one"));
    // A frame that moves to another process stays.
    feed("Page.frameDetached", R"({"frameId":"F","reason":"swap"})");
    EXPECT_THAT(taken(), testing::IsEmpty());
    navigated("L2", "http://b/");
    EXPECT_THAT(taken(), testing::ElementsAre("F detached http://f/", "M navigated http://b/"));
}

// A navigation that overtakes the enabling of the page domain is told by the lifecycle alone, its frames by their
// documents.
TEST_F(FrameTrackerTest, EventsOfWhatWasToldInPart) {
    tracker_.note_events(true);
    feed("Page.lifecycleEvent", R"({"frameId":"M","loaderId":"L1","name":"init"})");
    feed("Page.lifecycleEvent", R"({"frameId":"M","loaderId":"L1","name":"load"})");
    feed("Page.frameNavigated", R"({"frame":{"id":"F","parentId":"M","loaderId":"K","url":"http://f/"}})");
    std::vector<FrameEvent::Kind> kinds;
    for (const auto& event : tracker_.take_events()) kinds.push_back(event.kind);
    using enum FrameEvent::Kind;
    EXPECT_THAT(kinds, testing::ElementsAre(navigated, dom_content_loaded, load, attached, navigated));
}

TEST_F(FrameTrackerTest, FrameNavigatedThenDocumentEvents) {
    navigated("L1", "http://a/");
    feed("Page.domContentEventFired", R"({"timestamp":1})", "frame's session");
    EXPECT_FALSE(tracker_.reached("M", LoadState::dom_content_loaded));
    feed("Page.domContentEventFired", R"({"timestamp":1})");
    EXPECT_TRUE(tracker_.reached("M", LoadState::dom_content_loaded));
    EXPECT_FALSE(tracker_.reached("M", LoadState::load));
    feed("Page.loadEventFired", R"({"timestamp":2})");
    EXPECT_TRUE(tracker_.reached("M", LoadState::load));
    navigated("L2", "http://b/");
    EXPECT_FALSE(tracker_.reached("M", LoadState::dom_content_loaded));
}

// The old document's load event may come after the new document has been committed.
TEST_F(FrameTrackerTest, LifecycleOfTheOldDocumentAfterTheCommit) {
    navigated("L1", "http://a/");
    navigated("L2", "http://b/");
    feed("Page.lifecycleEvent", R"({"frameId":"M","loaderId":"L1","name":"load"})");
    EXPECT_FALSE(tracker_.reached("M", LoadState::load));
    EXPECT_EQ(tracker_.commits(), 2U);
}

// A navigation that overtakes the enabling of the page domain is told by the lifecycle alone.
TEST_F(FrameTrackerTest, LifecycleInitWithoutFrameNavigated) {
    feed("Page.frameStartedNavigating",
         R"({"frameId":"M","loaderId":"L1","url":"http://a/","navigationType":"differentDocument"})");
    feed("Page.lifecycleEvent", R"({"frameId":"M","loaderId":"L1","name":"init"})");
    EXPECT_EQ(tracker_.frame("M")->url, "http://a/");
    EXPECT_EQ(tracker_.commits(), 1U);
    navigated("L1", "http://a/");
    EXPECT_EQ(tracker_.commits(), 1U);
}

TEST_F(FrameTrackerTest, RequestedStartedStopped) {
    using Navigation = FrameTracker::Navigation;
    feed("Page.frameRequestedNavigation", R"({"frameId":"M","disposition":"currentTab","url":"http://a/"})");
    EXPECT_EQ(tracker_.navigation(), Navigation::requested);
    feed("Page.frameStartedNavigating",
         R"({"frameId":"M","loaderId":"L1","url":"http://a/","navigationType":"differentDocument"})");
    EXPECT_EQ(tracker_.navigation(), Navigation::started);
    feed("Page.frameStoppedLoading", R"({"frameId":"M"})");  // 204, a download
    EXPECT_EQ(tracker_.navigation(), Navigation::none);
    EXPECT_EQ(tracker_.commits(), 0U);
}

// A link pressed while pictures are still being loaded.
TEST_F(FrameTrackerTest, TheEndOfTheDocumentBeforeEndsNoRequest) {
    using Navigation = FrameTracker::Navigation;
    const auto request = R"({"frameId":"M","disposition":"currentTab","url":"http://a/"})";
    feed("Page.frameStartedLoading", R"({"frameId":"M"})");
    feed("Page.frameRequestedNavigation", request);
    feed("Page.frameStoppedLoading", R"({"frameId":"M"})");
    EXPECT_EQ(tracker_.navigation(), Navigation::requested);
    feed("Page.frameStoppedLoading", R"({"frameId":"M"})");  // its own: it never began
    EXPECT_EQ(tracker_.navigation(), Navigation::none);
    feed("Page.frameRequestedNavigation", request);
    feed("Page.frameStartedLoading", R"({"frameId":"M"})");
    feed("Page.frameStoppedLoading", R"({"frameId":"M"})");
    EXPECT_EQ(tracker_.navigation(), Navigation::none);
}

// The page that the browser shows for an address that cannot be had comes while the next navigation is on its way.
TEST_F(FrameTrackerTest, ADocumentOfAnEarlierNavigationEndsNoLaterOne) {
    const auto begin = [&](const std::string& loader) {
        feed("Page.frameStartedNavigating", (R"({"frameId":"M","loaderId":")" + loader +
                                             R"(","url":"http://a/","navigationType":"differentDocument"})")
                                                .c_str());
    };
    begin("L1");
    navigated("L1", "http://a/1");
    EXPECT_FALSE(tracker_.superseded("L1"));
    begin("L2");
    begin("L3");
    navigated("L2", "chrome-error://chromewebdata/");
    EXPECT_EQ(tracker_.navigation(), FrameTracker::Navigation::started);
    EXPECT_FALSE(tracker_.superseded("L3"));
    EXPECT_FALSE(tracker_.superseded("L2"));
    EXPECT_TRUE(tracker_.superseded("L1"));
    navigated("L3", "http://a/3");
    EXPECT_EQ(tracker_.navigation(), FrameTracker::Navigation::none);
    EXPECT_TRUE(tracker_.superseded("L2"));
    navigated("untold", "http://a/4");  // overtook the enabling of the page domain
    EXPECT_TRUE(tracker_.superseded("L3"));
    EXPECT_EQ(tracker_.navigation(), FrameTracker::Navigation::none);
}

TEST_F(FrameTrackerTest, RequestsThatLeadElsewhere) {
    using Navigation = FrameTracker::Navigation;
    feed("Page.frameRequestedNavigation", R"({"frameId":"M","disposition":"newTab","url":"http://a/"})");
    EXPECT_EQ(tracker_.navigation(), Navigation::none);
    feed("Page.frameRequestedNavigation", R"({"frameId":"child","disposition":"currentTab","url":"http://a/"})");
    EXPECT_EQ(tracker_.navigation(), Navigation::none);
    feed("Page.frameStartedNavigating",
         R"({"frameId":"M","loaderId":"L","url":"http://a/#x","navigationType":"sameDocument"})");
    EXPECT_EQ(tracker_.navigation(), Navigation::none);
}

// A request that Chromium drops (two clicks on a link that answers 204) is announced and never begins.
TEST_F(FrameTrackerTest, RequestedAndForgotten) {
    feed("Page.frameRequestedNavigation", R"({"frameId":"M","disposition":"currentTab","url":"http://a/"})");
    tracker_.forget_request();
    EXPECT_EQ(tracker_.navigation(), FrameTracker::Navigation::none);
    feed("Page.frameStartedNavigating",
         R"({"frameId":"M","loaderId":"L1","url":"http://a/","navigationType":"differentDocument"})");
    tracker_.forget_request();
    EXPECT_EQ(tracker_.navigation(), FrameTracker::Navigation::started);
}

TEST_F(FrameTrackerTest, NavigatedWithinDocument) {
    navigated("L1", "http://a/");
    feed("Page.navigatedWithinDocument", R"({"frameId":"M","url":"http://a/#b"})");
    EXPECT_EQ(tracker_.frame("M")->url, "http://a/#b");
    EXPECT_EQ(tracker_.frame("M")->loader, "L1");
}

TEST_F(FrameTrackerTest, ContextsComeAndGo) {
    context("M", "u1", false);
    context("M", "u2", true);
    EXPECT_EQ(tracker_.context("M", World::page)->unique_id, "u1");
    EXPECT_EQ(tracker_.context("M", World::isolated)->unique_id, "u2");
    feed("Runtime.executionContextsCleared", "{}");
    EXPECT_FALSE(tracker_.context("M", World::page));
    context("M", "u3", true);
    feed("Runtime.executionContextDestroyed", R"({"executionContextId":1})", "other");
    EXPECT_TRUE(tracker_.context("M", World::isolated));
    feed("Runtime.executionContextDestroyed", R"({"executionContextId":1})");
    EXPECT_FALSE(tracker_.context("M", World::isolated));
}

TEST_F(FrameTrackerTest, FramesAttachDetachAndGoWithTheirDocument) {
    feed("Page.frameAttached", R"({"frameId":"A","parentFrameId":"M"})");
    feed("Page.frameAttached", R"({"frameId":"B","parentFrameId":"A"})");
    EXPECT_EQ(tracker_.frames().size(), 3U);
    EXPECT_EQ(tracker_.frame("B")->parent, "A");
    feed("Page.frameDetached", R"({"frameId":"A","reason":"remove"})");
    EXPECT_EQ(tracker_.frames().size(), 1U);
    feed("Page.frameAttached", R"({"frameId":"C","parentFrameId":"M"})");
    navigated("L2", "http://b/");
    EXPECT_EQ(tracker_.frames().size(), 1U);
}

// The two processes tell in any order: the new one may have told of the frame's children before the old one lets it go.
TEST_F(FrameTrackerTest, AFrameThatMovesKeepsTheChildrenItHasThere) {
    feed("Page.frameAttached", R"({"frameId":"A","parentFrameId":"M"})");
    feed("Page.frameAttached", R"({"frameId":"Old","parentFrameId":"A"})");
    tracker_.attach_remote("A", "M", "S2", "http://b/");
    feed("Page.frameAttached", R"({"frameId":"New","parentFrameId":"A"})", "S2");
    feed("Page.frameDetached", R"({"frameId":"A","reason":"swap"})");
    EXPECT_FALSE(tracker_.frame("Old"));
    ASSERT_TRUE(tracker_.frame("New"));
    EXPECT_EQ(tracker_.frame("New")->parent, "A");
}

TEST_F(FrameTrackerTest, AFrameMovesToAnotherProcessAndBack) {
    feed("Page.frameAttached", R"({"frameId":"A","parentFrameId":"M"})");
    context("A", "here", true);
    feed("Page.frameDetached", R"({"frameId":"A","reason":"swap"})");
    tracker_.attach_remote("A", "M", "S2", "http://b/");
    EXPECT_FALSE(tracker_.context("A", World::isolated));
    context("A", "late", true);  // the old process still speaks
    EXPECT_FALSE(tracker_.context("A", World::isolated));
    context("A", "there", true, "S2");
    EXPECT_EQ(tracker_.context("A", World::isolated)->unique_id, "there");
    EXPECT_EQ(tracker_.frame("A")->parent, "M");
    tracker_.detach_session("S2");
    EXPECT_FALSE(tracker_.context("A", World::isolated));
    context("A", "home", true);
    EXPECT_EQ(tracker_.context("A", World::isolated)->session, "S");
}

// A popup may have become another page before its events are listened to.
TEST_F(FrameTrackerTest, TakesTheTreeOfAPageThatIsThereAlready) {
    const auto tree = [](const char* loader) {
        return boost::json::parse(fmt::format(R"({{"frame": {{"id": "M", "loaderId": "{}", "url": "http://a/new",
            "securityOrigin": "http://a"}}, "childFrames": [{{"frame": {{"id": "A", "parentId": "M", "loaderId": "LA",
            "url": "http://a/inner", "name": "inner"}}}}]}})",
                                              loader))
            .as_object();
    };
    tracker_.adopt("S", tree("L1"));
    EXPECT_EQ(tracker_.frame("M")->url, "http://a/new");
    EXPECT_EQ(tracker_.frame("M")->loader, "L1");
    EXPECT_EQ(tracker_.frame("A")->parent, "M");
    EXPECT_EQ(tracker_.frame("A")->name, "inner");
    EXPECT_EQ(tracker_.origins().count("http://a"), 1);
    feed("Page.navigatedWithinDocument", R"({"frameId":"M","url":"http://a/later"})");
    tracker_.adopt("S", tree("L1"));
    EXPECT_EQ(tracker_.frame("M")->url, "http://a/later") << "what events have told since goes before it";
}

// A script context tells of the inner frame before the trees tell of the two.
TEST_F(FrameTrackerTest, ListsParentsBeforeChildrenWhateverIsToldFirst) {
    context("INNER", "u1", false, "F");
    tracker_.attach_remote("FRAME", "M", "F", "http://b/frame");
    const auto tree = boost::json::parse(
        R"({"frame":{"id":"FRAME","parentId":"M","loaderId":"L","name":"there","url":"http://b/frame"},)"
        R"("childFrames":[{"frame":{"id":"INNER","parentId":"FRAME","loaderId":"L2","url":"http://b/inner"}}]})");
    tracker_.adopt("F", tree.as_object());
    std::vector<std::string> ids;
    for (const auto& frame : tracker_.frames()) ids.push_back(frame.id);
    EXPECT_THAT(ids, testing::ElementsAre("M", "FRAME", "INNER"));
    EXPECT_EQ(tracker_.frame("FRAME")->name, "there");  // the address is known from elsewhere
}

// A page of somebody else's: each process tells of the documents that it has, and the page's may do so last.
TEST_F(FrameTrackerTest, FramesThatToldOfThemselvesFirstStayWhenTheirPageTellsOfItsDocument) {
    tracker_.attach_remote("A", "M", "S2", "http://b/");
    feed("Page.lifecycleEvent", R"({"frameId":"A","loaderId":"LA","name":"commit"})", "S2");
    context("A", "there", true, "S2");
    feed("Page.lifecycleEvent", R"({"frameId":"M","loaderId":"L1","name":"commit"})");
    feed("Page.lifecycleEvent", R"({"frameId":"M","loaderId":"L1","name":"load"})");
    EXPECT_TRUE(tracker_.reached("M", LoadState::load));
    ASSERT_TRUE(tracker_.frame("A"));
    EXPECT_EQ(tracker_.context("A", World::isolated)->unique_id, "there");
    feed("Page.lifecycleEvent", R"({"frameId":"M","loaderId":"L2","name":"init"})");
    EXPECT_FALSE(tracker_.frame("A")) << "of the document before";
}

TEST_F(FrameTrackerTest, OtherEventsAreNotItsBusiness) {
    EXPECT_FALSE(feed("Network.requestWillBeSent", "{}"));
    EXPECT_FALSE(tracker_.frame("nobody"));
    EXPECT_FALSE(tracker_.reached("nobody", LoadState::load));
    EXPECT_FALSE(tracker_.context("nobody", World::page));
}

}  // namespace
}  // namespace reprise::cdp
