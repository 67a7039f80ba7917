// Routes that ask the server first, and what is routed at all.
#include <atomic>
#include <mutex>

#include <reprise/cdp/error.hpp>
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/route.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using fixtures::HttpRequest;
using fixtures::HttpResponse;
using testing::AllOf;
using testing::HasSubstr;

class RouteFetch : public BrowserPage {
protected:
    RouteFetch() {
        server_.handle("*", "/*", [](const HttpRequest& request) {
            return HttpResponse{.body = "<!doctype html><title>server " + request.path + "</title>"};
        });
        server_.handle("*", "/api", [](const HttpRequest& request) {
            const auto cookie = request.cookies.find("in");
            return HttpResponse{
                .status = 201,
                .content_type = "application/json",
                .body = "{\"total\": 7, \"in\": \"" + (cookie == request.cookies.end() ? "" : cookie->second) + "\"}",
                .headers = {{"Set-Cookie", "from=server"}, {"X-Server", "yes"}}};
        });
        server_.redirect("/old", "/new");
    }
    void TearDown() override {
        if (context_) context_->close();
    }
    Page start() {
        auto page = open_page({.base_url = server_.url("")});
        page.navigate("/");
        return page;
    }
    static std::string fetch(const Page& page, const std::string& url, const std::string& options = "{}") {
        return value(page, "fetch('" + url + "', " + options + ").then(r => r.text(), e => 'refused: ' + e.message)");
    }
    fixtures::HttpServer server_;
};

TEST_F(RouteFetch, TheRealAnswerIsChangedOnItsWay) {
    const auto page = start();
    page.evaluate("document.cookie = 'in=1'");
    page.route("/api", [](const Route& route) {
        auto answer = route.fetch();
        auto json = answer.json();
        json.as_object()["total"] = 8;
        json.as_object()["status"] = answer.status;
        route.fulfill({.response = std::move(answer), .headers = {{"X-Changed", "yes"}}, .json = json});
    });
    EXPECT_EQ(value(page,
                    "fetch('/api').then(async r => [r.status, r.headers.get('x-server'), r.headers.get('x-changed'), "
                    "await r.json()])"),
              R"([201,"yes","yes",{"total":8,"in":"1","status":201}])");
    EXPECT_EQ(value(page, "document.cookie"), "\"in=1; from=server\"");
    EXPECT_EQ(server_.requests("/api"), 1);
}

TEST_F(RouteFetch, AnAnswerGoesOnAsItIs) {
    const auto page = start();
    std::atomic<int> seen{};
    page.route("/api", [&](const Route& route) {
        seen = route.fetch().status;
        route.continue_();
    });
    EXPECT_THAT(fetch(page, "/api"), HasSubstr("total"));
    EXPECT_EQ(seen, 201);
    page.unroute_all();
    page.route("/api", [](const Route& route) { route.fulfill({.response = route.fetch()}); });
    EXPECT_THAT(fetch(page, "/api"), HasSubstr("total"));
    page.unroute_all();
    page.route("/api",
               [](const Route& route) { route.fulfill({.response = route.fetch(), .status = 404, .body = "x"}); });
    EXPECT_EQ(value(page, "fetch('/api').then(async r => r.status + await r.text())"), "\"404x\"");
    page.unroute_all();
    page.route("/api",
               [](const Route& route) { route.fulfill({.response = route.fetch(), .status = 500, .body = ""}); });
    EXPECT_EQ(value(page, "fetch('/api').then(async r => r.status + await r.text())"), "\"500\"");
}

TEST_F(RouteFetch, TheRequestMayBeChangedFirst) {
    const auto page = start();
    page.route("/api", [&](const Route& route) {
        route.fulfill({.response = route.fetch({.url = server_.url("/else"), .method = "PUT"})});
    });
    EXPECT_THAT(fetch(page, "/api"), HasSubstr("server /else"));
    EXPECT_EQ(server_.wait_for_request("/else").method, "PUT");
}

TEST_F(RouteFetch, ARedirectIsAnAnswerAndItsNextHopARequest) {
    const auto page = start();
    std::mutex mutex;
    std::vector<std::string> seen;
    page.route("/{old,new}", [&](const Route& route) {
        const auto answer = route.fetch();
        {
            const std::lock_guard lock{mutex};
            seen.push_back(route.request().url.substr(server_.url("").size()) + " " + std::to_string(answer.status) +
                           " " + answer.header("location"));
        }
        route.continue_();
    });
    EXPECT_THAT(fetch(page, "/old"), HasSubstr("server /new"));
    const std::lock_guard lock{mutex};
    EXPECT_THAT(seen, testing::ElementsAre("/old 302 /new", "/new 200 "));
}

TEST_F(RouteFetch, ADocumentIsChangedOnItsWay) {
    const auto page = start();
    page.route("/page", [](const Route& route) {
        auto answer = route.fetch();
        answer.body += "<p>added</p>";
        route.fulfill({.response = std::move(answer)});
    });
    page.navigate("/page");
    EXPECT_EQ(page.title(), "server /page");
    EXPECT_EQ(page.locator("p").text_content(), "added");
}

TEST_F(RouteFetch, SaysWhenNoAnswerCame) {
    server_.handle("GET", "/slow", [](const auto&) { return HttpResponse{.body = "late", .delay = 700ms}; });
    const auto page = start();
    page.route("http://127.0.0.1:1/x", [](const Route& route) { route.fetch(); });
    EXPECT_THAT(fetch(page, "http://127.0.0.1:1/x"), HasSubstr("refused"));
    EXPECT_THROW_MSG(page.title(), RouteError, AllOf(HasSubstr("route.fetch()"), HasSubstr("no answer: ")));
    page.route("/slow", [](const Route& route) { route.fetch({}, 50ms); });
    EXPECT_EQ(fetch(page, "/slow"), "\"late\"");
    EXPECT_THROW_MSG(page.title(), RouteError, HasSubstr("no answer within 50 ms"));
}

// Else all other routes would wait for an answer that does not come.
TEST_F(RouteFetch, EndsWhenThePageGivesTheRequestUp) {
    const auto page = start();
    server_.handle("GET", "/slow", [](const auto&) { return fixtures::HttpResponse{.body = "late", .delay = 20s}; });
    page.route("/slow", [](const Route& route) { route.fulfill({.response = route.fetch()}); });
    page.route("/other", [](const Route& route) { route.fulfill({.body = "other"}); });
    page.evaluate("stop = new AbortController(); void fetch('/slow', {signal: stop.signal}).catch(() => 0)");
    while (server_.requests("/slow") == 0) page.evaluate("1");
    page.evaluate("stop.abort()");
    EXPECT_EQ(fetch(page, "/other"), "\"other\"");
    page.evaluate("void fetch('/slow').catch(() => 0)");
    while (server_.requests("/slow") < 2) page.evaluate("1");
    page.navigate(server_.url("/"));
    EXPECT_EQ(fetch(page, "/other"), "\"other\"");
    page.context().close();  // tells what went wrong in routes
}

TEST_F(RouteFetch, OutOfTurnIsAnError) {
    const auto page = start();
    const auto expect_refusal = [&](const std::function<void(const Route&)>& second, const std::string& text) {
        page.route("/api", [&](const Route& route) {
            route.fetch();
            second(route);
        });
        fetch(page, "/api");
        EXPECT_THROW_MSG(page.title(), RouteError, HasSubstr(text));
        page.unroute_all();
    };
    expect_refusal([](const Route& route) { route.fetch(); }, "route.fetch(): it was fetched already");
    expect_refusal([](const Route& route) { route.fallback(); }, "route.fallback(): the request was fetched already");
    expect_refusal([](const Route& route) { route.continue_({.method = "PUT"}); }, "cannot be changed any more");
}

TEST_F(RouteFetch, AllRoutesAreTakenBackAtOnce) {
    const auto page = start();
    page.route("/a", [](const Route& route) { route.fulfill({.body = "page"}); });
    page.route("/b", [](const Route& route) { route.fulfill({.body = "page"}); });
    page.context().route("/a", [](const Route& route) { route.fulfill({.body = "context"}); });
    page.unroute_all();
    EXPECT_EQ(fetch(page, "/a"), "\"context\"");
    EXPECT_THAT(fetch(page, "/b"), HasSubstr("server /b"));
    page.context().unroute_all();
    EXPECT_THAT(fetch(page, "/a"), HasSubstr("server /a"));
}

// What no pattern matches takes its way without us: a route that never answers holds nothing else up.
TEST_F(RouteFetch, OtherRequestsAreNeverHeld) {
    const auto page = start();
    page.route("/held", [](const Route&) {});
    for (int i = 0; i < 20; ++i) fetch(page, "/free" + std::to_string(i));
    EXPECT_EQ(server_.requests("/held"), 0);
}

TEST_F(RouteFetch, BeaconsAndPreloadsAreRouted) {
    const auto page = start();
    std::mutex mutex;
    std::vector<std::string> types;
    page.route("/{beacon,preload.js}", [&](const Route& route) {
        {
            const std::lock_guard lock{mutex};
            types.push_back(route.request().resource_type + " " + route.request().method);
        }
        route.fulfill({.content_type = "text/javascript", .body = "window.loaded = (window.loaded || 0) + 1"});
    });
    page.wait_for_response("/beacon", [&] { page.evaluate("navigator.sendBeacon('/beacon', 'x')"); });
    page.evaluate(
        "new Promise(done => { const l = document.createElement('link'); l.rel = 'preload'; l.as = 'script'; "
        "l.href = '/preload.js'; l.onload = done; document.head.append(l); })");
    EXPECT_EQ(value(page,
                    "new Promise(done => { const s = document.createElement('script'); s.src = '/preload.js'; "
                    "s.onload = () => done(window.loaded); document.head.append(s) })"),
              "1");
    const std::lock_guard lock{mutex};
    ASSERT_GE(types.size(), 2U);
    EXPECT_EQ(types.at(0), "ping POST");
    EXPECT_EQ(types.at(1), "script GET");
}

}  // namespace
}  // namespace reprise::locators
