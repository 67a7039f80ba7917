// What an observer is told of the calls on a page, and where errors say that their call is written.
#include <reprise/locators/call_observer.hpp>

#include <string_view>

#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

struct Notes : CallObserver {
    void on_call_started(const Call& call) override { order.push_back("start " + call.text); }
    void on_call_finished(const Call& call) override {
        order.push_back("end " + call.text);
        calls.push_back(call);
    }
    const Call& last() const { return calls.back(); }

    std::vector<Call> calls;
    std::vector<std::string> order;
};

class CallObserverTest : public BrowserPage {
protected:
    Page open_observed(const std::string& html) {
        context_.emplace(new_context(*browser_));
        auto page = Page::open(*context_, {.timeout = 5s, .expect_timeout = 5s, .observer = notes_});
        page.set_content(html);
        notes_->calls.clear();
        notes_->order.clear();
        return page;
    }
    // The last call was written in this file, `above` lines above this call.
    void expect_site_above(int above, int line = __builtin_LINE()) const {
        EXPECT_THAT(notes_->last().site.file, EndsWith("call_observer_test.cpp"));
        EXPECT_EQ(notes_->last().site.line, line - above) << notes_->last().text;
    }

    std::shared_ptr<Notes> notes_ = std::make_shared<Notes>();
};

TEST_F(CallObserverTest, KnowsTheLineOfACallWithDefaultAndWithNamedOptions) {
    const auto page = open_observed("<button>Save</button><input><p>text</p>");
    page.locator("button").click();
    expect_site_above(1);
    page.locator("button").click({.force = true});
    expect_site_above(1);
    page.locator("button").double_click();
    expect_site_above(1);
    page.locator("button").double_click({.timeout = 4s});
    expect_site_above(1);
    page.locator("input").fill("one");
    expect_site_above(1);
    page.locator("input").clear();
    expect_site_above(1);
    page.locator("input").fill("two", {.force = true});
    expect_site_above(1);
    page.locator("p").expect({.kind = Expected::text, .text = "text"});
    expect_site_above(1);
    page.locator("p").expect({});
    expect_site_above(1);
    static_cast<void>(page.locator("p").inner_text());
    expect_site_above(1);
    page.locator("p").wait_for(ElementState::visible);
    expect_site_above(1);
    static_cast<void>(page.locator("p").count());
    expect_site_above(1);
}

TEST_F(CallObserverTest, KnowsTheLineOfACallOnThePage) {
    const auto page = open_observed("<title>Shop</title>");
    page.title();
    expect_site_above(1);
    page.evaluate("1");
    expect_site_above(1);
    page.press("Tab");
    expect_site_above(1);
    page.screenshot();
    expect_site_above(1);
    page.reload();
    expect_site_above(1);
    page.navigate("about:blank", {.until = cdp::LoadState::dom_content_loaded});
    expect_site_above(1);
    page.expect({.kind = Expected::url, .text = "about:blank"});
    expect_site_above(1);
}

TEST_F(CallObserverTest, TellsOfEachCallOnceInTheOrderOfTheirBeginningsAndEnds) {
    const auto page = open_observed("<button>Save</button><input type=checkbox>");
    page.get_by_role(Role::button, {.name = "Save"}).double_click();
    page.locator("input").check();
    page.evaluate("document.title = 'saved'");
    page.expect({.kind = Expected::title, .text = "saved"});
    const std::string click = R"(page.get_by_role(button, "Save").double_click())";
    const std::string check = R"(page.locator("input").check())";
    const std::string evaluate = R"(page.evaluate("document.title = 'saved'"))";
    EXPECT_THAT(notes_->order,
                ElementsAre("start " + click, "end " + click, "start " + check, "end " + check, "start " + evaluate,
                            "end " + evaluate, "start page.expect(title)", "end page.expect(title)"));
}

TEST_F(CallObserverTest, TellsWhenACallBeganHowLongItTookOnWhichPageAndWhereThePointerWent) {
    const auto page = open_observed("<body style='margin:0'><button style='width:100px;height:40px'>Save</button>");
    const auto before = std::chrono::system_clock::now();
    page.locator("button").click();
    const auto click = notes_->last();
    EXPECT_GE(click.started, before);
    EXPECT_GT(click.duration, 0us);
    EXPECT_LE(click.started + click.duration, std::chrono::system_clock::now() + 5ms);
    EXPECT_EQ(click.page, page.target().id());
    ASSERT_TRUE(click.point);
    EXPECT_EQ(click.point->x, 50);
    EXPECT_EQ(click.point->y, 20);
    static_cast<void>(page.locator("button").inner_text());
    EXPECT_GT(notes_->last().id, click.id);
    EXPECT_FALSE(notes_->last().point);
}

TEST_F(CallObserverTest, RecordsTheErrorOfACallThatFails) {
    const auto page = open_observed("<button disabled>Save</button>");
    EXPECT_THROW_MSG(page.locator("button").click({.timeout = 100ms}), TimeoutError, HasSubstr("still disabled"));
    EXPECT_EQ(notes_->last().error_type, "TimeoutError");
    EXPECT_THAT(notes_->last().error, HasSubstr("page.locator(\"button\").click(): element still disabled"));
    EXPECT_THROW(page.press("Nokey"), UsageError);
    EXPECT_EQ(notes_->last().error_type, "UsageError");
    static_cast<void>(page.locator("button").count());
    EXPECT_EQ(notes_->last().error_type, "");
}

TEST_F(CallObserverTest, AnErrorSaysWhereItsCallIsWrittenWithoutAnyObserver) {
    const auto page = open("<button disabled>Save</button>");
    const int line = __LINE__ + 2;
    try {
        page.locator("button").click({.timeout = 100ms});
        FAIL() << "the click passed";
    } catch (const TimeoutError& error) {
        EXPECT_THAT(error.site().file, EndsWith("call_observer_test.cpp"));
        EXPECT_EQ(error.site().line, line);
    }
}

TEST_F(CallObserverTest, CallsOfAPageThatIsSlowedDownBeginLater) {
    context_.emplace(new_context(*browser_));
    const auto page = Page::open(*context_, {.observer = notes_, .slow_mo = 100ms});
    page.set_content("<button onclick='this.textContent = 2'>1</button>");
    notes_->calls.clear();
    const auto begun = cdp::Deadline::Clock::now();
    page.locator("button").click();
    page.locator("button").expect({.kind = Expected::text, .text = "2"});
    EXPECT_GE(cdp::Deadline::Clock::now() - begun, 200ms);
    ASSERT_EQ(notes_->calls.size(), 2);
    EXPECT_GE(notes_->calls[1].started - notes_->calls[0].started, 100ms);
    page.close();
    EXPECT_THROW_MSG(page.locator("button").click(), cdp::ConnectionClosed, HasSubstr("the page was closed"));
}

TEST_F(CallObserverTest, NeverTellsASecret) {
    const auto page = open_observed("<input id=a><input id=b readonly>");
    page.locator("#a").fill("hunter2", {.secret = true});
    page.locator("#a").type("hunter2", {.secret = true});
    EXPECT_THROW(page.locator("#b").fill("hunter2", {.timeout = 100ms, .secret = true}), Error);
    EXPECT_EQ(notes_->calls.front().text, R"(page.locator("#a").fill("***"))");
    ASSERT_EQ(notes_->calls.size(), 3);
    for (const auto& call : notes_->calls) EXPECT_THAT(call.text + call.error, Not(HasSubstr("hunter2")));
}

// A trace takes a picture when a call has failed: that is no call of the user's.
TEST_F(CallObserverTest, DoesNotTellOfTheObserversOwnCalls) {
    struct Photographer : Notes {
        void on_call_finished(const Call& call) override {
            Notes::on_call_finished(call);
            if (page) picture = page->screenshot();
        }
        std::optional<Page> page;
        std::string picture;
    };
    const auto photographer = std::make_shared<Photographer>();
    notes_ = photographer;
    photographer->page = open_observed("<p>x</p>");
    static_cast<void>(photographer->page->locator("p").inner_text());
    EXPECT_THAT(photographer->order,
                ElementsAre("start page.locator(\"p\").inner_text()", "end page.locator(\"p\").inner_text()"));
    EXPECT_FALSE(photographer->picture.empty());
    photographer->page.reset();  // else page and observer keep each other
}

TEST_F(CallObserverTest, ShortensLongArguments) {
    const auto page = open_observed("");
    page.evaluate("0" + std::string(200, ' '));
    EXPECT_EQ(notes_->last().text.size(), std::string_view("page.evaluate(\"…\")").size() + 100);
}

}  // namespace
}  // namespace reprise::locators
