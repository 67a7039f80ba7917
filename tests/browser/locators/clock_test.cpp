// The time that pages see.
#include <reprise/locators/clock.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/js_value.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ClockInPages : public BrowserPage {
protected:
    static Clock::Time at(long ms) { return Clock::Time{std::chrono::milliseconds{1'000'000 + ms}}; }
    // A page that notes when its timers ran, with the clock standing at 0.
    Page open_standing() {
        auto page = open("<p>x</p>");
        page.clock().install({.time = at(0)});
        page.clock().pause_at(at(100'000));
        page.evaluate(
            "window.log = []; window.start = Date.now(); window.note = (t) => log.push(t + (Date.now() - start))");
        return page;
    }
    static std::string log(const Page& page) { return value(page, "log"); }
};

TEST_F(ClockInPages, StandsStillAndRunsTimersInOrder) {
    const auto page = open_standing();
    EXPECT_EQ(page.evaluate_as<double>("Date.now()"), 1'100'000);
    page.evaluate(
        "setTimeout(note, 500, 'b'); setTimeout(() => { note('a'); setTimeout(note, 200, 'c'); }, 400);"
        "window.i = setInterval(note, 300, 'i'); clearTimeout(setTimeout(note, 10, 'never'))");
    page.clock().run_for(1s);
    EXPECT_EQ(log(page), R"(["i300","a400","b500","i600","c600","i900"])");
    page.evaluate("clearInterval(i)");
    page.clock().run_for(1s);
    EXPECT_EQ(page.evaluate_as<int>("log.length"), 6);
    EXPECT_EQ(page.evaluate_as<int>("new Date() - start"), 2'000);
    EXPECT_EQ(page.evaluate_as<std::string>("Date()"), page.evaluate_as<std::string>("new Date(1102000).toString()"));
    EXPECT_TRUE(page.evaluate_as<bool>(
        "new Date() instanceof Date && Date.name === 'Date' && new Date(5).constructor === Date"));
}

TEST_F(ClockInPages, JumpsAndRunsWhatIsDueOnce) {
    const auto page = open_standing();
    page.evaluate(
        "setInterval(note, 100, 'i'); setTimeout(note, 50, 't'); requestAnimationFrame(() => note('f'));"
        "requestIdleCallback(() => note('d'))");
    page.clock().fast_forward(1h);
    EXPECT_EQ(log(page), R"(["f3600000","t3600000","d3600000","i3600000"])");
    page.clock().run_for(100ms);
    EXPECT_THAT(log(page), HasSubstr("i3600100"));
}

TEST_F(ClockInPages, GoesOnAtThePaceOfTheRealOne) {
    const auto page = open_standing();
    page.clock().resume();
    page.evaluate("setTimeout(note, 30, 't')");
    page.wait_for_function("log.length === 1 && performance.now() > 0");
    EXPECT_GE(page.evaluate_as<double>("Date.now() - start"), 30);
    EXPECT_LT(page.evaluate_as<double>("Date.now() - start"), 60'000);
}

TEST_F(ClockInPages, SaysAFixedTimeWhileTimersRunOn) {
    const auto page = open("<p>x</p>");
    page.clock().set_fixed_time(at(5));
    page.evaluate("window.ran = 0; setTimeout(() => { ran = Date.now(); }, 10)");
    EXPECT_EQ(page.wait_for_function("window.ran").as<double>(), 1'000'005);
    page.clock().set_system_time(at(0));
    EXPECT_LT(page.evaluate_as<double>("Date.now() - 1000000"), 60'000);
    EXPECT_GE(page.evaluate_as<double>("Date.now() - 1000000"), 0);
}

TEST_F(ClockInPages, IsTheSameInFramesPopupsAndLaterDocuments) {
    const auto page = open_page();
    context_->route("http://*.test/**", [](const Route& route) {
        route.fulfill({.content_type = "text/html", .body = "<script>window.began = Date.now()</script>"});
    });
    context_->clock().install({.time = at(0)});
    context_->clock().pause_at(at(50'000));
    page.navigate("http://a.test/");
    EXPECT_EQ(page.evaluate_as<double>("began"), 1'050'000);
    page.evaluate("document.body.append(Object.assign(document.createElement('iframe'), {src: 'http://b.test/'}))");
    const auto frame = page.frame_locator("iframe");
    EXPECT_EQ(frame.wait_for_function("window.began").as<double>(), 1'050'000);
    context_->clock().run_for(10s);
    EXPECT_EQ(frame.evaluate_as<double>("Date.now()"), 1'060'000);
    const auto popup = page.wait_for_popup([&] { page.evaluate("window.open('http://b.test/')"); });
    EXPECT_EQ(popup.wait_for_function("window.began").as<double>(), 1'060'000);
    EXPECT_EQ(popup.evaluate_as<double>("performance.now()"), 0);
    context_->clock().fast_forward(1s);
    EXPECT_EQ(popup.evaluate_as<double>("Date.now()"), 1'061'000);
}

// Waits of locators go by the real time, though the page's clock stands.
TEST_F(ClockInPages, DoesNotHoldUpLocators) {
    const auto page = open("<button onclick='window.pressed = 1'>Press</button>");
    page.clock().pause_at(std::chrono::system_clock::now() + 1h);
    page.evaluate("setTimeout(() => { document.body.append('late'); }, 1000)");
    page.locator("button").click();
    EXPECT_EQ(page.evaluate_as<int>("pressed"), 1);
    EXPECT_THROW_MSG(page.get_by_text("late").wait_for(ElementState::attached, Milliseconds{50}), TimeoutError,
                     HasSubstr("after 50 ms"));
    page.clock().run_for(1s);
    page.get_by_text("late").wait_for(ElementState::attached);
}

TEST_F(ClockInPages, TellsErrorsOfTimersAndOfCalls) {
    const auto page = open_standing();
    page.evaluate("setTimeout(() => { throw new Error('in a timer'); }, 5); setTimeout(note, 6, 'after')");
    page.clock().run_for(10ms);
    EXPECT_EQ(log(page), R"(["after6"])");
    ASSERT_EQ(page.page_errors().size(), 1U);
    EXPECT_THAT(page.page_errors().front().message, HasSubstr("in a timer"));
    EXPECT_THROW_MSG(page.clock().pause_at(at(0)), UsageError, HasSubstr("pause_at: 1970-01-01T00:16:40.000Z is past"));
    EXPECT_THROW_MSG(page.clock().fast_forward(-1ms), UsageError, HasSubstr("time does not run back, and -1 ms would"));
}

TEST_F(ClockInPages, IsRefusedThePastBeforeAnyDocumentIsTold) {
    open_page();
    const auto clock = context_->clock();
    clock.install({.time = at(0)});
    EXPECT_THROW_MSG(clock.pause_at(at(-5'000)), UsageError,
                     HasSubstr("clock.pause_at: 1970-01-01T00:16:35.000Z is past; it is 1970-01-01T00:16:40."));
    const auto page = Page::open(*context_);
    page.navigate("data:text/html,x");
    EXPECT_EQ(value(page, "new Promise((done) => setTimeout(done, 5, 'flows'))"), "\"flows\"");
}

}  // namespace
}  // namespace reprise::locators
