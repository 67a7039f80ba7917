// Keyboard, mouse and touchscreen: the events that a page gets.
#include <gmock/gmock.h>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

class InputDevicesTest : public BrowserPage {
protected:
    // A page that notes the events of these kinds: "keydown a+shift".
    Page open_noting(const std::string& body, const std::string& kinds, const ContextOptions& options = {}) {
        auto page = open_page(options);
        page.set_content(
            body + "<script>seen = []; for (const kind of '" + kinds +
            "'.split(' ')) addEventListener(kind, (e) => seen.push([kind, e.key ?? '', e.code ?? '', "
            "e.button ?? '', e.detail ?? '', e.shiftKey ? 'shift' : '', e.repeat ? 'repeat' : '', "
            "kind.startsWith('key') ? '' : e.target.id].filter((x) => x !== '').join(' ')), true)</script>");
        return page;
    }
    static std::string seen(const Page& page) { return value(page, "seen.splice(0).join(', ')"); }
};

TEST_F(InputDevicesTest, KeysStayDownUntilTheyAreLetGo) {
    const auto page = open_noting("<input id=i autofocus>", "keydown keyup");
    page.locator("input").focus();
    page.keyboard().down("Shift");
    page.keyboard().down("a");
    page.keyboard().down("a");
    page.keyboard().up("a");
    page.keyboard().press("b");
    page.keyboard().up("Shift");
    page.keyboard().press("c");
    EXPECT_EQ(seen(page), R"("keydown Shift ShiftLeft 0 shift, keydown A KeyA 0 shift, keydown A KeyA 0 shift repeat, )"
                          R"(keyup A KeyA 0 shift, keydown B KeyB 0 shift, keyup B KeyB 0 shift, )"
                          R"(keyup Shift ShiftLeft 0, keydown c KeyC 0, keyup c KeyC 0")");
    EXPECT_EQ(page.locator("input").input_value(), "AABc");
}

TEST_F(InputDevicesTest, TextComesByKeysOrAsAnInputMethodPutsIt) {
    const auto page = open_noting("<input id=i>", "keydown input");
    page.locator("input").focus();
    page.keyboard().insert_text("日本");
    EXPECT_EQ(seen(page), R"("input 0 i")");
    page.keyboard().type("aé");
    EXPECT_EQ(page.locator("input").input_value(), "日本aé");
    EXPECT_THROW(page.keyboard().down("Hyper"), UsageError);
}

TEST_F(InputDevicesTest, TheMouseClicksWhereItIs) {
    const auto page =
        open_noting("<button id=a style='position:fixed;left:10px;top:10px;width:80px;height:40px'>A</button>",
                    "mousedown mouseup click dblclick contextmenu");
    page.keyboard().down("Shift");
    page.mouse().click({20, 20});
    page.keyboard().up("Shift");
    EXPECT_EQ(seen(page), R"("mousedown 0 1 shift a, mouseup 0 1 shift a, click 0 1 shift a")");
    page.mouse().double_click({20, 20});
    EXPECT_EQ(
        seen(page),
        R"("mousedown 0 1 a, mouseup 0 1 a, click 0 1 a, mousedown 0 2 a, mouseup 0 2 a, click 0 2 a, dblclick 0 2 a")");
    page.mouse().click({20, 20}, {.button = MouseButton::right});
    EXPECT_EQ(seen(page), R"("mousedown 2 1 a, contextmenu 2 0 a, mouseup 2 1 a")");
}

TEST_F(InputDevicesTest, TheMouseMovesInSteps) {
    const auto page = open_page();
    page.set_content(
        "<body style='height:400px'><script>moves = []; addEventListener('mousemove', "
        "(e) => moves.push([e.clientX, e.clientY, e.buttons]))</script>");
    page.mouse().move({10, 20});
    page.mouse().down();
    page.mouse().move({40, 20}, {.steps = 3});
    page.mouse().up();
    EXPECT_EQ(value(page, "moves"), "[[10,20,0],[20,20,1],[30,20,1],[40,20,1]]");
}

TEST_F(InputDevicesTest, TheMouseCarriesWhatThePageLetsItDrag) {
    const auto page = open_page();
    page.set_content(R"(<p id=card draggable=true style="width:80px;height:40px;margin:0">Card</p>
        <div id=box style="width:200px;height:100px;position:fixed;top:100px"></div><script>
        card.ondragstart = (e) => e.dataTransfer.setData('text/plain', 'ace');
        box.ondragover = (e) => e.preventDefault();
        box.ondrop = (e) => { box.textContent = e.dataTransfer.getData('text/plain') };</script>)");
    page.mouse().move({20, 20});
    page.mouse().down();
    page.mouse().move({60, 140}, {.steps = 4});
    page.mouse().up();
    page.locator("#box").expect({.kind = Expected::text, .text = "ace"});
}

TEST_F(InputDevicesTest, TheWheelScrollsWhatIsUnderThePointer) {
    const auto page = open_page();
    page.set_content("<div id=list style='height:100px;overflow:auto'><p style='height:900px'></p></div>");
    page.mouse().move({30, 30});
    page.mouse().wheel({0, 150});
    page.locator("#list").expect({.kind = Expected::visible});
    page.evaluate(
        "new Promise((done) => { const look = () => list.scrollTop === 150 ? done() : "
        "requestAnimationFrame(look); look(); })");
}

TEST_F(InputDevicesTest, ATapTouchesAndClicks) {
    const auto page =
        open_noting("<button id=a style='position:fixed;left:10px;top:10px;width:80px;height:40px'>A</button>",
                    "touchstart touchend click", {.has_touch = true});
    page.touchscreen().tap({20, 20});
    page.evaluate(
        "new Promise((done) => { const look = () => seen.length === 3 ? done() : "
        "requestAnimationFrame(look); look(); })");
    EXPECT_EQ(seen(page), R"("touchstart 0 a, touchend 0 a, click 0 1 a")");
}

}  // namespace
}  // namespace reprise::locators
