// Every action in real Chromium: what arrives at the page, and what is said when it does not.
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"
#include "support/temporary_folder.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

class Actions : public BrowserPage {};

constexpr auto k_recorder =
    "<script>log=[];for(const t of ['click','dblclick','auxclick','contextmenu'])addEventListener(t,e=>{"
    "log.push([t,e.detail,e.button,e.ctrlKey,e.shiftKey,e.altKey,e.metaKey,e.isTrusted]);"
    "if(t=='contextmenu')e.preventDefault()})</script>";

TEST_F(Actions, DoubleClickIsTwoClicksAndOneDoubleClick) {
    const auto page = open(std::string("<button>Edit</button>") + k_recorder);
    page.locator("button").double_click();
    EXPECT_EQ(value(page, "log.map(e => [e[0], e[1]])"), R"([["click",1],["click",2],["dblclick",2]])");
}

TEST_F(Actions, RightAndMiddleButtonsFireTheirOwnEvents) {
    const auto page = open(std::string("<button>Menu</button>") + k_recorder);
    page.locator("button").click({.button = MouseButton::right});
    page.locator("button").click({.button = MouseButton::middle});
    EXPECT_EQ(value(page, "log.map(e => [e[0], e[2]]).filter(e => e[0] != 'auxclick' || e[1] == 1)"),
              R"([["contextmenu",2],["auxclick",1]])");
}

TEST_F(Actions, ModifiersAreHeldDuringAClick) {
    const auto page = open(std::string("<button>Pick</button>") + k_recorder);
    page.locator("button").click({.modifiers = {Modifier::shift, Modifier::alt}});
    EXPECT_EQ(value(page, "log"), R"([["click",1,0,false,true,true,false,true]])");
}

TEST_F(Actions, ClicksAtAPositionWithinTheElement) {
    const auto page = open(
        "<canvas width=300 height=200 style='border:7px solid' onclick='at=[event.offsetX,event.offsetY]'></canvas>");
    page.locator("canvas").click({.position = Point{120, 35}});
    EXPECT_EQ(value(page, "at"), "[120,35]");
}

TEST_F(Actions, ATrialChecksAndClicksNothing) {
    const auto page = open(std::string("<button>Pay</button>") + k_recorder);
    page.locator("button").click({.trial = true});
    EXPECT_EQ(value(page, "log"), "[]");
    page.locator("button").click();
    EXPECT_EQ(value(page, "log.length"), "1");
}

TEST_F(Actions, HoverOpensAMenuWhoseEntryCanBeClicked) {
    const auto page = open(
        "<style>ul{display:none}nav:hover ul{display:block}</style>"
        "<nav><b>Tickets</b><ul><li onclick='document.title=1'>Return</ul></nav>");
    page.get_by_text("Tickets").hover();
    page.get_by_text("Return").click();
    EXPECT_EQ(page.title(), "1");
}

TEST_F(Actions, ScrollsWhatLiesBelowTheFoldIntoViewBeforeItClicks) {
    const auto page = open(
        "<div style='height:3000px'></div><div style='height:100px;overflow:auto'><div style='height:900px'></div>"
        "<button onclick='document.title=scrollY>1000'>Deep</button></div>");
    page.locator("button").click();
    EXPECT_EQ(page.title(), "true");
}

TEST_F(Actions, ClicksBesideAStickyHeaderThatCoversTheScrolledElement) {
    const auto page = open(
        "<header style='position:sticky;top:0;height:400px;background:gray'>Head</header>"
        "<div style='height:2000px'></div><button onclick='document.title=1'>Low</button>"
        "<div style='height:2000px'></div>");
    page.locator("button").click();
    EXPECT_EQ(page.title(), "1");
}

TEST_F(Actions, ScrollsAnElementThePageAndByWheel) {
    const auto page = open(
        "<div id=box style='height:100px;overflow:auto'><div style='height:900px'></div></div>"
        "<div style='height:3000px'></div>");
    page.locator("#box").scroll_to({0, 250});
    page.scroll_to({0, 500});
    EXPECT_EQ(value(page, "[box.scrollTop, scrollY]"), "[250,500]");
    page.scroll_by({0, 300});
    page.evaluate("new Promise(done => { const look = () => scrollY > 500 ? done() : setTimeout(look, 10); look() })");
    page.locator("#box").scroll_into_view();
    EXPECT_EQ(value(page, "box.getBoundingClientRect().top >= 0"), "true");
}

TEST_F(Actions, DragsWithTheMouse) {
    const auto page = open(
        "<div id=a style='position:absolute;left:20px;top:20px;width:50px;height:50px;z-index:1;background:red'></div>"
        "<div id=z style='position:absolute;left:400px;top:300px;width:100px;height:100px;background:blue'></div>"
        "<script>a.onmousedown=e=>{on=1;e.preventDefault()};on=0;addEventListener('mousemove',e=>{if(on){a.style.left="
        "e.clientX-25+'px';"
        "a.style.top=e.clientY-25+'px'}});addEventListener('mouseup',e=>{on=0;end=[e.clientX,e.clientY]})</script>");
    page.locator("#a").drag_to(page.locator("#z"));
    EXPECT_EQ(value(page, "[a.style.left, a.style.top, end]"), R"(["425px","325px",[450,350]])");
    page.locator("#a").drag_by({-100, 40});
    EXPECT_EQ(value(page, "[a.style.left, a.style.top]"), R"(["325px","365px"])");
}

TEST_F(Actions, DragsWhatThePageMadeDraggable) {
    const auto page = open(
        "<p id=card draggable=true ondragstart=\"event.dataTransfer.setData('text/plain','card 7')\">Card</p>"
        "<div id=bin style='height:200px;background:silver' ondragover='event.preventDefault()' "
        "ondrop=\"event.preventDefault();document.title=event.dataTransfer.getData('text/plain')\">Bin</div>");
    page.locator("#card").drag_to(page.locator("#bin"));
    EXPECT_EQ(page.title(), "card 7");
}

// A drag that nothing took must not pass as done.
TEST_F(Actions, SaysWhenTheDropWasRefused) {
    const auto page =
        open("<p id=card draggable=true>Card</p><div id=bin style='height:200px;background:silver'>Bin</div>");
    EXPECT_THROW_MSG(page.locator("#card").drag_to(page.locator("#bin")), ActionError,
                     HasSubstr("page.locator(\"#card\").drag_to(page.locator(\"#bin\")): the drop was not taken"));
}

class UploadedFiles : public Actions {
protected:
    UploadedFiles() {
        folder_.write("one.txt", "first");
        folder_.write("two.txt", "second");
    }
    std::string file(const char* name) const { return (folder_ / name).string(); }
    const tests::TemporaryFolder folder_;
};

TEST_F(UploadedFiles, ReachAHiddenInputWithTheirContentAndOneChangeEvent) {
    const auto page =
        open("<input id=f type=file multiple hidden onchange='n=(window.n||0)+1'><button id=b>Choose</button>");
    page.locator("#f").set_files({file("one.txt"), file("two.txt")});
    EXPECT_EQ(value(page, "Promise.all([...f.files].map(x => x.text())).then(t => [n, ...t])"),
              R"([1,"first","second"])");
}

TEST_F(UploadedFiles, AreRefusedWhereTheyCannotGo) {
    const auto page = open("<input id=f type=file><input id=t>");
    EXPECT_THROW_MSG(page.locator("#f").set_files({file("three.txt")}), ActionError,
                     AllOf(HasSubstr("three.txt"), HasSubstr("no such file")));
    EXPECT_THROW_MSG(page.locator("#f").set_files({file("one.txt"), file("two.txt")}), ActionError,
                     HasSubstr("the field takes one file, not 2"));
    EXPECT_THROW_MSG(page.locator("#t").set_files({file("one.txt")}), ActionError,
                     HasSubstr("<input id=\"t\"> is no file field"));
}

TEST_F(Actions, ChecksARadioAndRefusesToUncheckIt) {
    const auto page = open(
        "<label><input type=radio name=r value=1 checked>One</label><label><input type=radio name=r "
        "value=2>Two</label>");
    page.get_by_label("Two").check();
    EXPECT_EQ(value(page, "document.querySelector('input:checked').value"), "\"2\"");
    EXPECT_THROW_MSG(page.get_by_label("Two").uncheck(), ActionError,
                     HasSubstr("a radio button cannot be unchecked, only another one checked"));
}

TEST_F(Actions, SaysWhenAClickDidNotChangeACheckbox) {
    const auto page = open("<input type=checkbox onclick='return false'><p>x</p>");
    EXPECT_THROW_MSG(page.locator("input").check(), ActionError,
                     HasSubstr("the click did not change the state: the element is still not checked"));
    EXPECT_THROW_MSG(page.locator("p").check(), ActionError, HasSubstr("can be neither checked nor unchecked"));
}

TEST_F(Actions, UnchecksAnAriaCheckbox) {
    const auto page = open(
        "<div role=checkbox aria-checked=true tabindex=0 "
        "onclick=\"this.setAttribute('aria-checked',this.getAttribute('aria-checked')!='true')\">Mail me</div>");
    page.get_by_role(Role::checkbox, {.name = "Mail me"}).uncheck();
    page.get_by_role(Role::checkbox).expect({.kind = Expected::unchecked});
}

TEST_F(Actions, SelectsSeveralByValueLabelAndIndex) {
    const auto page = open(
        "<select multiple onchange='n=(window.n||0)+1'><option value=a>Anna<option value=b>Bo<option value=c>Cy"
        "<option value=d disabled>Di</select>");
    const auto box = page.locator("select");
    EXPECT_EQ(box.select({{.value = "a"}, {.label = "Bo"}, {.index = 2}}).selected,
              (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(box.select({{.value_or_label = "Bo"}}).selected, std::vector<std::string>{"b"});
    EXPECT_EQ(value(page, "n"), "2");
    EXPECT_THROW_MSG(box.select({{.value = "d"}}, {.timeout = 200ms}), TimeoutError,
                     HasSubstr("its option \"d\" is disabled"));
}

TEST_F(Actions, TypesKeyByKeyAfterWhatIsThere) {
    const auto page = open("<input id=i value=ab><script>keys=[];i.onkeydown=e=>keys.push(e.key+'/'+e.code)</script>");
    page.locator("#i").type("C d\u00e9!");
    EXPECT_EQ(page.locator("#i").input_value(), "abC d\u00e9!");
    EXPECT_EQ(value(page, "keys"), R"(["C/KeyC"," /Space","d/KeyD","!/Digit1"])");
}

TEST_F(Actions, PressesChordsAndMovesTheFocus) {
    const auto page = open("<input id=a value=old><input id=b>");
    page.locator("#a").press("Control+A");
    page.press("Delete");
    page.locator("#a").press("Tab");
    page.locator("#b").expect({.kind = Expected::focused});
    page.press("Shift+Tab");
    page.locator("#a").expect({.kind = Expected::focused});
    page.locator("#a").press("Shift+h");
    EXPECT_EQ(page.locator("#a").input_value(), "H");
    EXPECT_THROW_MSG(page.locator("#a").press("Control+Nope"), UsageError, HasSubstr("Nope"));
}

TEST_F(Actions, AMenuThatActsOnThePressAndClosesHasBeenUsed) {
    const auto page = open("<ul id=u><li onmousedown=\"document.title='Oslo';u.remove()\">Oslo</li></ul>");
    page.locator("li").click();
    EXPECT_EQ(page.title(), "Oslo");
}

// A field that loses the focus is validated, the form drawn anew, and the button that was pressed is another one.
TEST_F(Actions, SaysThatAClickWasLostOnAPageThatDrewItselfAnew) {
    const auto page = open(
        "<div id=app></div><script>draw=()=>app.innerHTML=`<button onmousedown='draw()' onclick='document.title=1'>Save"
        "</button>`;draw()</script>");
    EXPECT_THROW_MSG(page.locator("button").click(), ActionError,
                     HasSubstr("the page replaced the element while the button was down: the click was lost"));
    EXPECT_EQ(page.title(), "");
}

// It is there and under the pointer, and yet no click comes: nothing says that the page has acted.
TEST_F(Actions, SaysWhenNoClickCameToAnElementThatIsStillThere) {
    const auto page = open("<button id=x>Go</button>");
    page.evaluate("x.addEventListener('mousedown', () => document.body.append(x))");
    EXPECT_THROW_MSG(page.locator("#x").click(), ActionError, HasSubstr("the click landed on nothing"));
}

// As editors do with their frames: it takes all listeners away, ours, too.
TEST_F(Actions, ClicksAreSeenInADocumentThatWasWrittenAnew) {
    const auto page = open("<iframe id=f style='width:300px;height:200px'></iframe><p>Outside</p>");
    const auto button = page.frame_locator("#f").locator("button");
    page.evaluate("f.contentDocument.body.innerHTML = '<button>Old</button>'");
    button.click();
    page.evaluate(
        "f.contentDocument.open(); f.contentDocument.write('<button onclick=\"top.n=1\">New</button>'); "
        "f.contentDocument.close()");
    button.click();
    EXPECT_EQ(value(page, "n"), "1");
    page.evaluate(
        "f.contentDocument.open(); f.contentDocument.write('<button>Go</button><i style=\"position:fixed;inset:0\" "
        "onmousedown=\"top.n=2\"></i>'); f.contentDocument.close()");
    EXPECT_THROW_MSG(button.click({.timeout = 300ms, .force = true}), Error, HasSubstr("<i"));
    EXPECT_EQ(value(page, "n"), "1");
}

TEST_F(Actions, SaysWhenTheFocusMovedAwayWhileTyping) {
    const auto page = open("<input id=a oninput='b.focus()'><input id=b>");
    EXPECT_THROW_MSG(page.locator("#a").type("xyz"), ActionError,
                     HasSubstr("the focus moved to <input id=\"b\"> while typing"));
}

TEST_F(Actions, FocusAndBlurFireTheirEvents) {
    const auto page = open("<input id=a onfocus='e=1' onblur='e=2'>");
    page.locator("#a").focus();
    EXPECT_EQ(value(page, "e"), "1");
    page.locator("#a").blur();
    EXPECT_EQ(value(page, "e"), "2");
}

TEST_F(Actions, SubmitSendsAFormAndSaysWhyTheFormRefuses) {
    const auto page =
        open("<form onsubmit=\"document.title='sent';return false\"><input id=e name=email required></form>");
    EXPECT_THROW_MSG(page.locator("#e").submit(), ActionError,
                     AllOf(HasSubstr("the form is not valid"), HasSubstr("<input id=\"e\" name=\"email\">")));
    EXPECT_EQ(page.title(), "");
    page.locator("#e").fill("a@b.example");
    page.locator("form").submit();
    EXPECT_EQ(page.title(), "sent");
}

TEST_F(Actions, FillFiresTheEventsOfTyping) {
    const auto page = open(
        "<input id=i value=before><script>log=[];for(const t of ['beforeinput','input','change','focus'])"
        "i.addEventListener(t,e=>log.push(t+(e.isTrusted?'':'!')))</script>");
    page.locator("#i").fill("after");
    page.locator("#i").blur();
    EXPECT_EQ(value(page, "[i.value, log.includes('input'), log.includes('change'), log.some(t => t.endsWith('!'))]"),
              R"(["after",true,true,false])");
}

TEST_F(Actions, SaysWhenThePageChangesTheValueBack) {
    const auto page = open("<input id=i oninput=\"this.value='42'\">");
    EXPECT_THROW_MSG(page.locator("#i").fill("7"), ActionError,
                     HasSubstr("the field holds \"42\" after filling in \"7\""));
    EXPECT_THROW_MSG(page.locator("#i").fill("7", {.secret = true}), ActionError,
                     HasSubstr("the field holds another value after filling in ***"));
}

TEST_F(Actions, RefusesToFillWhatTakesNoText) {
    const auto page = open("<input type=checkbox><p>x</p>");
    EXPECT_THROW_MSG(page.locator("input").fill("x"), ActionError,
                     HasSubstr("<input type=\"checkbox\"> cannot be filled"));
    EXPECT_THROW_MSG(page.locator("p").fill("x"), ActionError, HasSubstr("<p> cannot be filled"));
}

TEST_F(Actions, ReadsTextsValuesAttributesAndStates) {
    const auto page = open("<p id=p title=T>a <b>b</b></p><input id=i value=v><input id=c type=checkbox checked>");
    const auto paragraph = page.locator("#p");
    EXPECT_EQ(paragraph.text_content(), "a b");
    EXPECT_EQ(paragraph.inner_html(), "a <b>b</b>");
    EXPECT_EQ(paragraph.attribute("title"), "T");
    EXPECT_EQ(paragraph.attribute("lang"), std::nullopt);
    EXPECT_EQ(page.locator("#i").input_value(), "v");
    EXPECT_TRUE(page.locator("#c").is_checked());
    EXPECT_EQ(page.locator("b, p").all_inner_texts(), (std::vector<std::string>{"a b", "b"}));
}

}  // namespace
}  // namespace reprise::locators
