// Documents of every kind of address, when they count as loaded, the frames they hold, and what is left of them.
#include <fstream>

#include <boost/json/array.hpp>

#include <reprise/cdp/error.hpp>
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"
#include "support/temporary_folder.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using fixtures::HttpResponse;
using testing::AllOf;
using testing::HasSubstr;

class Documents : public BrowserPage {
protected:
    static void SetUpTestSuite() { start({.extra_switches = {"--site-per-process"}}); }
    void serve(const std::string& path, std::string html, std::chrono::milliseconds delay = {}) {
        server_.handle("GET", path, [html = std::move(html), delay](const auto&) {
            return HttpResponse{.body = "<!doctype html>" + html, .delay = delay};
        });
    }
    std::string other_site(const std::string& path) const {
        return "http://localhost:" + std::to_string(server_.port()) + path;
    }
    static bool at_rest(const Page& page) {
        page.wait_for_load_state(cdp::LoadState::network_idle);
        return page.target().requests_in_flight() == 0;
    }

    fixtures::HttpServer server_;
};

// Such a document is asked for in one process, and comes in another.
TEST_F(Documents, OfFramesOfOtherSitesComeToRestAndHaveBodies) {
    serve("/inner", "<p>inner");
    serve("/back", "<p>back");
    serve("/", "<iframe src='" + other_site("/inner") + "'></iframe>");
    const auto page = open_page();
    page.keep_response_bodies();
    page.navigate(server_.url("/"), {.until = cdp::LoadState::network_idle});
    EXPECT_EQ(page.target().requests_in_flight(), 0);
    const auto ended = [&](const std::string& url) {
        for (const auto& request : page.requests()) {
            if (request.url == url) return page.complete(request);
        }
        throw std::runtime_error(url + " was not asked for");
    };
    const auto inner = ended(other_site("/inner"));
    EXPECT_TRUE(inner.finished) << inner.failure;
    EXPECT_THAT(page.response_body(inner), HasSubstr("<p>inner"));
    page.evaluate("document.querySelector('iframe').src = '/back'");
    page.frame_locator("iframe").get_by_text("back").wait_for(ElementState::visible);
    const auto back = ended(server_.url("/back"));
    EXPECT_TRUE(back.finished) << back.failure;
    EXPECT_THAT(page.response_body(back), HasSubstr("<p>back"));
    EXPECT_TRUE(at_rest(page));
}

TEST_F(Documents, AddressesThatLeadNowhereAreNamedWithTheReason) {
    const auto page = open_page();
    const fixtures::HttpServer secure{
        fixtures::HttpServerOptions{.scheme = fixtures::HttpServerOptions::Scheme::https}};
    EXPECT_THROW_MSG(page.navigate(secure.url("/")), cdp::NavigationError, HasSubstr("net::ERR_CERT"));
    EXPECT_THROW_MSG(page.navigate("http://127.0.0.1:1/"), cdp::NavigationError,
                     HasSubstr("http://127.0.0.1:1/: net::ERR_"));
    EXPECT_THROW_MSG(page.navigate("http://"), Error, HasSubstr("http://"));
    server_.handle("GET", "/none", [](const auto&) { return HttpResponse{.status = 204}; });
    EXPECT_THROW_MSG(page.navigate(server_.url("/none")), cdp::NavigationError, HasSubstr("net::ERR_ABORTED"));
}

TEST_F(Documents, FilesDataAndPartsOfAPageAreAddressesToo) {
    const tests::TemporaryFolder folder;
    std::ofstream{folder.path() / "page.html"} << "<title>File</title>";
    const auto page = open_page();
    page.navigate("file://" + (folder.path() / "page.html").string());
    EXPECT_EQ(page.title(), "File");
    page.navigate("data:text/html,<title>Data</title>");
    EXPECT_EQ(page.title(), "Data");
    serve("/", "<title>Part</title><p id=p>x");
    page.navigate(server_.url("/"));
    page.navigate(server_.url("/#p"));  // the same document
    EXPECT_EQ(page.url(), server_.url("/#p"));
    EXPECT_EQ(server_.requests("/"), 1);
}

TEST_F(Documents, ANavigationThatAnotherOneOvertakesEndsOnTheOther) {
    serve("/slow", "<title>Slow</title>", 10s);
    serve("/", "<script>setTimeout(() => location = '/next', 30)</script>");
    serve("/next", "<title>Next</title>");
    const auto page = open_page();
    page.navigate(server_.url("/"));
    try {
        page.navigate(server_.url("/slow"), {.timeout = 3s});
        EXPECT_EQ(page.title(), "Next");
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("navigate to " + server_.url("/slow")));
    }
}

TEST_F(Documents, QuietMeansTheFramesAndPopupsToo) {
    serve("/data", "{}", 200ms);
    serve("/inner", "<script>fetch('/data').then(() => { top.got = 1 })</script>");
    serve("/", "<iframe src=/inner></iframe><a target=_blank href=/popup>Open</a>");
    serve("/popup", "<script>fetch('/data').then(() => { got = 2 })</script>");
    const auto page = open_page();
    page.navigate(server_.url("/"), {.until = cdp::LoadState::network_idle});
    EXPECT_EQ(page.evaluate("got"), 1);
    const auto popup = page.wait_for_popup([&] { page.locator("a").click(); });
    popup.wait_for_url("**/popup");
    EXPECT_TRUE(at_rest(popup));
    EXPECT_EQ(popup.evaluate("got"), 2);
    page.set_content("<script>got = 0; fetch('/data').then(() => { got = 3 })</script>");
    EXPECT_TRUE(at_rest(page));
    EXPECT_EQ(page.evaluate("got"), 3);
}

TEST_F(Documents, EmptyPagesAndPopupsAreLoadedAtOnce) {
    const auto page = open_page();
    page.wait_for_load_state();
    page.wait_for_load_state(cdp::LoadState::dom_content_loaded);
    const auto popup = page.wait_for_popup([&] { page.evaluate("void open('about:blank')"); });
    popup.wait_for_load_state();
    EXPECT_EQ(popup.url(), "about:blank");
}

TEST_F(Documents, ContentThatIsSetIsLoaded) {
    const auto page = open_page();
    page.route("**", [](const Route& route) {
        std::this_thread::sleep_for(50ms);
        route.fulfill({.content_type = "text/javascript", .body = "lib = 7"});
    });
    page.navigate("about:blank");
    page.set_content("<script src='http://lib.test/lib.js'></script>");
    EXPECT_EQ(value(page, "lib"), "7");
    page.set_content("<script src='http://lib.test/lib.js' async></script>", {.until = cdp::LoadState::commit});
    page.set_content("<p>x", {.until = cdp::LoadState::network_idle});
    page.unroute_all();
    page.route("**", [](const Route& route) { route.abort(); });
    page.set_content("<img src='http://lib.test/no.png'>");
    page.set_content("<script>location = 'about:blank#gone'</script>");
    EXPECT_EQ(page.url(), "about:blank#gone");
    page.set_content("<img src='http://lib.test/no.png'><script>location = 'data:text/html,elsewhere'</script>");
    EXPECT_THAT(page.content(), HasSubstr("elsewhere"));
}

TEST_F(Documents, AWaitForAnAddressOutlivesTheDocument) {
    serve("/", "<script>setTimeout(() => location = '/one', 20)</script>");
    serve("/one", "<script>setTimeout(() => location = '/two', 20)</script>");
    serve("/two", "<title>Two</title><script>fetch('/data')</script>");
    serve("/data", "{}");
    const auto page = open_page();
    const auto data = page.wait_for_response("**/data", [&] { page.navigate(server_.url("/")); });
    EXPECT_EQ(data.response->status, 200);
    page.wait_for_url("**/two");
    page.expect({.kind = Expected::title, .text = "Two"});
}

TEST_F(Documents, AFrameKeepsItsIdFromProcessToProcessAndIsForgottenWithItsElement) {
    serve("/inner", "<button>In</button>");
    serve("/", "<iframe name=f src=/inner></iframe>");
    const auto page = open_page();
    page.navigate(server_.url("/"));
    const auto frames = page.target().frames();
    ASSERT_EQ(frames.size(), 2U);
    const auto f = page.frame_locator("iframe");
    for (const auto& url : {other_site("/inner"), server_.url("/inner"), other_site("/inner")}) {
        page.evaluate("(url) => { document.querySelector('iframe').src = url }", boost::json::value(url));
        f.locator("button").expect({.kind = Expected::url, .text = url});
        f.locator("button").click();
        EXPECT_EQ(page.frame("f").locator("button").inner_text(), "In");
        EXPECT_EQ(page.target().frames().at(1).id, frames[1].id) << url;
    }
    page.evaluate("document.querySelector('iframe').remove()");
    EXPECT_EQ(page.locator("iframe").count(), 0);
    EXPECT_EQ(page.target().frames().size(), 1U);
}

TEST_F(Documents, AFrameThatLoadsOnlyWhenItIsSeenIsScrolledToAndActedIn) {
    serve("/inner", "<button onclick='this.textContent = 1'>In</button>");
    serve("/", "<div style='height:6000px'></div><iframe loading=lazy src='" + other_site("/inner") + "'></iframe>");
    const auto page = open_page();
    page.navigate(server_.url("/"));
    page.locator("iframe").scroll_into_view();
    page.frame_locator("iframe").locator("button").click();
    EXPECT_EQ(page.frame_locator("iframe").locator("button").inner_text(), "1");
}

TEST_F(Documents, FramesOfOtherProcessesHaveInitScriptsRoutesAndPictures) {
    server_.handle("GET", "/inner", [](const auto&) {
        return HttpResponse{.body =
                                "<body style='background:#f00'><p></p><script type=module>"
                                "document.querySelector('p').textContent = flag + await (await fetch('/data')).text()"
                                "</script>"};
    });
    serve("/", "<iframe src='" + other_site("/inner") + "'></iframe>");
    const auto page = open_page({.init_scripts = {"flag = 'flag '"}});
    page.route("**/data", [](const Route& route) { route.fulfill({.body = "routed"}); });
    page.navigate(server_.url("/"));
    page.frame_locator("iframe").locator("p").expect({.kind = Expected::text, .text = "flag routed"});
    EXPECT_FALSE(page.frame_locator("iframe").locator("p").screenshot().empty());
}

TEST_F(Documents, WhatWaitsOnAPageThatIsClosedOrCrashesIsTold) {
    const auto closed = open("<button disabled>Go</button>");
    closed.evaluate("void 0");
    closed.target().close();
    EXPECT_THROW_MSG(closed.locator("button").click({.timeout = 5s}), cdp::ConnectionClosed,
                     AllOf(HasSubstr("page.locator(\"button\").click()"), HasSubstr("the page was closed")));
    const auto crashed = open("<button disabled>Go</button>");
    crashed.target().session().post_raw("Page.crash", "{}");
    EXPECT_THROW_MSG(crashed.locator("button").click({.timeout = 10s}), cdp::TargetCrashed,
                     AllOf(HasSubstr("page.locator(\"button\").click()"), HasSubstr("crashed")));
}

// What calls on elements hold in the page is let go: the browser's own count of nodes stays.
TEST_F(Documents, ManyOperationsLeaveNothingBehind) {
    serve("/inner", "<b>In</b>");
    serve("/", "<div id=list></div><iframe src=/inner></iframe>");
    const auto page = open_page();
    page.navigate(server_.url("/"));
    const auto count = [&](std::string_view name) {
        const auto session = page.target().session();
        session.send_raw("HeapProfiler.collectGarbage", "{}", soon());
        const auto answer = session.send_raw("Performance.getMetrics", "{}", soon());
        for (const auto& one : answer.at("metrics").as_array()) {
            if (one.at("name").as_string() == name) return one.at("value").to_number<double>();
        }
        return 0.0;
    };
    page.target().session().send_raw("Performance.enable", "{}", soon());
    const auto use = [&](int times) {
        for (int i = 0; i < times; ++i) {
            page.evaluate("list.innerHTML = '<button>Go</button>', 0");
            page.locator("button").click();
            page.locator("button").evaluate("(e) => e.tagName");
            static_cast<void>(page.frame_locator("iframe").locator("b").inner_text());
        }
    };
    use(20);
    const auto nodes = count("Nodes");
    const auto listeners = count("JSEventListeners");
    use(300);
    EXPECT_LT(count("Nodes"), nodes + 100);
    EXPECT_LT(count("JSEventListeners"), listeners + 50);
}

}  // namespace
}  // namespace reprise::locators
