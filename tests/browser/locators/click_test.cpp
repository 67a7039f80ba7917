// Clicks on elements of every shape, on pages in every state of leaving.
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

class Click : public BrowserPage {
protected:
    Click() { serve("/next", "<title>Next</title><button onclick=\"document.title='clicked'\">On</button>"); }
    void serve(const std::string& path, std::string html) {
        server_.handle("GET", path, [html = "<!doctype html>" + std::move(html)](const auto&) {
            return fixtures::HttpResponse{.body = html};
        });
    }
    Page open_site(const std::string& html) {
        serve("/", html);
        auto page = open_page();
        page.navigate(server_.url("/"));
        return page;
    }
    std::string other_site(const std::string& path) const {
        return "http://localhost:" + std::to_string(server_.port()) + path;
    }
    fixtures::HttpServer server_;
};

TEST_F(Click, HitsABoxOfOnePixel) {
    const auto page = open("<div id=x style='width:1px;height:1px' onclick='n=1'></div>");
    page.locator("#x").click();
    EXPECT_EQ(value(page, "n"), "1");
}

TEST_F(Click, HitsBoxesThatBeginBetweenPixels) {
    for (const auto* place : {"left:20.5px;top:30.5px", "left:20.25px;top:30.75px", "left:20.9px;top:30.1px"}) {
        const auto page = open(std::string("<div id=x style='position:absolute;width:1px;height:1px;") + place +
                               "' onclick='n=1'></div>");
        page.locator("#x").click();
        EXPECT_EQ(value(page, "n"), "1") << place;
    }
}

TEST_F(Click, WorksAfterTheSiteHasChanged) {
    const auto page = open_site("<a href='" + other_site("/next") + "'>Away</a>");
    page.locator("a").click();
    page.locator("button").click();
    EXPECT_EQ(page.title(), "clicked");
    page.navigate(server_.url("/next"));
    page.locator("button").click();
    EXPECT_EQ(page.title(), "clicked");
}

TEST_F(Click, HitsALinkThatIsWrapped) {
    const auto page = open(
        "<p style='width:10ch;font:20px monospace'>123321<a id=x href='#' onclick='n=1'>clickable text over lines</a>");
    page.locator("#x").click();
    EXPECT_EQ(value(page, "n"), "1");
}

TEST_F(Click, HitsALinkWhoseFirstPartIsOutOfSight) {
    const auto page = open(
        "<body style='margin:0'><p style='margin-left:-40px;width:60px'><a id=x href='#' onclick='n=1'>ab cdefghijkl "
        "mnop"
        "</a>");
    page.locator("#x").click();
    EXPECT_EQ(value(page, "n"), "1");
}

TEST_F(Click, HitsPartsOfPictures) {
    const auto page = open("<svg width=100 height=100><circle id=x cx=50 cy=50 r=40 onclick='n=1'></circle></svg>");
    page.locator("#x").click();
    EXPECT_EQ(value(page, "n"), "1");
}

TEST_F(Click, HitsWhatIsPartlyCutOff) {
    const auto page = open(
        "<div style='width:40px;height:40px;overflow:hidden'><button id=x style='width:300px;height:30px' "
        "onclick='n=1'>"
        "</button></div>");
    page.locator("#x").click();
    EXPECT_EQ(value(page, "n"), "1");
}

struct Block {
    const char* name;
    const char* html;  // #x becomes ready after 80 ms by `then`
    const char* then;
};
void PrintTo(const Block& block, std::ostream* out) {
    *out << block.name;
}
class ClickWaits : public BrowserPage, public testing::WithParamInterface<Block> {};

TEST_P(ClickWaits, UntilItCanBeDone) {
    const auto page =
        open(std::string(GetParam().html) + "<script>n=0;x.addEventListener('click',()=>n++);setTimeout(()=>{" +
             GetParam().then + "},80)</script>");
    page.locator("#x").click();
    EXPECT_EQ(value(page, "n"), "1");
}

INSTANTIATE_TEST_SUITE_P(
    Click, ClickWaits,
    testing::Values(
        Block{"DisplayNone", "<button id=x style='display:none'>B</button>", "x.style.display='block'"},
        Block{"VisibilityHidden", "<button id=x style='visibility:hidden'>B</button>", "x.style.visibility=''"},
        Block{"Disabled", "<button id=x disabled>B</button>", "x.disabled=false"},
        Block{"DisabledFieldset", "<fieldset id=f disabled><button id=x>B</button></fieldset>", "f.disabled=false"},
        Block{"AriaDisabled", "<div id=d aria-disabled=true><button id=x>B</button></div>",
              "d.removeAttribute('aria-disabled')"},
        Block{"NoPointerEvents", "<button id=x style='pointer-events:none'>B</button>", "x.style.pointerEvents=''"},
        Block{"Covered", "<button id=x>B</button><div id=o style='position:fixed;inset:0'></div>",
              "o.style.display='none'"},
        Block{"ClosedDetails", "<details id=d><button id=x>B</button></details>", "d.open=true"}),
    [](const auto& info) { return info.param.name; });

TEST_F(Click, FollowsAButtonThatASheetMovesIntoPlace) {
    const auto page = open(
        "<style>@keyframes in{from{margin-left:-100px}to{margin-left:400px}}button{animation:in .3s linear forwards}"
        "</style><button onclick='left=this.getBoundingClientRect().left'>B</button>");
    page.locator("button").click();
    EXPECT_GE(page.evaluate("left").to_number<double>(), 400);
}

TEST_F(Click, GivesUpOnAButtonThatKeepsJumping) {
    const auto page = open(
        "<button id=x style='position:absolute;width:30px;height:20px;left:0' onclick='n++'>B</button><div id=y style='"
        "position:fixed;inset:0;z-index:-1' onmousedown='wrong++'></div><script>n=0;wrong=0;jump=()=>{x.style.left="
        "(parseFloat(x.style.left)+97)%700+'px';requestAnimationFrame(jump)};jump()</script>");
    try {
        page.locator("#x").click({.timeout = 300ms});
        EXPECT_EQ(value(page, "n"), "1");  // it may be caught in its flight, but then it was
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("page.locator(\"#x\").click(): "));
        EXPECT_EQ(value(page, "n"), "0");
    }
    EXPECT_EQ(value(page, "wrong"), "0");
}

TEST_F(Click, FindsARoomBetweenHeaderAndFooter) {
    const auto page = open(
        "<style>header,footer{position:fixed;left:0;right:0;height:45vh;background:gray}header{top:0}footer{bottom:0}"
        "</style><header>H</header><footer>F</footer><div style='height:3000px'></div><button onclick='n=1'>B</button>"
        "<div style='height:3000px'></div>");
    page.locator("button").click();
    EXPECT_EQ(value(page, "n"), "1");
}

TEST_F(Click, ScrollsWhereScrollingIsMadeSmooth) {
    const auto page = open(
        "<style>html{scroll-behavior:smooth}</style><div style='height:4000px'></div><button onclick='n=1'>B</button>");
    page.locator("button").click();
    EXPECT_EQ(value(page, "n"), "1");
}

TEST_F(Click, ScrollsAFrameWhoseContentShowsIntoView) {
    const auto page = open(
        "<div style='height:3000px'></div><iframe srcdoc='<button onclick=top.n=1>B</button>'></iframe>"
        "<div style='height:3000px'></div>");
    page.frame_locator("iframe").locator("button").click({.timeout = 2s});
    EXPECT_EQ(value(page, "n"), "1");
}

TEST_F(Click, DoesNotScrollAFrameIntoViewWhenItIsNotToScroll) {
    const auto page = open("<div style='height:3000px'></div><iframe srcdoc='<button>B</button>'></iframe>");
    const auto button = page.frame_locator("iframe").locator("button");
    EXPECT_THROW_MSG(button.click({.timeout = 300ms, .no_scroll = true}), TimeoutError,
                     HasSubstr("the edge of the viewport covers the frame"));
    EXPECT_EQ(value(page, "scrollY"), "0");
}

TEST_F(Click, TellsOfABusyPageTooWhyAFrameIsNotToBeReached) {
    const auto page = open(
        "<div style='height:3000px'></div><iframe srcdoc='<button>B</button>'></iframe><script>const block = () => { "
        "const "
        "until = performance.now() + 400; while (performance.now() < until); }</script>");
    const auto button = page.frame_locator("iframe").locator("button");
    EXPECT_EQ(button.text_content(), "B");
    page.evaluate("void setTimeout(block, 0)");
    EXPECT_THROW_MSG(button.click({.timeout = 200ms, .no_scroll = true}), TimeoutError,
                     HasSubstr("the edge of the viewport covers the frame"));
}

TEST_F(Click, SelectsAParagraphByThreePresses) {
    const auto page = open("<p style='margin:0'>One two three.</p><p>Four</p>");
    page.locator("p").first().click({.count = 3});
    EXPECT_EQ(value(page, "getSelection().toString().trim()"), R"("One two three.")");
}

TEST_F(Click, IsNotHeldByAServerThatNeverAnswers) {
    server_.handle("GET", "/slow", [](const auto&) { return fixtures::HttpResponse{.body = "x", .delay = 60s}; });
    const auto page = open_site("<a href=/slow onclick='setTimeout(()=>window.stop(),50)'>Slow</a>");
    page.locator("a").click();
    EXPECT_EQ(page.url(), server_.url("/"));
}

TEST_F(Click, IsNotHeldByPopupsScriptsAndAddressesWithoutAPage) {
    server_.handle("GET", "/nothing", [](const auto&) { return fixtures::HttpResponse{.status = 204}; });
    const auto page = open_site(
        "<a href=/next target=_blank>Popup</a><a href='javascript:void(0)'>Script</a><a href=/nothing>Nothing</a>"
        "<a href='mailto:a@b.example'>Mail</a><a href='#part'>Part</a><button "
        "onclick='location.reload();n=1'>Again</button>"
        "<button onclick=\"location='http://127.0.0.1:1/'\">Refused</button>");
    for (const auto* text : {"Popup", "Script", "Nothing", "Mail", "Part", "Again", "Refused"}) {
        page.get_by_text(text).click({.timeout = 4s});
    }
}

}  // namespace
}  // namespace reprise::locators
