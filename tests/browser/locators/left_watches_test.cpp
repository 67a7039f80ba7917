// Input by hand after actions that failed: what these have left armed in pages does not swallow it.
#include <fmt/format.h>

#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr auto k_busy = "for (const end = Date.now() + 900; Date.now() < end;);";

class LeftWatches : public BrowserPage {
protected:
    static void SetUpTestSuite() { start({.extra_switches = {"--site-per-process"}}); }

    // The page's button "here" counts its clicks.
    Page open_with(const std::string& html) {
        return open(
            "<body style='margin:0'><button id=here style='position:absolute;left:0;top:0;width:90px;"
            "height:30px' onclick='++clicks'>Here</button><script>clicks = 0</script><div "
            "style='margin:60px'>" +
            html);
    }
};

TEST_F(LeftWatches, OfTheDocumentThatHoldsTheFrameLetPressesThrough) {
    const auto page =
        open_with(std::string("<iframe srcdoc=\"<button onclick='") + k_busy + "'>Pay</button>\"></iframe>");
    EXPECT_THROW(page.frame_locator("iframe").locator("button").click({.timeout = 300ms}), TimeoutError);
    page.mouse().click({40, 15});
    EXPECT_EQ(value(page, "clicks"), "1");
}

TEST_F(LeftWatches, OfKeysLetKeysThrough) {
    const auto page =
        open_with(std::string("<input id=name onkeydown='") + k_busy + "; other.focus()'><input id=other>");
    EXPECT_THROW(page.locator("#name").type("a", {.timeout = 300ms}), TimeoutError);
    page.locator("#other").focus();
    page.keyboard().type("Oslo");
    EXPECT_THAT(value(page, "other.value"), HasSubstr("Oslo"));
}

// The second look at the way to the element ends sooner than the first.
TEST_F(LeftWatches, OfAFrameAboveTheOneThatIsCoveredOnceThePointerIsThereLetPressesThrough) {
    fixtures::HttpServer server;
    const auto body = [&](const std::string& path, std::string html) {
        server.handle("GET", path, [html = "<!doctype html><body style='margin:0'>" + std::move(html)](const auto&) {
            return fixtures::HttpResponse{.body = html};
        });
    };
    const auto there = fmt::format("http://localhost:{}/outer", server.port());
    body("/", "<iframe width=400 height=260 src='" + there + "'></iframe>");
    body(
        "/outer",
        "<button id=here style='position:absolute;left:0;top:0;width:90px;height:30px' onclick='textContent=`Hit`'>Here"
        "</button><iframe src=/middle width=300 height=180 style='margin:60px'></iframe>");
    body("/middle",
         "<iframe src=/inner width=250 height=120></iframe><div id=cover hidden "
         "style='position:fixed;inset:0'></div><script>onmouseover = () => { cover.hidden = false }</script>");
    body("/inner", "<button style='width:150px;height:60px' onmousemove='parent.cover.hidden = false'>Pay</button>");
    const auto page = open_page();
    page.navigate(server.url("/"));
    const auto outer = page.frame_locator("iframe");
    const auto pay = outer.frame_locator("iframe").frame_locator("iframe").locator("button");
    EXPECT_THROW_MSG(pay.click({.timeout = 700ms}), TimeoutError, HasSubstr("covers the frame"));
    outer.locator("#here").scroll_into_view();
    const auto box = outer.locator("#here").bounding_box();
    page.mouse().click({box.x + 40, box.y + 15});
    outer.locator("#here").expect({.kind = Expected::text, .text = "Hit"});
}

}  // namespace
}  // namespace reprise::locators
