// Clicks that leave the page, and the ways to a page: what is waited for, and what is said when it fails.
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/js_value.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using fixtures::HttpResponse;
using testing::AllOf;
using testing::HasSubstr;

class Navigation : public BrowserPage {
protected:
    Navigation() {
        serve("/next", "<title>Next</title><p>You are here</p>");
        serve("/slow", "<title>Slow</title>", 300ms);
        server_.handle("POST", "/order", [](const auto& request) {
            return HttpResponse{.body = "<title>Thanks " + request.form()["who"] + "</title>", .delay = 100ms};
        });
    }
    void serve(const std::string& path, std::string html, std::chrono::milliseconds delay = {}) {
        server_.handle("GET", path, [html = std::move(html), delay](const auto&) {
            return HttpResponse{.body = "<!doctype html>" + html, .delay = delay};
        });
    }
    Page start(const std::string& html) {
        serve("/", html);
        auto page = open_page();
        page.navigate(server_.url("/"));
        return page;
    }

    fixtures::HttpServer server_;
};

TEST_F(Navigation, AClickOnALinkReturnsOnTheNextPage) {
    const auto page = start("<a href=/slow>Go</a>");
    page.locator("a").click();
    EXPECT_EQ(page.url(), server_.url("/slow"));
    EXPECT_EQ(page.title(), "Slow");
}

// What the document of before still does - its last picture comes - is not the end of the next navigation.
TEST_F(Navigation, TheDocumentOfBeforeIsNotTakenForTheNext) {
    serve("/picture", "", 150ms);
    serve("/later", "<title>Later</title>", 400ms);
    const auto page = start("<title>Before</title><img src=/picture>");
    for (int i = 0; i < 3; ++i) {
        page.navigate(server_.url("/"), {.until = cdp::LoadState::commit});
        page.navigate(server_.url("/later"));
        EXPECT_EQ(page.title(), "Later");
    }
}

TEST_F(Navigation, ANavigationAfterOneThatFailedIsNotTakenForItsErrorPage) {
    const auto page = start("<title>Here</title>");
    for (int i = 0; i < 5; ++i) {
        EXPECT_THROW_MSG(page.navigate("http://127.0.0.1:1/"), cdp::NavigationError, HasSubstr("net::ERR_"));
        EXPECT_EQ(page.url(), "chrome-error://chromewebdata/");
        page.navigate(server_.url("/slow"));
        EXPECT_EQ(page.title(), "Slow");
    }
}

TEST_F(Navigation, ComesFromTheAddressThatIsNamed) {
    server_.handle("GET", "/from", [](const auto& request) {
        return HttpResponse{.body = "<!doctype html><p>" + std::string(request.header("referer")) + "</p>"};
    });
    const auto page = start("<title>Here</title>");
    const std::string from = "https://search.example/find?words=ferry";
    page.navigate(server_.url("/from"), {.referer = from});
    EXPECT_EQ(page.locator("p").inner_text(), from);
    EXPECT_EQ(page.evaluate_as<std::string>("document.referrer"), from);
    page.navigate(server_.url("/from"));
    EXPECT_EQ(page.locator("p").inner_text(), "");
}

TEST_F(Navigation, ASubmittedFormIsWaitedFor) {
    const auto page = start("<form method=post action=/order><input name=who><button>Order</button></form>");
    page.locator("input").fill("Ada");
    page.locator("button").click();
    EXPECT_EQ(page.title(), "Thanks Ada");
}

TEST_F(Navigation, EnterInAFieldSubmitsAndIsWaitedFor) {
    const auto page = start("<form method=post action=/order><input name=who></form>");
    page.locator("input").fill("Bo");
    page.locator("input").press("Enter");
    EXPECT_EQ(page.title(), "Thanks Bo");
}

TEST_F(Navigation, AScriptThatLeavesInItsHandlerIsWaitedFor) {
    const auto page = start("<button onclick=\"location='/slow'\">Go</button>");
    page.locator("button").click();
    EXPECT_EQ(page.title(), "Slow");
}

TEST_F(Navigation, APageThatLeavesOnTheFirstPressIsNoLostClick) {
    const auto page = start("<button onmousedown=\"location='/next'\">Go</button>");
    page.locator("button").click();
    page.expect({.kind = Expected::title, .text = "Next"});
}

TEST_F(Navigation, ALinkOfTheSamePageMovesOnlyTheFragment) {
    const auto page = start("<a href='#part'>Part</a><div style='height:4000px'></div><h2 id=part>Part</h2>");
    page.locator("a").click();
    EXPECT_EQ(page.url(), server_.url("/#part"));
    EXPECT_EQ(server_.requests("/"), 1);
}

TEST_F(Navigation, ARouteOfASinglePageApplicationIsSeenAtOnce) {
    const auto page = start("<button onclick=\"history.pushState({}, '', '/view/7')\">View</button>");
    page.locator("button").click();
    EXPECT_EQ(page.url(), server_.url("/view/7"));
}

TEST_F(Navigation, AnAnswerWithoutADocumentLeavesThePageAsItIs) {
    server_.handle("GET", "/none", [](const auto&) { return HttpResponse{.status = 204}; });
    const auto page = start("<title>Stays</title><a href=/none>Ping</a>");
    page.locator("a").click();
    EXPECT_EQ(page.title(), "Stays");
    EXPECT_EQ(server_.requests("/none"), 1);
}

TEST_F(Navigation, RedirectsAreFollowed) {
    server_.handle("GET", "/old", [](const auto&) { return fixtures::redirect("/older"); });
    server_.handle("GET", "/older", [](const auto&) { return fixtures::redirect("/next"); });
    const auto page = start("<a href=/old>Go</a>");
    page.locator("a").click();
    EXPECT_EQ(page.url(), server_.url("/next"));
    page.navigate(server_.url("/old"));
    EXPECT_EQ(page.title(), "Next");
}

TEST_F(Navigation, APageThatRedirectsItselfWhileItLoadsIsNavigatedToItsEnd) {
    serve("/bounce", "<script>location.replace('/next')</script>");
    const auto page = start("x");
    page.navigate(server_.url("/bounce"));
    page.expect({.kind = Expected::title, .text = "Next"});
}

TEST_F(Navigation, ErrorPagesOfAServerArePages) {
    server_.handle("GET", "/gone", [](const auto&) { return HttpResponse{.status = 404, .body = "<h1>Gone</h1>"}; });
    const auto page = start("x");
    page.navigate(server_.url("/gone"));
    EXPECT_EQ(page.locator("h1").inner_text(), "Gone");
}

TEST_F(Navigation, BackForwardAndReload) {
    const auto page = start("<title>First</title>");
    EXPECT_FALSE(page.go_forward());
    page.navigate(server_.url("/next"));
    EXPECT_TRUE(page.go_back());
    EXPECT_EQ(page.title(), "First");
    EXPECT_TRUE(page.go_forward());
    EXPECT_EQ(page.title(), "Next");
    const int before = server_.requests("/next");
    page.reload();
    EXPECT_EQ(server_.requests("/next"), before + 1);
    page.locator("p").expect({.kind = Expected::text, .text = "You are here"});
}

TEST_F(Navigation, TheFirstEntryOfTheHistoryIsNotLeft) {
    const auto page = start("<title>First</title>");
    EXPECT_TRUE(page.go_back());  // about:blank
    EXPECT_FALSE(page.go_back());
}

TEST_F(Navigation, ADeadlineNamesTheAddressAndWhatWasMissing) {
    server_.handle("GET", "/hangs", [](const auto&) { return HttpResponse{.delay = 60s}; });
    serve("/picture", "<img src=/hangs>");
    const auto page = start("x");
    EXPECT_THROW_MSG(page.navigate(server_.url("/hangs"), {.timeout = 200ms}), TimeoutError,
                     AllOf(HasSubstr("navigate to " + server_.url("/hangs")), HasSubstr("no response after 200 ms")));
    EXPECT_THROW_MSG(page.navigate(server_.url("/picture"), {.timeout = 1500ms}), TimeoutError,
                     AllOf(HasSubstr("navigate to " + server_.url("/picture")), HasSubstr("did not finish loading")));
    page.navigate(server_.url("/picture"), {.until = cdp::LoadState::dom_content_loaded});
    page.navigate(server_.url("/next"));
    EXPECT_EQ(page.title(), "Next");
}

TEST_F(Navigation, QuietMeansNoRequestInFlight) {
    serve("/lazy", "<script>setTimeout(()=>fetch('/slow').then(()=>document.title='fetched'),50)</script>");
    const auto page = start("x");
    page.navigate(server_.url("/lazy"), {.until = cdp::LoadState::network_idle});
    EXPECT_EQ(page.title(), "fetched");
}

TEST_F(Navigation, AnActionOutlivesTheDocumentItBeganOn) {
    const auto page = start("<script>setTimeout(()=>location='/next',100)</script>");
    page.get_by_text("You are here").click();
    EXPECT_EQ(page.url(), server_.url("/next"));
}

TEST_F(Navigation, APopupByATargetCarriesThePageScript) {
    const auto page = start("<a href=/next target=_blank>New tab</a>");
    const auto made = context_->target().pages_made();
    page.locator("a").click();
    const Page popup{*context_, context_->target().wait_for_page(made, soon())};
    popup.get_by_text("You are here").click();
    EXPECT_EQ(popup.title(), "Next");
    EXPECT_EQ(page.url(), server_.url("/"));
}

TEST_F(Navigation, UnloadQuestionsDoNotHoldANavigation) {
    const auto page = start(
        "<input><script>addEventListener('beforeunload',e=>{e.preventDefault();"
        "e.returnValue='x'})</script>");
    page.locator("input").fill("typed");
    page.navigate(server_.url("/next"));
    EXPECT_EQ(page.title(), "Next");
}

}  // namespace
}  // namespace reprise::locators
