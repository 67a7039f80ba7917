// Pages in real Chromium: finding, acting, delivery, and the texts of what fails.
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

class PageTest : public BrowserPage {};

TEST_F(PageTest, FindsByRoleLabelTextPlaceholderTitleAltAndTestId) {
    const auto page = open(
        "<label>Email <input placeholder=you title=Address></label><button data-testid=go>Send <b>now</b></button>"
        "<img alt=Logo src=data:,>");
    EXPECT_EQ(page.get_by_role(Role::button, {.name = "send now"}).count(), 1);
    EXPECT_EQ(page.get_by_role(Role::button, {.name = "send", .exact = true}).count(), 0);
    EXPECT_EQ(page.get_by_label("Email").count(), 1);
    EXPECT_EQ(page.get_by_text("Send now").count(), 1);
    EXPECT_EQ(page.get_by_text(Regex{"^send", "i"}).count(), 1);
    EXPECT_EQ(page.get_by_placeholder("you").count(), 1);
    EXPECT_EQ(page.get_by_title("address").count(), 1);
    EXPECT_EQ(page.get_by_alt_text("Logo").count(), 1);
    EXPECT_EQ(page.get_by_test_id("go").inner_text(), "Send now");
}

TEST_F(PageTest, FindsThroughOpenAndClosedShadowRoots) {
    const auto page = open(
        "<x-open></x-open><x-closed></x-closed><script>"
        "customElements.define('x-open',class extends "
        "HTMLElement{constructor(){super();this.attachShadow({mode:'open'}).innerHTML='<button>open</button>'}});"
        "customElements.define('x-closed',class extends "
        "HTMLElement{constructor(){super();this.attachShadow({mode:'closed'}).innerHTML='<button "
        "onclick=\"document.title=1\">closed</button>'}});"
        "</script>");
    page.get_by_role(Role::button, {.name = "open"}).click();
    page.get_by_role(Role::button, {.name = "closed"}).click();
    EXPECT_EQ(page.title(), "1");
}

TEST_F(PageTest, NamesTheCandidatesWhenMoreThanOneElementMatches) {
    const auto page = open("<button id=a>Save</button><button id=b>Save</button>");
    EXPECT_THROW_MSG(
        page.get_by_role(Role::button, {.name = "Save"}).click(), StrictnessError,
        AllOf(HasSubstr("page.get_by_role(button, \"Save\").click(): 2 elements match where one is needed"),
              HasSubstr("<button id=\"a\">Save</button>"), HasSubstr("<button id=\"b\">Save</button>")));
}

TEST_F(PageTest, ClicksOnceAndSeesTheResult) {
    const auto page = open("<button onclick=\"this.textContent=++window.n\">0</button><script>n=0</script>");
    const auto button = page.locator("button");
    for (int i = 0; i < 20; ++i) button.click();
    EXPECT_EQ(button.inner_text(), "20");
}

TEST_F(PageTest, WaitsForADisabledButtonAndSaysSoWhenItStaysDisabled) {
    const auto page = open("<button id=save disabled>Save</button>");
    EXPECT_THROW_MSG(page.locator("#save").click({.timeout = 300ms}), TimeoutError,
                     AllOf(HasSubstr("page.locator(\"#save\").click(): element still disabled after 300 ms"),
                           HasSubstr("found 1 match: <button id=\"save\" disabled>Save</button>"),
                           HasSubstr("visible, stable, not enabled - waiting")));
    page.evaluate("setTimeout(() => { save.disabled = false; save.onclick = () => document.title = 'saved' }, 100)");
    page.locator("#save").click();
    EXPECT_EQ(page.title(), "saved");
}

TEST_F(PageTest, NamesTheElementThatCoversTheTarget) {
    const auto page = open("<button>Buy</button><div id=banner style='position:fixed;inset:0'>Cookies</div>");
    EXPECT_THROW_MSG(page.locator("button").click({.timeout = 200ms}), TimeoutError,
                     HasSubstr("element is covered by <div id=\"banner\">Cookies</div> after 200 ms"));
}

// The page moves another control under the pointer between the hit test and the press.
TEST_F(PageTest, NeverClicksTheControlThatSlippedUnderThePointer) {
    const auto page = open(
        "<style>button{position:absolute;left:20px;width:120px;height:40px}</style>"
        "<button id=good style='top:20px' onclick='g++'>Keep</button><button id=bad style='top:200px' "
        "onclick='b++'>Delete</button>"
        "<script>g=0;b=0;let "
        "moved=0;addEventListener('mousemove',()=>{if(moved++)return;good.style.top='200px';bad.style.top='20px'})</"
        "script>");
    page.locator("#good").click();
    EXPECT_EQ(value(page, "[g, b]"), "[1,0]");
}

TEST_F(PageTest, ReportsAPressWhoseClickLandedElsewhere) {
    const auto page = open(
        "<button id=a style='position:absolute;top:20px;left:20px' onmousedown=\"this.style.top='300px'\">Go</button>");
    EXPECT_THROW_MSG(page.locator("#a").click(), ActionError,
                     HasSubstr("the button went down on the element, but the click"));
}

TEST_F(PageTest, WaitsForAnAnimatedButtonToComeToRest) {
    const auto page = open(
        "<style>@keyframes s{from{transform:translateX(600px)}to{transform:none}}button{animation:s .4s linear}</style>"
        "<button onclick=\"document.title='hit'\">Slide</button>");
    page.locator("button").click();
    EXPECT_EQ(page.title(), "hit");
}

TEST_F(PageTest, FillsEveryKindOfFieldAndVerifiesTheValue) {
    const auto page = open(
        "<input id=t><textarea id=m></textarea><input id=d type=date><input id=n type=number><div id=c "
        "contenteditable></div>"
        "<input id=r readonly>");
    page.locator("#t").fill("Zo\u00eb \"x\"");
    page.locator("#m").fill("a\nb");
    page.locator("#d").fill("2026-02-28");
    page.locator("#n").fill("12.5");
    page.locator("#c").fill("rich");
    EXPECT_EQ(value(page, "[t.value, m.value, d.value, n.value, c.innerText]"),
              "[\"Zo\u00eb \\\"x\\\"\",\"a\\nb\",\"2026-02-28\",\"12.5\",\"rich\"]");
    EXPECT_THROW_MSG(page.locator("#n").fill("abc"), ActionError, HasSubstr("\"abc\" is not a number"));
    EXPECT_THROW_MSG(page.locator("#d").fill("31.2.2026"), ActionError,
                     HasSubstr("not a valid date (expected yyyy-mm-dd)"));
    EXPECT_THROW_MSG(page.locator("#r").fill("x", {.timeout = 200ms}), TimeoutError, HasSubstr("element is read-only"));
    EXPECT_THROW_MSG(page.locator("#n").fill("top-secret", {.secret = true}), ActionError,
                     testing::Not(HasSubstr("top-secret")));
}

TEST_F(PageTest, ChecksSelectsTypesAndPresses) {
    const auto page = open(
        "<label><input type=checkbox id=c>Agree</label><select id=s><option value=1>One<option value=2>Two</select>"
        "<form onsubmit=\"document.title='sent';return false\"><input id=i></form>");
    page.get_by_label("Agree").check();
    EXPECT_TRUE(page.get_by_label("Agree").check().already_done);
    EXPECT_EQ(page.locator("#s").select({{.value_or_label = "Two"}}).selected.at(0), "2");
    EXPECT_THROW_MSG(page.locator("#s").select({{.value_or_label = "Six"}}, {.timeout = 200ms}), TimeoutError,
                     HasSubstr("it has no option \"Six\" (it offers \"One\", \"Two\")"));
    page.locator("#i").type("ab");
    page.locator("#i").press("Enter");
    EXPECT_EQ(value(page, "[c.checked, s.value, i.value, document.title]"), "[true,\"2\",\"ab\",\"sent\"]");
}

TEST_F(PageTest, ActsInsideFrames) {
    const auto page =
        open("<iframe srcdoc='<button onclick=\"this.textContent=7\">in</button>' style='margin:50px'></iframe>");
    page.frame_locator("iframe").get_by_role(Role::button).click();
    EXPECT_EQ(page.frame_locator("iframe").locator("button").inner_text(), "7");
}

TEST_F(PageTest, AnswersDialogsThatAClickOpens) {
    const auto page = open("<button onclick=\"document.title=confirm('Sure?')+prompt('Name?')\">Ask</button>");
    page.target().answer_next_dialog({.action = cdp::DialogAction::accept});
    page.target().answer_next_dialog({.action = cdp::DialogAction::accept, .text = "Ada"});
    page.locator("button").click();
    EXPECT_EQ(page.title(), "trueAda");
    EXPECT_EQ(page.target().dialogs().at(1).message, "Name?");
}

TEST_F(PageTest, AdoptsThePopupThatAClickOpens) {
    const auto page = open("<button onclick=\"window.open('').document.write('<h1>Pop</h1>')\">Open</button>");
    const auto made = context_->target().pages_made();
    page.locator("button").click();
    const Page popup{*context_, context_->target().wait_for_page(made, cdp::Deadline::after(5s))};
    popup.get_by_role(Role::heading, {.name = "Pop"}).wait_for(ElementState::visible);
}

TEST_F(PageTest, SaysWhyANavigationFailed) {
    const auto page = open("x");
    EXPECT_THROW_MSG(page.navigate("http://127.0.0.1:1/"), cdp::NavigationError,
                     AllOf(HasSubstr("navigate to http://127.0.0.1:1/"), HasSubstr("net::ERR_")));
}

TEST_F(PageTest, ExpectationsSayWhatWasReceived) {
    const auto page = open("<p id=a>Total: 5</p>");
    page.locator("#a").expect({.kind = Expected::contains_text, .text = "Total"});
    EXPECT_THROW_MSG(page.locator("#a").expect({.kind = Expected::text, .text = "Total: 6", .timeout = 100ms}),
                     AssertionError, HasSubstr("expected \"Total: 6\", received \"Total: 5\" after 100 ms"));
}

Bundle save_button() {
    return {.id = "save",
            .class_name = "btn primary",
            .tag = "button",
            .visible_text = "Save",
            .xpath = "//button[@id='save']"};
}

TEST_F(PageTest, FindsABundleWhoseClassAndXpathHaveChanged) {
    const auto page = open("<main><button id=save class=other>Save</button><button id=cancel>Cancel</button></main>");
    auto bundle = save_button();
    bundle.xpath = "/html/body/button[1]";
    const auto result = page.get_by_bundle(bundle, "Save").click();
    ASSERT_TRUE(result.bundle);
    EXPECT_EQ(result.bundle->strategy, "id");
    EXPECT_EQ(result.element, "<button id=\"save\" class=\"other\">Save</button>");
}

TEST_F(PageTest, RefusesAnIdThatMovedToAnotherControl) {
    const auto page = open("<button id=save class='btn primary' onclick=\"document.title='deleted'\">Delete</button>");
    EXPECT_THROW_MSG(page.get_by_bundle(save_button(), "Save").click({.timeout = 200ms}), TimeoutError,
                     HasSubstr("<button id=\"save\" class=\"btn primary\">Delete</button>"));
    EXPECT_EQ(page.title(), "");
}

}  // namespace
}  // namespace reprise::locators
