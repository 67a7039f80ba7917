// Drags within a page and across frames, of the browser's own kind and of mouse events.
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr auto k_card =
    "<body style='margin:0'><p id=card draggable=true "
    "style='margin:0;width:60px;height:30px;background:silver'>Card</p>"
    "<script>log=[];for(const t of ['dragstart','dragend'])card.addEventListener(t,e=>log.push(t));card."
    "addEventListener('dragstart',e=>e.dataTransfer.setData('text/plain','ace'))</script>";
constexpr auto k_bin =
    "<body style='margin:0'><div id=bin style='height:100px;background:gold'>Bin</div><script>bin.ondragover=e=>"
    "e.preventDefault();bin.ondrop=e=>{e.preventDefault();at=[e.offsetX,e.offsetY];bin.textContent="
    "e.dataTransfer.getData('text/plain')}</script>";

class Drag : public BrowserPage {
protected:
    static void SetUpTestSuite() { start({.extra_switches = {"--site-per-process"}}); }

    void serve(const std::string& path, std::string html) {
        server_.handle("GET", path, [html = "<!doctype html>" + std::move(html)](const auto&) {
            return fixtures::HttpResponse{.body = html};
        });
    }
    Page open_site() {
        auto page = open_page();
        page.navigate(server_.url("/"));
        return page;
    }
    std::string at(const char* host, const char* path) const {
        return std::string("http://") + host + ":" + std::to_string(server_.port()) + path;
    }
    fixtures::HttpServer server_;
};

TEST_F(Drag, BeginsAndEndsWhereItIsTold) {
    const auto page = open(std::string(k_card) + k_bin +
                           "<script>card.addEventListener('mousedown',e=>from=[e.offsetX,"
                           "e.offsetY]);moves=0;bin.addEventListener('dragover',()=>moves++)"
                           "</script>");
    page.locator("#card").drag_to(page.locator("#bin"),
                                  {.source_position = Point{7, 9}, .target_position = Point{40, 50}, .steps = 6});
    EXPECT_EQ(value(page, "[from, at, log, bin.textContent]"), R"([[7,9],[40,50],["dragstart","dragend"],"ace"])");
    EXPECT_GE(page.evaluate("moves").to_number<int>(), 3);
}

TEST_F(Drag, ATrialDragsNothing) {
    const auto page =
        open(std::string(k_card) + k_bin + "<script>down=0;addEventListener('mousedown',()=>down++)</script>");
    page.locator("#card").drag_to(page.locator("#bin"), {.trial = true});
    EXPECT_EQ(value(page, "[log, down]"), "[[],0]");
}

TEST_F(Drag, GoesIntoFramesOfAnyProcess) {
    serve("/bin", k_bin);
    for (const auto* host : {"127.0.0.1", "localhost"}) {
        serve("/", std::string(k_card) + "<iframe style='margin:20px;border:5px solid' src='" + at(host, "/bin") +
                       "'></iframe>");
        const auto page = open_site();
        const auto bin = page.frame_locator("iframe").locator("#bin");
        page.locator("#card").drag_to(bin);
        EXPECT_EQ(bin.inner_text(), "ace") << host;
    }
}

TEST_F(Drag, ComesOutOfFramesOfAnyProcess) {
    serve("/card", k_card);
    for (const auto* host : {"127.0.0.1", "localhost"}) {
        serve("/", std::string(k_bin) + "<iframe style='margin:20px;border:5px solid' src='" + at(host, "/card") +
                       "'></iframe>");
        const auto page = open_site();
        page.frame_locator("iframe").locator("#card").drag_to(page.locator("#bin"));
        EXPECT_EQ(page.locator("#bin").inner_text(), "ace") << host;
    }
}

TEST_F(Drag, OfMouseEventsGoesWithinAFrameOfAnotherProcess) {
    serve("/pad",
          "<body style='margin:0'><b id=a style='position:absolute;left:0;top:0;width:40px;height:20px'>A</b><i id=z "
          "style='"
          "position:absolute;left:150px;top:60px;width:40px;height:20px'>Z</i><script>a.onmousedown=e=>{on=1;"
          "e.preventDefault()};on=0;addEventListener('mousemove',e=>{if(on)a.style.cssText+=`;left:${e.clientX-20}px;"
          "top:${e.clientY-10}px`});addEventListener('mouseup',e=>{on=0;up=[e.clientX,e.clientY]})</script>");
    serve("/", "<body style='margin:0'><iframe style='margin:30px;border:3px solid' src='" + at("localhost", "/pad") +
                   "'></iframe>");
    const auto page = open_site();
    const auto frame = page.frame_locator("iframe");
    frame.locator("#a").drag_to(frame.locator("#z"), {.steps = 3});
    EXPECT_EQ(frame.locator("#z").evaluate("() => up.join()").as_string(), "170,70");
    EXPECT_EQ(frame.locator("#a").evaluate("(a) => a.style.left").as_string(), "150px");
}

// What is dragged is an image of it; the thing itself is put in its new place at the end.
TEST_F(Drag, OfMouseEventsInAFrameEndsWhereTheElementIsNot) {
    serve("/pad",
          "<body style='margin:0'><b id=a style='position:absolute;left:0;top:0;width:40px;height:20px'>A</b><i id=z "
          "style='position:absolute;left:150px;top:60px;width:40px;height:20px'>Z</i><script>up=[];clicks=0;"
          "addEventListener('mouseup',e=>up.push(e.clientX));onclick=e=>++clicks</script>");
    serve("/", "<body style='margin:0'><iframe style='border:0' src='" + at("localhost", "/pad") + "'></iframe>");
    const auto page = open_site();
    const auto frame = page.frame_locator("iframe");
    frame.locator("#a").drag_to(frame.locator("#z"));
    EXPECT_EQ(frame.locator("#z").evaluate("() => up.join()").as_string(), "170");
    page.mouse().click({100, 100});  // and the next press is the page's
    EXPECT_EQ(frame.locator("#z").evaluate("() => up.join()").as_string(), "170,100");
}

TEST_F(Drag, IsCancelledByEscape) {
    const auto page = open(std::string(k_card) + k_bin);
    page.locator("#card").hover();
    page.mouse().down();
    page.locator("#bin").hover();
    page.keyboard().press("Escape");
    page.mouse().up();
    EXPECT_EQ(value(page, "[bin.textContent, log[0]]"), R"(["Bin","dragstart"])");
    page.locator("#card").drag_to(page.locator("#bin"));  // and the next one is well
    EXPECT_EQ(page.locator("#bin").inner_text(), "ace");
}

TEST_F(Drag, ScrollsToWhereItEnds) {
    const auto page = open(std::string(k_card) + "<div style='height:3000px'></div>" + k_bin);
    page.locator("#card").drag_to(page.locator("#bin"));
    EXPECT_EQ(page.locator("#bin").inner_text(), "ace");
}

// What could be dragged and was not must not pass as dragged.
TEST_F(Drag, ThatNeverBeginsIsSaidSo) {
    const auto page = open(std::string(k_card) + k_bin +
                           "<script>card.addEventListener('pointerdown',()=>{})</script>"
                           "<style>#card{-webkit-user-drag:none}</style>");
    EXPECT_THROW_MSG(page.locator("#card").drag_to(page.locator("#bin")), ActionError,
                     HasSubstr("the drag did not begin"));
    page.evaluate("card.addEventListener('mousedown', (e) => e.preventDefault())");  // the page drags by itself
    page.locator("#card").drag_to(page.locator("#bin"));
}

TEST_F(Drag, ThatFailsLetsGo) {
    const auto page = open(std::string(k_card) + k_bin +
                           "<script>card.addEventListener('mousedown',()=>setTimeout(()=>bin.hidden=true));"
                           "addEventListener('mousemove',e=>b=e.buttons)</script>");
    EXPECT_THROW_MSG(page.locator("#card").drag_to(page.locator("#bin"), {.timeout = 2s}), ActionError,
                     HasSubstr("element is not visible"));
    page.locator("#card").hover();
    EXPECT_EQ(value(page, "[b, log]"), R"([0,["dragstart","dragend"]])");
}

TEST_F(Drag, WaitsForBothEnds) {
    const auto page =
        open(std::string(k_card) + k_bin +
             "<div id=o style='position:fixed;inset:0'></div><script>setTimeout(()=>o.remove(),80)</script>");
    page.locator("#card").drag_to(page.locator("#bin"));
    EXPECT_EQ(page.locator("#bin").inner_text(), "ace");
    page.evaluate("bin.style.display = 'none'");
    EXPECT_THROW_MSG(page.locator("#card").drag_to(page.locator("#bin"), {.timeout = 150ms}), TimeoutError,
                     HasSubstr("element is not visible (display: none)"));
}

}  // namespace
}  // namespace reprise::locators
