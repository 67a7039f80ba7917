// Facts about a page: dialogs, downloads, frames, evaluation, its end.
#include <filesystem>
#include <fstream>
#include <thread>

#include <reprise/cdp/error.hpp>
#include <reprise/fixtures/http_server.hpp>

#include "support/browser_page.hpp"
#include "support/temporary_folder.hpp"

namespace reprise::cdp {
namespace {

using namespace std::chrono_literals;
using fixtures::HttpResponse;
using testing::AllOf;
using testing::HasSubstr;

class PageTargets : public BrowserPage {
protected:
    boost::json::value evaluate(const PageTarget& page, const std::string& expression) {
        return page.evaluate(page.main_frame(), World::page, expression, soon());
    }
};

TEST_F(PageTargets, EvaluateGivesValuesAwaitsPromisesAndQuotesExceptions) {
    const auto page = open("x").target();
    EXPECT_EQ(boost::json::serialize(evaluate(page, "({a: [1, null, 'é']})")), "{\"a\":[1,null,\"é\"]}");
    EXPECT_EQ(evaluate(page, "new Promise(done => setTimeout(() => done(7), 20))"), 7);
    EXPECT_EQ(evaluate(page, "'\\ud83d'.length"), 1);  // a lone surrogate is legal on the wire
    EXPECT_EQ(evaluate(page, "'a\\ud83db'"), "a\uFFFDb");
    EXPECT_THROW_MSG(evaluate(page, "nope.field"), ScriptError, HasSubstr("ReferenceError: nope is not defined"));
    EXPECT_THROW_MSG(evaluate(page, "Promise.reject(new Error('later'))"), ScriptError, HasSubstr("Error: later"));
    EXPECT_THROW_MSG(evaluate(page, "{{"), ScriptError, HasSubstr("SyntaxError"));
}

TEST_F(PageTargets, TheIsolatedWorldIsHiddenFromThePage) {
    const auto page = open("<script>Array.prototype.map=()=>'broken'</script>").target();
    EXPECT_EQ(evaluate(page, "typeof reprise"), "undefined");
    EXPECT_EQ(page.evaluate(page.main_frame(), World::isolated, "[1].map(x => x + 1)[0]", soon()), 2);
}

// Reports every document in which it runs.
const auto k_reporting = std::make_shared<const IsolatedScript>(
    "name => { globalThis.runs = (globalThis.runs || 0) + 1; globalThis[name](JSON.stringify({token: location.href})); "
    "}");

TEST_F(PageTargets, TheScriptRunsInTheFirstDocumentOnlyWhenThatIsAskedForAnything) {
    const auto context = browser_->new_context({.isolated_script = k_reporting}, soon());
    const auto passing = context.new_page(soon());
    passing.navigate("data:text/html,x", LoadState::load, soon());
    passing.wait_for_message("data:text/html,x", soon());
    EXPECT_EQ(passing.evaluate(passing.main_frame(), World::isolated, "runs", soon()), 1);
    EXPECT_THROW(passing.wait_for_message("about:blank", Deadline::after(1ms)), TimeoutError);

    const auto staying = context.new_page(soon());
    EXPECT_EQ(staying.evaluate(staying.main_frame(), World::page, "location.href", soon()), "about:blank");
    staying.wait_for_message("about:blank", soon());
    EXPECT_EQ(staying.evaluate(staying.main_frame(), World::isolated, "runs", soon()), 1);
    staying.navigate("data:text/html,y", LoadState::load, soon());
    EXPECT_EQ(staying.evaluate(staying.main_frame(), World::isolated, "runs", soon()), 1);
}

// As in the moment when a document is replaced.
TEST_F(PageTargets, ANodeWhoseDocumentWasLetGoHasGone) {
    const auto page = open("<iframe srcdoc='<p>x</p>'></iframe>").target();
    const auto paragraph =
        page.evaluate_handle(page.main_frame(), World::page,
                             "(() => { const frame = document.querySelector('iframe');"
                             "const p = frame.contentDocument.querySelector('p'); frame.remove(); return p; })()",
                             soon());
    EXPECT_THROW_MSG(page.in_page_world(page.main_frame(), paragraph, soon()), DocumentGone,
                     HasSubstr("the document was replaced"));
}

TEST_F(PageTargets, AFrameTakenOutAfterItWasFoundHasGoneAndOtherElementsAreNoFrames) {
    const auto page = open("<iframe></iframe><p>x</p>").target();
    const auto handle = [&](const char* expression) {
        return page.evaluate_handle(page.main_frame(), World::isolated, expression, soon());
    };
    EXPECT_TRUE(page.content_frame(handle("document.querySelector('iframe')"), soon()));
    EXPECT_FALSE(page.content_frame(handle("document.querySelector('p')"), soon()));
    const auto taken_out = handle("(() => { const i = document.querySelector('iframe'); i.remove(); return i; })()");
    EXPECT_THROW_MSG(page.content_frame(taken_out, soon()), DocumentGone, HasSubstr("the frame was removed"));
}

TEST_F(PageTargets, AlertsAreAcceptedQuestionsDismissedAndAllKept) {
    const auto page = open("x").target();
    EXPECT_EQ(boost::json::serialize(evaluate(page, "[alert('a'), confirm('b'), prompt('c', 'd')]")),
              "[null,false,null]");
    const auto dialogs = page.dialogs();
    ASSERT_EQ(dialogs.size(), 3U);
    EXPECT_EQ(dialogs[1].type, "confirm");
    EXPECT_EQ(dialogs[1].message, "b");
    EXPECT_FALSE(dialogs[1].expected);
}

TEST_F(PageTargets, APageThatNeverStopsAskingIsClosed) {
    const auto page = open("x").target();
    EXPECT_THROW_MSG(evaluate(page, "(() => { for (;;) alert(1) })()"), ConnectionClosed,
                     HasSubstr("the page showed more than 50 dialogs"));
}

TEST_F(PageTargets, ACrashedPageFailsWhoeverWaitsAtOnce) {
    const auto page = open("x").target();
    page.session().post_raw("Page.crash", "{}");
    EXPECT_THROW_MSG(evaluate(page, "new Promise(() => {})"), TargetCrashed, HasSubstr("crashed"));
    EXPECT_THROW_MSG(evaluate(page, "1"), TargetCrashed, HasSubstr("crashed"));
    EXPECT_TRUE(browser_->connected());
}

TEST_F(PageTargets, AClosedPageIsNoLongerAlive) {
    const auto page = open("x").target();
    EXPECT_TRUE(page.alive());
    page.close();
    EXPECT_THROW(evaluate(page, "new Promise(() => {})"), ConnectionClosed);
    EXPECT_FALSE(page.alive());
    EXPECT_TRUE(context_->target().pages().empty());
}

TEST_F(PageTargets, APauseEndsInTimeAndWithThePage) {
    const auto page = open("x").target();
    const auto start = Deadline::Clock::now();
    page.pause(30ms, soon());
    EXPECT_GE(Deadline::Clock::now() - start, 30ms);
    page.close();
    EXPECT_THROW(page.pause(60s, Deadline::after(60s)), ConnectionClosed);
    EXPECT_LT(Deadline::Clock::now() - start, 30s);
}

TEST_F(PageTargets, ContextsShareNothing) {
    fixtures::HttpServer server;
    server.handle("GET", "/", [](const auto& request) {
        return HttpResponse{.body = "cookies: " + std::string(request.header("cookie"))};
    });
    const auto first = open_page();
    first.navigate(server.url("/"));
    first.evaluate("document.cookie = 'a=1', localStorage.k = 'v'");
    first.navigate(server.url("/"));
    EXPECT_EQ(first.locator("body").inner_text(), "cookies: a=1");
    const auto second = open_page();
    second.navigate(server.url("/"));
    EXPECT_EQ(second.locator("body").inner_text(), "cookies:");
    EXPECT_EQ(value(second, "localStorage.k ?? null"), "null");
}

class Downloads : public PageTargets {
protected:
    Downloads() {
        server_.handle("GET", "/", [](const auto&) {
            return HttpResponse{.body = "<a href=/report>Report</a><a id=cut href=/cut>Cut</a>"};
        });
        server_.handle("GET", "/report", [](const auto&) {
            return HttpResponse{.content_type = "application/octet-stream",
                                .body = "1;2;3",
                                .headers = {{"Content-Disposition", "attachment; filename=\"../../etc/x.csv\""}}};
        });
    }
    const tests::TemporaryFolder temporary_;
    const std::filesystem::path& folder_{temporary_.path()};
    fixtures::HttpServer server_;
};

TEST_F(Downloads, ArriveUnderANameThatThePageCannotChoose) {
    const auto page = open_page({.downloads_folder = folder_});
    page.navigate(server_.url("/"));
    page.get_by_text("Report").click();
    context_->target().wait_for_downloads(1, soon());
    const auto downloads = context_->target().downloads();
    ASSERT_EQ(downloads.size(), 1U);
    EXPECT_EQ(downloads[0].state, Download::State::completed);
    EXPECT_EQ(downloads[0].file.parent_path(), folder_);
    EXPECT_EQ(downloads[0].received_bytes, 5U);
    EXPECT_THAT(downloads[0].suggested_filename, AllOf(HasSubstr("x.csv"), testing::Not(HasSubstr("/"))));
    std::ifstream file{downloads[0].file};
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>{file}, {}), "1;2;3");
}

TEST_F(Downloads, AreRefusedWhereNoFolderIsGiven) {
    const auto page = open_page();
    page.navigate(server_.url("/"));
    page.get_by_text("Report").click();
    EXPECT_EQ(page.url(), server_.url("/"));
    EXPECT_TRUE(context_->target().downloads().empty());
    EXPECT_THROW_MSG(context_->target().wait_for_downloads(1, Deadline::after(100ms)), TimeoutError,
                     HasSubstr("no download has ended after 100 ms"));
}

TEST_F(Downloads, AndPagesOfAContextThatIsClosedAreNotWaitedFor) {
    const auto page = open_page();
    const auto context = context_->target();
    std::jthread closing{[&] {
        page.evaluate("new Promise(done => setTimeout(done, 50)).then(() => 0)");
        context.close();
    }};
    EXPECT_THROW_MSG(context.wait_for_downloads(1, soon()), ConnectionClosed,
                     HasSubstr("no download has ended: the context was closed"));
    EXPECT_THROW_MSG(context.wait_for_page(1, soon()), ConnectionClosed, HasSubstr("the context was closed"));
}

}  // namespace
}  // namespace reprise::cdp
