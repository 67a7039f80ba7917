// What goes to another element than the one meant is kept from the page and never reported as done: rows that stand for
// others by now, a focus that was taken away, a drag whose ends have moved.
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

class Misdirection : public BrowserPage {
protected:
    // While rows take turns in standing for each other, and then once more.
    static void click_a_turning_row(const Page& page, const Locator& row) {
        for (int i = 0; i < 25; ++i) {
            try {
                row.click({.timeout = 2s});
            } catch (const ActionError& error) {
                // Another row's between press and release: told, and kept from the page.
                EXPECT_TRUE(error.dispatched()) << error.what();
            } catch (const TimeoutError&) {
                // A machine so busy that the row is never the same for the time of a click.
            }
        }
        page.evaluate("clearInterval(turning)");
        row.click({.timeout = 2s});
        EXPECT_EQ(value(page, "clicked.filter((c) => c !== 'click Row 2')"), "[]");
        EXPECT_GT(page.evaluate("clicked.length").to_number<int>(), 0);
    }
};

// Lists that show a part of their entries give the same elements to other entries: the element aimed at is still there.
constexpr auto k_recycled_rows =
    "<div id=list></div><script>clicked = []; let first = 0;"
    "for (let i = 0; i < 4; ++i) { const b = document.createElement('button'); list.append(b, ' ');"
    "  b.onclick = b.ondblclick = (e) => clicked.push(e.type + ' ' + b.textContent); }"
    "turning = setInterval(() => { first = (first + 1) % 4;"
    "  [...list.children].forEach((b, i) => { b.textContent = 'Row ' + (first + i) % 4; }); }, 3)</script>";

TEST_F(Misdirection, ARowThatStandsForAnotherOneByThenIsNotClicked) {
    const auto page = open(k_recycled_rows);
    click_a_turning_row(page, page.get_by_text({"Row 2"}));
}

// What tells the rows apart may stand in a shadow tree within them.
TEST_F(Misdirection, ARowIsKnownByWhatItsShadowTreeShows) {
    const auto page = open(
        "<div id=list></div><script>clicked = []; let first = 0; const cells = [];"
        "for (let i = 0; i < 4; ++i) { const b = document.createElement('button'); list.append(b, ' ');"
        "  const cell = b.appendChild(document.createElement('x-cell')).attachShadow({mode: 'open'}); cells.push(cell);"
        "  b.onclick = () => clicked.push('click ' + cell.textContent); }"
        "turning = setInterval(() => { first = (first + 1) % 4;"
        "  cells.forEach((cell, i) => { cell.textContent = 'Row ' + (first + i) % 4; }); }, 3)</script>");
    click_a_turning_row(page, page.locator("button").filter_has_text("Row 2"));
}

TEST_F(Misdirection, AFieldThatLosesTheFocusForOneKeyIsToldAndTheOtherFieldGetsNothing) {
    const auto page = open(
        "<input id=a onkeydown=\"if (event.key === 'y') b.focus()\"><input id=b onkeyup='a.focus()'>"
        "<script>onkeyup = () => a.focus()</script>");
    EXPECT_THROW_MSG(page.locator("#a").type("xyz"), ActionError,
                     HasSubstr("the focus moved to <input id=\"b\"> while typing: "));
    EXPECT_EQ(value(page, "[a.value, b.value]"), "[\"x\",\"\"]");
}

// The focus goes after the field was found to have it, and before the key comes.
constexpr auto k_thief =
    "<input id=a><input id=b><script>thefts = 1;"
    "a.onfocus = () => { if (thefts-- > 0) queueMicrotask(() => b.focus()); }</script>";

TEST_F(Misdirection, KeysWaitUntilTheFocusStays) {
    const auto page = open(k_thief);
    page.locator("#a").type("xyz");
    EXPECT_EQ(value(page, "[a.value, b.value]"), "[\"xyz\",\"\"]");
    page.evaluate("a.blur(), thefts = 1");
    page.locator("#a").press("!");
    EXPECT_EQ(value(page, "[a.value, b.value]"), "[\"xyz!\",\"\"]");
}

TEST_F(Misdirection, AFocusThatIsAlwaysTakenAwayEndsInTimeAndNamesTheThief) {
    const auto page = open(k_thief);
    page.evaluate("thefts = 1e9");
    const auto names_it = AllOf(HasSubstr("after 300 ms"), HasSubstr("the focus had moved to <input id=\"b\">"));
    EXPECT_THROW_MSG(page.locator("#a").press("x", {.timeout = 300ms}), TimeoutError, names_it);
    EXPECT_THROW_MSG(page.locator("#a").type("x", {.timeout = 300ms}), TimeoutError, names_it);
    EXPECT_EQ(value(page, "[a.value, b.value]"), "[\"\",\"\"]");
}

TEST_F(Misdirection, AFieldThatIsDrawnAnewWhileItIsTypedInIsFollowed) {
    const auto page = open(
        "<p id=p><input id=a></p><script>p.oninput = () => { const text = a.value; p.innerHTML = '<input id=a>';"
        "a.value = text; a.focus(); a.setSelectionRange(9, 9); }</script>");
    page.locator("#a").type("xyz");
    EXPECT_EQ(value(page, "a.value"), "\"xyz\"");
}

TEST_F(Misdirection, AFieldThatGoesWhileItIsTypedInIsTold) {
    const auto page = open("<p id=p><input id=a></p><script>p.oninput = () => a.remove()</script>");
    EXPECT_THROW_MSG(page.locator("#a").type("xyz"), ActionError, HasSubstr("the focus moved to <body>"));
}

TEST_F(Misdirection, TheLastKeyMayTakeTheFieldAway) {
    const auto page = open(
        "<p id=p><input id=a></p><script>p.oninput = () => { if (a.value.length === 3) a.remove() }"
        "</script>");
    page.locator("#a").type("123");
    EXPECT_EQ(page.locator("#a").count(), 0);
}

// The release would be a click on what got the press.
TEST_F(Misdirection, ADragWhosePressIsInTheWayClicksNothing) {
    const auto page = open(
        "<div id=from draggable=true>From</div><div id=to>To</div><div id=veil style='position:fixed;inset:0;"
        "display:none'></div><script>n = 0; veil.onclick = veil.onmouseup = () => ++n;"
        "from.onpointermove = () => veil.style.display = 'block'</script>");
    EXPECT_THROW_MSG(page.locator("#from").drag_to(page.locator("#to"), {.timeout = 400ms}), Error,
                     HasSubstr("<div id=\"veil\"></div>"));
    EXPECT_EQ(value(page, "n"), "0");
}

// It moves away after the press, as far as the browser can see: then it begins no drag.
TEST_F(Misdirection, ADragThatDoesNotBeginIsTold) {
    const auto page = open(
        "<style>div{height:40px}</style><div id=from draggable=true>From</div><div id=to>To</div>"
        "<script>from.onmousedown = () => from.style.marginTop = '300px'</script>");
    EXPECT_THROW_MSG(page.locator("#from").drag_to(page.locator("#to")), ActionError,
                     HasSubstr("the drag did not begin"));
}

TEST_F(Misdirection, ADropThatWouldGoElsewhereIsKeptFromThePage) {
    const auto page = open(
        "<style>div{height:40px}</style><div id=from draggable=true>From</div><div id=to>To</div><div id=other>Other"
        "</div><script>taken = []; to.ondragenter = () => other.style = 'position:fixed;inset:0;height:auto';"
        "for (const zone of [to, other]) { zone.ondragover = (e) => e.preventDefault();"
        "zone.ondrop = () => taken.push(zone.id); }</script>");
    EXPECT_THROW_MSG(page.locator("#from").drag_to(page.locator("#to")), ActionError,
                     HasSubstr("the drop was taken by <div id=\"other\">"));
    EXPECT_EQ(value(page, "taken"), "[]");
}

// The pointer's arrival keeps the page busy beyond the deadline, and puts something else in the element's place.
TEST_F(Misdirection, APressThatComesAfterItsCallHasEndedIsSwallowed) {
    const auto page = open(
        "<button id=b onpointermove=\"const end = performance.now() + 900; while (performance.now() < end); "
        "o.hidden = false\">B</button><div id=o hidden style='position:fixed;inset:0' onmousedown='n++' onclick='n++'>"
        "</div><script>n = 0</script>");
    EXPECT_THROW_MSG(page.locator("#b").click({.timeout = 300ms}), TimeoutError,
                     HasSubstr("page.locator(\"#b\").click()"));
    page.locator("#o").wait_for(ElementState::visible);
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    EXPECT_EQ(value(page, "n"), "0");
}

}  // namespace
}  // namespace reprise::locators
