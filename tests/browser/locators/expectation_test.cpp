// Every kind of expectation: that it comes true while it is waited for, and what it says when it does not.
#include <gmock/gmock.h>

#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class ExpectationTest : public BrowserPage {
protected:
    // The text of the failure when it does not come true within a moment; empty: it did.
    static std::string failure(const Locator& locator, Expectation expectation) {
        expectation.timeout = 60ms;
        try {
            locator.expect(expectation);
            return {};
        } catch (const AssertionError& error) {
            return error.what();
        }
    }
    static void expect_only(const Locator& locator, const Expectation& so, const Expectation& not_so,
                            const std::string& told) {
        EXPECT_EQ(failure(locator, so), "");
        EXPECT_THAT(failure(locator, not_so), HasSubstr(told));
        auto negated = so;
        negated.negate = true;
        EXPECT_NE(failure(locator, negated), "");
        negated = not_so;
        negated.negate = true;
        EXPECT_EQ(failure(locator, negated), "");
    }
};

TEST_F(ExpectationTest, ComparesClassesWholeOrEach) {
    const auto box = open("<p class='  card wide\n new '>x").locator("p");
    expect_only(box, {.kind = Expected::class_, .text = "card wide new"},
                {.kind = Expected::class_, .text = "card new"},
                R"(p").expect(class): expected "card new", received "card wide new" after 60 ms)");
    expect_only(box, {.kind = Expected::contains_class, .text = "new card"},
                {.kind = Expected::contains_class, .text = "new car"}, R"(received "card wide new")");
    EXPECT_EQ(failure(box, {.kind = Expected::class_, .text = "WIDE$|wide", .regex = true}), "");
}

TEST_F(ExpectationTest, ReadsComputedStyles) {
    const auto text = open("<style>p{color:red}</style><p>x").locator("p");
    expect_only(text, {.kind = Expected::css, .text = "rgb(255, 0, 0)", .attribute = "color"},
                {.kind = Expected::css, .text = "red", .attribute = "color"},
                "(css \"color\"): expected \"red\", received \"rgb(255, 0, 0)\"");
}

TEST_F(ExpectationTest, KnowsWhatAssistiveTechnologyReads) {
    const auto page = open("<h2 id=title>Cart</h2><nav aria-labelledby=title aria-description='What you  buy'></nav>");
    const auto nav = page.locator("nav");
    expect_only(nav, {.kind = Expected::role, .text = "navigation"}, {.kind = Expected::role, .text = "nav"},
                R"(received "navigation")");
    expect_only(nav, {.kind = Expected::accessible_name, .text = "Cart"},
                {.kind = Expected::accessible_name, .text = "cart"}, R"(received "Cart")");
    EXPECT_EQ(failure(nav, {.kind = Expected::accessible_name, .text = "cart", .ignore_case = true}), "");
    expect_only(nav, {.kind = Expected::accessible_description, .text = "What you buy"},
                {.kind = Expected::accessible_description, .text = "What"}, R"(received "What you buy")");
    expect_only(page.locator("h2"), {.kind = Expected::id, .text = "title"}, {.kind = Expected::id, .text = "Title"},
                R"(received "title")");
}

TEST_F(ExpectationTest, ComparesTextsOfAllInOrder) {
    const auto page = open("<ul><li> Oslo <li>Bergen<li>Kiel</ul>");
    const auto ports = page.locator("li");
    expect_only(ports, {.kind = Expected::texts, .texts = {"Oslo", "Bergen", "Kiel"}},
                {.kind = Expected::texts, .texts = {"Oslo", "Kiel", "Bergen"}},
                R"(expected ["Oslo","Kiel","Bergen"], received ["Oslo","Bergen","Kiel"])");
    expect_only(ports, {.kind = Expected::contains_texts, .texts = {"Os", "erg", "Kiel"}},
                {.kind = Expected::contains_texts, .texts = {"Kiel", "Os"}},
                R"(expected texts containing ["Kiel","Os"])");
    // As Playwright has it: others may stand between them.
    expect_only(ports, {.kind = Expected::contains_texts, .texts = {"Os", "Kiel"}},
                {.kind = Expected::contains_texts, .texts = {"Os", "Os"}}, R"(expected texts containing ["Os","Os"])");
    expect_only(ports, {.kind = Expected::texts, .regex = true, .texts = {"^Os", "gen$", "K.e"}},
                {.kind = Expected::texts, .regex = true, .texts = {"^s", "gen$", "K.e"}},
                R"(expected [/^s/,/gen$/,/K.e/], received ["Oslo","Bergen","Kiel"])");
    EXPECT_EQ(failure(page.locator("b"), {.kind = Expected::texts, .texts = {}}), "") << "none, as expected";
    EXPECT_EQ(failure(ports, {.kind = Expected::texts, .texts = {"OSLO", "bergen", "kiel"}, .ignore_case = true}), "");
}

TEST_F(ExpectationTest, ComparesWhatAListHasSelected) {
    const auto page = open("<select multiple><option selected>a<option>b<option selected value=3>c</select><p>x");
    expect_only(page.locator("select"), {.kind = Expected::values, .texts = {"a", "3"}},
                {.kind = Expected::values, .texts = {"a"}}, R"(expected ["a"], received ["a","3"])");
    EXPECT_THAT(failure(page.locator("p"), {.kind = Expected::values, .texts = {"a"}}),
                HasSubstr("<p>x</p> is no list"));
}

TEST_F(ExpectationTest, KnowsHowMuchTheViewportShows) {
    const auto page = open(
        "<div style='height:200px;overflow:auto'><p style='margin:150px 0 900px;height:100px'>half</p>"
        "<b>below</b></div>");
    expect_only(page.locator("p"), {.kind = Expected::in_viewport, .ratio = 0.5},
                {.kind = Expected::in_viewport, .ratio = 0.6},
                "expected 0.6 of it in the viewport, received \"0.5 of it\"");
    expect_only(page.locator("p"), {.kind = Expected::in_viewport}, {.kind = Expected::in_viewport, .ratio = 1.0},
                "received \"0.5 of it\"");
    EXPECT_THAT(failure(page.locator("b"), {.kind = Expected::in_viewport}),
                HasSubstr("expected in the viewport, received \"0 of it\""));
}

TEST_F(ExpectationTest, WhatTouchesTheViewportIsNotInIt) {
    const auto page = open("<body style='margin:0'><div style='height:100vh'></div><p style='margin:0'>below</p>");
    const Expectation shown{.kind = Expected::in_viewport};
    EXPECT_THAT(failure(page.locator("p"), shown), HasSubstr("received \"0 of it\""));
    for (const auto* absent : {"p", "#none"}) {
        page.locator(absent).expect({.kind = Expected::in_viewport, .negate = true});
    }
    page.evaluate("document.querySelector('div').style.height = '0'");
    EXPECT_EQ(failure(page.locator("div"), shown), "");  // there, without an area
}

TEST_F(ExpectationTest, AHostHasTheFocusOfWhatItHolds) {
    const auto page = open(
        "<x-i></x-i><b></b><script>const root = document.querySelector('x-i').attachShadow({mode: 'open', "
        "delegatesFocus: true}); root.innerHTML = '<input>'; root.firstChild.focus()</script>");
    page.locator("x-i").expect({.kind = Expected::focused});
    page.locator("x-i input").expect({.kind = Expected::focused});
    EXPECT_THAT(failure(page.locator("b"), {.kind = Expected::focused}), HasSubstr("not focused"));
}

TEST_F(ExpectationTest, KnowsRolesByBothTheirNames) {
    const auto page = open("<ul role=none></ul><img role=image alt=x>");
    page.locator("ul").expect({.kind = Expected::role, .text = "none"});
    page.locator("ul").expect({.kind = Expected::role, .text = "presentation"});
    page.locator("img").expect({.kind = Expected::role, .text = "img"});
}

TEST_F(ExpectationTest, TemplatesAreComparedWithAllOfALargePage) {
    const auto page = open(
        "<div id=d></div><script>d.innerHTML = '<p>Lorem ipsum dolor sit amet</p>'.repeat(10000) + "
        "'<button>Pay</button>'</script>");
    page.locator("#d").expect({.kind = Expected::aria_snapshot, .text = "- button \"Pay\""});
    EXPECT_THAT(
        failure(page.locator("#d"), {.kind = Expected::aria_snapshot, .text = "- button \"Pay\"", .negate = true}),
        HasSubstr("matches the template, which it should not"));
}

TEST_F(ExpectationTest, TellsIndeterminateBoxesFromOthers) {
    const auto page = open("<input type=checkbox id=a><input type=checkbox id=b>");
    page.evaluate("document.getElementById('a').indeterminate = true");
    expect_only(page.locator("#a"), {.kind = Expected::indeterminate}, {.kind = Expected::checked}, "unchecked");
    EXPECT_THAT(failure(page.locator("#b"), {.kind = Expected::indeterminate}), HasSubstr("not indeterminate"));
}

TEST_F(ExpectationTest, WaitsForWhatIsExpected) {
    const auto page =
        open("<p>x<script>setTimeout(() => { document.querySelector('p').className = 'done' }, 200)</script>");
    page.locator("p").expect({.kind = Expected::class_, .text = "done"});
}

// However short the timeout: a page that is only slow has not failed.
TEST_F(ExpectationTest, LookOnceAtAPageThatIsBusyForLonger) {
    const auto page = open("<p>x");
    const auto text = page.locator("p");
    const auto be_busy = [&] {
        page.evaluate("void setTimeout(() => { const end = Date.now() + 1500; while (Date.now() < end); })");
    };
    be_busy();
    EXPECT_EQ(failure(text, {.kind = Expected::text, .text = "x"}), "");
    be_busy();
    EXPECT_EQ(failure(text, {.kind = Expected::js_property, .text = "\"P\"", .attribute = "tagName"}), "");
    be_busy();
    EXPECT_THAT(failure(text, {.kind = Expected::text, .text = "y"}), HasSubstr("expected \"y\", received \"x\""));
}

TEST_F(ExpectationTest, FindsWhatBothOrEitherLocatorFinds) {
    const auto page = open(
        "<button class=a>Save</button><button class=b>Cancel</button><a class=a href=#>Save</a>"
        "<iframe srcdoc='<button class=a>Inside</button><i>x</i>'></iframe>");
    const auto buttons = page.get_by_role(Role::button);
    EXPECT_THAT(buttons.and_(page.locator(".a")).all_inner_texts(), ElementsAre("Save"));
    EXPECT_THAT(page.locator("a").or_(buttons).all_inner_texts(), ElementsAre("Save", "Cancel", "Save"));
    const auto frame = page.frame_locator("iframe");
    EXPECT_THAT(frame.locator("i").or_(frame.get_by_role(Role::button)).all_inner_texts(), ElementsAre("Inside", "x"));
    EXPECT_EQ(buttons.and_(page.locator(".a")).text(), R"(page.get_by_role(button).and_(page.locator(".a")))");
    EXPECT_THROW(static_cast<void>(buttons.and_(frame.locator("button"))), UsageError);
    EXPECT_EQ(frame.locator("body").filter_has(frame.locator("i")).count(), 1);
    EXPECT_EQ(frame.locator("body").filter_has(page.locator("i")).count(), 1) << "relative";
    EXPECT_THROW_MSG(buttons.filter_has(frame.locator("i")), UsageError, HasSubstr("must not enter a frame"));
    const auto other = open("<p>");
    EXPECT_THROW(static_cast<void>(buttons.or_(other.locator("p"))), UsageError);
    EXPECT_THROW_MSG(buttons.filter_has_not(other.locator("p")), UsageError,
                     HasSubstr("filter_has_not: both locators must be of the same page"));
}

TEST_F(ExpectationTest, FiltersByWhatIsNotThere) {
    const auto page = open("<ul><li>a<b>!</b><li>b<li hidden>c</ul>");
    EXPECT_THAT(page.locator("li").filter_has_not(page.locator("b")).all_text_contents(), ElementsAre("b", "c"));
    EXPECT_THAT(page.locator("li").filter_visible(false).all_text_contents(), ElementsAre("c"));
    EXPECT_EQ(page.locator("li").all().size(), 3);
    EXPECT_EQ(page.locator("li").all().at(1).inner_text(), "b");
    EXPECT_TRUE(page.locator("li").last().is_hidden());
}

TEST_F(ExpectationTest, NamesALocatorAsItWasDescribed) {
    const auto page = open("<p>x");
    EXPECT_THAT(failure(page.locator("p").describe("the answer"), {.kind = Expected::text, .text = "y"}),
                HasSubstr("the answer.expect(text): expected \"y\""));
}

TEST_F(ExpectationTest, TellsWhatCanBeActedOn) {
    const auto page = open("<button disabled>x</button><input readonly><input id=free>");
    EXPECT_FALSE(page.locator("button").is_enabled());
    EXPECT_TRUE(page.locator("input[readonly]").is_enabled());
    EXPECT_FALSE(page.locator("input[readonly]").is_editable());
    EXPECT_TRUE(page.locator("#free").is_editable());
}

// Neither what was asked nor its opposite is true of what it makes no sense of.
TEST_F(ExpectationTest, ThatMakeNoSenseOfAnElementFailNegatedToo) {
    const auto page = open("<div id=field><input id=f value='  '></div><b role=checkbox>Box</b>");
    const auto field = page.locator("#field");
    for (const bool negate : {false, true}) {
        EXPECT_THAT(failure(field, {.kind = Expected::checked, .negate = negate}),
                    HasSubstr("received \"<div id=\\\"field\\\"></div> can be neither checked nor unchecked\""));
        EXPECT_THAT(failure(field, {.kind = Expected::value, .text = "x", .negate = negate}),
                    HasSubstr("has no value"));
        EXPECT_THAT(failure(field, {.kind = Expected::editable, .negate = negate}), HasSubstr("takes no input"));
        EXPECT_THAT(failure(field, {.kind = Expected::values, .texts = {"a"}, .negate = negate}),
                    HasSubstr("is no list"));
    }
    EXPECT_THROW_MSG(field.input_value(), ActionError, HasSubstr("<div id=\"field\"></div> has no value"));
    EXPECT_THROW_MSG(field.is_checked(), ActionError, HasSubstr("can be neither checked nor unchecked"));
    EXPECT_THROW_MSG(field.is_editable(), ActionError, HasSubstr("takes no input"));
    EXPECT_FALSE(page.locator("b").is_checked());
    EXPECT_THAT(failure(page.locator("#f"), {.kind = Expected::empty}), HasSubstr("received \"  \""));
}

TEST_F(ExpectationTest, AddressesAreCompletedAndMayBeGlobs) {
    const auto page = open_page({.base_url = "http://shop.test/"});
    page.route("**", [](const Route& route) { route.fulfill({.content_type = "text/html", .body = "x"}); });
    page.navigate("/login?next=*");
    const auto expect = [&](Expectation expectation, const char* fails_with) {
        expectation.kind = Expected::url;
        expectation.timeout = 60ms;
        try {
            page.expect(expectation);
            EXPECT_EQ(fails_with, nullptr);
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr(fails_with == nullptr ? "nothing" : fails_with));
        }
    };
    const char* is_so = "received \"http://shop.test/login?next=*\"";
    for (const auto* so : {"/login?next=*", "http://shop.test/login?next=*"}) {
        expect({.text = so}, nullptr);
        expect({.text = so, .negate = true}, is_so);
    }
    for (const auto* so : {"**/login**", "/LOGIN?next={x,*}", "*://shop.test/*"}) {
        expect({.text = so, .glob = true, .ignore_case = true}, nullptr);
        expect({.text = so, .glob = true, .ignore_case = true, .negate = true}, is_so);
    }
    expect({.text = "/login", .glob = true}, is_so);
    const auto without = open("<p>x</p>");
    EXPECT_THROW_MSG(without.expect({.kind = Expected::url, .text = "/login", .negate = true}), ActionError,
                     HasSubstr("\"/login\" is no whole address, which every page has"));
}

// A text that reads like our own word for "none" is a text.
TEST_F(ExpectationTest, NegationsKnowWhatIsMissingFromWhatIsOtherwise) {
    const auto page = open("<p>no element</p>");
    page.locator("#none").expect({.kind = Expected::attached, .negate = true});
    page.locator("p").expect({.kind = Expected::text, .text = "x", .negate = true});
    EXPECT_THROW(page.locator("#none").expect(
                     {.kind = Expected::text, .text = "x", .negate = true, .timeout = std::chrono::milliseconds{50}}),
                 AssertionError);
}

}  // namespace
}  // namespace reprise::locators
