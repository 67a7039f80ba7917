// Tests that expect pictures, and things that come true after a while: looking_test.cpp runs them and reads what they
// say.
#include <reprise/fixtures/test.hpp>

#include <cstdlib>

#include <boost/json/value.hpp>

#include <reprise/locators/error.hpp>

using namespace reprise;
using namespace std::chrono_literals;

namespace {

class Looking : public PageTest {
protected:
    void SetUp() override {
        const char* colour = std::getenv("LOOKING_COLOUR");
        page().set_content(std::string("<title>Looks</title><body style='margin:0'>"
                                       "<div id=box style='width:100px;height:50px;background:") +
                           (colour == nullptr ? "teal" : colour) + "'></div><p id=clock>12:00</p>");
        page().locator("#box").wait_for(locators::ElementState::visible);
    }
    TestOptions options() const override {
        auto options = PageTest::options();
        options.width = 300;
        options.height = 200;
        options.expect_timeout = 2s;
        return options;
    }
};

TEST_F(Looking, HasTheLooksOfThePage) {
    expect(page()).to_have_screenshot("page", {.mask = {page().locator("#clock")}});
}

TEST_F(Looking, HasTheLooksOfAnElement) {
    expect(page().locator("#box"), "the box is as designed").to_have_screenshot("box.png");  // line of the box
}

TEST_F(Looking, MayDifferALittle) {
    expect(page().locator("#box")).to_have_screenshot("box", {.max_diff_ratio = 1.0});
    expect(page().locator("#box")).to_have_screenshot("box", {.max_diff_pixels = 5'000});
    expect(page().locator("#box")).not_().to_have_screenshot("box");
}

TEST_F(Looking, IsAnotherSize) {
    page().evaluate("box.style.height = '60px'");
    expect(page().locator("#box")).to_have_screenshot("box");
}

// As wide as it is late: two pictures are never alike.
constexpr const char* k_move = "setInterval(() => { box.style.width = performance.now() / 20 % 300 + 'px' }, 5)";

TEST_F(Looking, WaitsForAPageThatStillMoves) {
    page().evaluate(std::string("const move = ") + k_move +
                    "; setTimeout(() => { clearInterval(move); box.style.width = '100px' }, 400)");
    expect(page()).to_have_screenshot("page", {.mask = {page().locator("#clock")}, .timeout = 10s});
}

TEST_F(Looking, NeverHoldsStill) {
    page().evaluate(k_move);
    expect(page()).to_have_screenshot("page", {.timeout = 300ms});
}

TEST(Eventually, ReturnsWhenItComesTrue) {
    int calls = 0;
    EXPECT_TRUE(eventually([&] { return ++calls; }).to_equal(3));
    EXPECT_EQ(calls, 3);
    EXPECT_TRUE(eventually([&] { return std::string("ab"); }).to(testing::Ne("x")));
    EXPECT_TRUE(eventually([&] {
                    ++calls;
                    EXPECT_GE(calls, 5);
                    ASSERT_GE(calls, 6);
                    if (calls < 7) throw std::runtime_error("not yet");
                }).to_pass());
    EXPECT_EQ(calls, 7);
}

TEST(Eventually, TellsTheLastValue) {
    eventually([n = 0]() mutable { return ++n; }, {.timeout = 120ms, .intervals = {50ms}}).to_equal(0);  // the value
}

TEST(Eventually, TellsTheLastFailure) {
    eventually(
        [] {
            EXPECT_EQ(1 + 1, 3);  // the inner line
            throw std::runtime_error("thrown too");
        },
        {.timeout = 0ms})
        .to_pass();
}

TEST_F(Looking, IsToldOfARouteThatFailedWhileItWaits) {
    page().route("**/api", [](const Route&) { throw std::runtime_error("the handler failed"); });
    page().evaluate("void fetch('http://shop.test/api').catch(() => { document.title = 'told' })");
    eventually([&] { expect(page()).to_have_title("told"); }).to_pass();
}

TEST_F(Looking, GoesOnAfterAFrameThatIsMissing) {
    expect(page().frame_locator("#none").locator("b")).to_have_text("x", {.timeout = 80ms});
    expect(page()).to_have_url("/elsewhere");
    page().set_content("<title>went on</title>");
    EXPECT_EQ(page().title(), "gone on");
}

TEST_F(Looking, HoldsExpectationsOfEveryKind) {
    page().set_content(
        R"(<style>b::before { content: "x"; color: red }</style><b id=b data-kind="">Bold<i hidden>er</i></b>
        <input id=mail aria-invalid=true aria-errormessage=wrong><p id=wrong>No  such address</p>)");
    const auto bold = page().locator("#b");
    bold.wait_for(locators::ElementState::visible);
    page().evaluate("b.state = {open: [1, {a: 'x'}]}; setTimeout(() => { b.late = 7 }, 150)");
    expect(bold).to_have_js_property("state", boost::json::value{{"open", {1, {{"a", "x"}}}}});
    expect(bold).to_have_js_property("late", 7);
    expect(bold).to_have_js_property("dataset.kind", "");
    expect(bold).not_().to_have_js_property("late", 8);
    expect(bold).to_have_css("color", "rgb(255, 0, 0)", {.pseudo = "::before"});
    expect(bold).to_have_text("Bold", {.use_inner_text = true});
    expect(bold).to_have_text("Bolder");
    expect(bold).to_have_attribute("data-kind");
    expect(bold).not_().to_have_attribute("data-other");
    expect(page().locator("u")).to_be_detached();
    expect(bold).not_().to_be_detached();
    expect(page().locator("#mail")).to_have_accessible_error_message("No such address");
    expect(page()).to_match_aria_snapshot("- text: /Bold/\n- textbox\n- paragraph: No such address");
    expect(bold).not_().to_match_aria_snapshot("- button");
}

TEST_F(Looking, FailsExpectationsOfEveryKind) {
    const auto box = page().locator("#box");
    expect(box, "my words").to_have_js_property("title", "x", {.timeout = 80ms});
    expect(box).to_have_accessible_error_message("x", {.timeout = 80ms});
    expect(box).to_have_css("color", "x", {.pseudo = "::after", .timeout = 80ms});
    expect(box).to_have_attribute("nothing", {.timeout = 80ms});
    expect(box).to_be_detached({.timeout = 80ms});
    expect(page().locator("u")).to_have_js_property("title", "", {.timeout = 80ms});
    expect(page()).to_match_aria_snapshot("- button", {.timeout = 80ms});
}

}  // namespace
