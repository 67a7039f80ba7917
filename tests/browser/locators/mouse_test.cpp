// The mouse over frames and texts, its wheel, and how it goes on from where actions on elements have brought it.
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class MouseTest : public BrowserPage {
protected:
    static void SetUpTestSuite() { start({.extra_switches = {"--site-per-process"}}); }
};

TEST_F(MouseTest, SelectsTextByDragging) {
    const auto page = open("<p id=p style='font:20px monospace;margin:0;width:20ch'>0123456789</p>");
    const auto box = page.locator("#p").bounding_box();
    page.mouse().move({box.x + 1, box.y + box.height / 2});
    page.mouse().down();
    page.mouse().move({box.x + box.width / 4, box.y + box.height / 2}, {.steps = 4});
    page.mouse().up();
    EXPECT_EQ(value(page, "getSelection().toString()"), "\"01234\"");
}

TEST_F(MouseTest, GoesOnFromWhereActionsHaveBroughtIt) {
    const auto page = open(
        "<button id=b style='position:absolute;left:100px;top:50px;width:80px;height:20px'>B</button><div id=list "
        "style='position:absolute;left:300px;top:50px;width:100px;height:80px;overflow:auto'><p style='height:900px'>"
        "</p></div><script>log=[];b.onmousedown=e=>log.push('down "
        "'+e.clientX);b.onmouseup=()=>log.push('up')</script>");
    page.locator("#b").hover();
    page.mouse().down();
    page.mouse().up();
    EXPECT_EQ(value(page, "log"), R"(["down 140","up"])");
    page.locator("#list").hover();
    page.mouse().wheel({0, 120});
    page.evaluate(
        "new Promise((done) => { const look = () => list.scrollTop === 120 ? done() : setTimeout(look, 10); look() })");
}

TEST_F(MouseTest, HoversWithAButtonDownAsAHandDrags) {
    const auto page = open(
        "<div id=a draggable=true style='width:50px;height:30px'>A</div><div id=z style='width:200px;height:100px;"
        "margin-top:60px'>Z</div><script>a.ondragstart=e=>e.dataTransfer.setData('text','ace');z.ondragover=e=>"
        "e.preventDefault();z.ondrop=e=>{e.preventDefault();z.textContent=e.dataTransfer.getData('text')}</script>");
    page.locator("#a").hover();
    page.mouse().down();
    page.locator("#z").hover();
    page.locator("#z").hover();
    page.mouse().up();
    EXPECT_EQ(page.locator("#z").inner_text(), "ace");
}

TEST_F(MouseTest, HoversWhatIsInFrames) {
    fixtures::HttpServer server;
    server.handle("GET", "/inner", [](const auto&) {
        return fixtures::HttpResponse{
            .body = "<style>b{color:red}b:hover{color:blue}</style><b onmousemove='at=event.shiftKey'>In</b>"};
    });
    server.handle("GET", "/", [&](const auto&) {
        return fixtures::HttpResponse{.body = "<b id=top onmouseout='out=1'>Top</b><iframe src='http://localhost:" +
                                              std::to_string(server.port()) + "/inner'></iframe>"};
    });
    const auto page = open_page();
    page.navigate(server.url("/"));
    page.locator("#top").hover();
    const auto inner = page.frame_locator("iframe").locator("b");
    inner.hover({.modifiers = {Modifier::shift}});
    EXPECT_EQ(inner.evaluate("() => at"), true);
    inner.expect({.kind = Expected::css, .text = "rgb(0, 0, 255)", .attribute = "color"});
}

TEST_F(MouseTest, HoversAtAPositionInStepsAndByTrial) {
    const auto page = open(
        "<div id=b "
        "style='position:absolute;left:100px;top:0;width:100px;height:100px'></div><script>at=[];b.onmousemove="
        "e=>at.push([e.offsetX,e.offsetY]);n=0;addEventListener('mousemove',()=>n++)</script>");
    page.locator("#b").hover({.trial = true});
    EXPECT_EQ(value(page, "at"), "[]");
    page.locator("#b").hover({.position = Point{10, 20}, .steps = 5});
    EXPECT_EQ(value(page, "[n >= 5, at.at(-1)]"), "[true,[10,20]]");
}

TEST_F(MouseTest, TheWheelTellsItsDistance) {
    const auto page = open(
        "<body style='margin:0'><div id=b style='height:3000px;width:3000px'></div><script>addEventListener('wheel',"
        "e=>{w=[e.deltaX,e.deltaY,e.deltaMode,e.clientX,e.ctrlKey];e.preventDefault()},{passive:false})</script>");
    page.mouse().move({50, 60});
    page.keyboard().down("Control");
    page.mouse().wheel({30, -100});
    page.keyboard().up("Control");
    page.evaluate("new Promise((done) => { const look = () => window.w ? done() : setTimeout(look, 10); look() })");
    EXPECT_EQ(value(page, "w"), "[30,-100,0,50,true]");
}

TEST_F(MouseTest, HoldsAButtonForAsLongAsItIsTold) {
    const auto page = open(
        "<button "
        "id=b>B</button><script>b.onmousedown=()=>t=performance.now();b.onclick=()=>held=performance.now()-t</script>");
    page.locator("#b").click({.delay = 60ms});
    EXPECT_GE(page.evaluate("held").to_number<double>(), 50);
    page.locator("#b").click({.count = 2, .delay = 10ms});
}

TEST_F(MouseTest, ComesToAClickInSteps) {
    const auto page = open(
        "<button style='position:absolute;left:200px;top:100px'>B</button><script>n=0;addEventListener("
        "'mousemove',()=>n++)</script>");
    page.locator("button").click({.steps = 6});
    EXPECT_GE(page.evaluate("n").to_number<int>(), 6);
}

TEST_F(MouseTest, DoesNotScrollWhenToldSo) {
    const auto page = open("<div style='height:3000px'></div><button onclick='n=1'>B</button>");
    EXPECT_THROW_MSG(page.locator("button").click({.timeout = 150ms, .no_scroll = true}), TimeoutError,
                     HasSubstr("element has no part in the viewport"));
    EXPECT_EQ(value(page, "scrollY"), "0");
    page.evaluate("scrollTo(0, 3000)");
    page.locator("button").click({.no_scroll = true});
    EXPECT_EQ(value(page, "n"), "1");
}

TEST_F(MouseTest, ChecksAtAPositionAndByTrial) {
    const auto page = open(
        "<label id=l style='display:block;width:200px'><input id=c type=checkbox>Agree <a href='#' "
        "onclick='wrong=1'>terms</a></label>");
    page.locator("#l").check({.trial = true});
    EXPECT_EQ(value(page, "c.checked"), "false");
    page.locator("#l").check({.position = Point{5, 5}});
    EXPECT_EQ(value(page, "[c.checked, typeof wrong]"), R"([true,"undefined"])");
    page.locator("#c").set_checked(false);
    EXPECT_EQ(value(page, "c.checked"), "false");
}

TEST_F(MouseTest, ControlOrMetaIsThePlatformsKeyOfShortcuts) {
    const auto page = open("<button onclick='k=[event.ctrlKey,event.metaKey]'>B</button>");
    page.locator("button").click({.modifiers = {Modifier::control_or_meta}});
    EXPECT_EQ(value(page, "k"), "[true,false]");
}

}  // namespace
}  // namespace reprise::locators
