// Pages that never come to an end: whatever is asked of them ends at its deadline, a second later at most, and says
// why.
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using fixtures::HttpResponse;
using testing::AnyOf;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

constexpr Milliseconds k_patience{500};

class EndlessPages : public BrowserPage {
protected:
    EndlessPages() {
        server_.handle("GET", "/never", [](const auto&) { return HttpResponse{.delay = 1h}; });
        server_.handle("GET", "/stream", [](const auto&) {
            return HttpResponse{.content_type = "text/event-stream",
                                .chunks = std::vector<std::string>(100, "data: x\n\n"),
                                .chunk_delay = 1s};
        });
    }
    Page serve(const std::string& html) {
        server_.handle("GET", "/", [html](const auto&) { return HttpResponse{.body = "<!doctype html>" + html}; });
        return ready_page();
    }
    // To set a page up may take longer than a test's patience on a busy machine.
    Page ready_page() {
        auto page = open_page();
        page.evaluate("0");
        return page;
    }
    // The error of `call`, which ends in time; "" for none.
    template <class Call>
    static std::string end_of(const Call& call, Milliseconds patience = k_patience) {
        const auto start = Clock::now();
        std::string text;
        try {
            call();
        } catch (const Error& error) {
            text = std::string(error.type()) + ": " + error.what();
        }
        EXPECT_LT(Clock::now() - start, patience + 1s) << text;
        return text;
    }

    const ActionOptions soon_{.timeout = k_patience};
    fixtures::HttpServer server_;
};

TEST_F(EndlessPages, RedirectsWithoutEndAreRefusedByTheBrowser) {
    const auto page = ready_page();
    server_.redirect("/a", "/b");
    server_.redirect("/b", "/a");
    EXPECT_THAT(end_of([&] { page.navigate(server_.url("/a"), {.timeout = k_patience}); }),
                AnyOf(HasSubstr("net::ERR_TOO_MANY_REDIRECTS"), HasSubstr("no response after 500 ms")));
}

TEST_F(EndlessPages, APageThatAlwaysGoesToItselfEndsEveryStepInTime) {
    const auto page = serve("<meta http-equiv=refresh content=0><button>Go</button>");
    const auto went = end_of([&] { page.navigate(server_.url("/"), {.timeout = k_patience}); });
    EXPECT_THAT(went, AnyOf("", HasSubstr("navigate to")));
    EXPECT_THAT(end_of([&] { page.locator("#none").click({.timeout = k_patience}); }), HasSubstr("#none"));
    // It looks at least once, for which a page that is held back has 5 s.
    EXPECT_THAT(end_of([&] { page.locator("#none").expect({.kind = Expected::visible, .timeout = k_patience}); }, 5s),
                HasSubstr("#none"));
}

TEST_F(EndlessPages, AnOpenStreamIsNoSignOfAPageThatStillLoads) {
    const auto page = serve("<script>new EventSource('/stream')</script><button>Go</button>");
    page.navigate(server_.url("/"), {.until = cdp::LoadState::network_idle, .timeout = 5s});
    page.locator("button").click();
}

TEST_F(EndlessPages, APictureOrAFontThatNeverComesHoldsTheLoadAndNothingElse) {
    for (const auto* what :
         {"<img src=/never>", "<style>@font-face{font-family:f;src:url(/never)}body{font-family:f}</style>"}) {
        const auto page = serve(std::string(what) + "<button>Go</button>");
        const auto went = end_of([&] { page.navigate(server_.url("/"), {.timeout = k_patience}); });
        EXPECT_THAT(went,
                    AnyOf("", HasSubstr("did not finish loading after 500 ms"), HasSubstr("no response after 500 ms")));
        EXPECT_EQ(end_of([&] { page.locator("button").click({.timeout = 5s}); }, 5s), "");
        EXPECT_EQ(end_of([&] { static_cast<void>(page.locator("button").inner_text()); }), "");
    }
}

TEST_F(EndlessPages, AnAnimationWithoutEndIsTold) {
    const auto page = open(
        "<style>@keyframes k{to{transform:translateX(200px)}}button{animation:k .5s infinite alternate}"
        "</style><button>Go</button>");
    EXPECT_THAT(end_of([&] { page.locator("button").click({.timeout = k_patience}); }),
                HasSubstr("element keeps moving after 500 ms"));
}

TEST_F(EndlessPages, ALinkToAServerThatDoesNotAnswerIsTold) {
    const auto page = serve("<a href=/never>Go</a>");
    page.navigate(server_.url("/"));
    EXPECT_THAT(end_of([&] { page.locator("a").click({.timeout = k_patience}); }),
                HasSubstr("goes to an address that does not"));
    // On a busy machine the click's navigation begins only now, and takes the place of this one.
    EXPECT_THAT(end_of([&] { page.navigate(server_.url("/never"), {.timeout = k_patience}); }),
                AnyOf(HasSubstr("no response after 500 ms"), HasSubstr("net::ERR_ABORTED")));
}

TEST_F(EndlessPages, AScriptWithoutEndHoldsEveryStepNoLongerThanItsDeadline) {
    const auto page = open("<button onclick='while (true);'>Go</button><p>x</p>");
    EXPECT_THAT(end_of([&] { page.locator("button").click({.timeout = k_patience}); }),
                HasSubstr("the page has not answered to the input within the "));
    const auto busy = HasSubstr("the page does not answer, its main thread is busy");
    EXPECT_THAT(end_of([&] { page.locator("p").click({.timeout = k_patience}); }), busy);
    EXPECT_THAT(end_of([&] { page.locator("p").fill("x", {.timeout = k_patience}); }), busy);
    EXPECT_THAT(end_of([&] { static_cast<void>(page.locator("p").inner_text(soon_)); }), busy);
    // An expectation is owed one look.
    EXPECT_THAT(end_of([&] { page.locator("p").expect({.kind = Expected::visible, .timeout = k_patience}); }, 5s),
                busy);
    context_->close();
}

class EndlessDialogs : public EndlessPages {};

TEST_F(EndlessDialogs, APageThatAsksWithoutEndIsClosedAndTheCallSaysSo) {
    const auto page = open("<button onclick='while (true) alert(1)'>Go</button>");
    EXPECT_THAT(end_of([&] { page.locator("button").click({.timeout = 5s}); }, 5s),
                HasSubstr("the page showed more than 50 dialogs within one call: it was closed"));
    EXPECT_FALSE(page.target().alive());
}

// A test that confirms its way through a long list is no page out of hand.
TEST_F(EndlessDialogs, ManyCallsMayShowADialogEach) {
    const auto page = open("<button onclick='n = (window.n || 0) + 1; alert(n)'>Go</button>");
    for (int i = 0; i < 60; ++i) page.locator("button").click();
    EXPECT_EQ(value(page, "n"), "60");
    EXPECT_EQ(page.target().dialogs().size(), 60U);
}

struct Asking {
    const char* name;
    const char* script;  // shows one dialog
    const char* type;
    const char* answer;  // what the page is given by the default rule
};
constexpr Asking k_asking[] = {
    {"alert", "alert('?')", "alert", "undefined"},
    {"confirm", "confirm('?')", "confirm", "false"},
    {"prompt", "prompt('?')", "prompt", "null"},
};

class DialogsEverywhere : public EndlessPages, public testing::WithParamInterface<Asking> {};

TEST_P(DialogsEverywhere, AreAnsweredByTheRule) {
    const std::string ask = GetParam().script;
    const auto shown = [&](const Page& page) {
        page.target().wait_for_dialogs(1, soon());
        const auto dialogs = page.target().dialogs();
        return dialogs.size() == 1 && dialogs[0].type == GetParam().type && dialogs[0].message == "?";
    };
    // While the page loads, on a click, by a timer, in a frame.
    for (const auto& html : {"<title>t</title><script>got = String(" + ask + ")</script>",
                             "<button onclick=\"got = String(" + ask + ")\">Go</button>",
                             "<script>setTimeout(() => { got = String(" + ask + ") }, 20)</script>",
                             "<iframe srcdoc=\"<script>parent.got = String(" + ask + ")</script>\"></iframe>"}) {
        const auto page = serve(html);
        page.navigate(server_.url("/"));
        if (html.starts_with("<button")) page.locator("button").click();
        EXPECT_TRUE(shown(page)) << html;
        EXPECT_EQ(page.evaluate("got"), GetParam().answer) << html;
    }
    // While it is left: the browser shows none there, and nothing hangs.
    const auto leaving = serve("<script>addEventListener('unload', () => { " + ask +
                               " });"
                               "addEventListener('pagehide', () => { " +
                               ask + " })</script>");
    leaving.navigate(server_.url("/"));
    EXPECT_EQ(end_of([&] { leaving.navigate("about:blank"); }), "");
    leaving.navigate(server_.url("/"));
    leaving.target().close();
    // In the first script of a popup.
    const auto opener = serve("<button onclick=\"w = open('', '_blank'); w.document.write('<script>got = String(" +
                              ask + ")</scr' + 'ipt>')\">Go</button>");
    opener.navigate(server_.url("/"));
    EXPECT_EQ(end_of([&] { opener.locator("button").click({.timeout = 5s}); }, 5s), "");
}

std::string name_of_asking(const testing::TestParamInfo<Asking>& info) {
    return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(Kinds, DialogsEverywhere, testing::ValuesIn(k_asking), name_of_asking);

TEST_F(EndlessDialogs, AQuestionBeforeLeavingIsAcceptedAndHoldsNeitherClickNorClose) {
    const auto page = serve(
        "<input><a href='about:blank'>Go</a><script>onbeforeunload = (e) => { e.preventDefault();"
        "return 'x' }</script>");
    page.navigate(server_.url("/"));
    page.locator("input").fill("x");
    page.locator("a").click();
    EXPECT_EQ(page.url(), "about:blank");
    ASSERT_EQ(page.target().dialogs().size(), 1U);
    EXPECT_EQ(page.target().dialogs()[0].type, "beforeunload");
    page.navigate(server_.url("/"));
    page.locator("input").fill("x");
    page.target().close();
    EXPECT_THAT(end_of([&] { page.target().wait_for_dialogs(9, cdp::Deadline::after(5s)); }, 5s), HasSubstr("closed"));
}

// History entries may have the same address: the way back is a new document all the same.
TEST_F(EndlessPages, TheWayBackToTheSameAddressIsWaitedFor) {
    std::atomic<int> number = 0;
    server_.handle("GET", "/same", [&](const auto&) {
        return HttpResponse{
            .body = "<form method=post action=/same></form><script>doc = " + std::to_string(++number) + "</script>",
            .headers = {{"Cache-Control", "no-store"}},
            .delay = 100ms};
    });
    server_.handle("POST", "/same", [&](const auto&) {
        return HttpResponse{.body = "<script>doc = 'posted'</script>", .headers = {{"Cache-Control", "no-store"}}};
    });
    const auto page = open_page();
    page.navigate(server_.url("/same"));
    page.locator("form").submit();
    EXPECT_EQ(page.evaluate("doc"), "posted");
    EXPECT_TRUE(page.go_back());
    EXPECT_EQ(page.evaluate("doc"), 2);
}

}  // namespace
}  // namespace reprise::locators
