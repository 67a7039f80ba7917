// What pages write to their consoles and do not catch.
#include <reprise/fixtures/http_server.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using fixtures::HttpResponse;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::StartsWith;

class Console : public BrowserPage {
protected:
    static std::vector<std::string> texts(const Page& page) {
        std::vector<std::string> result;
        for (const auto& message : page.console_messages()) result.push_back(message.type + ": " + message.text);
        return result;
    }
    void serve(const std::string& path, std::string html) {
        server_.handle("GET", path, [html = std::move(html)](const auto&) { return HttpResponse{.body = html}; });
    }
    fixtures::HttpServer server_;
};

TEST_F(Console, MessagesOfAllKindsAreKeptInOrder) {
    const auto page = open("<script>console.log('first', 1, {a: [1, 2], b: 'x'}, [3, 'y'], null)</script>");
    page.evaluate("console.warn('careful'), console.error(new Error('bad')), console.debug(undefined, 5n)");
    const auto all = texts(page);
    ASSERT_EQ(all.size(), 4U);
    EXPECT_EQ(all[0], "log: first 1 {a: Array(2), b: x} [3, y] null");
    EXPECT_EQ(all[1], "warning: careful");
    EXPECT_THAT(all[2], StartsWith("error: Error: bad\n    at"));
    EXPECT_EQ(all[3], "debug: undefined 5n");
}

TEST_F(Console, MessagesSayWhereAndWhen) {
    serve("/", "<!doctype html>\n<script>\n  console.log('here')</script>");
    const auto page = open_page();
    const auto before = std::chrono::system_clock::now();
    page.navigate(server_.url("/"));
    const auto message = page.console_messages().at(0);
    EXPECT_EQ(message.url, server_.url("/"));
    EXPECT_EQ(message.line, 3);
    EXPECT_EQ(message.column, 11);
    EXPECT_EQ(message.number, 1U);
    EXPECT_GT(message.time, before - std::chrono::seconds{1});
    EXPECT_LT(message.time, before + std::chrono::minutes{1});
}

TEST_F(Console, WhatNothingCaughtIsAPageError) {
    const auto page = open("<script>function cart() { throw new TypeError('no cart') } cart()</script>");
    // The browser reports the rejection when it has asked the page's own listeners.
    page.evaluate(
        "new Promise(done => {"
        "  addEventListener('unhandledrejection', () => setTimeout(done, 0));"
        "  Promise.reject('rejected');"
        "})");
    const auto errors = page.page_errors();
    ASSERT_EQ(errors.size(), 2U);
    EXPECT_EQ(errors[0].message, "TypeError: no cart");
    EXPECT_THAT(errors[0].stack, HasSubstr("at cart (data:text/html"));
    EXPECT_EQ(errors[1].message, "rejected");
    EXPECT_TRUE(page.console_messages().empty());
}

TEST_F(Console, FramesOfOtherProcessesAndEarlierDocumentsAreHeard) {
    serve("/frame", "<script>console.log('in the frame'); nope()</script>");
    auto url = server_.url("/frame");
    url.replace(url.find("127.0.0.1"), 9, "localhost");
    serve("/", "<script>console.log('before')</script><iframe src='" + url + "'></iframe>");
    const auto page = open_page();
    page.navigate(server_.url("/"));
    page.navigate("data:text/html,<script>console.log('after')</script>");
    EXPECT_THAT(texts(page), ElementsAre("log: before", "log: in the frame", "log: after"));
    EXPECT_THAT(page.page_errors(), ElementsAre(Field(&cdp::PageError::message, HasSubstr("nope is not defined"))));
}

TEST_F(Console, TheBrowserSaysWhichResourceDidNotLoad) {
    serve("/", "<img src=/missing.png>");
    server_.handle("GET", "/missing.png", [](const auto&) { return HttpResponse{.status = 404}; });
    const auto page = open_page();
    page.navigate(server_.url("/"));
    const auto messages = page.console_messages();
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(messages[0].type, "error");
    EXPECT_THAT(messages[0].text, HasSubstr("404"));
    EXPECT_EQ(messages[0].url, server_.url("/missing.png"));
}

TEST_F(Console, AFloodIsBoundedAndTold) {
    const auto page = open("x");
    page.evaluate("for (let i = 1; i <= 1500; ++i) console.log(i)");
    const auto messages = page.console_messages();
    ASSERT_EQ(messages.size(), 1'000U);
    EXPECT_EQ(messages.front().number, 501U);
    EXPECT_EQ(messages.back().text, "1500");
}

}  // namespace
}  // namespace reprise::locators
