// What a page asks of the network, and waiting for it.
#include <gmock/gmock.h>

#include <atomic>

#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/route.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using fixtures::HttpResponse;
using testing::AllOf;
using testing::HasSubstr;

class NetworkTest : public BrowserPage {
protected:
    NetworkTest() {
        server_.handle("GET", "/", [](const auto&) {
            return HttpResponse{.body =
                                    "<button onclick=\"fetch('/api/orders', {method: 'POST', body: 'a=1', "
                                    "headers: {'X-Kind': 'test'}}).then(r => r.text())\">Order</button>"
                                    "<iframe src=/frame></iframe>"};
        });
        server_.handle("GET", "/frame", [](const auto&) { return HttpResponse{.body = "<p>frame</p>"}; });
        server_.handle("POST", "/api/orders", [](const auto&) {
            return HttpResponse{.status = 201, .content_type = "application/json", .body = "{\"id\": 7}"};
        });
    }
    Page open_shop() {
        auto page = open_page({.base_url = server_.url("")});
        page.navigate("/");
        return page;
    }
    fixtures::HttpServer server_;
};

TEST_F(NetworkTest, WaitsForTheAnswerOfAnAction) {
    const auto page = open_shop();
    const auto order = page.wait_for_response("/api/orders", [&] { page.get_by_text("Order").click(); });
    ASSERT_TRUE(order.response);
    EXPECT_EQ(order.response->status, 201);
    EXPECT_EQ(order.response->header("content-type"), "application/json");
    EXPECT_EQ(order.method, "POST");
    EXPECT_EQ(order.post_data, "a=1");
    EXPECT_EQ(order.header("x-kind"), "test");
    EXPECT_EQ(order.resource_type, "fetch");
    EXPECT_FALSE(order.navigation);
    EXPECT_EQ(page.response_body(order), "{\"id\": 7}");
}

TEST_F(NetworkTest, WaitsForARequestThatIsNeverAnswered) {
    const auto page = open_shop();
    page.route("/api/*", [](const Route& route) { route.abort("connectionrefused"); });
    const auto order = page.wait_for_request("**/orders", [&] { page.get_by_text("Order").click(); });
    EXPECT_EQ(order.url, server_.url("/api/orders"));
    page.target().wait_for_request(
        cdp::NetworkStage::ended, order.number - 1, [](const auto&) { return true; }, soon());
    EXPECT_EQ(page.requests().back().failure, "net::ERR_CONNECTION_REFUSED");
    EXPECT_FALSE(page.requests().back().response);
}

TEST_F(NetworkTest, KnowsDocumentsFramesAndRedirects) {
    server_.redirect("/old", "/", 301);
    const auto page = open_page({.base_url = server_.url("")});
    page.navigate("/old");
    const auto requests = page.requests();
    ASSERT_GE(requests.size(), 3);
    EXPECT_EQ(requests[0].response->status, 301);
    EXPECT_TRUE(requests[0].finished);
    EXPECT_EQ(requests[1].redirected_from, requests[0].number);
    EXPECT_EQ(requests[1].url, server_.url("/"));
    EXPECT_TRUE(requests[1].navigation);
    EXPECT_EQ(requests[1].frame, page.target().main_frame());
    EXPECT_EQ(requests[2].url, server_.url("/frame"));
    EXPECT_TRUE(requests[2].navigation);
    EXPECT_NE(requests[2].frame, page.target().main_frame());
}

TEST_F(NetworkTest, WhatFailsGetsNoAnswer) {
    const auto page = open_shop();
    page.route("**/api/orders", [](const Route& route) { route.abort("connectionrefused"); }, {.times = 1});
    const auto order = [&] { page.get_by_text("Order").click(); };
    for (const bool of_context : {false, true}) {
        try {
            if (of_context)
                page.context().wait_for_response("**/api/orders", order, 300ms);
            else
                page.wait_for_response("**/api/orders", order, {.timeout = 300ms});
            FAIL() << "there was no answer";
        } catch (const cdp::TimeoutError& error) {
            EXPECT_THAT(error.what(),
                        AllOf(HasSubstr("no such answer within 300 ms"), HasSubstr("ERR_CONNECTION_REFUSED")));
        }
        page.route("**/api/orders", [](const Route& route) { route.abort("connectionrefused"); }, {.times = 1});
    }
}

TEST_F(NetworkTest, FindsARequestThatAThousandFollow) {
    const auto page = open_page({.base_url = server_.url("")}, 30s);
    page.navigate("/");
    const auto wanted = page.wait_for_response("/frame?wanted", [&] {
        page.evaluate(
            "(async () => { await fetch('/frame?wanted'); for (let n = 0; n < 44; ++n) await Promise.all("
            "Array.from({length: 25}, (_, i) => fetch(`/frame?${n}-${i}`).then(answer => answer.text()))) })()");
    });
    EXPECT_EQ(wanted.url, server_.url("/frame?wanted"));
    EXPECT_EQ(page.requests().size(), 1'000U);
    EXPECT_THAT(page.requests().back().url, HasSubstr("/frame?43-"));
}

TEST_F(NetworkTest, SaysWhatWasAskedInstead) {
    const auto page = open_shop();
    try {
        page.wait_for_response("**/payments", [&] { page.get_by_text("Order").click(); }, {.timeout = 300ms});
        FAIL() << "there was no payment";
    } catch (const cdp::TimeoutError& error) {
        EXPECT_THAT(error.what(),
                    AllOf(HasSubstr("page.wait_for_response(\"**/payments\"): no such answer within 300 ms; 1 other "
                                    "request:\n  POST " +
                                    server_.url("/api/orders") + " 201"),
                          testing::Not(HasSubstr("and "))));
    }
    try {
        page.wait_for_request("**/payments", [] {}, {.timeout = 50ms});
        FAIL() << "there was no payment";
    } catch (const cdp::TimeoutError& error) {
        EXPECT_THAT(error.what(), HasSubstr("no such request within 50 ms; nothing was asked of the network"));
    }
}

TEST_F(NetworkTest, HasNoBodyThatItWasNotToldToKeep) {
    const auto page = open_shop();
    page.get_by_text("Order").click();
    const auto order = page.target().wait_for_request(
        cdp::NetworkStage::ended, 0, [](const auto& request) { return request.method == "POST"; }, soon());
    EXPECT_THROW(page.response_body(order), cdp::ProtocolError);
    page.keep_response_bodies();
    const auto frame = page.wait_for_response("/frame", [&] { page.evaluate("void frames[0].location.reload()"); });
    EXPECT_EQ(page.response_body(frame), "<p>frame</p>");
}

TEST_F(NetworkTest, EndsTheWaitWithThePage) {
    const auto page = open_shop();
    EXPECT_THROW(page.wait_for_request("**/never", [&] { page.target().close(); }), cdp::ConnectionClosed);
}

// The full browser asks for a page's icon by itself, some time after the document.
TEST_F(NetworkTest, TheBrowsersOwnRequestForAnIconIsNotThePages) {
    const auto page = open_page({.base_url = server_.url("")});
    std::atomic<int> icons{0};
    page.route("**", [&](const Route& route) {
        if (route.request().url.ends_with("/favicon.ico")) ++icons;
        route.continue_();
    });
    page.navigate("/");
    page.wait_for_response("/api/orders", [&] { page.get_by_text("Order").click(); });
    EXPECT_EQ(icons, 0);
    for (const auto& request : page.requests()) EXPECT_THAT(request.url, testing::Not(HasSubstr("favicon")));
    EXPECT_EQ(page.evaluate("fetch('/favicon.ico').then(r => r.status)").as_int64(), 404);
    EXPECT_EQ(icons, 1) << "what the page asks for itself is the page's";
}

}  // namespace
}  // namespace reprise::locators
