// Taps: touches, the click that follows, and what is done when they would land elsewhere.
#include <fmt/format.h>
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class Tap : public BrowserPage {
protected:
    static void SetUpTestSuite() { start({.extra_switches = {"--site-per-process"}}); }

    Page open_touch(const std::string& html) {
        auto page = open_page({.has_touch = true});
        page.set_content(html);
        return page;
    }
};

constexpr auto k_note =
    "<script>log=[];for(const t of ['pointerdown','touchstart','touchend','mousedown','click'])addEventListener(t,e=>"
    "log.push(t+' '+e.target.id+(e.isTrusted?'':'!')),{passive:false})</script>";

TEST_F(Tap, IsTouchesAndAClick) {
    const auto page = open_touch(std::string("<button id=b>B</button>") + k_note);
    page.locator("#b").tap();
    EXPECT_EQ(value(page, "log"), R"(["pointerdown b","touchstart b","touchend b","mousedown b","click b"])");
}

TEST_F(Tap, EndsWithTheTouchesWhenThePageTakesThem) {
    const auto page = open_touch(std::string("<button id=b ontouchstart='event.preventDefault()'>B</button>") + k_note);
    page.evaluate("b.addEventListener('touchstart', (e) => e.preventDefault(), {passive: false})");
    page.locator("#b").tap();
    EXPECT_EQ(value(page, "log"), R"(["pointerdown b","touchstart b","touchend b"])");
}

TEST_F(Tap, HoldsModifiersAndTakesAPosition) {
    const auto page = open_touch(
        "<div id=b style='width:100px;height:50px' onclick='at=[event.offsetX,event.offsetY,event.shiftKey]'></div>");
    page.locator("#b").tap({.modifiers = {Modifier::shift}, .position = Point{30, 20}});
    EXPECT_EQ(value(page, "at"), "[30,20,true]");
}

// A page that is wider than the phone: what shows is panned over a viewport that is larger.
TEST_F(Tap, AndClicksArriveWhereThePageIsPanned) {
    fixtures::HttpServer server;
    server.handle("GET", "/inner", [](const auto&) {
        return fixtures::HttpResponse{.body =
                                          "<button onclick='top.postMessage(1, `*`);textContent=`hit`'>In</button>"};
    });
    const auto html = fmt::format(
        "<meta name=viewport content='width=device-width, initial-scale=1'><body style='margin:0'><div "
        "style='width:1200px;height:3000px'></div><button id=b style='position:absolute;left:700px;top:1200px;"
        "width:20px;height:20px'></button><iframe style='position:absolute;left:800px;top:1000px' width=200 height=90 "
        "src='http://localhost:{}/inner'></iframe>{}",
        server.port(), k_note);
    const auto open_phone = [&] {
        auto page = open_page({.width_px = 400, .height_px = 600, .is_mobile = true, .has_touch = true});
        page.set_content(html);
        return page;
    };
    const auto k_hits = R"(["pointerdown b","mousedown b","click b","pointerdown b","touchstart b","touchend b",)"
                        R"("mousedown b","click b"])";
    for (const auto* pan : {"scrollTo(0, 0)", "scrollTo(600, 900)", "b.scrollIntoView()", "scrollTo(800, 2400)"}) {
        const auto page = open_phone();
        page.evaluate(pan);
        page.locator("#b").click();
        page.locator("#b").tap();
        EXPECT_EQ(value(page, "log"), k_hits) << pan;
        const auto inner = page.frame_locator("iframe").locator("button");
        inner.click();
        EXPECT_EQ(inner.inner_text(), "hit") << pan;
    }
    const auto page = open_phone();
    page.target().session().send_raw("Emulation.setPageScaleFactor", R"({"pageScaleFactor":2})", soon());
    page.locator("#b").click();
    page.locator("#b").tap();
    EXPECT_EQ(value(page, "log"), k_hits);
}

TEST_F(Tap, ATrialTouchesNothing) {
    const auto page = open_touch(std::string("<button id=b>B</button>") + k_note);
    page.locator("#b").tap({.trial = true});
    EXPECT_EQ(value(page, "log"), "[]");
}

TEST_F(Tap, TouchesNothingElseThanItsTarget) {
    const auto page =
        open_touch(std::string("<button id=b>B</button><div id=o style='position:fixed;inset:0'></div>") + k_note);
    EXPECT_THROW_MSG(page.locator("#b").tap({.timeout = 150ms}), TimeoutError,
                     HasSubstr("page.locator(\"#b\").tap(): element is covered by <div id=\"o\">"));
    EXPECT_THROW_MSG(page.locator("#b").tap({.timeout = 1500ms, .force = true}), Error, HasSubstr("<div id=\"o\">"));
    EXPECT_EQ(value(page, "log"), "[]");
}

// The browser makes a click of the touches, where they were; it finds what has come to light there.
TEST_F(Tap, DoesNotClickWhatComesToLightUnderIt) {
    constexpr auto k_two =
        "<style>button{position:absolute;left:9px;top:9px;width:99px;height:40px}</style><button id=y "
        "onclick='n=1'>Oslo</button><button id=x>Bergen</button>";
    const auto page = open_touch(k_two);
    page.evaluate("x.addEventListener('touchstart', () => { x.style.left = '300px'; })");
    EXPECT_THROW_MSG(page.locator("#x").tap(), ActionError,
                     HasSubstr("the page moved or replaced the element after the touch: the click was lost"));
    EXPECT_EQ(value(page, "typeof n"), "\"undefined\"");
    // What closes itself on the touch has been used.
    page.set_content(k_two);
    page.evaluate("x.addEventListener('touchstart', () => { x.style.display = 'none'; })");
    page.locator("#x").tap();
}

TEST_F(Tap, NeedsAContextWithTouches) {
    const auto page = open("<button>B</button>");
    EXPECT_THROW_MSG(page.locator("button").tap(), ActionError,
                     HasSubstr("the page expects no touches: its context needs ContextOptions::has_touch"));
}

TEST_F(Tap, FollowsALinkToItsPage) {
    fixtures::HttpServer server;
    server.handle("GET", "/next", [](const auto&) { return fixtures::HttpResponse{.body = "<title>Next</title>"}; });
    server.handle("GET", "/", [](const auto&) { return fixtures::HttpResponse{.body = "<a href=/next>Next</a>"}; });
    const auto page = open_page({.is_mobile = true, .has_touch = true});
    page.navigate(server.url("/"));
    page.locator("a").tap();
    EXPECT_EQ(page.url(), server.url("/next"));
    EXPECT_EQ(page.title(), "Next");
}

TEST_F(Tap, ReachesFramesOfOtherProcesses) {
    fixtures::HttpServer server;
    server.handle("GET", "/inner", [](const auto&) {
        return fixtures::HttpResponse{.body = "<button onclick=\"this.textContent='tapped'\">B</button>"};
    });
    server.handle("GET", "/", [&](const auto&) {
        return fixtures::HttpResponse{.body = "<iframe style='margin:40px' src='http://localhost:" +
                                              std::to_string(server.port()) + "/inner'></iframe>"};
    });
    const auto page = open_page({.has_touch = true});
    page.navigate(server.url("/"));
    const auto button = page.frame_locator("iframe").locator("button");
    button.tap();
    EXPECT_EQ(button.inner_text(), "tapped");
}

// What is watched for must end with the tap: else what comes later is taken for a part of it.
TEST_F(Tap, EndsItsWatch) {
    const auto page = open_touch(
        "<button id=b onclick='setTimeout(() => { b.remove(); done.hidden = false })'>B</button>"
        "<p id=done hidden>Done</p><input id=i type=button value=Next onclick='value += 1'>");
    page.locator("#b").tap();
    page.locator("#done").wait_for(ElementState::visible);
    const auto box = page.locator("#i").bounding_box();
    page.mouse().click({box.x + 3, box.y + 3});
    page.locator("#i").press("Enter");
    EXPECT_EQ(page.locator("#i").input_value(), "Next11");
}

}  // namespace
}  // namespace reprise::locators
