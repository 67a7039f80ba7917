// What a page is asked of besides its elements: its end, its frames, its whole text, how its dialogs are answered.
#include <atomic>
#include <future>

#include <boost/json/array.hpp>

#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

constexpr auto k_asks_before_it_goes =
    "<input><script>addEventListener('beforeunload', (event) => event.preventDefault())</script>";

std::optional<cdp::DialogAnswer> dismissed(const cdp::Dialog&) {
    return cdp::DialogAnswer{.action = cdp::DialogAction::dismiss};
}

class PageLife : public BrowserPage {
protected:
    fixtures::HttpServer server_;
};

TEST_F(PageLife, ClosesAtOnceWithoutAskingThePage) {
    const auto page = open(k_asks_before_it_goes);
    page.locator("input").click();  // a page that nobody has touched may not ask
    page.close();
    EXPECT_TRUE(page.is_closed());
    EXPECT_THAT(context_->pages(), SizeIs(0));
    EXPECT_NO_THROW(page.close());
    EXPECT_THROW_MSG(page.title(), cdp::ConnectionClosed, HasSubstr("the page was closed"));
}

TEST_F(PageLife, SaysWhyItWasClosed) {
    const auto page = open("<p>x</p>");
    const auto other = context_->new_page();
    page.close({.reason = "all is seen"});
    EXPECT_THROW_MSG(page.title(), cdp::ConnectionClosed, HasSubstr("the page was closed: all is seen"));
    EXPECT_THROW_MSG(page.locator("p").click(), cdp::ConnectionClosed, HasSubstr("the page was closed: all is seen"));
    EXPECT_FALSE(context_->is_closed());
    context_->close("time is up");
    EXPECT_TRUE(context_->is_closed());
    EXPECT_THROW_MSG(other.title(), cdp::ConnectionClosed, HasSubstr("the context was closed: time is up"));
}

TEST_F(PageLife, AsksThePageFirstWhenItIsToldTo) {
    const auto page = open(k_asks_before_it_goes);
    page.locator("input").click();
    page.answer_dialogs(dismissed);
    page.close({.run_before_unload = true});
    page.target().wait_for_dialogs(1, soon());
    EXPECT_EQ(page.dialogs().at(0).type, "beforeunload");
    EXPECT_EQ(page.locator("input").input_value(), "");  // it has stayed
    page.answer_dialogs({});
    page.wait_for_close([&] { page.close({.run_before_unload = true}); });
    EXPECT_TRUE(page.is_closed());
    EXPECT_THAT(page.dialogs(), SizeIs(2));
}

TEST_F(PageLife, WaitsForAPageThatClosesItself) {
    const auto page = open("<button onclick='window.open(\"about:blank\")'>Open</button>");
    const auto popup = page.wait_for_popup([&] { page.locator("button").click(); });
    EXPECT_FALSE(popup.is_closed());
    popup.wait_for_close([&] { popup.evaluate("void setTimeout(close, 20)"); });
    EXPECT_TRUE(popup.is_closed());
    const auto another = page.wait_for_popup([&] { page.locator("button").click(); });
    another.set_content("<button onclick='window.close()'>Close</button>");
    another.wait_for_close([&] { another.locator("button").click(); });  // which it does not outlive
    EXPECT_TRUE(another.is_closed());
    EXPECT_THROW_MSG(page.wait_for_close([] {}, {.timeout = 50ms}), TimeoutError,
                     AllOf(HasSubstr("page.wait_for_close()"), HasSubstr("the page was not closed after 50 ms")));
}

// Its process has gone, but its tab is still there, for good where the context is nobody's to dispose of.
TEST_F(PageLife, ClosesTheTabOfACrashedPage) {
    const auto page = open("<p>x</p>");
    const auto has_tab = [&] {
        const auto targets = browser_->session().send_raw("Target.getTargets", "{}", soon());
        return boost::json::serialize(targets).find(page.target().id()) != std::string::npos;
    };
    page.target().session().post_raw("Page.crash", "{}");
    page.target().wait_for_end(soon());
    EXPECT_TRUE(page.is_closed());
    EXPECT_TRUE(has_tab());
    page.close();
    const auto deadline = soon();
    while (has_tab() && !deadline.passed()) {  // each asks the browser, which closes it in its own time
    }
    EXPECT_FALSE(has_tab());
}

TEST_F(PageLife, ComesToTheFront) {
    const auto first = open("<p>first</p>");
    const auto second = context_->new_page();
    first.bring_to_front();
    EXPECT_EQ(first.evaluate("document.visibilityState"), "visible");
}

TEST_F(PageLife, GivesItsDocumentsAsText) {
    server_.handle("GET", "/inner", [](const auto&) { return fixtures::HttpResponse{.body = "<p>inner</p>"}; });
    server_.handle("GET", "/", [](const auto&) {
        return fixtures::HttpResponse{.body = "<!DOCTYPE html><title>T</title><iframe name=f src=/inner></iframe>"};
    });
    const auto page = open_page();
    page.navigate(server_.url("/"));
    EXPECT_EQ(page.content(),
              "<!DOCTYPE html><html><head><title>T</title></head><body><iframe name=\"f\" src=\"/inner\">"
              "</iframe></body></html>");
    EXPECT_EQ(page.frame("f").content(), "<html><head></head><body><p>inner</p></body></html>");
    EXPECT_EQ(page.frame_locator("iframe").content(), page.frame("f").content());
    page.evaluate("document.documentElement.remove()");
    EXPECT_EQ(page.content(), "<!DOCTYPE html>");
}

TEST_F(PageLife, ListsItsFramesWithNameAndAddress) {
    const auto other = "http://localhost:" + std::to_string(server_.port()) + "/inner";
    server_.handle("GET", "/inner", [](const auto&) { return fixtures::HttpResponse{.body = "<p>in</p>"}; });
    server_.handle("GET", "/middle", [&](const auto&) {
        return fixtures::HttpResponse{.body = "<iframe name=deep src='" + other + "'></iframe>"};
    });
    server_.handle("GET", "/",
                   [](const auto&) { return fixtures::HttpResponse{.body = "<iframe name=m src=/middle></iframe>"}; });
    const auto page = open_page();
    EXPECT_THAT(page.frames(), SizeIs(0));
    page.navigate(server_.url("/"));
    const auto frames = page.frames();
    ASSERT_THAT(frames, SizeIs(2));
    EXPECT_EQ(frames[0].name(), "m");
    EXPECT_EQ(frames[0].url(), server_.url("/middle"));
    EXPECT_EQ(frames[1].name(), "deep");
    EXPECT_EQ(frames[1].url(), other);
    EXPECT_EQ(frames[1].locator("p").inner_text(), "in");
    const auto deep = page.frame_locator("iframe").frame_locator("iframe");
    EXPECT_EQ(deep.url(), other);
    page.evaluate("document.querySelector('iframe').remove()");
    EXPECT_THROW_MSG(frames[0].name(), ActionError, HasSubstr("page.frames()[0].name(): the frame has gone"));
    EXPECT_THROW_MSG(deep.url({.timeout = 100ms}), TimeoutError,
                     HasSubstr("page.frame_locator(\"iframe\").frame_locator(\"iframe\").url()"));
}

class DialogAnswers : public BrowserPage {};

TEST_F(DialogAnswers, GoByThePagesRuleThenTheContextsThenTheDefault) {
    const auto page = open("<p>x</p>");
    context_->answer_dialogs([](const cdp::Dialog& dialog) -> std::optional<cdp::DialogAnswer> {
        if (dialog.type == "prompt") return cdp::DialogAnswer{.text = "of the context"};
        if (dialog.message == "Sure?") return cdp::DialogAnswer{};
        return std::nullopt;
    });
    page.answer_dialogs([](const cdp::Dialog& dialog) -> std::optional<cdp::DialogAnswer> {
        if (dialog.message == "Name?") return cdp::DialogAnswer{.text = "of the page"};
        return std::nullopt;
    });
    EXPECT_EQ(value(page, "[prompt('Name?'), prompt('Age?'), confirm('Sure?'), confirm('Delete?')]"),
              R"(["of the page","of the context",true,false])");
    EXPECT_TRUE(page.dialogs().at(2).expected);
    EXPECT_FALSE(page.dialogs().at(3).expected);
    // What is waited for goes before all rules.
    page.wait_for_dialog([&] { EXPECT_EQ(page.evaluate("prompt('Name?')"), "asked"); }, {.text = "asked"});
    // Pages to come have the context's; an empty rule takes one back.
    const auto other = context_->new_page();
    EXPECT_EQ(value(other, "prompt('Name?')"), R"("of the context")");
    context_->answer_dialogs({});
    EXPECT_EQ(value(other, "[prompt('Name?'), confirm('Sure?')]"), "[null,false]");
}

TEST_F(DialogAnswers, ThatThrowAreToldByTheNextCallAndTheDialogIsAnsweredAllTheSame) {
    const auto page = open("<p>x</p>");
    page.answer_dialogs(
        [](const cdp::Dialog&) -> std::optional<cdp::DialogAnswer> { throw std::runtime_error("cannot decide"); });
    page.evaluate("void (window.answer = confirm('Sure?'))");
    EXPECT_THROW_MSG(page.title(), RouteError,
                     AllOf(HasSubstr("page.answer_dialogs(): the rule threw for the confirm \"Sure?\""),
                           HasSubstr("cannot decide"), HasSubstr("as if there were no rule")));
    EXPECT_EQ(page.evaluate("answer"), false);
}

TEST_F(DialogAnswers, OfPopupsAreTheContextsFromTheirFirstScriptOn) {
    fixtures::HttpServer server;
    server.handle("GET", "/", [](const auto&) { return fixtures::HttpResponse{.body = "<p>x</p>"}; });
    server.handle("GET", "/asks", [](const auto&) {
        return fixtures::HttpResponse{.body = "<script>document.title = prompt('Name?')</script>"};
    });
    const auto page = open_page();
    page.navigate(server.url("/"));
    context_->answer_dialogs([](const cdp::Dialog&) { return cdp::DialogAnswer{.text = "early"}; });
    for (const std::string how : {"", "noopener"}) {
        const auto popup = page.wait_for_popup([&] { page.evaluate("void open('/asks', '_blank', '" + how + "')"); });
        popup.expect({.kind = Expected::title, .text = "early"});
        EXPECT_THAT(popup.dialogs(), SizeIs(1));
    }
}

// What a rule holds by reference may go as soon as the rule is taken back.
TEST_F(DialogAnswers, NoLongerRunWhenTheyAreTakenBack) {
    const auto page = open("<p>x</p>");
    std::promise<void> began;
    std::promise<void> release;
    std::atomic<bool> is_over{false};
    page.answer_dialogs([&](const cdp::Dialog&) -> std::optional<cdp::DialogAnswer> {
        began.set_value();
        release.get_future().wait_for(5s);
        is_over = true;
        return cdp::DialogAnswer{};
    });
    auto answer = std::async([&] { return page.evaluate("confirm('Sure?')"); });
    began.get_future().wait();
    auto taken_back = std::async([&] {
        page.answer_dialogs({});
        return is_over.load();
    });
    release.set_value();
    EXPECT_TRUE(taken_back.get());
    EXPECT_EQ(answer.get(), true);
}

TEST_F(DialogAnswers, CannotSetOthersAndGoWithTheirContext) {
    const auto page = open("<p>x</p>");
    page.answer_dialogs([page](const cdp::Dialog&) -> std::optional<cdp::DialogAnswer> {
        page.answer_dialogs({});
        return std::nullopt;
    });
    page.evaluate("void confirm('Sure?')");
    EXPECT_THROW_MSG(page.title(), RouteError, HasSubstr("answer_dialogs(): called by a rule"));
    context_->close();
    EXPECT_THROW_MSG(page.answer_dialogs(dismissed), cdp::ConnectionClosed, HasSubstr("the context was closed"));
}

}  // namespace
}  // namespace reprise::locators
