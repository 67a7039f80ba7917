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

}  // namespace
}  // namespace reprise::locators
