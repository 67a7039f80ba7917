// Finding things: what locators of every kind match, how they are combined, and how they are waited for.
#include <gmock/gmock.h>

#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Locating : public BrowserPage {
protected:
    static std::vector<std::string> ids(const Locator& locator) {
        std::vector<std::string> found;
        for (const auto& each : locator.all()) found.push_back(each.attribute("id").value_or("-"));
        return found;
    }
};

TEST_F(Locating, TakesQuotesSlashesAndBackslashesAsTheyAre) {
    const auto page =
        open(R"(<button id=a>Say "hi"</button><button id=b>C:\temp</button><button id=c>/a+b/ (x) [y]</button>)"
             R"(<input id=d placeholder='it"s'><i id=e title="a]b"></i><i id=f data-testid="x'y&quot;z\n"></i>)");
    EXPECT_THAT(ids(page.get_by_role(Role::button, {.name = "Say \"hi\"", .exact = true})), ElementsAre("a"));
    EXPECT_THAT(ids(page.get_by_text("C:\\temp")), ElementsAre("b"));
    EXPECT_THAT(ids(page.get_by_text("/a+b/ (x) [y]", {.exact = true})), ElementsAre("c"));
    EXPECT_THAT(ids(page.get_by_placeholder("it\"s")), ElementsAre("d"));
    EXPECT_THAT(ids(page.get_by_title("a]b")), ElementsAre("e"));
    EXPECT_THAT(ids(page.get_by_test_id("x'y\"z\\n")), ElementsAre("f"));
    EXPECT_THAT(ids(page.get_by_test_id(Regex{"^x'.*z"})), ElementsAre("f"));
}

TEST_F(Locating, TestIdsAreCaseSensitiveAndWhole) {
    const auto page = open("<i id=a data-testid=Pay></i><i id=b data-testid=pay></i><i id=c data-testid=payment></i>");
    EXPECT_THAT(ids(page.get_by_test_id("pay")), ElementsAre("b"));
    EXPECT_THAT(ids(page.get_by_test_id(Regex{"^pay", "i"})), ElementsAre("a", "b", "c"));
}

TEST_F(Locating, TestIdsAreInTheAttributeThatThePageIsToldOf) {
    context_.emplace(new_context(*browser_));
    const auto page = Page::open(*context_, {.timeout = 5s, .test_id_attribute = "data-qa"});
    page.set_content("<i id=a data-qa=pay>x</i><i id=b data-testid=pay>x</i>");
    page.locator("#b").wait_for(ElementState::attached);
    EXPECT_THAT(ids(page.get_by_test_id("pay")), ElementsAre("a"));
    EXPECT_EQ(page.locator("#a").suggestion().text(), "page.get_by_test_id(\"pay\")");
    EXPECT_THROW_MSG(page.locator("i").click(), StrictnessError, HasSubstr("- page.get_by_test_id(\"pay\")\n"));
}

TEST_F(Locating, LabelsGoByReferenceThenByLabelAndAriaLabel) {
    const auto page = open(
        "<span id=s>Referenced</span><label for=a>Native</label><input id=a aria-labelledby=s aria-label=Aria>"
        "<label for=b>Native two</label><input id=b><div id=c role=group aria-label='Native group'></div>"
        "<label>Around <textarea id=d></textarea></label>");
    EXPECT_THAT(ids(page.get_by_label("Referenced")), ElementsAre("a"));
    EXPECT_THAT(ids(page.get_by_label("Aria")), IsEmpty());
    EXPECT_THAT(ids(page.get_by_label("native")), ElementsAre("b", "c"));
    EXPECT_THAT(ids(page.get_by_label("Native two", {.exact = true})), ElementsAre("b"));
    EXPECT_THAT(ids(page.get_by_label(Regex{"^around", "i"})), ElementsAre("d"));
}

TEST_F(Locating, FiltersAreRelativeToEachMatch) {
    const auto page = open(
        "<ul><li id=a>Kiel <button>Open</button></li><li id=b>Oslo <b>sold out</b></li><li id=c>Bergen "
        "<button hidden>Open</button></li></ul><button id=d>Open</button>");
    const auto rows = page.locator("li");
    EXPECT_THAT(ids(rows.filter_has(page.get_by_role(Role::button))), ElementsAre("a"));
    EXPECT_THAT(ids(rows.filter_has(page.locator("button"))), ElementsAre("a", "c"));
    EXPECT_THAT(ids(rows.filter_has_not(page.locator("button"))), ElementsAre("b"));
    EXPECT_THAT(ids(rows.filter_has_text("o").filter_has_not_text("sold")), ElementsAre("a", "c"));
    EXPECT_THAT(ids(rows.filter_has_text(Regex{"^Oslo"})), ElementsAre("b"));
    EXPECT_THAT(ids(rows.filter_has(page.locator("button").filter_has_text("open")).nth(1)), ElementsAre("c"));
    EXPECT_THAT(ids(rows.locator("button").filter_visible()), ElementsAre("-"));
    EXPECT_THAT(ids(page.get_by_role(Role::button).and_(page.get_by_text("Open")).last()), ElementsAre("d"));
    EXPECT_THAT(ids(page.locator("#b").or_(page.locator("#a"))), ElementsAre("a", "b")) << "in document order";
    EXPECT_THAT(ids(rows.nth(-2)), ElementsAre("b"));
    EXPECT_THAT(ids(rows.nth(7)), IsEmpty());
}

TEST_F(Locating, CssKnowsTheBrowsersPseudoClassesAndLists) {
    const auto page = open(
        "<div id=h></div><p id=a class=x>1</p><p id=b class=x><b>2</b></p><input id=c disabled>"
        "<script>h.attachShadow({mode: 'open'}).innerHTML = '<p id=s class=x>0</p>'</script>");
    EXPECT_THAT(ids(page.locator("p:has(b)")), ElementsAre("b"));
    EXPECT_THAT(ids(page.locator("p:not(:has(b)).x")), ElementsAre("s", "a"));
    EXPECT_THAT(ids(page.locator("input:disabled, #a")), ElementsAre("a", "c"));
    EXPECT_THAT(ids(page.locator("css=#h").locator("p")), ElementsAre("s"));
    EXPECT_THAT(ids(page.locator("#h p")), ElementsAre("s")) << "combinators cross shadow roots";
    EXPECT_THAT(ids(page.locator("xpath=//p[@class='x']")), ElementsAre("a", "b"));
    EXPECT_THROW_MSG(page.locator("p:shown").count(), ActionError, HasSubstr("\"p:shown\" is not a CSS selector"));
}

TEST_F(Locating, CssKnowsTextVisibilityAndPlaces) {
    const auto page = open(
        "<div id=h></div><article id=a>Ferry <b id=a1>to  Oslo</b></article>"
        "<article id=b style='display:none'>Ferry to Rome</article><button id=c>Save</button><button id=d>Save "
        "all</button>"
        "<script>h.attachShadow({mode: 'open'}).innerHTML = '<button id=s>Save</button>'</script>");
    EXPECT_THAT(ids(page.locator("article:has-text('FERRY TO')")), ElementsAre("a", "b"));
    EXPECT_THAT(ids(page.locator("article:visible")), ElementsAre("a"));
    EXPECT_THAT(ids(page.locator("article:has(:text('oslo')) b")), ElementsAre("a1"));
    EXPECT_THAT(ids(page.locator("button:text-is('Save')")), ElementsAre("s", "c"));
    EXPECT_THAT(ids(page.locator(":nth-match(:text('save'), 3)")), ElementsAre("d"));
    EXPECT_THROW_MSG(page.locator("p:right-of(b)").count(), ActionError,
                     HasSubstr("\":right-of()\": there are no selectors by layout"));
    EXPECT_THROW_MSG(page.locator("p:has-text(b)").count(), ActionError,
                     HasSubstr("\":has-text(b)\": expected a text in quotes, as :has-text(\"Save\")"));
}

TEST_F(Locating, SelectorsAreChainsOfKinds) {
    const auto page = open(
        "<article id=a><p id=p1 data-testid=x>Buy</p><p id=p2>Buy now</p></article><p id=p3>Buy</p><p id=p4 "
        "hidden>Buy</p>");
    EXPECT_THAT(ids(page.locator("article >> text=buy")), ElementsAre("p1", "p2"));
    EXPECT_THAT(ids(page.locator("text=\"Buy\" >> visible=true >> nth=-1")), ElementsAre("p3"));
    EXPECT_THAT(ids(page.locator("id=p2 >> ..")), ElementsAre("a"));
    EXPECT_THAT(ids(page.locator("text=/^buy$/i")), ElementsAre("p1", "p3", "p4"));
    EXPECT_THAT(ids(page.locator("data-testid=x")), ElementsAre("p1"));
    EXPECT_THROW_MSG(
        page.locator("article >> shape=round"), reprise::UsageError,
        HasSubstr("page.locator(\"article >> shape=round\"): \"shape\" is no kind of selector; there are css, "));
}

TEST_F(Locating, RoleQueriesTakeNamesExactlyOrByPatternAndEveryState) {
    const auto page = open(
        "<h1 id=a>Cart</h1><h2 id=b>Cart items</h2><div role=checkbox aria-checked=mixed id=c></div>"
        "<button id=d aria-pressed=true aria-expanded=false>Bold</button><div aria-disabled=true><div role=button "
        "id=e>Off</div></div><div role=tab aria-selected=true id=f>One</div><button id=g hidden>Gone</button>");
    EXPECT_THAT(ids(page.get_by_role(Role::heading, {.name = "cart"})), ElementsAre("a", "b"));
    EXPECT_THAT(ids(page.get_by_role(Role::heading, {.name = "Cart", .exact = true})), ElementsAre("a"));
    EXPECT_THAT(ids(page.get_by_role(Role::heading, {.name = Regex{"items$"}})), ElementsAre("b"));
    EXPECT_THAT(ids(page.get_by_role(Role::heading, {.level = 2})), ElementsAre("b"));
    EXPECT_THAT(ids(page.get_by_role(Role::button, {.pressed = true})), ElementsAre("d"));
    EXPECT_THAT(ids(page.get_by_role(Role::button, {.expanded = false})), ElementsAre("d"));
    EXPECT_THAT(ids(page.get_by_role(Role::button, {.disabled = true})), ElementsAre("e"));
    EXPECT_THAT(ids(page.get_by_role(Role::tab, {.selected = true})), ElementsAre("f"));
    EXPECT_THAT(ids(page.get_by_role(Role::checkbox, {.checked = true})), IsEmpty()) << "mixed is not checked";
    EXPECT_THAT(ids(page.get_by_role(Role::button, {.name = "Gone", .include_hidden = true})), ElementsAre("g"));
}

TEST_F(Locating, WaitsForEachStateAndForElementsThatComeBack) {
    const auto page = open("<p id=p style='display:none'>x</p>");
    const auto text = page.locator("#p");
    const auto soon = [&](const std::string& change) { page.evaluate("setTimeout(() => { " + change + " }, 50)"); };
    text.wait_for(ElementState::attached);
    text.wait_for(ElementState::hidden);
    soon("p.style.display = ''");
    text.wait_for(ElementState::visible);
    soon("p.style.visibility = 'hidden'");
    text.wait_for(ElementState::hidden);
    soon("p.remove()");
    text.wait_for(ElementState::detached);
    text.wait_for(ElementState::hidden);
    soon("document.body.insertAdjacentHTML('beforeend', '<p id=p>again</p>')");
    text.wait_for(ElementState::visible);
    EXPECT_EQ(text.inner_text(), "again");
    EXPECT_THROW_MSG(
        text.wait_for(ElementState::detached, 60ms), TimeoutError,
        AllOf(HasSubstr("page.locator(\"#p\").wait_for(detached): <p id=\"p\">again</p> is still visible after "
                        "60 ms"),
              HasSubstr("- waiting")));
}

TEST_F(Locating, ExpectationsAreCheckedOnceHoweverShortTheTimeIs) {
    const auto page = open("<p>x</p>");
    page.locator("p").expect({.kind = Expected::text, .text = "x", .timeout = 0ms});
    page.locator("p").expect({.kind = Expected::visible, .timeout = 1ms});
    page.locator("b").expect({.kind = Expected::visible, .negate = true, .timeout = 1ms});
    EXPECT_THROW(page.locator("b").expect({.kind = Expected::visible, .timeout = 0ms}), AssertionError);
}

TEST_F(Locating, NegatedExpectationsNeedAnElementToJudge) {
    const auto page = open("<button disabled>x</button><input value=a><input type=checkbox id=c>");
    const auto not_so = [&](const char* css, Expected kind) {
        return [=] { page.locator(css).expect({.kind = kind, .negate = true, .timeout = 60ms}); };
    };
    EXPECT_NO_THROW(not_so("button", Expected::enabled)());
    EXPECT_NO_THROW(not_so("b", Expected::visible)()) << "what is not there is not visible";
    EXPECT_NO_THROW(not_so("#c", Expected::checked)());
    EXPECT_THROW_MSG(not_so("b", Expected::enabled)(), AssertionError,
                     HasSubstr("expected not enabled, received \"no element\""));
    EXPECT_THROW(not_so("button", Expected::disabled)(), AssertionError);
    EXPECT_THROW(not_so("#c", Expected::unchecked)(), AssertionError);
}

TEST_F(Locating, ExpectationsGoOnOverANavigation) {
    const auto page = open(
        "<iframe id=f srcdoc='<p>first</p>'></iframe><script>setTimeout(() => f.srcdoc = '<p>second</p>', 150)"
        "</script>");
    page.frame_locator("#f").locator("p").expect({.kind = Expected::text, .text = "second"});
    const auto leaving = open("<p>x</p><script>setTimeout(() => location = 'about:blank', 150)</script>");
    leaving.expect({.kind = Expected::url, .text = "about:blank"});
    leaving.locator("p").expect({.kind = Expected::detached});
}

TEST_F(Locating, FramesAreEnteredOneAfterTheOther) {
    const auto page =
        open("<iframe id=o srcdoc=\"<p>outer</p><iframe srcdoc='<p>inner</p>'></iframe>\"></iframe><p>top</p>");
    const auto outer = page.frame_locator("#o");
    EXPECT_EQ(outer.locator("p").inner_text(), "outer");
    EXPECT_EQ(outer.frame_locator("iframe").locator("p").inner_text(), "inner");
    EXPECT_EQ(outer.locator("iframe").content_frame().get_by_text("inn").inner_text(), "inner");
    EXPECT_EQ(page.locator("p").inner_text(), "top");
    outer.frame_locator("iframe").locator("p").expect({.kind = Expected::text, .text = "inner"});
}

}  // namespace
}  // namespace reprise::locators
