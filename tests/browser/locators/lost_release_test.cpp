// A browser that loses the release of a click.
#include <cstdlib>

#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using testing::HasSubstr;

constexpr auto k_frame =
    "<iframe id=frame srcdoc=\"<button onmousedown='top.pressed++' onclick='top.clicked++'>Pay</button>\"></iframe>"
    "<script>pressed = clicked = 0</script>";

class LostReleases : public BrowserPage {
protected:
    static void SetUpTestSuite() {}  // each test has a browser of its own
    static void TearDownTestSuite() {}
    ~LostReleases() override { browser_.reset(); }

    // A browser that loses the first so many releases.
    Page open_losing(int releases, const std::string& html) {
        const char* browser = std::getenv("REPRISE_BROWSER");
        start({.executable = REPRISE_LOSSY_BROWSER,
               .extra_switches = {"--lose-releases=" + std::to_string(releases)},
               .environment = {
                   {"REPRISE_BEHIND", browser != nullptr ? browser : "/usr/lib/chromium/chromium-headless-shell"}}});
        return open(html);
    }
};

TEST_F(LostReleases, OfFramesAreTold) {
    const auto page = open_losing(1, k_frame);
    EXPECT_THROW_MSG(page.frame_locator("#frame").locator("button").click(), ActionError,
                     HasSubstr("the button went down on the element, but the click landed on nothing"));
    EXPECT_EQ(value(page, "[pressed, clicked]"), "[1,0]");
}

TEST_F(LostReleases, LeaveTheNextPressToThePage) {
    const auto page = open_losing(
        1,
        "<div id=cover hidden style='position:fixed;inset:0;background:red' onclick='++clicked'></div><iframe "
        "id=frame srcdoc=\"<button onmousedown='top.cover.hidden = false'>Pay</button>\"></iframe><script>clicked = "
        "0</script>");
    EXPECT_THROW(page.frame_locator("#frame").locator("button").click(), ActionError);
    page.mouse().click({100, 100});
    EXPECT_EQ(value(page, "clicked"), "1");
}

TEST_F(LostReleases, OfTheFirstOfTwoClicksAreTold) {
    const auto page = open_losing(
        1,
        "<iframe id=frame srcdoc=\"<button ondblclick='top.twice++' onclick='top.once++'>Pay</button>\"></iframe>"
        "<script>once = twice = 0</script>");
    EXPECT_THROW_MSG(page.frame_locator("#frame").locator("button").double_click(), ActionError,
                     HasSubstr("the button went down on the element, but the dblclick landed on nothing"));
    EXPECT_EQ(value(page, "once"), "1");
}

TEST_F(LostReleases, OfThePageItselfAreTold) {
    const auto page = open_losing(1, "<button onclick='clicked++'>Pay</button><script>clicked = 0</script>");
    EXPECT_THROW_MSG(page.locator("button").click(), ActionError,
                     HasSubstr("the button went down on the element, but the click landed on nothing"));
    EXPECT_EQ(value(page, "clicked"), "0");
}

}  // namespace
}  // namespace reprise::locators
