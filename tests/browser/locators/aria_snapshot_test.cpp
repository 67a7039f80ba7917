// Aria snapshots of pages and elements in real Chromium; the rules of their text are tested in
// locators/script/test/aria_snapshot_test.html.
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using testing::HasSubstr;

class AriaSnapshot : public BrowserPage {};

TEST_F(AriaSnapshot, ShowsThePageAndAnElementOfIt) {
    const auto page = open("<title>x</title><h1>Tickets</h1><form aria-label=Pay><button disabled>Pay</button></form>");
    EXPECT_EQ(page.aria_snapshot(),
              "- heading \"Tickets\" [level=1]\n"
              "- form \"Pay\":\n"
              "  - button \"Pay\" [disabled]");
    EXPECT_EQ(page.get_by_role(Role::button).aria_snapshot(), "- button \"Pay\" [disabled]");
    EXPECT_THROW_MSG(page.locator("h2").aria_snapshot({.timeout = std::chrono::milliseconds{50}}), TimeoutError,
                     HasSubstr("page.locator(\"h2\").aria_snapshot(): no element matches after 50 ms"));
}

TEST_F(AriaSnapshot, EntersAFrameThroughALocatorAndClosedShadowRoots) {
    const auto page = open(
        "<iframe srcdoc='<button>Inner</button>'></iframe><x-closed></x-closed><script>"
        "customElements.define('x-closed',class extends HTMLElement{constructor(){super();"
        "this.attachShadow({mode:'closed'}).innerHTML='<button>Closed</button>'}})</script>");
    EXPECT_EQ(page.aria_snapshot(), "- iframe\n- button \"Closed\"");
    EXPECT_EQ(page.frame_locator("iframe").locator("body").aria_snapshot(), "- button \"Inner\"");
}

TEST_F(AriaSnapshot, ShowsSomeLevelsAndPlacesOnRequest) {
    const auto page = open(
        "<style>body{margin:0}</style><ul style='margin:0'><li>One <button style='position:absolute;left:10px;top:20px;"
        "width:30px;height:40px'>x</button></li></ul>");
    EXPECT_EQ(page.aria_snapshot({.depth = 1}), "- list");
    EXPECT_EQ(page.aria_snapshot({.depth = 2}), "- list:\n  - listitem");
    EXPECT_EQ(page.aria_snapshot({.depth = 3}), "- list:\n  - listitem:\n    - text: One\n    - button \"x\"");
    EXPECT_EQ(page.locator("button").aria_snapshot({.boxes = true}), "- button \"x\" [box=10,20,30,40]");
    EXPECT_THROW(page.aria_snapshot({.depth = 0}), UsageError);
}

TEST_F(AriaSnapshot, NeverShowsWhatWasFilledOrTypedAsASecret) {
    const auto page = open("<input aria-label=Code><input aria-label=Pin><input type=password aria-label=Key>");
    page.get_by_label("Code").fill("hunter2", {.secret = true});
    page.get_by_label("Pin").type("hunter2", {.secret = true});
    page.get_by_label("Key").fill("hunter2");
    EXPECT_EQ(page.aria_snapshot(), "- textbox \"Code\": ••••••\n- textbox \"Pin\": ••••••\n- textbox \"Key\": ••••••");
    page.get_by_label("Code").fill("open");
    EXPECT_THAT(page.aria_snapshot(), HasSubstr("- textbox \"Code\": open"));
}

TEST_F(AriaSnapshot, NamesElementsByRefsThatFindThem) {
    const auto page = open(
        "<h1>Cart</h1><div id=rows><button onclick=\"document.title='one'\">One</button>"
        "<button onclick=\"document.title='two'\">Two</button></div>");
    EXPECT_EQ(page.aria_snapshot({.refs = true}),
              "- heading \"Cart\" [level=1] [ref=e1]\n- button \"One\" [ref=e2]\n- button \"Two\" [ref=e3]");
    page.locator("aria-ref=e3").click();
    EXPECT_EQ(page.title(), "two");
    EXPECT_EQ(page.locator("#rows").locator("aria-ref=e2").count(), 1);
    EXPECT_EQ(page.locator("#rows").locator("aria-ref=e1").count(), 0);
    EXPECT_EQ(page.locator("aria-ref=e4").count(), 0);
}

// Lists give the elements of their rows to other rows.
TEST_F(AriaSnapshot, ARefFindsNothingOnceItsElementIsSomethingElse) {
    const auto page = open("<button id=b>One</button>");
    EXPECT_EQ(page.aria_snapshot({.refs = true}), "- button \"One\" [ref=e1]");
    page.evaluate("b.textContent = 'Two', b.onclick = () => document.title = 'wrong', 0");
    EXPECT_THROW_MSG(page.locator("aria-ref=e1").click({.timeout = Milliseconds{300}}), cdp::TimeoutError,
                     HasSubstr("page.locator(\"aria-ref=e1\").click()"));
    EXPECT_EQ(page.title(), "");
    EXPECT_EQ(page.aria_snapshot({.refs = true}), "- button \"Two\" [ref=e2]");
    page.evaluate("b.textContent = 'One', 0");
    EXPECT_EQ(page.locator("aria-ref=e1").count(), 0);
}

}  // namespace
}  // namespace reprise::locators
