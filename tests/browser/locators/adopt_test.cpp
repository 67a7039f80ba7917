// Contexts and pages that somebody else has made, taken part in as they are.
#include <algorithm>

#include <reprise/cdp/command.hpp>
#include <reprise/cdp/error.hpp>
#include <reprise/cdp/protocol/target.hpp>
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/adopt.hpp>
#include <reprise/locators/page.hpp>

#include "support/debugging_port.hpp"
#include "support/expect_throw.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using fixtures::HttpRequest;
using fixtures::HttpResponse;
using testing::ElementsAre;
using testing::HasSubstr;

const PageOptions k_soon{.timeout = 10s, .expect_timeout = 10s};

class Adopted : public testing::Test {
protected:
    Adopted() {
        server_.handle("GET", "/*", [this](const HttpRequest& request) {
            const auto other = [&](const std::string& path) {
                auto url = server_.url(path);
                return url.replace(url.find("127.0.0.1"), 9, "localhost");
            };
            std::string html = "<!doctype html><title>" + request.path + "</title>";
            if (request.path == "/outer") html += "<iframe name=there src='" + other("/middle") + "'></iframe>";
            if (request.path == "/middle") html += "<p>Middle</p><iframe src='/inner'></iframe>";
            html +=
                "<button onclick='document.title = \"pressed \" + location.pathname'>Go</button>"
                "<input aria-label=Name><a href='/second' target=_blank>Second</a>";
            return HttpResponse{.body = html};
        });
    }
    // A page of the default context, opened by another client, and loaded.
    void open_elsewhere(const std::string& path) {
        const auto root = listening_.browser().session();
        root.send(cdp::target::CreateTarget{.url = server_.url(path)}, cdp::Deadline::after(10s));
        server_.wait_for_request(path);
    }
    static Page page_at(const Context& context, const std::string& ending) {
        for (auto& page : context.pages(k_soon)) {
            page.wait_for_load_state();
            if (page.url().ends_with(ending)) return page;
        }
        throw std::runtime_error("no page is at " + ending);
    }

    fixtures::HttpServer server_;
    const ListeningBrowser listening_;
};

TEST_F(Adopted, PagesWorkAsOwnPagesDo) {
    open_elsewhere("/first");
    const auto browser = cdp::Browser::connect(listening_.url());
    const auto page = page_at(default_context(browser), "/first");
    page.get_by_label("Name").fill("Ada");
    page.locator("button").click();
    EXPECT_EQ(page.title(), "pressed /first");
    EXPECT_EQ(page.get_by_label("Name").input_value(), "Ada");
    page.navigate(server_.url("/again"));
    page.locator("button").click();
    EXPECT_EQ(page.title(), "pressed /again");
}

// Its frames are asked for, and were not there before something else had been asked of the page.
TEST_F(Adopted, FramesAreListedAtOnce) {
    open_elsewhere("/outer");
    server_.wait_for_request("/inner");
    const auto browser = cdp::Browser::connect(listening_.url());
    const auto pages = default_context(browser).pages(k_soon);
    const auto page = std::ranges::find_if(pages, [](const Page& one) { return one.url().ends_with("/outer"); });
    ASSERT_NE(page, pages.end());
    const auto frames = page->frames();
    ASSERT_FALSE(frames.empty());
    EXPECT_EQ(frames[0].name(), "there");
}

TEST_F(Adopted, FramesOfOtherProcessesAreThereWithTheirOwnFrames) {
    open_elsewhere("/outer");
    server_.wait_for_request("/inner");
    const auto browser = cdp::Browser::connect(listening_.url());
    const auto page = page_at(default_context(browser), "/outer");
    const auto middle = page.frame_locator("iframe");
    middle.locator("button").click();
    EXPECT_EQ(middle.locator("p").text_content(), "Middle");
    const auto inner = middle.frame_locator("iframe");
    inner.locator("input").fill("deep");
    EXPECT_EQ(inner.locator("input").input_value(), "deep");
    EXPECT_EQ(page.target().frames().size(), 3U);
    page.frame_at("**/inner").locator("button").click();
}

TEST_F(Adopted, PagesThatOthersOpenLaterComeToo) {
    open_elsewhere("/first");
    const auto browser = cdp::Browser::connect(listening_.url());
    const auto context = default_context(browser);
    const auto before = context.target().pages_made();
    open_elsewhere("/later");
    context.target().wait_for_page(before, cdp::Deadline::after(10s));
    page_at(context, "/later").locator("button").click();
    const auto page = page_at(context, "/first");
    const auto popup = page.wait_for_popup([&] { page.get_by_text("Second").click(); });
    popup.locator("button").click();
    const auto own = context.new_page(k_soon);
    own.navigate(server_.url("/own"));
    own.locator("button").click();
    EXPECT_EQ(own.title(), "pressed /own");
}

TEST_F(Adopted, SeveralClientsUseOnePageAtOnce) {
    open_elsewhere("/first");
    const auto one = cdp::Browser::connect(listening_.url());
    const auto two = cdp::Browser::connect(listening_.url());
    const auto ours = page_at(default_context(one), "/first");
    const auto theirs = page_at(default_context(two), "/first");
    const auto third = page_at(default_context(listening_.browser()), "/first");
    for (const auto& page : {ours, theirs, third, ours}) {
        page.evaluate("document.title = 'fresh'");
        page.locator("button").click();
        EXPECT_EQ(page.title(), "pressed /first");
    }
    theirs.navigate(server_.url("/elsewhere"));
    ours.wait_for_url("**/elsewhere");
    ours.get_by_label("Name").fill("from the first");
    EXPECT_EQ(theirs.get_by_label("Name").input_value(), "from the first");
}

TEST_F(Adopted, NothingIsClosedThatWasThereBefore) {
    open_elsewhere("/first");
    {
        const auto browser = cdp::Browser::connect(listening_.url());
        const auto context = default_context(browser);
        const auto page = page_at(context, "/first");
        page.evaluate("window.kept = 'as it was'");
        context.close();
        EXPECT_THROW_MSG(page.evaluate("0"), cdp::ConnectionClosed, HasSubstr("closed"));
        const auto again = page_at(default_context(browser), "/first");
        EXPECT_EQ(again.evaluate("window.kept"), "as it was");
    }
    const auto browser = cdp::Browser::connect(listening_.url());
    const auto page = page_at(default_context(browser), "/first");
    EXPECT_EQ(page.evaluate("window.kept"), "as it was");
    browser.close();
    EXPECT_TRUE(listening_.browser().connected());
}

TEST_F(Adopted, AllContextsAreToldAndOwnOnesAreTheSame) {
    open_elsewhere("/first");
    const auto foreign = new_context(listening_.browser());
    const auto hers = foreign.new_page(k_soon);
    hers.navigate(server_.url("/hers"));
    const auto browser = cdp::Browser::connect(listening_.url());
    const auto mine = new_context(browser, {.base_url = server_.url()});
    mine.new_page(k_soon).navigate("/mine");
    const auto all = contexts(browser, {.base_url = server_.url()});
    ASSERT_EQ(all.size(), 3U);
    std::vector<std::string> urls;
    for (const auto& context : all) urls.push_back(context.pages().back().url());
    std::ranges::sort(urls);
    EXPECT_THAT(urls, ElementsAre(server_.url("/first"), server_.url("/hers"), server_.url("/mine")));
    const auto again = contexts(browser);
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(again.at(i).target().id(), all.at(i).target().id());
    page_at(all.at(1).target().id() == foreign.target().id() ? all.at(1) : all.at(2), "/hers")
        .locator("button")
        .click();
    hers.expect({.kind = Expected::title, .text = "pressed /hers"});
}

TEST_F(Adopted, RoutesAndCookiesWorkInTheDefaultContext) {
    open_elsewhere("/first");
    const auto browser = cdp::Browser::connect(listening_.url());
    const auto context = default_context(browser, {.base_url = server_.url()});
    context.route("/api", [](const Route& route) { route.fulfill({.body = "routed"}); });
    const auto page = page_at(context, "/first");
    EXPECT_EQ(page.evaluate("fetch('/api').then(r => r.text())"), "routed");
    context.add_cookies({{.name = "a", .value = "1", .domain = "127.0.0.1"}});
    EXPECT_EQ(page.evaluate("document.cookie"), "a=1");
}

}  // namespace
}  // namespace reprise::locators
