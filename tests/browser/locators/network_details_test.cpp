// All that is known of a request and its answer: headers as they went over the wire, sizes, times, bodies, redirects.
#include <gmock/gmock.h>

#include <reprise/cdp/error.hpp>
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/js_value.hpp>
#include <reprise/locators/route.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using fixtures::HttpRequest;
using fixtures::HttpResponse;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class NetworkDetails : public BrowserPage {
protected:
    NetworkDetails() { serve(server_); }
    static void serve(fixtures::HttpServer& server) {
        server.handle("*", "/*", [](const HttpRequest& request) {
            return HttpResponse{.body = "<!doctype html><title>" + request.path + "</title>",
                                .headers = {{"Set-Cookie", "first=1"}, {"Set-Cookie", "second=2"}, {"X-Two", "a"}}};
        });
        server.handle("GET", "/data.json", [](const auto&) {
            return HttpResponse{.content_type = "application/json", .body = R"({"total": 7})"};
        });
        server.redirect("/old", "/middle");
        server.redirect("/middle", "/new", 301);
    }
    Page start() {
        auto page = open_page({.base_url = server_.url("")});
        page.navigate("/");
        return page;
    }
    static cdp::NetworkRequest ask(const Page& page, const std::string& url, const std::string& options = "{}") {
        return page.complete(page.wait_for_response(
            url, [&] { page.evaluate("fetch('" + url + "', " + options + ").then(r => r.text())"); }));
    }
    fixtures::HttpServer server_;
};

TEST_F(NetworkDetails, HeadersAreThoseOfTheWire) {
    const auto page = start();
    const auto request = ask(page, "/again", "{headers: {'X-Mine': 'm'}}");
    EXPECT_EQ(request.header("cookie"), "first=1; second=2");
    EXPECT_EQ(request.header("x-mine"), "m");
    EXPECT_THAT(request.header("host"), HasSubstr("127.0.0.1"));
    EXPECT_THAT(request.response->header_values("set-cookie"), ElementsAre("first=1", "second=2"));
    EXPECT_THAT(request.response->header_values("X-TWO"), ElementsAre("a"));
    for (const auto& [name, value] : request.headers) EXPECT_NE(name, "Cookie") << "as scripts see them";
}

TEST_F(NetworkDetails, SizesTimesAndTheServerAreKnown) {
    const auto page = start();
    const auto request = ask(page, "/size", "{method: 'POST', body: 'x'.repeat(100)}");
    EXPECT_EQ(request.request_body_bytes(), 100);
    EXPECT_GT(request.request_header_bytes(), 100);
    EXPECT_GT(request.response->header_bytes, 50);
    EXPECT_EQ(request.decoded_bytes, 35);
    EXPECT_EQ(request.response_body_bytes(), 35);
    EXPECT_EQ(request.response->server_ip, "127.0.0.1");
    EXPECT_EQ(request.response->server_port, server_.port());
    EXPECT_FALSE(request.response->security);
    const auto& timing = request.timing;
    EXPECT_GE(timing.request_start, 0);
    EXPECT_GE(timing.request_end, timing.request_start);
    EXPECT_GE(timing.response_start, timing.request_end);
    EXPECT_GE(timing.response_end, timing.response_start);
    EXPECT_EQ(timing.tls_start, -1);
}

TEST_F(NetworkDetails, SecurityIsThatOfTheConnection) {
    fixtures::HttpServer secure{{.scheme = fixtures::HttpServerOptions::Scheme::https}};
    serve(secure);
    const auto page = open_page({.ignore_https_errors = true});
    const auto document = page.navigate(secure.url("/"));
    ASSERT_TRUE(document && document->response);
    const auto& security = document->response->security;
    ASSERT_TRUE(security);
    EXPECT_THAT(security->protocol, HasSubstr("TLS"));
    EXPECT_EQ(security->issuer, security->subject);
    const auto now = std::chrono::system_clock::now();
    EXPECT_LT(security->valid_from, now);
    EXPECT_GT(security->valid_to, now);
    EXPECT_GE(page.complete(*document).timing.tls_end, 0);
}

TEST_F(NetworkDetails, AnUntrustedCertificateIsACleanError) {
    fixtures::HttpServer secure{{.scheme = fixtures::HttpServerOptions::Scheme::https}};
    const auto page = open_page();
    EXPECT_THROW_MSG(page.navigate(secure.url("/")), cdp::NavigationError,
                     AllOf(HasSubstr("net::ERR_CERT_AUTHORITY_INVALID"), HasSubstr("ignore_https_errors")));
}

TEST_F(NetworkDetails, RedirectsAreKnownBothWays) {
    const auto page = start();
    const auto last = page.navigate("/old");
    ASSERT_TRUE(last && last->response);
    EXPECT_EQ(last->url, server_.url("/new"));
    EXPECT_EQ(last->response->status, 200);
    const auto all = page.requests();
    const auto at = [&](std::size_t number) {
        for (const auto& request : all) {
            if (request.number == number) return request;
        }
        return cdp::NetworkRequest{};
    };
    const auto middle = at(last->redirected_from.value_or(0));
    const auto first = at(middle.redirected_from.value_or(0));
    EXPECT_EQ(middle.url, server_.url("/middle"));
    EXPECT_EQ(middle.response->status, 301);
    EXPECT_EQ(middle.redirected_to, last->number);
    EXPECT_EQ(first.url, server_.url("/old"));
    EXPECT_EQ(first.response->status, 302);
    EXPECT_EQ(first.redirected_to, middle.number);
    EXPECT_FALSE(first.redirected_from);
    EXPECT_FALSE(last->redirected_to);
    EXPECT_EQ(page.complete(first).response->header("location"), "/middle");
}

TEST_F(NetworkDetails, NavigatingReturnsTheDocumentsRequest) {
    const auto page = start();
    const auto document = page.navigate("/here?q=1");
    ASSERT_TRUE(document && document->response);
    EXPECT_EQ(document->response->status, 200);
    EXPECT_TRUE(document->navigation);
    EXPECT_FALSE(page.navigate("/here?q=1#part"));
    const auto again = page.reload();
    ASSERT_TRUE(again);
    EXPECT_GT(again->number, document->number);
    EXPECT_TRUE(page.go_back());
    EXPECT_FALSE(page.navigate("about:blank"));
}

TEST_F(NetworkDetails, BodiesThatWereSentAreBytes) {
    const auto page = start();
    EXPECT_EQ(ask(page, "/a", "{method: 'POST', body: new Uint8Array([0, 255, 128, 10])}").post_data,
              std::string("\x00\xff\x80\x0a", 4));
    const auto large = ask(page, "/b", "{method: 'POST', body: 'y'.repeat(3000000)}");
    EXPECT_TRUE(large.has_post_data);
    EXPECT_EQ(page.post_data(large).value_or("").size(), 3'000'000U);
    const auto none = ask(page, "/c");
    EXPECT_FALSE(none.has_post_data);
    EXPECT_EQ(page.post_data(none), std::nullopt);
}

TEST_F(NetworkDetails, AnswersAreReadAsJson) {
    const auto page = start();
    const auto data = ask(page, "/data.json");
    EXPECT_EQ(page.response_json(data).at("total"), 7);
    const auto document = ask(page, "/page");
    EXPECT_THROW_MSG(page.response_json(document), ActionError,
                     AllOf(HasSubstr("is no JSON"), HasSubstr("<!doctype html>"), HasSubstr("/page 200")));
}

TEST_F(NetworkDetails, WhatNeverWentOverTheWireIsCompleteToo) {
    const auto page = start();
    page.route("**/mine", [](const Route& route) { route.fulfill({.body = "mine"}); });
    page.route("**/none", [](const Route& route) { route.abort(); });
    EXPECT_EQ(ask(page, "/mine").response->status, 200);
    const auto failed =
        page.complete(page.wait_for_request("**/none", [&] { page.evaluate("fetch('/none').catch(() => 0)"); }));
    EXPECT_EQ(failed.failure, "net::ERR_FAILED");
    page.evaluate("fetch('data:text/plain,x').then(r => r.text())");
    for (const auto& request : page.requests()) page.complete(request);
}

TEST_F(NetworkDetails, ACorsPreflightIsARequestOfItsOwn) {
    server_.handle("OPTIONS", "/cross", [](const auto&) {
        return HttpResponse{.status = 204,
                            .headers = {{"Access-Control-Allow-Origin", "*"}, {"Access-Control-Allow-Headers", "*"}}};
    });
    server_.handle("GET", "/cross", [](const auto&) {
        return HttpResponse{.body = "ok", .headers = {{"Access-Control-Allow-Origin", "*"}}};
    });
    const auto page = start();
    auto url = server_.url("/cross");
    url.replace(url.find("127.0.0.1"), 9, "localhost");
    page.evaluate("fetch('" + url + "', {headers: {'X-A': '1'}}).then(r => r.text())");
    std::vector<std::string> methods;
    for (const auto& request : page.requests()) {
        if (request.url == url) methods.push_back(request.method + " " + request.resource_type);
    }
    EXPECT_THAT(methods, testing::UnorderedElementsAre("OPTIONS other", "GET fetch"));
}

// What a test waits for is what the page has asked for.
TEST_F(NetworkDetails, APreflightIsWaitedForOnlyByAFunctionThatWantsIt) {
    server_.handle("OPTIONS", "/cross", [](const auto&) {
        return HttpResponse{.status = 204,
                            .headers = {{"Access-Control-Allow-Origin", "*"}, {"Access-Control-Allow-Headers", "*"}}};
    });
    server_.handle("GET", "/cross", [](const auto&) {
        return HttpResponse{.body = "ok", .headers = {{"Access-Control-Allow-Origin", "*"}}};
    });
    const auto page = start();
    auto url = server_.url("/cross");
    url.replace(url.find("127.0.0.1"), 9, "localhost");
    int asked = 0;
    const auto ask = [&] {
        page.evaluate_value("(url) => fetch(url, {headers: {'X-A': '1'}}).then(r => r.text())",
                            url + "?" + std::to_string(++asked));
    };
    const auto& context = page.context();
    EXPECT_EQ(page.wait_for_request("**/cross?*", ask).method, "GET");
    EXPECT_EQ(page.wait_for_response("**/cross?*", ask).response->status, 200);
    EXPECT_EQ(context.wait_for_request("**/cross?*", ask).request.method, "GET");
    EXPECT_EQ(context.wait_for_response("**/cross?*", ask).request.response->status, 200);
    const RequestFilter preflight = [](const auto& request) { return request.method == "OPTIONS"; };
    EXPECT_EQ(page.wait_for_request(preflight, ask).method, "OPTIONS");
    EXPECT_EQ(context.wait_for_response(preflight, ask).request.response->status, 204);
    const auto got = page.wait_for_response([](const auto& request) { return request.method == "GET"; }, ask);
    EXPECT_EQ(got.url, url + "?" + std::to_string(asked));
    EXPECT_THROW_MSG(page.wait_for_request([](const auto&) { return false; }, ask, {.timeout = 100ms}),
                     cdp::TimeoutError,
                     HasSubstr("page.wait_for_request(...): no such request within 100 ms; 2 other"));
    const RequestFilter broken = [](const auto&) -> bool { throw std::runtime_error("cannot decide"); };
    EXPECT_THROW(page.wait_for_request(broken, ask), std::runtime_error);
    EXPECT_THROW_MSG(context.wait_for_request(broken, ask), ActionError, HasSubstr("cannot decide"));
}

TEST_F(NetworkDetails, TheContextHearsOfAllItsPagesAndOfAPopupsFirstDocument) {
    const auto page = start();
    const auto document = page.context().wait_for_response(
        "/popup", [&] { page.evaluate("void window.open('/popup', '_blank', 'noopener')"); }, 10s);
    EXPECT_EQ(document.request.response->status, 200);
    EXPECT_TRUE(document.request.navigation);
    EXPECT_NE(document.page, page.target().id());
    const auto all = page.context().requests();
    EXPECT_EQ(all.front().request.url, server_.url("/"));
    EXPECT_EQ(all.back().request.url, server_.url("/popup"));
    EXPECT_THROW_MSG(page.context().wait_for_request(
                         "/no", [&] { page.evaluate("fetch('/yes').then(r => r.text())"); }, 200ms),
                     cdp::TimeoutError,
                     AllOf(HasSubstr("context.wait_for_request"), HasSubstr("200 ms"), HasSubstr("/yes")));
}

TEST_F(NetworkDetails, WaitsOfAContextEndWithIt) {
    const auto page = start();
    const auto context = page.context();
    EXPECT_THROW_MSG(context.wait_for_request(
                         "/never", [&] { context.close(); }, 60s),
                     cdp::ConnectionClosed, testing::EndsWith("/never\"): the context was closed"));
    EXPECT_THROW_MSG(context.wait_for_response(
                         "/never", [] {}, 60s),
                     cdp::ConnectionClosed, HasSubstr("the context was closed"));
}

TEST_F(NetworkDetails, CookiesAreSharedWithTheContextBothWays) {
    const auto page = start();
    page.context().add_cookies({{.name = "third", .value = "3", .domain = "127.0.0.1"}});
    EXPECT_THAT(ask(page, "/again").header("cookie"), HasSubstr("third=3"));
    EXPECT_EQ(page.context().cookies().size(), 3U);
}

}  // namespace
}  // namespace reprise::locators
