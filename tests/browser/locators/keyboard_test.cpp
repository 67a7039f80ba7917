// Keys as a page sees them: codes, places, repeats, shortcuts that edit, text that no key types, compositions.
#include <reprise/cdp/command.hpp>
#include <reprise/cdp/protocol/input.hpp>
#include <reprise/fixtures/http_server.hpp>
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class KeyboardTest : public BrowserPage {
protected:
    static void SetUpTestSuite() { start({.extra_switches = {"--site-per-process"}}); }
};

struct Stroke {
    const char* keys;
    const char* seen;  // key, code, keyCode, location of the last keydown
};
TEST_F(KeyboardTest, EveryKeyIsToldAsAUsKeyboardDoes) {
    static constexpr Stroke k_strokes[] = {
        {"a", R"(["a","KeyA",65,0])"},
        {"A", R"(["A","KeyA",65,0])"},
        {"KeyA", R"(["a","KeyA",65,0])"},
        {"Shift+a", R"(["A","KeyA",65,0])"},
        {"Shift+1", R"(["!","Digit1",49,0])"},
        {"Digit1", R"(["1","Digit1",49,0])"},
        {"Shift+Slash", R"(["?","Slash",191,0])"},
        {"?", R"(["?","Slash",191,0])"},
        {"\\", R"(["\\","Backslash",220,0])"},
        {"Enter", R"(["Enter","Enter",13,0])"},
        {"NumpadEnter", R"(["Enter","NumpadEnter",13,3])"},
        {"Space", R"([" ","Space",32,0])"},
        {"F5", R"(["F5","F5",116,0])"},
        {"F12", R"(["F12","F12",123,0])"},
        {"ArrowDown", R"(["ArrowDown","ArrowDown",40,0])"},
        {"PageUp", R"(["PageUp","PageUp",33,0])"},
        {"Numpad4", R"(["ArrowLeft","Numpad4",37,3])"},
        {"Shift+Numpad4", R"(["4","Numpad4",100,3])"},
        {"NumpadAdd", R"(["+","NumpadAdd",107,3])"},
        {"+", R"(["+","Equal",187,0])"},
        {"ShiftLeft", R"(["Shift","ShiftLeft",16,1])"},
        {"ShiftRight", R"(["Shift","ShiftRight",16,2])"},
        {"ControlRight", R"(["Control","ControlRight",17,2])"},
        {"ControlOrMeta", R"(["Control","ControlLeft",17,1])"},
        {"MetaLeft", R"(["Meta","MetaLeft",91,1])"},
        {"Escape", R"(["Escape","Escape",27,0])"},
        {"ContextMenu", R"(["ContextMenu","ContextMenu",93,0])"},
    };
    const auto page = open(
        "<textarea id=t></textarea><script>t.onkeydown=e=>{last=[e.key,e.code,e.keyCode,e.location];"
        "e.preventDefault()}</script>");
    page.locator("#t").focus();
    for (const auto& stroke : k_strokes) {
        page.keyboard().press(stroke.keys);
        EXPECT_EQ(value(page, "last"), stroke.seen) << stroke.keys;
    }
}

TEST_F(KeyboardTest, EveryCharacterOfTheKeyboardIsTyped) {
    const std::string all =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 `~!@#$%^&*()-_=+[{]}\\|;:'\",<.>/?";
    const auto page = open("<input id=i size=100><script>codes=0;i.onkeydown=e=>{if(e.code)codes++}</script>");
    page.locator("#i").press_sequentially(all);
    EXPECT_EQ(page.locator("#i").input_value(), all);
    EXPECT_EQ(value(page, "codes"), std::to_string(all.size()));
}

TEST_F(KeyboardTest, TheNumberPadTypesWithShift) {
    const auto page = open("<input id=i>");
    page.locator("#i").focus();
    for (const auto* key : {"Shift+Numpad1", "NumpadAdd", "Shift+Numpad2", "Shift+NumpadDecimal", "NumpadMultiply"}) {
        page.keyboard().press(key);
    }
    EXPECT_EQ(page.locator("#i").input_value(), "1+2.*");
}

TEST_F(KeyboardTest, ShiftedTextIsTypedWhileShiftIsDown) {
    const auto page = open("<input id=i>");
    page.locator("#i").focus();
    page.keyboard().down("Shift");
    page.keyboard().type("ab1");
    page.keyboard().press("c");
    page.keyboard().up("Shift");
    page.keyboard().press("d");
    EXPECT_EQ(page.locator("#i").input_value(), "AB!Cd");
}

TEST_F(KeyboardTest, ShortcutsEditTheText) {
    const auto page = open("<input id=a value=word><input id=b>");
    page.locator("#a").press("ControlOrMeta+a");
    page.keyboard().press("Control+C");
    page.locator("#b").press("Control+v");
    EXPECT_EQ(page.locator("#b").input_value(), "word");
    page.keyboard().press("Control+V");
    EXPECT_EQ(page.locator("#b").input_value(), "wordword");
    page.keyboard().press("Control+Z");
    EXPECT_EQ(page.locator("#b").input_value(), "word");
    page.keyboard().press("Control+Shift+Z");
    EXPECT_EQ(page.locator("#b").input_value(), "wordword");
    page.locator("#a").press("Control+a");
    page.keyboard().press("Control+X");
    EXPECT_EQ(page.locator("#a").input_value(), "");
    page.keyboard().press("Control+Y");
    page.keyboard().press("Control+V");
    EXPECT_EQ(page.locator("#a").input_value(), "word");
}

TEST_F(KeyboardTest, ShortcutsThatThePageTakesDoNotEdit) {
    const auto page = open("<input id=a value=word onkeydown='if(event.ctrlKey)event.preventDefault()'>");
    page.locator("#a").press("Control+a");
    page.keyboard().press("Delete");  // of the first letter: nothing is selected
    EXPECT_EQ(page.locator("#a").input_value(), "ord");
}

TEST_F(KeyboardTest, TheCaretMovesAndSelects) {
    const auto page = open("<textarea id=t>one two</textarea>");
    page.locator("#t").press("End");
    page.keyboard().press("ArrowLeft");
    page.keyboard().press("Shift+ArrowLeft");
    page.keyboard().press("Backspace");
    page.keyboard().press("Control+Backspace");
    page.keyboard().press("Shift+Home");
    page.keyboard().type("x");
    EXPECT_EQ(page.locator("#t").input_value(), "xo");
}

TEST_F(KeyboardTest, TextThatNoKeyTypesIsInserted) {
    const auto page = open("<input id=i><script>n=0;i.oninput=()=>n++;keys=0;i.onkeydown=()=>keys++</script>");
    page.locator("#i").type("é漢🎫👩‍🚀");
    EXPECT_EQ(page.locator("#i").input_value(), "é漢🎫👩‍🚀");
    EXPECT_EQ(value(page, "[n, keys]"), "[6,0]");
}

TEST_F(KeyboardTest, TypingReachesShadowRootsEditableTextsAndFrames) {
    const auto page = open(
        "<x-f></x-f><div id=e contenteditable></div><iframe srcdoc='<input id=in>'></iframe><script>customElements."
        "define('x-f',class extends HTMLElement{constructor(){super();this.attachShadow({mode:'closed'}).innerHTML="
        "'<input placeholder=Deep>'}})</script>");
    page.get_by_placeholder("Deep").type("Deep 1");
    EXPECT_EQ(page.get_by_placeholder("Deep").input_value(), "Deep 1");
    page.locator("#e").type("Rich 2");
    EXPECT_EQ(page.locator("#e").inner_text(), "Rich 2");
    const auto inner = page.frame_locator("iframe").locator("#in");
    inner.type("Frame 3");
    page.keyboard().press("Shift+ArrowLeft");
    page.keyboard().press("4");
    EXPECT_EQ(inner.input_value(), "Frame 4");
}

TEST_F(KeyboardTest, TypingReachesFramesOfOtherProcesses) {
    fixtures::HttpServer server;
    server.handle("GET", "/inner", [](const auto&) { return fixtures::HttpResponse{.body = "<input id=i>"}; });
    server.handle("GET", "/", [&](const auto&) {
        return fixtures::HttpResponse{.body = "<iframe src='http://localhost:" + std::to_string(server.port()) +
                                              "/inner'></iframe>"};
    });
    const auto page = open_page();
    page.navigate(server.url("/"));
    const auto field = page.frame_locator("iframe").locator("#i");
    field.type("far");
    page.keyboard().type(" away");
    page.keyboard().press("Control+A");
    page.keyboard().insert_text("日");
    EXPECT_EQ(field.input_value(), "日");
}

TEST_F(KeyboardTest, KeysMayBeTypedSlowly) {
    const auto page = open("<input id=i><script>at=[];i.onkeydown=()=>at.push(performance.now())</script>");
    page.locator("#i").press_sequentially("abc", {.delay = 40ms});
    page.keyboard().type("de", {.delay = 40ms});
    EXPECT_EQ(page.locator("#i").input_value(), "abcde");
    EXPECT_GE(page.evaluate("Math.min(at[1] - at[0], at[2] - at[1], at[4] - at[3])").to_number<double>(), 30);
}

TEST_F(KeyboardTest, ModifiersThatAreDownCountForElementsToo) {
    const auto page = open("<button id=b onclick='held=event.ctrlKey'>B</button><input id=i>");
    page.keyboard().down("Control");
    page.locator("#b").click();
    page.keyboard().up("Control");
    EXPECT_EQ(value(page, "held"), "true");
    page.locator("#b").click();
    EXPECT_EQ(value(page, "held"), "false");
}

TEST_F(KeyboardTest, ACompositionShowsItsDraftsAndEndsInWhatWasChosen) {
    const auto page = open(
        "<input id=i><script>log=[];for(const t of ['compositionstart','compositionupdate','compositionend'])"
        "i.addEventListener(t,e=>log.push(t.slice(11)+' '+e.data));i.oninput=e=>log.push('input '+i.value)</script>");
    page.locator("#i").focus();
    page.keyboard().compose({"s", "す"}, "寿司");
    EXPECT_EQ(page.locator("#i").input_value(), "寿司");
    EXPECT_EQ(value(page, "log"),
              R"(["start ","update s","input s","update す","input す","update 寿司","input 寿司","end 寿司"])");
}

TEST_F(KeyboardTest, ACompositionThatIsGivenUpLeavesTheFieldAsItWas) {
    const auto page =
        open("<input id=i value=x><script>ended=0;i.addEventListener('compositionend',()=>ended++)</script>");
    page.locator("#i").press("End");
    page.keyboard().compose({"k", "か"}, "");
    EXPECT_EQ(page.locator("#i").input_value(), "x");
    EXPECT_EQ(value(page, "ended"), "1");
}

// Between a key and its character the page may move the focus: at the key itself it is too early to tell.
TEST_F(KeyboardTest, ATextIsToldAsTypedWhenItsLastKeyGoesUp) {
    const auto page = open("<input id=f>");
    const auto& target = page.target();
    const auto deadline = cdp::Deadline::after(10s);
    const auto expect_done = [&](const std::string& type, const char* done) {
        target.session().send(cdp::input::DispatchKeyEvent{.type = type, .text = "a", .key = "a", .code = "KeyA"},
                              deadline);
        EXPECT_THAT(target.wait_for_message("t1", deadline), HasSubstr(done));
    };
    target.evaluate(target.main_frame(), cdp::World::isolated,
                    R"(reprise.act({chain:[{css:"#f"}],timeout_ms:5000,action:"focus",arm:"type",token:"t1",)"
                    R"(expected:1,keys_only:true,slow:false}))",
                    deadline);
    expect_done("keyDown", R"("arrived":1,"done":false)");
    expect_done("keyUp", R"("arrived":1,"done":true)");
}

TEST_F(KeyboardTest, ACharacterThatGoesAstrayIsTold) {
    const auto page = open("<input id=f><input id=bait><script>f.onkeydown=e=>{if(e.key==='b')bait.focus()}</script>");
    for (int i = 0; i < 10; ++i) {
        EXPECT_THROW_MSG(page.locator("#f").type("ab"), ActionError,
                         HasSubstr("the focus moved to <input id=\"bait\"> while typing: 2 of 2 keys arrived"));
    }
    EXPECT_EQ(value(page, "bait.value"), "\"\"");
}

TEST_F(KeyboardTest, UnknownKeysAreNamed) {
    const auto page = open("<p>x</p>");
    for (const auto* key : {"Hyper", "F25", "Keya", "Control+Nope"}) {
        EXPECT_THROW_MSG(page.keyboard().press(key), UsageError, HasSubstr("no key is named"));
    }
}

}  // namespace
}  // namespace reprise::locators
