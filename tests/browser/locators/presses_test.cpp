// Clicks on elements that the page takes away, moves or covers while the button is down.
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

struct Press {
    const char* name;
    const char* html;
    const char* fails_with;  // null: it is a click
};

constexpr auto k_list =
    "<input id=f><div style='height:9px'></div><button id=x onclick='n=1'>Bergen</button><div id=list "
    "style='display:none;"
    "position:fixed;inset:0'>Oslo</div>";

// What the page does with the pressed button `x` before the button of the mouse goes up.
constexpr Press k_presses[] = {
    {"covers_it", "<script>x.onmousedown=e=>{list.style.display='block';document.title='seen'}</script>", nullptr},
    {"covers_it_on_pointerdown_without_mouse_events",
     "<script>x.onpointerdown=e=>{list.style.display='block';e.preventDefault();document.title='seen'}</script>",
     nullptr},
    {"hides_it", "<script>x.onmousedown=e=>{x.style.display='none';document.title='seen'}</script>", nullptr},
    {"moves_it", "<script>x.onmousedown=e=>{x.style.marginTop='300px';document.title='seen'}</script>",
     "the click landed on"},
    {"hides_it_and_moves_the_focus",
     "<script>f.focus();x.onmousedown=e=>{x.blur();f.blur();x.style.display='none';f.focus();e.preventDefault();"
     "document.title='seen'}</script>",
     nullptr},
    {"covers_it_when_it_gets_the_focus",
     "<script>f.focus();x.onfocus=e=>{list.style.display='block';document.title='seen'}</script>", nullptr},
    {"moves_it_when_another_one_loses_the_focus", "<script>f.focus();f.onblur=e=>{x.style.marginTop='300px'}</script>",
     "the click landed on"},
    {"covers_it_when_another_one_loses_the_focus",
     "<script>f.focus();x.onmousedown=e=>0;f.onblur=e=>{list.style.display='block'}</script>", "the click landed on"},
    {"takes_it_away_on_pointerdown_and_puts_it_back_hidden_on_mousedown",
     "<script>b=x;b.onpointerdown=e=>b.remove();onmousedown=e=>{b.style.display='none';document.body.append(b)}</"
     "script>",
     "the click landed on"},
};

class Presses : public BrowserPage, public testing::WithParamInterface<Press> {};

TEST_P(Presses, ThatThePageActedOnAreClicks) {
    const auto& press = GetParam();
    const auto page = open(std::string(k_list) + press.html);
    if (press.fails_with == nullptr) {
        page.locator("#x").click();
        EXPECT_EQ(page.title(), "seen");
    } else {
        EXPECT_THROW_MSG(page.locator("#x").click(), ActionError, HasSubstr(press.fails_with));
        EXPECT_EQ(value(page, "typeof n"), "\"undefined\"");
    }
}

INSTANTIATE_TEST_SUITE_P(Matrix, Presses, testing::ValuesIn(k_presses),
                         [](const auto& info) { return info.param.name; });

// Two buttons at one place, and what became of the presses there, but for those of x.
constexpr auto k_one_above_the_other =
    "<style>button{position:absolute;left:9px;top:9px;width:99px;height:40px}</style><button id=y>Oslo</button>"
    "<button id=x>Bergen</button><script>hits=[];for(const type of ['mousedown','click','dblclick'])"
    "document.addEventListener(type,e=>{if(e.target!==x)hits.push(type)})</script>";

class PressesOfWhatGoesOn : public BrowserPage {};

TEST_F(PressesOfWhatGoesOn, DoNotClickWhatHoldsBoth) {
    const auto page =
        open(std::string(k_one_above_the_other) + "<script>x.onmousedown=e=>{x.style.left='400px'}</script>");
    EXPECT_THROW_MSG(page.locator("#x").click(), ActionError, HasSubstr("the click landed on"));
    EXPECT_EQ(value(page, "hits"), "[]");
}

TEST_F(PressesOfWhatGoesOn, DoNotDoubleClickWhatComesToLight) {
    const auto page = open(std::string(k_one_above_the_other) + "<script>x.onclick=e=>{x.style.left='400px'}</script>");
    EXPECT_THROW_MSG(page.locator("#x").double_click(), ActionError, HasSubstr("Oslo"));
    EXPECT_EQ(value(page, "hits"), "[]");
}

TEST_F(PressesOfWhatGoesOn, AreWatchedToTheLastOfThree) {
    const auto page =
        open(std::string(k_one_above_the_other) + "<script>x.ondblclick=e=>{x.style.left='400px'}</script>");
    EXPECT_THROW_MSG(page.locator("#x").click({.count = 3}), ActionError,
                     AllOf(HasSubstr("page.locator(\"#x\").click({.count = 3}): "), HasSubstr("Oslo")));
    EXPECT_EQ(value(page, "hits"), "[]");
    page.evaluate("x.ondblclick = null; x.style.left = '9px'; at = []; x.onclick = (e) => at.push(e.detail)");
    page.locator("#x").click({.count = 3});
    EXPECT_EQ(value(page, "at"), "[1,2,3]");
}

TEST_F(PressesOfWhatGoesOn, AreWatchedToTheLastOfTheRightButtonToo) {
    const auto page = open(std::string(k_one_above_the_other) +
                           "<script>menus=[];oncontextmenu=e=>menus.push(e.target.id);"
                           "x.oncontextmenu=e=>{x.style.left='400px'}</script>");
    EXPECT_THROW_MSG(page.locator("#x").click({.button = MouseButton::right, .count = 2}), ActionError,
                     HasSubstr("Oslo"));
    EXPECT_EQ(value(page, "[hits, menus]"), R"([[],["x"]])");
}

class PressesThatLast : public BrowserPage {
protected:
    // A frame whose button does this when it is pressed; `top.clicks` counts what the frames' buttons are clicked.
    Page open_frame(const std::string& on_press, const std::string& on_click = "++top.clicks") {
        return open("<iframe id=frame srcdoc=\"<button onmousedown='" + on_press + "' onclick='" + on_click +
                    "'>Pay</button>\"></iframe><script>clicks = 0; again = () => { const other = "
                    "frame.cloneNode(); other.id = 'other'; frame.replaceWith(other); }</script>");
    }
};

TEST_F(PressesThatLast, AreNoClickWhenTheDocumentGoesMeanwhile) {
    const auto page = open_frame("top.setTimeout(top.again, 100)");
    // Far longer than the page's timer: those of a busy page come late.
    EXPECT_THROW_MSG(page.frame_locator("iframe").locator("button").click({.delay = 1500ms}), ActionError,
                     HasSubstr("the document was replaced while the button was down: the click was lost"));
    EXPECT_EQ(value(page, "clicks"), "0");
}

// By the time that the driver looks at the document for the first time, another one is there, as on a busy machine.
TEST_F(PressesThatLast, AreNoClickWhenTheDocumentGoesBeforeItIsLookedAt) {
    const auto page = open_frame("top.setTimeout(top.block, 0)");
    page.evaluate(
        "block = () => { const until = performance.now() + 300; while (performance.now() < until); again(); }");
    EXPECT_THROW_MSG(page.frame_locator("iframe").locator("button").click({.delay = 100ms}), ActionError,
                     HasSubstr("the document was replaced while the button was down: the click was lost"));
    EXPECT_EQ(value(page, "clicks"), "0");
}

TEST_F(PressesThatLast, AreAClickWhenThePressItselfEndedTheDocument) {
    auto page = open_frame("top.again()");
    page.frame_locator("iframe").locator("button").click({.delay = 100ms});
    page = open("<button onmousedown=\"location = 'about:blank'\">Go</button>");
    page.locator("button").click({.delay = 100ms});
    EXPECT_EQ(page.url(), "about:blank");
}

TEST_F(PressesThatLast, AreNoDoubleClickWhenTheFirstClickEndsTheDocument) {
    const auto page = open_frame("", "++top.clicks; top.again()");
    EXPECT_THROW_MSG(page.frame_locator("iframe").locator("button").double_click(), ActionError,
                     HasSubstr("the button went down on the element, but the dblclick landed on nothing"));
    EXPECT_EQ(value(page, "clicks"), "1");
}

}  // namespace
}  // namespace reprise::locators
