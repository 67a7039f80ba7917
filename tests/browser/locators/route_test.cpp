// Requests answered, changed and refused by the test.
#include <atomic>
#include <fstream>
#include <future>
#include <mutex>

#include <reprise/cdp/error.hpp>
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"
#include "support/temporary_folder.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using fixtures::HttpRequest;
using fixtures::HttpResponse;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class Routes : public BrowserPage {
protected:
    Routes() {
        server_.handle("*", "/*", [this](const HttpRequest& request) {
            const std::lock_guard lock{mutex_};
            if (request.path != "/favicon.ico") last_ = request;  // the full browser's own
            return HttpResponse{.body = "<!doctype html><title>server " + request.path + "</title>"};
        });
    }
    void TearDown() override {
        if (context_) context_->close();
    }
    HttpRequest last() {
        const std::lock_guard lock{mutex_};
        return last_;
    }
    Page start() {
        auto page = open_page({.base_url = server_.url("/")});
        page.navigate("/");
        return page;
    }
    std::string elsewhere(const std::string& path) {
        auto url = server_.url(path);
        return url.replace(url.find("127.0.0.1"), 9, "localhost");
    }
    static std::string fetch(const Page& page, const std::string& url, const std::string& options = "{}") {
        return value(page, "fetch('" + url + "', " + options + ").then(r => r.text(), e => 'refused: ' + e.message)");
    }

    // A script that may be kept; asked_: how often it was asked for.
    void serve_large() {
        server_.handle("GET", "/large.js", [this](const auto&) {
            ++asked_;
            return HttpResponse{
                .content_type = "text/javascript", .body = "1", .headers = {{"Cache-Control", "max-age=1000"}}};
        });
    }

    std::atomic<int> asked_{};
    std::mutex mutex_;
    HttpRequest last_;
    fixtures::HttpServer server_;
};

TEST_F(Routes, AnswersInTheServersPlace) {
    const auto page = start();
    page.context().route("/api/*", [](const Route& route) {
        route.fulfill({.status = 201, .headers = {{"X-Made", "here"}}, .json = {{"total", 7}}});
    });
    EXPECT_EQ(value(page,
                    "fetch('/api/prices').then(async r => [r.status, r.headers.get('x-made'), "
                    "r.headers.get('content-type'), await r.json()])"),
              R"([201,"here","application/json",{"total":7}])");
    EXPECT_EQ(server_.requests("/api/prices"), 0);
    EXPECT_THAT(fetch(page, "/other"), HasSubstr("server /other"));
}

TEST_F(Routes, DocumentsAndFilesAreAnsweredToo) {
    const tests::TemporaryFolder folder;
    const auto file = folder.path() / "page.html";
    std::ofstream{file} << "<title>From a file</title>";
    const auto page = open_page();
    page.route("https://nowhere.example/**", [&](const Route& route) { route.fulfill({.path = file}); });
    page.navigate("https://nowhere.example/a/b");
    EXPECT_EQ(page.title(), "From a file");
    EXPECT_EQ(page.url(), "https://nowhere.example/a/b");
}

TEST_F(Routes, RefusesWithTheReasonNamed) {
    const auto page = start();
    page.route("**/*.{png,jpg}", [](const Route& route) { route.abort("connectionrefused"); });
    EXPECT_EQ(fetch(page, "/a.png"), "\"refused: Failed to fetch\"");
    EXPECT_THROW_MSG(page.navigate("/b.jpg"), cdp::NavigationError, HasSubstr("ERR_CONNECTION_REFUSED"));
    EXPECT_EQ(server_.requests("/a.png"), 0);
}

TEST_F(Routes, SeesTheRequestAndChangesItOnItsWay) {
    const auto page = start();
    std::promise<Request> seen;
    page.route("**/send", [&](const Route& route) {
        seen.set_value(route.request());
        route.continue_({.url = server_.url("/received"),
                         .method = "PUT",
                         .headers = HttpHeaders{{"X-Changed", "1"}},
                         .post_data = "new \xc3\xa9"});
    });
    EXPECT_THAT(fetch(page, "/send", "{method: 'POST', body: 'old \\u00e9', headers: {'X-Mine': 'm'}}"),
                HasSubstr("server /received"));
    const auto request = seen.get_future().get();
    EXPECT_EQ(request.url, server_.url("/send"));
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.resource_type, "xhr");
    EXPECT_EQ(request.header("x-mine"), "m");
    EXPECT_EQ(request.post_data, "old \xc3\xa9");
    EXPECT_EQ(last().method, "PUT");
    EXPECT_EQ(last().body, "new \xc3\xa9");
    EXPECT_EQ(last().header("x-changed"), "1");
    EXPECT_EQ(last().header("x-mine"), "");
}

TEST_F(Routes, LargeBodiesAreReadWhole) {
    const auto page = start();
    std::promise<std::size_t> size;
    page.route("**/send", [&](const Route& route) {
        size.set_value(route.request().post_data.value_or("").size());
        route.fulfill({});
    });
    fetch(page, "/send", "{method: 'POST', body: new Blob(['x'.repeat(3000000)])}");
    EXPECT_EQ(size.get_future().get(), 3'000'000U);
}

TEST_F(Routes, TheLastRouteIsFirstAndMayFallBack) {
    const auto page = start();
    std::mutex mutex;
    std::vector<std::string> order;
    const auto note = [&](const char* name) {
        const std::lock_guard lock{mutex};
        order.emplace_back(name);
    };
    page.context().route("**/x", [&](const Route& route) {
        note("context");
        EXPECT_EQ(route.request().header("x-by"), "last");
        route.continue_();
    });
    page.route("**/x", [&](const Route& route) {
        note("first");
        route.fallback();
    });
    page.route(Regex{"/x$"}, [&](const Route& route) {
        note("last");
        route.fallback({.headers = HttpHeaders{{"X-By", "last"}}});
    });
    EXPECT_THAT(fetch(page, "/x"), HasSubstr("server /x"));
    EXPECT_THAT(order, ElementsAre("last", "first", "context"));
    EXPECT_EQ(last().header("x-by"), "last");
}

// As Playwright has it: the routes before see the request as it has become.
TEST_F(Routes, AreFoundByTheAddressThatOneBeforeHasGiven) {
    const auto page = start();
    page.route("**/v2/**", [](const Route& route) { route.fulfill({.body = "second " + route.request().url}); });
    page.route("**/v1/**", [](const Route& route) { route.fulfill({.body = "never"}); });
    page.route("**/v1/**", [&](const Route& route) { route.fallback({.url = server_.url("/v2/x")}); });
    EXPECT_THAT(fetch(page, "/v1/x"), HasSubstr("second " + server_.url("/v2/x")));
}

TEST_F(Routes, AFunctionOfTheAddressChooses) {
    const auto page = start();
    const auto odd = [](const std::string& url) { return (url.back() - '0') % 2 == 1; };
    page.context().route(odd, [](const Route& route) { route.fulfill({.body = "context"}); });
    page.route("**/5", [](const Route& route) { route.fulfill({.body = "five"}); });
    page.route(odd, [](const Route& route) { route.fulfill({.body = "odd"}); }, {.times = 1});
    EXPECT_THAT(fetch(page, "/2"), HasSubstr("server /2"));
    EXPECT_EQ(fetch(page, "/3"), "\"odd\"");  // what it did not take was none of its times
    EXPECT_EQ(fetch(page, "/5"), "\"five\"");
    EXPECT_EQ(fetch(page, "/7"), "\"context\"");
    page.context().unroute("**");  // is another route
    EXPECT_EQ(fetch(page, "/7"), "\"context\"");
    page.context().unroute_all();
    EXPECT_THAT(fetch(page, "/7"), HasSubstr("server /7"));
    page.route([](const std::string&) -> bool { throw std::runtime_error("no idea"); }, [](const Route&) {});
    EXPECT_THAT(fetch(page, "/8"), HasSubstr("refused"));
    EXPECT_THROW_MSG(page.title(), RouteError, HasSubstr("page.route(...): the handler threw \"no idea\" for GET"));
}

TEST_F(Routes, EndAfterTheirTimesAndWhenTakenBack) {
    const auto page = start();
    auto held = std::make_shared<std::string>("mine");
    const std::weak_ptr<std::string> watched = held;
    page.route("**/x", [held](const Route& route) { route.fulfill({.body = *held}); }, {.times = 2});
    held.reset();
    EXPECT_EQ(fetch(page, "/x"), "\"mine\"");
    EXPECT_EQ(fetch(page, "/x"), "\"mine\"");
    EXPECT_THAT(fetch(page, "/x"), HasSubstr("server /x"));
    page.unroute("**/none");  // after what the handlers' thread was at
    EXPECT_TRUE(watched.expired()) << "a route that is used up holds nothing";
    page.route("**/y", [](const Route& route) { route.fulfill({.body = "mine"}); });
    EXPECT_EQ(fetch(page, "/y"), "\"mine\"");
    page.unroute("**/y");
    EXPECT_THAT(fetch(page, "/y"), HasSubstr("server /y"));
}

TEST_F(Routes, APagesRouteIsNotItsNeighbours) {
    const auto page = start();
    const auto neighbour = page.context().new_page();
    neighbour.navigate("/");
    page.route("**/x", [](const Route& route) { route.fulfill({.body = "mine"}); });
    EXPECT_EQ(fetch(page, "/x"), "\"mine\"");
    EXPECT_THAT(fetch(neighbour, "/x"), HasSubstr("server /x"));
}

TEST_F(Routes, TheFirstRequestOfAPopupIsRouted) {
    const auto page = start();
    page.context().route("**/popup", [](const Route& route) {
        route.fulfill({.content_type = "text/html", .body = "<title>Routed</title>"});
    });
    for (const auto& url : {server_.url("/popup"), elsewhere("/popup")}) {
        for (const auto* how : {"", "noopener"}) {
            const auto made = context_->target().pages_made();
            page.evaluate("void open('" + url + "', '_blank', '" + how + "')");
            const Page popup{*context_, context_->target().wait_for_page(made, soon()), page.options()};
            popup.expect({.kind = Expected::title, .text = "Routed"});
        }
    }
    EXPECT_EQ(server_.requests("/popup"), 0);
}

TEST_F(Routes, FramesOfOtherProcessesAreRouted) {
    const auto page = start();
    page.route("**/inner", [](const Route& route) { route.fulfill({.body = "mine"}); });
    page.route("**/frame", [](const Route& route) {
        route.fulfill({.content_type = "text/html",
                       .body = "<script>fetch('/inner').then(r => r.text()).then(t => document.title = t)</script>"});
    });
    page.evaluate("{ const f = document.createElement('iframe'); f.src = '" + elsewhere("/frame") +
                  "'; document.body.append(f) }");
    page.frame_locator("iframe").locator("html").wait_for(ElementState::attached);
    const auto frames = page.target().frames();
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(page.target().evaluate(frames[1].id, cdp::World::page,
                                     "new Promise(done => { const look = () => document.title ? "
                                     "done(document.title) : setTimeout(look, 5); look() })",
                                     soon()),
              "mine");
    EXPECT_EQ(server_.requests("/frame") + server_.requests("/inner"), 0);
}

// A server that a route stands in for may not exist: it can neither be asked for permission nor grant it.
TEST_F(Routes, CrossOriginRequestsAreAllowed) {
    const auto page = start();
    page.route("https://api.example/**", [](const Route& route) { route.fulfill({.json = {{"by", "route"}}}); });
    EXPECT_EQ(fetch(page, "https://api.example/x", "{method: 'PUT', headers: {'X-Own': '1'}, credentials: 'include'}"),
              R"("{\"by\":\"route\"}")");
}

TEST_F(Routes, EveryHopOfARedirectIsARequest) {
    server_.handle("GET", "/old", [](const auto&) { return fixtures::redirect("/new"); });
    const auto page = start();
    page.route("**/new", [](const Route& route) { route.fulfill({.body = "mine"}); });
    EXPECT_EQ(fetch(page, "/old"), "\"mine\"");
}

TEST_F(Routes, WhatIsInTheCacheIsRouted) {
    server_.handle("GET", "/cached.js", [](const auto&) {
        return HttpResponse{.content_type = "text/javascript",
                            .body = "from = 'server'",
                            .headers = {{"Cache-Control", "max-age=1000"}}};
    });
    const auto page = start();
    const std::string load =
        "new Promise(done => { const s = document.createElement('script'); s.src = '/cached.js'; "
        "s.onload = () => done(from); document.head.append(s) })";
    EXPECT_EQ(value(page, load), "\"server\"");
    page.route("**/cached.js", [](const Route& route) {
        route.fulfill({.content_type = "text/javascript", .body = "from = 'route'"});
    });
    page.reload();
    EXPECT_EQ(value(page, load), "\"route\"");
}

TEST_F(Routes, TheCacheStaysOnWhereARouteSaysSo) {
    serve_large();
    const auto page = start();
    const auto load = [&] { page.add_script_tag({.url = "/large.js"}); };
    page.route("**/tracker", [](const Route& route) { route.abort(); }, {.keep_cache = true});
    load();
    page.navigate("/");
    load();
    EXPECT_EQ(asked_, 1);
    EXPECT_EQ(fetch(page, "/tracker"), "\"refused: Failed to fetch\"");
    page.route("**/other", [](const Route& route) { route.abort(); });
    page.navigate("/");
    load();
    EXPECT_EQ(asked_, 2);
    page.unroute("**/other");
    page.navigate("/");
    load();
    EXPECT_EQ(asked_, 2);
}

TEST_F(Routes, CredentialsLeaveTheCacheOn) {
    serve_large();
    const auto page = open_page({.http_credentials = HttpCredentials{.username = "a", .password = "b"}});
    for (int i = 0; i < 2; ++i) {
        page.navigate(server_.url("/"));
        page.add_script_tag({.url = server_.url("/large.js")});
    }
    EXPECT_EQ(asked_, 1);
}

TEST_F(Routes, WhatAHandlerThrowsFailsTheNextCall) {
    const auto page = start();
    page.route("**/x", [](const Route&) { throw std::runtime_error("no prices"); });
    EXPECT_EQ(fetch(page, "/x"), "\"refused: Failed to fetch\"");
    EXPECT_THROW_MSG(page.title(), RouteError,
                     AllOf(HasSubstr("page.route(\"**/x\"): the handler threw \"no prices\" for GET http://127.0.0.1:"),
                           HasSubstr("/x; the request was failed")));
    EXPECT_EQ(page.title(), "server /");  // told once
    EXPECT_THROW_MSG(page.navigate("/x"), RouteError, HasSubstr("no prices"));
    page.navigate("/");
    fetch(page, "/x");
    EXPECT_THROW_MSG(page.locator("body").click(), RouteError, HasSubstr("no prices"));
    fetch(page, "/x");
    EXPECT_THROW_MSG(context_->close(), RouteError, HasSubstr("no prices"));
}

TEST_F(Routes, AHandlerThatDoesNotAnswerIsToldOf) {
    const auto page = start();
    page.route("**/x", [](const Route&) {});
    EXPECT_EQ(fetch(page, "/x"), "\"refused: Failed to fetch\"");
    EXPECT_THROW_MSG(page.title(), RouteError, HasSubstr("page.route(\"**/x\"): the handler has not answered GET"));
}

TEST_F(Routes, AnsweringTwiceIsAnError) {
    const auto page = start();
    page.route("**/x", [](const Route& route) {
        route.fulfill({.body = "once"});
        route.abort();
    });
    EXPECT_EQ(fetch(page, "/x"), "\"once\"");
    // The page has gone on; close() waits for the handler.
    EXPECT_THROW_MSG(context_->close(), RouteError, HasSubstr("has been answered already"));
}

TEST_F(Routes, WrongAnswersAreToldOf) {
    const auto page = start();
    page.route("**/header", [](const Route& route) { route.fulfill({.headers = {{"a b", "c"}}}); });
    page.route("**/reason", [](const Route& route) { route.abort("tired"); });
    page.route("**/file", [](const Route& route) { route.fulfill({.path = "/nonexistent"}); });
    page.route("**/folder", [](const Route& route) { route.fulfill({.path = "/"}); });
    fetch(page, "/header");
    EXPECT_THROW_MSG(page.title(), RouteError, HasSubstr("Fetch.fulfillRequest: the browser answered"));
    fetch(page, "/reason");
    EXPECT_THROW_MSG(page.title(), RouteError, HasSubstr("route.abort(\"tired\"): no such reason"));
    fetch(page, "/file");
    EXPECT_THROW_MSG(page.title(), RouteError, HasSubstr("route.fulfill(): cannot read /nonexistent"));
    fetch(page, "/folder");
    EXPECT_THROW_MSG(page.title(), RouteError, HasSubstr("route.fulfill(): cannot read /: it is no file"));
}

TEST_F(Routes, MayBeAnsweredLaterByAnotherThread) {
    const auto page = start();
    std::promise<Route> kept;
    page.route("**/x", [&](const Route& route) { kept.set_value(route); });
    page.evaluate("void fetch('/x').then(r => r.text()).then(t => document.title = t)");
    kept.get_future().get().fulfill({.body = "late"});
    page.expect({.kind = Expected::title, .text = "late"});
}

TEST_F(Routes, ARequestThatThePageGaveUpNeedsNoAnswer) {
    const auto page = start();
    std::promise<Route> kept;
    page.route("**/x", [&](const Route& route) { kept.set_value(route); });
    page.evaluate("void fetch('/x')");
    const auto route = kept.get_future().get();
    page.navigate("/other");
    route.fulfill({.body = "too late"});
    EXPECT_EQ(page.title(), "server /other");
}

TEST_F(Routes, OpenRequestsDoNotHoldUpTheEnd) {
    const auto page = start();
    std::promise<Route> kept;
    page.route("**/x", [&](const Route& route) { kept.set_value(route); });
    page.evaluate("void fetch('/x')");
    const auto route = kept.get_future().get();
    const auto before = cdp::Deadline::Clock::now();
    context_->close();
    EXPECT_LT(cdp::Deadline::Clock::now() - before, 2s);
    route.abort();  // of a page that has gone: nothing happens
}

TEST_F(Routes, AHandlerThatNeverReturnsDoesNotHangTheEnd) {
    const auto page = start();
    auto entered = std::make_shared<std::promise<void>>();
    auto gate = std::make_shared<std::promise<void>>();
    page.route("**/x", [entered, gate](const Route&) {
        entered->set_value();
        gate->get_future().wait();
    });
    page.evaluate("void fetch('/x')");
    entered->get_future().wait();
    EXPECT_THROW_MSG(context_->close(), RouteError,
                     HasSubstr("page.route(\"**/x\"): its handler still ran 5000 ms after the context was closed"));
    gate->set_value();
}

// It would otherwise write into what the test has taken away.
TEST_F(Routes, UnrouteWaitsForAHandlerThatRuns) {
    const auto page = start();
    std::promise<void> entered;
    std::promise<void> gate;
    std::atomic<bool> done{false};
    page.route("**/x", [&](const Route& route) {
        entered.set_value();
        gate.get_future().wait();
        route.fulfill({});
        done = true;
    });
    page.evaluate("void fetch('/x')");
    entered.get_future().wait();
    auto unrouted = std::async(std::launch::async, [&] {
        page.unroute("**/x");
        return done.load();
    });
    gate.set_value();
    EXPECT_TRUE(unrouted.get());
}

}  // namespace
}  // namespace reprise::locators
