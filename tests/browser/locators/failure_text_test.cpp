// What errors say beyond the bare fact: locators that can be pasted, and what the page showed when the call failed.
#include <gmock/gmock.h>

#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class FailureText : public BrowserPage {};

TEST_F(FailureText, OfSeveralMatchesHasALocatorForEach) {
    const auto page = open("<button data-testid=top>Save</button><button>Save all</button>");
    EXPECT_THROW_MSG(
        page.get_by_role(Role::button).click(), StrictnessError,
        AllOf(HasSubstr("page.get_by_role(button).click(): 2 elements match where one is needed:\n"
                        "    <button data-testid=\"top\">Save</button> - page.get_by_test_id(\"top\")\n"
                        "    <button>Save all</button> - page.get_by_role(Role::button, {.name = \"Save all\"})\n"),
              Not(HasSubstr("more"))));
    const auto many = open(std::string("<i>x</i>") + "<b>y</b><b>y</b><b>y</b><b>y</b><b>y</b><b>y</b>" +
                           "<b>y</b><b>y</b><b>y</b><b>y</b><b>y</b><b>y</b>");
    EXPECT_THROW_MSG(many.locator("b").expect({.kind = Expected::visible}), StrictnessError,
                     AllOf(HasSubstr("12 elements match"), HasSubstr(".get_by_text(\"y\").nth(9)\n    and 2 more\n")));
}

TEST_F(FailureText, NamesTheFrameInWhichTheCandidatesAre) {
    const auto page = open("<iframe srcdoc='<p>a</p><p>b</p>'></iframe>");
    EXPECT_THROW_MSG(page.frame_locator("iframe").locator("p").inner_text(), StrictnessError,
                     HasSubstr("<p>b</p> - page.frame_locator(\"iframe\").get_by_text(\"b\")\n"));
}

TEST_F(FailureText, ShowsWhatThePageSaidWhenAnActionTimedOut) {
    const auto page = open(
        "<h1>Tickets</h1><form aria-label=Pay><button disabled>Buy</button>"
        "<input type=password aria-label=Pin></form>");
    page.get_by_label("Pin").fill("hunter2");
    EXPECT_THROW_MSG(page.get_by_role(Role::button).click({.timeout = 60ms}), TimeoutError,
                     AllOf(HasSubstr("element still disabled after 60 ms"),
                           HasSubstr("\n  aria     - heading \"Tickets\" [level=1]\n"
                                     "           - form \"Pay\":\n"
                                     "             - button \"Buy\" [disabled]\n"),
                           Not(HasSubstr("hunter2"))));
    EXPECT_THROW_MSG(page.locator("em").wait_for(ElementState::visible, 60ms), TimeoutError,
                     HasSubstr("\n  aria     - heading \"Tickets\""));
}

TEST_F(FailureText, ShowsWhatThePageSaidWhenAnExpectationDidNotComeTrue) {
    const auto page = open("<p role=status>Sold out</p>");
    EXPECT_THROW_MSG(page.get_by_role(Role::status).expect({.kind = Expected::text, .text = "Thanks", .timeout = 60ms}),
                     AssertionError,
                     AllOf(HasSubstr("expected \"Thanks\", received \"Sold out\" after 60 ms"),
                           HasSubstr("\n  aria     - status: Sold out")));
    EXPECT_THROW_MSG(page.expect({.kind = Expected::title, .text = "Shop", .timeout = 60ms}), AssertionError,
                     HasSubstr("\n  aria     - status: Sold out"));
}

TEST_F(FailureText, SuggestsALocatorForWhatAnotherFound) {
    const auto page = open(
        "<div><div><button class='x1 x2'>Pay</button></div></div>"
        "<iframe srcdoc='<button>In</button>'></iframe>");
    const auto pay = page.locator("div > div > .x1").suggestion();
    EXPECT_EQ(pay.text(), "page.get_by_role(Role::button, {.name = \"Pay\"})");
    EXPECT_EQ(pay.inner_text(), "Pay");
    const auto inner = page.frame_locator("iframe").locator("body > *").suggestion();
    EXPECT_EQ(inner.text(), "page.frame_locator(\"iframe\").get_by_role(Role::button, {.name = \"In\"})");
    EXPECT_EQ(inner.inner_text(), "In");
}

}  // namespace
}  // namespace reprise::locators
