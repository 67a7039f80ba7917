// Where a press lands: what stands for what, what is in the way, and how points come through turned frames.
#include <fmt/format.h>

#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class HitTarget : public BrowserPage {};

TEST_F(HitTarget, AnOverlayIsNamedWithWhatBroughtIt) {
    const auto page = open(
        "<button id=x>B</button><div id=cookies style='position:fixed;inset:0'><section><b style='position:fixed;"
        "inset:0'>Accept</b></section></div>");
    EXPECT_THROW_MSG(page.locator("#x").click({.timeout = 150ms}), TimeoutError,
                     HasSubstr("element is covered by <b>Accept</b> in <div id=\"cookies\">Accept</div>"));
}

TEST_F(HitTarget, ScriptsMayClickWhatTheyWantMeanwhile) {
    const auto page = open(
        "<button id=x onmousedown='other.click();other.dispatchEvent(new MouseEvent(\"mousedown\",{bubbles:true}))'>"
        "B</button><button id=other>O</button><script>n=[];x.onclick=()=>n.push('x');other.onclick=()=>n.push('o');"
        "other.onmousedown=()=>n.push('od')</script>");
    page.locator("#x").click();
    EXPECT_EQ(value(page, "n"), R"(["o","od","x"])");
}

TEST_F(HitTarget, ADivThatMovesAwayUnderThePressIsPressedWhereItIsThen) {
    const auto page = open(
        "<button id=x style='position:absolute;left:10px;top:10px'>B</button><button id=y style='position:absolute;"
        "left:10px;top:10px;z-index:-1' "
        "onmousedown='wrong=1'>Y</button><script>moves=0;x.onpointermove=()=>{if(moves++<2)"
        "x.style.left=10+moves*200+'px'};x.onclick=()=>n=(window.n||0)+1</script>");
    page.locator("#x").click();
    EXPECT_EQ(value(page, "[n, typeof wrong]"), R"([1,"undefined"])");
}

TEST_F(HitTarget, NothingOfAStrayPressIsSeenOnAPageThatWasNeverNavigated) {
    const auto page = open_page();
    page.set_content(
        "<button id=x>B</button><div style='position:fixed;inset:0'></div><script>log=[];for(const t of ['pointerdown',"
        "'mousedown','pointerup','mouseup','click'])addEventListener(t,e=>log.push(t))</script>");
    EXPECT_THROW_MSG(page.locator("#x").click({.timeout = 1500ms, .force = true}), TimeoutError, HasSubstr("<div>"));
    EXPECT_EQ(value(page, "log"), "[]");
}

struct Standing {
    const char* what;
    const char* html;  // clicked: #x; a press that counts sets n
};
void PrintTo(const Standing& standing, std::ostream* out) {
    *out << standing.what;
}

class StandsFor : public BrowserPage, public testing::WithParamInterface<Standing> {};

TEST_P(StandsFor, WhatAPressOnItReaches) {
    const auto page = open(std::string(GetParam().html) + "<script>n=0</script>");
    page.locator("#x").click();
    EXPECT_EQ(value(page, "n"), "1");
}

INSTANTIATE_TEST_SUITE_P(
    HitTarget, StandsFor,
    testing::Values(Standing{"TextInAButton", "<button onclick=n++><b id=x>B</b></button>"},
                    Standing{"IconOverTheTextOfALink",
                             "<a href='#' onclick=n++ style='position:relative'><b id=x>Go</b><i "
                             "style='position:absolute;inset:0'></i></a>"},
                    Standing{"IconOverTheTextOfARoleButton",
                             "<div role=button onclick=n++ style='position:relative'><b id=x>Go</b><i "
                             "style='position:absolute;inset:0'></i></div>"},
                    Standing{"LabelAroundItsBox", "<label id=x>Agree <input type=checkbox onchange=n++></label>"},
                    Standing{"LabelForABoxElsewhere",
                             "<label id=x for=c>Agree</label><input id=c type=checkbox onchange=n++>"},
                    Standing{"BoxUnderItsLabel",
                             "<input id=x type=checkbox onchange=n++ style='position:absolute;left:9px;top:9px'><label "
                             "for=x style='position:absolute;left:0;top:0;width:60px;height:40px'></label>"},
                    Standing{"ButtonInALabelForAnotherField",
                             "<label for=c><button id=x onclick=n++>?</button></label><input id=c disabled>"}),
    [](const auto& info) { return info.param.what; });

TEST_F(HitTarget, AFieldWithinTheLabelOfAnotherOneStandsForItself) {
    const auto page = open("<label for=a>Both <input id=b type=checkbox></label><input id=a type=checkbox checked>");
    page.locator("#b").check();
    EXPECT_EQ(value(page, "[a.checked, b.checked]"), "[true,true]");
    EXPECT_TRUE(page.locator("#b").is_checked());
    page.locator("#b").uncheck();
    EXPECT_EQ(value(page, "[a.checked, b.checked]"), "[true,false]");
}

TEST_F(HitTarget, ALinkInALabelDoesNotStandForItsBox) {
    const auto page = open(
        "<label style='position:relative'><input id=x type=checkbox><a href='#' onclick='n=1' style='position:absolute;"
        "inset:-30px'>Terms</a></label>");
    EXPECT_THROW_MSG(page.locator("#x").click({.timeout = 150ms}), TimeoutError,
                     HasSubstr("element is covered by <a href=\"#\">Terms</a>"));
    EXPECT_EQ(value(page, "[x.checked, typeof n]"), R"([false,"undefined"])");
}

TEST_F(HitTarget, AFieldOverAButtonInItsLabelIsInTheWay) {
    const auto page =
        open("<label for=q><button id=x onclick='n=1'>?</button></label><input id=q style='position:fixed;inset:0'>");
    EXPECT_THROW_MSG(page.locator("#x").click({.timeout = 150ms}), TimeoutError,
                     HasSubstr("element is covered by <input id=\"q\">"));
}

// Labels hand on clicks, and nothing else.
TEST_F(HitTarget, ALabelOverItsFieldTakesAllButClicks) {
    const auto page = open(
        "<div style='position:relative'><input id=x><label for=x style='position:absolute;inset:0'>Name</label></div>");
    const auto field = page.locator("#x");
    const auto covered = HasSubstr("element is covered by <label>Name</label>");
    EXPECT_THROW_MSG(field.hover({.timeout = 150ms}), TimeoutError, covered);
    EXPECT_THROW_MSG(field.click({.button = MouseButton::right, .timeout = 150ms}), TimeoutError, covered);
    EXPECT_THROW_MSG(field.double_click({.timeout = 150ms}), TimeoutError, covered);
    EXPECT_THROW_MSG(field.drag_to(field, {.timeout = 150ms}), TimeoutError, covered);
    field.click();
    EXPECT_EQ(value(page, "document.activeElement.id"), "\"x\"");
}

TEST_F(HitTarget, AFieldDoesNotStandForTheButtonAroundIt) {
    const auto page = open(
        "<div role=button style='position:relative;display:inline-block'><input id=x><i "
        "style='position:absolute;inset:0'>over</i></div>");
    EXPECT_THROW_MSG(page.locator("#x").click({.timeout = 150ms}), TimeoutError,
                     HasSubstr("element is covered by <i>over</i>"));
}

TEST_F(HitTarget, AButtonInALinkIsNotTheLink) {
    const auto page = open(
        "<a href='#' style='position:relative'><b id=x>Item</b><button style='position:absolute;inset:0' "
        "onclick='n=1'>Delete</button></a>");
    EXPECT_THROW_MSG(page.locator("#x").click({.timeout = 150ms}), TimeoutError,
                     HasSubstr("element is covered by <button>Delete</button>"));
    EXPECT_EQ(value(page, "typeof n"), "\"undefined\"");
}

TEST_F(HitTarget, APositionOutsideOfTheElementIsToldAsSuch) {
    const auto page = open("<button id=x style='width:80px;height:30px;border:0'>B</button>");
    EXPECT_THROW_MSG(page.locator("#x").click({.position = Point{200, 10}, .timeout = 150ms}), TimeoutError,
                     HasSubstr("position 200, 10 is outside of the element, which is 80 × 30 px"));
}

// How the frame is put into its page.
struct Turn {
    const char* name;
    const char* style;
    const char* around = "";
};
void PrintTo(const Turn& turn, std::ostream* out) {
    *out << turn.name;
}

class TurnedFrames : public BrowserPage, public testing::WithParamInterface<Turn> {
protected:
    static void SetUpTestSuite() { start({.extra_switches = {"--site-per-process"}}); }
};

TEST_P(TurnedFrames, AreClickedAndMeasuredWhereTheyShow) {
    fixtures::HttpServer server;
    server.handle("GET", "/inner", [](const auto&) {
        return fixtures::HttpResponse{
            .body =
                "<!doctype html><body style='margin:0'><button style='position:absolute;left:40px;top:30px;"
                "width:20px;height:10px;padding:0;border:0' onclick=\"this.textContent='hit'\"></button>"};
    });
    for (const auto* host : {"127.0.0.1", "localhost"}) {
        const auto inner = fmt::format("http://{}:{}/inner", host, server.port());
        server.handle("GET", "/", [&](const auto&) {
            return fixtures::HttpResponse{
                .body =
                    fmt::format("<!doctype html><body style='margin:0'><div style='{}'><iframe width=200 height=100 "
                                "style='margin:150px;{}' src='{}'></iframe></div>",
                                GetParam().around, GetParam().style, inner)};
        });
        const auto page = open_page();
        page.navigate(server.url("/"));
        const auto button = page.frame_locator("iframe").locator("button");
        button.click();
        EXPECT_EQ(button.inner_text(), "hit");
        const auto box = button.bounding_box();
        // A press by hand in the middle of the box arrives, too. Over a frame of another process Chromium may give its
        // release to the page that holds the frame: then there was no click, and nobody who saw it.
        button.evaluate("(button) => button.textContent = ''");
        for (int tries = 0; tries < 5 && button.inner_text().empty(); ++tries) {
            page.mouse().click({box.x + box.width / 2, box.y + box.height / 2});
        }
        button.expect({.kind = Expected::text, .text = "hit"});
    }
}

INSTANTIATE_TEST_SUITE_P(HitTarget, TurnedFrames,
                         testing::Values(Turn{"Upright", "border:7px solid;padding:3px 0 0 11px"},
                                         Turn{"Rotated", "border:7px solid;transform:rotate(30deg)"},
                                         Turn{"UpsideDown", "padding:9px 0 0 2px;transform:rotate(180deg)"},
                                         Turn{"RotatedAroundACorner", "transform-origin:0 0;rotate:15deg"},
                                         Turn{"ScaledAndRotated", "scale:1.5 .8;rotate:-20deg"},
                                         Turn{"Mirrored", "transform:scaleX(-1)"},
                                         Turn{"Skewed", "transform:skewX(20deg)"}, Turn{"Zoomed", "zoom:1.5"},
                                         Turn{"ZoomedAndRotated", "border:7px solid;zoom:1.5;transform:rotate(30deg)"},
                                         Turn{"WithinAZoomedBlock", "transform:rotate(30deg)", "zoom:1.2"},
                                         Turn{"WithinARotatedBlock", "border:5px solid;transform:scale(.7)",
                                              "width:500px;transform:rotate(40deg) translate(30px, 20px)"}),
                         [](const auto& info) { return info.param.name; });

TEST_F(TurnedFrames, BoxesInThemAreTheBoxesAround) {
    const auto page = open(
        "<body style='margin:0'><iframe width=200 height=100 style='position:absolute;left:100px;top:100px;border:0;"
        "transform:rotate(90deg)' srcdoc=\"<body style='margin:0'><p "
        "style='margin:0;width:60px;height:20px'>\"></iframe>");
    const auto box = page.frame_locator("iframe").locator("p").bounding_box();
    // The frame's left top corner has come to its right top: 250, 50.
    EXPECT_NEAR(box.x, 230, 0.01);
    EXPECT_NEAR(box.y, 50, 0.01);
    EXPECT_NEAR(box.width, 20, 0.01);
    EXPECT_NEAR(box.height, 60, 0.01);
}

}  // namespace
}  // namespace reprise::locators
