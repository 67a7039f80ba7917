// Frames: in the page's own process and in others, nested, moved, covered, replaced.
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/js_value.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// Every site in a process of its own, as in a real browser window: 127.0.0.1 and localhost are two sites.
class Frames : public BrowserPage {
protected:
    static void SetUpTestSuite() { start({.extra_switches = {"--site-per-process"}}); }

    void serve(const std::string& path, std::string html) {
        server_.handle("GET", path, [html = std::move(html)](const auto&) {
            return fixtures::HttpResponse{.body = "<!doctype html>" + html};
        });
    }
    std::string other_site(const std::string& path) const {
        return "http://localhost:" + std::to_string(server_.port()) + path;
    }
    Page open_path(const std::string& path) {
        auto page = open_page();
        page.navigate(server_.url(path));
        return page;
    }

    fixtures::HttpServer server_;
};

constexpr auto k_form =
    "<input id=i><input id=c type=checkbox><select id=s><option>One<option>Two</select>"
    "<button onclick=\"this.textContent='clicked '+event.isTrusted\">In</button><p>text</p>";

TEST_F(Frames, ActInAFrameOfAnotherProcessAsInThePageItself) {
    serve("/inner", k_form);
    serve("/", "<h1>Top</h1><iframe style='margin:30px;border:9px solid;padding:11px' src='" + other_site("/inner") +
                   "'></iframe>");
    const auto page = open_path("/");
    const auto frame = page.frame_locator("iframe");
    frame.locator("button").click();
    EXPECT_EQ(frame.locator("button").inner_text(), "clicked true");
    frame.locator("#i").fill("filled");
    frame.locator("#i").type(" typed");
    EXPECT_EQ(frame.locator("#i").input_value(), "filled typed");
    frame.locator("#c").check();
    frame.locator("#s").select({{.label = "Two"}});
    frame.locator("#c").expect({.kind = Expected::checked});
    frame.locator("p").hover();
    EXPECT_EQ(page.target().frames().size(), 2U);
}

TEST_F(Frames, ActInFramesWithinFramesOfChangingProcesses) {
    serve("/deep", k_form);
    serve("/middle", "<div style='height:60px'></div><iframe id=deep src='" + server_.url("/deep") + "'></iframe>");
    serve("/", "<iframe id=middle width=500 height=400 src='" + other_site("/middle") + "'></iframe>");
    const auto page = open_path("/");
    const auto deep = page.frame_locator("#middle").frame_locator("#deep");
    deep.locator("button").click();
    EXPECT_EQ(deep.locator("button").inner_text(), "clicked true");
    deep.get_by_role(Role::textbox).fill("x");
    EXPECT_EQ(deep.locator("#i").input_value(), "x");
}

TEST_F(Frames, ScrollAFrameBelowTheFoldIntoView) {
    serve("/inner", std::string("<div style='height:2000px'></div>") + k_form);
    serve("/", "<div style='height:3000px'></div><iframe src='" + other_site("/inner") + "'></iframe>");
    const auto page = open_path("/");
    page.frame_locator("iframe").locator("button").click();
    EXPECT_EQ(page.frame_locator("iframe").locator("button").inner_text(), "clicked true");
}

TEST_F(Frames, ClickInsideAScaledFrame) {
    serve("/inner", k_form);
    serve("/", "<iframe style='transform:scale(.5);transform-origin:0 0' width=600 height=400 src='/inner'></iframe>");
    const auto page = open_path("/");
    page.frame_locator("iframe").locator("button").click();
    EXPECT_EQ(page.frame_locator("iframe").locator("button").inner_text(), "clicked true");
}

// The browser's picture of where frames are is older than the page: input that it sent by it went astray.
TEST_F(Frames, OfOtherProcessesAreClickedWhileTheyMoveAndChangePlaces) {
    serve("/inner",
          "<style>button{position:absolute;inset:0;width:100%}</style><button onclick=\"top.postMessage(window.name, "
          "'*')\">In</button>");
    std::string frames;
    for (int i = 0; i < 6; ++i) {
        frames += "<iframe name=f" + std::to_string(i) + " id=f" + std::to_string(i) + " width=90 height=40 src='" +
                  other_site("/inner") + "'></iframe>";
    }
    serve("/", "<main>" + frames +
                   "</main><script>clicks = []; onmessage = event => clicks.push(event.data);"
                   "let turn = 0; (function move() { document.querySelector('main').style.paddingLeft = "
                   "95 * (++turn % 3) + 'px'; requestAnimationFrame(move); })()</script>");
    const auto page = open_path("/");
    for (int i = 0; i < 18; ++i) {
        const auto name = "f" + std::to_string(i % 6);
        page.frame_locator("#" + name).locator("button").click();
        page.wait_for_function("count => clicks.length > count", JsValue{i});
        EXPECT_EQ(page.evaluate_as<std::string>("clicks.at(-1)"), name) << i;
    }
    EXPECT_EQ(value(page, "clicks.length"), "18");
}

TEST_F(Frames, AreClickedWhereTheyShowOnAPhoneThatShowsAWidePage) {
    serve("/inner", std::string("<div style='height:100px'></div>") + k_form);
    serve("/",
          "<meta name=viewport content='width=device-width'><div style='width:1100px;height:50px'></div>"
          "<iframe width=600 height=400 src='" +
              other_site("/inner") + "'></iframe>");
    const auto page =
        open_page({.width_px = 412, .height_px = 800, .device_scale_factor = 2, .is_mobile = true, .has_touch = true});
    page.navigate(server_.url("/"));
    EXPECT_LT(page.evaluate_as<double>("visualViewport.scale"), 0.5);
    const auto button = page.frame_locator("iframe").locator("button");
    button.click();
    EXPECT_EQ(button.inner_text(), "clicked true");
    button.evaluate("button => { button.textContent = 'In'; }");
    button.tap();
    EXPECT_EQ(button.inner_text(), "clicked true");
}

TEST_F(Frames, ThatGoWhileTheyAreLookedForAreToldAsGone) {
    const auto page = open("<p>x</p>");
    for (const auto* what : {"through_frame({ x: 1, y: 1 }", "box_through_frame({ x: 1, y: 1, width: 1, height: 1 }"}) {
        const auto answer = page.target().evaluate(
            page.target().main_frame(), cdp::World::isolated,
            std::string("reprise.") + what + ", document.createElement('iframe'))", cdp::Deadline::after(5s));
        EXPECT_TRUE(answer.at("gone").as_bool()) << what;
    }
}

TEST_F(Frames, NameWhatCoversThemInThePageAbove) {
    serve("/inner", k_form);
    serve("/", "<iframe src='" + other_site("/inner") +
                   "'></iframe><div id=veil style='position:fixed;inset:0' onclick='n=1'></div>");
    const auto page = open_path("/");
    EXPECT_THROW_MSG(page.frame_locator("iframe").locator("button").click({.timeout = 400ms}), TimeoutError,
                     HasSubstr("<div id=\"veil\"></div> covers the frame"));
    EXPECT_EQ(value(page, "typeof n"), "\"undefined\"");
}

TEST_F(Frames, FollowAFrameToItsNextDocument) {
    serve("/first", "<a href='/second'>Next</a>");
    serve("/second", k_form);
    serve("/", "<iframe src='" + other_site("/first") + "'></iframe>");
    const auto page = open_path("/");
    page.frame_locator("iframe").locator("a").click();
    page.frame_locator("iframe").locator("button").click();
    EXPECT_EQ(page.frame_locator("iframe").locator("button").inner_text(), "clicked true");
}

TEST_F(Frames, FollowAFrameThatChangesItsProcess) {
    serve("/here", "<a href='" + other_site("/there") + "'>Away</a>");
    serve("/there", k_form);
    serve("/", "<iframe src='/here'></iframe>");
    const auto page = open_path("/");
    page.frame_locator("iframe").locator("a").click();
    page.frame_locator("iframe").locator("button").click();
    EXPECT_EQ(page.frame_locator("iframe").locator("button").inner_text(), "clicked true");
}

TEST_F(Frames, HaveAnOwnerWhichIsTheElement) {
    const auto page = open("<iframe id=f title=Terms name=terms srcdoc='<p>Read'></iframe>");
    EXPECT_EQ(page.frame_locator("#f").owner().attribute("title"), "Terms");
    EXPECT_EQ(page.locator("iframe").content_frame().owner().attribute("id"), "f");
    EXPECT_THROW_MSG(page.frame("terms").owner(), UsageError,
                     HasSubstr("page.frame(\"terms\").owner(): the frame was not found by a locator of its element"));
}

TEST_F(Frames, WaitForAFrameThatComesLate) {
    serve("/inner", k_form);
    serve("/", "<script>setTimeout(()=>{const f=document.createElement('iframe');f.src='" + other_site("/inner") +
                   "';document.body.append(f)},100)</script><body>");
    const auto page = open_path("/");
    page.frame_locator("iframe").locator("button").click();
    EXPECT_EQ(page.frame_locator("iframe").locator("button").inner_text(), "clicked true");
}

TEST_F(Frames, SayWhenTheFrameIsMissingOrIsNoFrame) {
    const auto page = open("<p>No frame</p>");
    EXPECT_THROW_MSG(page.frame_locator("iframe").locator("button").click({.timeout = 200ms}), Error,
                     HasSubstr("page.frame_locator(\"iframe\").locator(\"button\").click(): no element matches"));
    EXPECT_THROW_MSG(page.frame_locator("p").locator("button").click({.timeout = 200ms}), ActionError,
                     HasSubstr("the element found is no frame"));
}

TEST_F(Frames, WithoutTheFrameThereAreNoElementsInIt) {
    const auto page = open("<iframe srcdoc='<b>In</b>'></iframe>");
    const auto inner = page.frame_locator("iframe").locator("b");
    inner.expect({.kind = Expected::visible});
    page.evaluate("setTimeout(() => document.querySelector('iframe').remove(), 100)");
    inner.expect({.kind = Expected::hidden});
    inner.expect({.kind = Expected::detached});
    inner.expect({.kind = Expected::count, .count = 0});
    inner.expect({.kind = Expected::visible, .negate = true});
    inner.expect({.kind = Expected::attached, .negate = true});
    inner.wait_for(ElementState::hidden);
    inner.wait_for(ElementState::detached);
    EXPECT_THROW(inner.expect({.kind = Expected::hidden, .negate = true, .timeout = 100ms}), TimeoutError);
    EXPECT_THROW(inner.expect({.kind = Expected::count, .count = 1, .timeout = 100ms}), TimeoutError);
}

TEST_F(Frames, AFrameRemovedWhileAnActionWaitsEndsTheActionInTime) {
    serve("/inner", "<button disabled>In</button>");
    serve("/", "<iframe src='" + other_site("/inner") + "'></iframe>");
    const auto page = open_path("/");
    page.evaluate("setTimeout(() => document.querySelector('iframe').remove(), 150)");
    EXPECT_THROW_MSG(page.frame_locator("iframe").locator("button").click({.timeout = 500ms}), Error,
                     HasSubstr("page.frame_locator(\"iframe\").locator(\"button\").click()"));
}

TEST_F(Frames, ADialogOfAFrameIsAnswered) {
    serve("/inner", "<button onclick=\"this.textContent=confirm('Leave?')\">Ask</button>");
    serve("/", "<iframe src='" + other_site("/inner") + "'></iframe>");
    const auto page = open_path("/");
    page.target().answer_next_dialog({.action = cdp::DialogAction::accept});
    page.frame_locator("iframe").locator("button").click();
    EXPECT_EQ(page.frame_locator("iframe").locator("button").inner_text(), "true");
}

}  // namespace
}  // namespace reprise::locators
