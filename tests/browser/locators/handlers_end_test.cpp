// What a context no longer calls, once its test has ended.
#include <atomic>
#include <future>
#include <thread>

#include <reprise/cdp/error.hpp>
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/exposed_function.hpp>
#include <reprise/locators/locator_handler.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using fixtures::HttpResponse;
using testing::HasSubstr;

class HandlersEnd : public BrowserPage {
protected:
    HandlersEnd() {
        server_.handle("GET", "/", [](const auto&) {
            return HttpResponse{.body = "<button onclick='this.hidden = true'>Close</button><p>Text</p>"};
        });
        server_.handle("GET", "/tick", [this](const auto&) {
            ++asked_;
            return HttpResponse{.body = "served"};
        });
        server_.handle("GET", "/other", [](const auto&) { return HttpResponse{.body = "served"}; });
    }
    Page open_site() {
        auto page = open_page({.base_url = server_.url("")});
        page.navigate("/");
        return page;
    }
    static std::string fetch(const Page& page, const std::string& path) {
        return value(page, "fetch('" + path + "').then((answer) => answer.text(), () => 'refused')");
    }

    void wait_until_refused() const {
        try {
            while (true) context_->route("**/new", [](const Route&) {});
        } catch (const cdp::ConnectionClosed&) {
        }
    }

    std::atomic<int> asked_{};
    fixtures::HttpServer server_;
};

TEST_F(HandlersEnd, NoneIsCalledOnceTheyAreLetGo) {
    const auto page = open_site();
    std::atomic<int> calls{};
    page.route("**/tick", [&](const Route& route) {
        ++calls;
        route.fulfill({.body = "routed"});
    });
    page.expose_function("tell", [&] { ++calls; });
    page.answer_dialogs([&](const cdp::Dialog&) -> std::optional<cdp::DialogAnswer> {
        ++calls;
        return cdp::DialogAnswer{.action = cdp::DialogAction::accept};
    });
    page.add_locator_handler(page.get_by_text("Close"), [&](const Locator& close) {
        ++calls;
        close.click();
    });
    EXPECT_EQ(fetch(page, "/tick"), "\"routed\"");
    page.evaluate("tell()");
    EXPECT_EQ(value(page, "confirm('Sure?')"), "true");
    page.locator("p").click();
    EXPECT_EQ(calls, 4);

    context_->let_go_of_handlers();
    // The server that the route stood in for is not asked after all.
    EXPECT_EQ(fetch(page, "/tick"), "\"refused\"");
    EXPECT_EQ(asked_, 0);
    EXPECT_EQ(fetch(page, "/other"), "\"served\"");
    page.evaluate("document.querySelector('button').hidden = false, void tell()");
    EXPECT_EQ(value(page, "confirm('Sure?')"), "false");
    page.locator("p").click();
    EXPECT_EQ(calls, 4);
    EXPECT_THROW_MSG(page.route("**", [](const Route&) {}), cdp::ConnectionClosed, HasSubstr("page.route(\"**\")"));
}

TEST_F(HandlersEnd, TheOneThatRunsIsWaitedFor) {
    const auto page = open_site();
    std::promise<void> begun;
    std::atomic<bool> ended{};
    page.route("**/tick", [&](const Route& route) {
        begun.set_value();
        std::this_thread::sleep_for(200ms);
        ended = true;
        route.fulfill({.body = "routed"});
    });
    page.evaluate("void fetch('/tick')");
    begun.get_future().wait();
    context_->let_go_of_handlers();
    EXPECT_TRUE(ended);
}

TEST_F(HandlersEnd, RequestsThatWaitForThemAreAborted) {
    const auto page = open_site();
    std::promise<void> begun, released;
    std::promise<Route> kept;
    page.route("**/other", [&](const Route& route) { kept.set_value(route); });
    page.evaluate("void (window.other = fetch('/other').then((answer) => answer.text(), () => 'refused'))");
    std::optional<Route> unanswered = kept.get_future().get();
    page.route("**/tick", [&](const Route& route) {
        begun.set_value();
        released.get_future().wait();
        route.fallback();  // there is none that it could fall to
    });
    page.evaluate(
        "for (let i = 0; i < 2; ++i)"
        " window['tick' + i] = fetch('/tick').then((answer) => answer.text(), () => 'refused'), void 0");
    begun.get_future().wait();
    const auto letting_go = std::async(std::launch::async, [&] { context_->let_go_of_handlers(); });
    wait_until_refused();
    released.set_value();
    letting_go.wait();
    EXPECT_EQ(value(page, "tick0"), "\"refused\"");
    EXPECT_EQ(value(page, "tick1"), "\"refused\"");
    EXPECT_EQ(asked_, 0);
    unanswered.reset();
    EXPECT_EQ(value(page, "other"), "\"refused\"");
}

}  // namespace
}  // namespace reprise::locators
