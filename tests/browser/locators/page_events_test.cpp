// Popups, downloads, dialogs, addresses, frames, and scripts with arguments.
#include <gmock/gmock.h>

#include <fstream>

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

class PageEventsTest : public BrowserPage {
protected:
    PageEventsTest() {
        server_.handle("GET", "/", [this](const auto&) { return HttpResponse{.body = page_}; });
        server_.handle("GET", "/terms", [](const auto&) { return HttpResponse{.body = "<title>Terms</title>"}; });
        server_.handle("GET", "/list.csv", [](const auto&) {
            return HttpResponse{
                .content_type = "text/csv", .body = "a,b", .headers = {{"Content-Disposition", "attachment"}}};
        });
    }
    Page open_site(const std::string& body, ContextOptions options = {}) {
        page_ = body;
        options.base_url = server_.url("");
        auto page = open_page(options);
        page.navigate("/");
        return page;
    }
    template <class Error, class Call>
    static std::string text_of(const Call& call) {
        try {
            call();
        } catch (const Error& error) {
            return error.what();
        }
        return "nothing was thrown";
    }

    std::string page_;
    fixtures::HttpServer server_;
    const tests::TemporaryFolder folder_;
};

TEST_F(PageEventsTest, GivesTheFirstPopupThatThePageItselfOpens) {
    const auto page = open_site("<a href=/terms target=_blank>Terms</a>");
    const auto other = Page::open(*context_);
    const auto first = page.wait_for_popup([&] {
        const auto helper = Page::open(*context_);
        other.evaluate("void open('about:blank#other')");
        page.get_by_text("Terms").click();
        page.evaluate("void open('about:blank#second')");
    });
    first.wait_for_url([](const std::string& url) { return url.ends_with("/terms"); });
    EXPECT_EQ(first.opener()->target().id(), page.target().id());
}

TEST_F(PageEventsTest, TheContextGivesTheFirstPageThatAnyoneOpens) {
    const auto page = open_site("<p>x");
    const auto opened = context_->wait_for_page([&] { page.evaluate("void open('/terms', '_blank', 'noopener')"); });
    opened.wait_for_url("**/terms");
    const auto made = context_->wait_for_page([&] { context_->new_page(); });
    EXPECT_FALSE(made.opener());
    EXPECT_THROW_MSG(context_->wait_for_page([] {}, 50ms), cdp::TimeoutError,
                     HasSubstr("context.wait_for_page(): no new page was opened after 50 ms"));
}

TEST_F(PageEventsTest, ADialogThatIsOnlyWaitedForIsAnsweredByTheRule) {
    const auto page = open_site("<button onclick='answer = confirm(\"Delete all?\")'>Ask</button>");
    const auto ask = [&] { page.get_by_text("Ask").click(); };
    EXPECT_EQ(page.wait_for_dialog(ask).message, "Delete all?");
    EXPECT_EQ(value(page, "answer"), "false");
    page.answer_dialogs([](const cdp::Dialog&) { return cdp::DialogAnswer{.action = cdp::DialogAction::accept}; });
    EXPECT_TRUE(page.wait_for_dialog(ask, {.timeout = 5s}).expected);
    EXPECT_EQ(value(page, "answer"), "true");
    EXPECT_THROW_MSG(page.wait_for_dialog([] {}, {.timeout = 50ms}), cdp::TimeoutError,
                     HasSubstr("page.wait_for_dialog(): no dialog was shown"));
}

TEST_F(PageEventsTest, AnAnswerThatNoDialogTookIsNotForALaterOne) {
    const auto page = open_site("<button onclick='answer = confirm(1)'>Ask</button>");
    EXPECT_THROW_MSG(page.wait_for_dialog([] {}, {.action = cdp::DialogAction::accept}, {.timeout = 50ms}),
                     cdp::TimeoutError, HasSubstr("page.wait_for_dialog(): no dialog was shown"));
    EXPECT_THROW(
        page.wait_for_dialog([] { throw std::runtime_error("before it"); }, {.action = cdp::DialogAction::accept}),
        std::runtime_error);
    page.wait_for_dialog([&] { page.get_by_text("Ask").click(); }, {.action = cdp::DialogAction::dismiss});
    EXPECT_EQ(value(page, "answer"), "false");
    page.get_by_text("Ask").click();
    EXPECT_EQ(value(page, "answer"), "false");
    EXPECT_FALSE(page.dialogs().back().expected);
}

TEST_F(PageEventsTest, GivesThePopupThatAnActionOpens) {
    const auto page =
        open_site("<a href=/terms target=_blank>Terms</a><a href=/terms target=_blank rel=noopener>Alone</a>");
    const auto terms = page.wait_for_popup([&] { page.get_by_text("Terms").click(); });
    EXPECT_EQ(terms.title(), "Terms");
    const auto alone = page.wait_for_popup([&] { page.get_by_text("Alone").click(); });
    alone.wait_for_url("/terms");  // it begins at about:blank
    EXPECT_THAT(text_of<cdp::TimeoutError>([&] { page.wait_for_popup([] {}, {.timeout = 50ms}); }),
                HasSubstr("page.wait_for_popup(): "));
}

TEST_F(PageEventsTest, GivesTheFileThatAnActionDownloads) {
    const auto page = open_site("<a href=/list.csv>List</a>", {.downloads_folder = folder_.path()});
    const auto list = page.wait_for_download([&] { page.get_by_text("List").click(); });
    EXPECT_EQ(list.suggested_filename, "list.csv");
    std::ifstream file{list.file};
    EXPECT_EQ((std::string{std::istreambuf_iterator<char>{file}, {}}), "a,b");
    EXPECT_THAT(text_of<cdp::TimeoutError>([&] { page.wait_for_download([] {}, {.timeout = 50ms}); }),
                HasSubstr("page.wait_for_download(): no download has begun after 50 ms; nothing was asked"));
    const auto again = page.wait_for_download([&] { page.get_by_text("List").click(); });
    EXPECT_NE(again.guid, list.guid);
}

TEST_F(PageEventsTest, AnswersTheDialogThatAnActionShows) {
    const auto page =
        open_site("<button onclick=\"greeting.textContent = prompt('Name?')\">Ask</button><h1 id=greeting></h1>");
    const auto asked = page.wait_for_dialog([&] { page.get_by_text("Ask").click(); }, {.text = "Ada"});
    EXPECT_EQ(asked.type, "prompt");
    EXPECT_EQ(asked.message, "Name?");
    EXPECT_EQ(page.locator("h1").inner_text(), "Ada");
}

TEST_F(PageEventsTest, WaitsForAnAddress) {
    const auto page = open_site("<script>setTimeout(() => history.pushState(0, '', '/done?x=1'), 100)</script>");
    page.wait_for_url("/done?x=*");
    EXPECT_EQ(page.url(), server_.url("/done?x=1"));
    EXPECT_THAT(text_of<cdp::TimeoutError>([&] { page.wait_for_url("**/never", {.timeout = 50ms}); }),
                AllOf(HasSubstr("page.wait_for_url(\"**/never\"): the address did not come after 50 ms; it is " +
                                server_.url("/done?x=1"))));
}

TEST_F(PageEventsTest, WaitsForALoadState) {
    const auto page = open_site("<p>x");
    page.wait_for_load_state(cdp::LoadState::network_idle);
    EXPECT_EQ(page.target().requests_in_flight(), 0);
}

TEST_F(PageEventsTest, KnowsFramesByNameAndAddress) {
    const auto page = open_site("<iframe name=inner srcdoc='<p>one</p>'></iframe><iframe src=/terms></iframe>");
    EXPECT_EQ(page.frame("inner").locator("p").inner_text(), "one");
    EXPECT_EQ(page.frame_at("/terms").locator("title").count(), 1);
    EXPECT_THAT(text_of<ActionError>([&] { static_cast<void>(page.frame("outer")); }),
                AllOf(HasSubstr("page.frame(\"outer\"): no frame has this name; the page's frames:"),
                      HasSubstr("\n  \"inner\" about:srcdoc"), HasSubstr("\n  \"\" " + server_.url("/terms"))));
}

TEST_F(PageEventsTest, RunsScriptsWithArguments) {
    const auto page =
        open_site("<ul><li data-id=7>a<li>b</ul><iframe srcdoc='<b>x</b>'></iframe><script>factor = 3</script>");
    EXPECT_EQ(page.evaluate("(list) => list.map((n) => n * factor)", {1, 2}), (boost::json::array{3, 6}));
    const auto first = page.locator("li").first();
    EXPECT_EQ(first.evaluate("(element) => element.dataset.id"), "7");
    EXPECT_EQ(first.evaluate("async (element, more) => element.textContent + more.text + factor", {{"text", "!"}}),
              "a!3");
    EXPECT_EQ(page.frame_locator("iframe").locator("b").evaluate(
                  "(e) => e.ownerDocument.defaultView === window && e.tagName"),
              "B");
    EXPECT_THAT(text_of<cdp::ScriptError>([&] { first.evaluate("(e) => e.nothing.here"); }), HasSubstr("TypeError"));
}

TEST_F(PageEventsTest, RunsInitScriptsBeforeThePages) {
    const auto page = open_site("<script>seen = window.flag</script><iframe src=/terms></iframe>",
                                {.init_scripts = {"window.flag = 'first'", "window.flag += '!'"}});
    EXPECT_EQ(page.evaluate("seen"), "first!");
    EXPECT_EQ(page.evaluate("frames[0].flag"), "first!");
}

}  // namespace
}  // namespace reprise::locators
