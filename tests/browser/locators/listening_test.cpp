#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/listening.hpp>
#include <reprise/locators/route.hpp>
#include <reprise/locators/worker.hpp>

#include "support/browser_page.hpp"
#include "support/temporary_folder.hpp"

namespace reprise::locators {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class Listenings : public BrowserPage {
protected:
    // What the functions were told: they run beside the test.
    void note(std::string text) {
        const std::lock_guard lock{mutex_};
        told_.push_back(std::move(text));
        changed_.notify_all();
    }
    // Waits until so much has been told.
    std::vector<std::string> told(std::size_t count) {
        std::unique_lock lock{mutex_};
        changed_.wait_for(lock, std::chrono::seconds{5}, [&] { return told_.size() >= count; });
        return told_;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> told_;
};

TEST_F(Listenings, AreToldOfTheConsoleAndOfErrorsInOrderAndOfNothingAfterTheirEnd) {
    const auto page = open("<button onclick=\"console.log('one'); console.warn('two'); noSuchThing()\">Go</button>");
    auto listening = page.listen({.console = [&](const cdp::ConsoleMessage& message) { note(message.text); },
                                  .page_error = [&](const cdp::PageError& error) { note(error.message); }});
    page.locator("button").click();
    EXPECT_THAT(told(3), ElementsAre("one", "two", HasSubstr("noSuchThing is not defined")));
    listening.stop();
    page.locator("button").click();
    EXPECT_EQ(told(0).size(), 3U);
}

TEST_F(Listenings, HandOverWhatCameBeforeTheirEnd) {
    const auto page = open("<button onclick=\"for (let i = 0; i < 200; ++i) console.log(i)\">Go</button>");
    {
        const auto listening =
            page.listen({.console = [&](const cdp::ConsoleMessage& message) { note(message.text); }});
        page.locator("button").click();
        page.evaluate("0");  // its answer comes after all that was written
    }
    const std::lock_guard lock{mutex_};
    ASSERT_EQ(told_.size(), 200U);
    EXPECT_EQ(told_.back(), "199");
}

TEST_F(Listenings, AreToldOfRequestsAsTheyGo) {
    fixtures::HttpServer server;
    server.handle("GET", "/", [](const auto&) { return fixtures::HttpResponse{.body = "<p>Home"}; });
    server.handle("GET", "/old", [](const auto&) {
        return fixtures::HttpResponse{.status = 302, .headers = {{"Location", "/"}}};
    });
    const auto page = open_page();
    const auto path = [&](const cdp::NetworkRequest& request) { return request.url.substr(server.url("").size()); };
    auto listening = page.listen({
        .request = [&](const cdp::NetworkRequest& request) { note("request " + path(request)); },
        .response =
            [&](const cdp::NetworkRequest& request) {
                note("response " + path(request) + " " + std::to_string(request.response->status));
            },
        .request_finished = [&](const cdp::NetworkRequest& request) { note("finished " + path(request)); },
        .request_failed = [&](const cdp::NetworkRequest& request) { note("failed " + request.failure); },
    });
    page.navigate(server.url("/old"));
    EXPECT_THAT(told(6), ElementsAre("request /old", "response /old 302", "finished /old", "request /",
                                     "response / 200", "finished /"));
    page.route("**/*", [](const Route& route) { route.abort(); });
    EXPECT_THROW(page.navigate(server.url("/")), cdp::NavigationError);
    EXPECT_THAT(told(8).back(), HasSubstr("failed net::ERR_FAILED"));
}

TEST_F(Listenings, OfAPageAreToldOfItsOwnPopupsDialogsDownloadsWorkersAndEnd) {
    const tests::TemporaryFolder folder;
    const auto page = open_page({.downloads_folder = folder.path()});
    page.set_content(
        "<button onclick=\"window.open('about:blank')\">Popup</button><button onclick=\"alert('Hi')\">Ask</button>"
        "<a download=plan.txt href='data:text/plain,1'>Plan</a>"
        "<button onclick=\"new Worker('data:text/javascript,0')\">Work</button>");
    auto listening = page.listen({
        .dialog = [&](const cdp::Dialog& dialog) { note("dialog " + dialog.message); },
        .download = [&](const cdp::Download& download) { note("download " + download.suggested_filename); },
        .worker = [&](const Worker& worker) { note("worker " + worker.url()); },
        .popup = [&](const Page& popup) { note("popup " + popup.url()); },
        .close = [&](const Page& closed) { note("close " + std::to_string(closed.is_closed())); },
    });
    const auto other = page.context().new_page();
    EXPECT_FALSE(other.opener());
    const auto popup = page.wait_for_popup([&] { page.get_by_text("Popup").click(); });
    ASSERT_TRUE(popup.opener());
    EXPECT_EQ(popup.opener()->target(), page.target());
    page.get_by_text("Ask").click();
    page.wait_for_download([&] { page.get_by_text("Plan").click(); });
    page.wait_for_worker([&] { page.get_by_text("Work").click(); });
    page.close();
    EXPECT_FALSE(popup.opener());
    EXPECT_THAT(told(5), ElementsAre("popup about:blank", "dialog Hi", "download plan.txt",
                                     "worker data:text/javascript,0", "close 1"));
}

TEST_F(Listenings, AreToldOfFramesAndOfHowFarDocumentsHaveCome) {
    fixtures::HttpServer server;
    server.handle("GET", "/", [&](const auto&) { return fixtures::HttpResponse{.body = "<p>Home"}; });
    server.handle("GET", "/inner", [](const auto&) { return fixtures::HttpResponse{.body = "<p>Inner"}; });
    const auto page = open_page();
    page.navigate(server.url("/"));
    // Of this site, and of another one, which lives in a process of its own.
    for (const auto& inner : {server.url("/inner"), "http://localhost:" + std::to_string(server.port()) + "/inner"}) {
        const auto path = [&](const cdp::FrameInfo& frame) {
            return (frame.parent.empty() ? "page " : "frame ") + frame.url.substr(frame.url.find_last_of('/') + 1);
        };
        told_.clear();
        auto listening = page.listen({
            .frame_attached = [&](const cdp::FrameInfo& frame) { note("attached " + path(frame)); },
            .frame_navigated = [&](const cdp::FrameInfo& frame) { note("navigated " + path(frame)); },
            .frame_detached = [&](const cdp::FrameInfo& frame) { note("detached " + path(frame)); },
            .dom_content_loaded = [&](const cdp::FrameInfo& frame) { note("parsed " + path(frame)); },
            .load = [&](const cdp::FrameInfo& frame) { note("loaded " + path(frame)); },
        });
        page.navigate(server.url("/"));
        EXPECT_THAT(told(3), ElementsAre("navigated page ", "parsed page ", "loaded page ")) << inner;
        page.evaluate("src => document.body.appendChild(Object.assign(document.createElement('iframe'), {src}))",
                      boost::json::value(inner));
        page.frame_locator("iframe").get_by_text("Inner").wait_for(ElementState::visible);
        page.evaluate("history.pushState(0, '', '/#two')");
        page.evaluate("document.querySelector('iframe').remove()");
        listening.stop();
        EXPECT_THAT(told_, ElementsAre("navigated page ", "parsed page ", "loaded page ", "attached frame ",
                                       "navigated frame inner", "navigated page #two", "detached frame inner"))
            << inner;
    }
}

TEST_F(Listenings, OfAContextAreToldOfAllItsPages) {
    const auto page = open_page();
    auto listening = page.context().listen({
        .console = [&](const cdp::ConsoleMessage& message) { note(message.text); },
        .popup = [&](const Page&) { note("page"); },
        .close = [&](const Page&) { note("close"); },
        .crash = [&](const Page&) { note("crash"); },
    });
    page.evaluate("console.log('first')");
    const auto other = page.context().new_page();
    other.evaluate("console.log('second')");
    EXPECT_THROW(other.navigate("chrome://crash"), Error);
    EXPECT_THAT(told(5), ElementsAre("first", "page", "second", "crash", "close"));
}

TEST_F(Listenings, TellOfTheWebSocketsThatOpen) {
    fixtures::HttpServer server;
    server.echo_websocket("/echo");
    server.handle("GET", "/", [](const auto&) { return fixtures::HttpResponse{.body = "<p>Home"}; });
    const auto page = open_page();
    page.navigate(server.url("/"));
    const auto listening =
        page.listen({.web_socket = [&](const cdp::WebSocketRecord& socket) { note(socket.url.substr(0, 5)); }});
    page.evaluate("void new WebSocket(location.origin.replace('http', 'ws') + '/echo')");
    EXPECT_THAT(told(1), ElementsAre("ws://"));
}

TEST_F(Listenings, ThatThrowAreToldByTheNextCall) {
    const auto page = open("<p>Here");
    auto listening = page.listen({.console = [](const cdp::ConsoleMessage&) { throw std::runtime_error("no room"); }});
    page.evaluate("console.log('x')");
    listening.stop();
    EXPECT_THROW_MSG(page.title(), RouteError, HasSubstr("page.listen(): the function `console` threw: no room"));
    EXPECT_EQ(value(page, "1"), "1");
}

TEST_F(Listenings, ThatAreTooSlowSaySo) {
    const auto page = open("<p>Here");
    std::mutex gate;
    std::unique_lock closed{gate};
    auto listening = page.listen({.console = [&](const cdp::ConsoleMessage&) { const std::lock_guard waits{gate}; }});
    page.evaluate("for (let i = 0; i < 10100; ++i) console.log(i); 0");
    EXPECT_THROW_MSG(
        page.title(), RouteError,
        HasSubstr("page.listen(): 10000 events wait for its functions: those that came then were not told"));
    closed.unlock();
    listening.stop();
}

TEST_F(Listenings, CanEndThemselvesAndTheirPage) {
    const auto page = open("<p>Here");
    std::optional<Listening> listening;
    listening = page.listen({.console = [&](const cdp::ConsoleMessage& message) {
        note(message.text);
        listening->stop();
    }});
    page.evaluate("console.log('one'); console.log('two')");
    EXPECT_THAT(told(1), ElementsAre("one"));
    auto late = page.listen({.close = [&](const Page&) { note("close"); }});
    page.close();
    late.stop();
    EXPECT_THAT(told(0), ElementsAre("one", "close"));
}

TEST_F(Listenings, AreToldOfTheEndOfAllPagesWithTheirContext) {
    const auto context = open_page().context();
    context.new_page().evaluate("void window.open('about:blank')");
    auto listening = context.listen({.close = [&](const Page&) { note("close"); }});
    context.close();
    listening.stop();
    EXPECT_THAT(told(0), ElementsAre("close", "close", "close"));
}

TEST_F(Listenings, AreNotToldOfThePageThatStorageIsReadOn) {
    fixtures::HttpServer server;
    server.handle("GET", "/",
                  [](const auto&) { return fixtures::HttpResponse{.body = "<script>localStorage.a = 1</script>"}; });
    const auto page = open_page();
    page.navigate(server.url("/"));
    page.navigate("about:blank");
    auto listening = page.context().listen({.request = [&](const cdp::NetworkRequest& request) { note(request.url); },
                                            .popup = [&](const Page&) { note("page"); },
                                            .close = [&](const Page&) { note("close"); }});
    const auto state = page.context().storage_state();
    EXPECT_EQ(state.origins.size(), 1U);
    listening.stop();
    EXPECT_THAT(told(0), ElementsAre());
    page.context().new_page();  // and the next one is told of
}

TEST_F(Listenings, WaitForAFunctionThatRunsAtTheirEnd) {
    const auto page = open("<p>Here");
    std::promise<void> gate;
    std::optional<Listening> listening = page.listen({.console = [&](const cdp::ConsoleMessage& message) {
        note("begins " + message.text);
        gate.get_future().wait();
        note("ends " + message.text);
    }});
    page.evaluate("console.log('one'); 0");
    told(1);
    std::thread opens{[&] { gate.set_value(); }};
    listening.reset();
    EXPECT_THAT(told(0), ElementsAre("begins one", "ends one"));
    opens.join();
}

}  // namespace
}  // namespace reprise::locators
