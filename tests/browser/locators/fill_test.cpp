// Filling, selecting text, and events by hand: what every kind of field takes, waits for and refuses.
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

struct Field {
    const char* name;
    const char* html;
    const char* good;
    const char* bad = nullptr;  // refused with `said`
    const char* said = "";
};
void PrintTo(const Field& field, std::ostream* out) {
    *out << field.name;
}

class FillsFields : public BrowserPage, public testing::WithParamInterface<Field> {};

TEST_P(FillsFields, WithWhatTheyTakeAndNothingElse) {
    const auto& field = GetParam();
    const auto page =
        open(std::string(field.html) +
             "<script>log=[];for(const t of ['input','change'])x.addEventListener(t,e=>log.push(t))</script>");
    page.locator("#x").fill(field.good);
    EXPECT_EQ(page.locator("#x").input_value(), field.good);
    page.locator("#x").blur();
    EXPECT_EQ(value(page, "[log.includes('input'), log.filter(t => t == 'change').length]"), "[true,1]");
    if (field.bad != nullptr) {
        EXPECT_THROW_MSG(page.locator("#x").fill(field.bad), ActionError, HasSubstr(field.said));
    }
    page.locator("#x").fill(field.good);  // once more: nothing is added
    EXPECT_EQ(page.locator("#x").input_value(), field.good);
}

INSTANTIATE_TEST_SUITE_P(
    Fill, FillsFields,
    testing::Values(
        Field{"Text", "<input id=x value=before>", "after"}, Field{"Search", "<input id=x type=search>", "find"},
        Field{"Email", "<input id=x type=email>", "a@b.example"}, Field{"Url", "<input id=x type=url>", "http://a/"},
        Field{"Tel", "<input id=x type=tel>", "+46 1"}, Field{"Password", "<input id=x type=password>", "s3cret"},
        Field{"Number", "<input id=x type=number>", "-12.5", "12a", "\"12a\" is not a number"},
        Field{"Date", "<input id=x type=date>", "2026-02-28", "2026-02-30", "not a valid date (expected yyyy-mm-dd)"},
        Field{"Time", "<input id=x type=time>", "13:15", "25:00", "not a valid time (expected hh:mm)"},
        Field{"Month", "<input id=x type=month>", "2026-07", "2026-13", "not a valid month (expected yyyy-mm)"},
        Field{"Week", "<input id=x type=week>", "2026-W05", "2026-W60", "not a valid week (expected yyyy-Www)"},
        Field{"DateTime", "<input id=x type=datetime-local>", "2026-03-02T05:15", "abc", "not a valid datetime-local"},
        Field{"Colour", "<input id=x type=color>", "#aabbcc", "badvalue", "not a valid color (expected #rrggbb)"},
        Field{"Range", "<input id=x type=range min=0 max=10 value=5>", "7", "11", "a number from 0 to 10"},
        Field{"TextArea", "<textarea id=x>old</textarea>", "two\nlines"},
        Field{"UnknownType", "<input id=x type=whatever>", "plain"}),
    [](const auto& info) { return info.param.name; });

class Fill : public BrowserPage {};

TEST_F(Fill, ReplacesTheTextOfAnEditableElement) {
    const auto page = open("<div id=x contenteditable>old <b>bold</b></div>");
    page.locator("#x").fill("new");
    EXPECT_EQ(page.locator("#x").inner_text(), "new");
    page.locator("#x").fill("");
    EXPECT_EQ(page.locator("#x").text_content(), "");
}

TEST_F(Fill, GoesByALabelToItsField) {
    const auto page =
        open("<label id=l>Name <input id=x></label><label id=m for=y>Other</label><textarea id=y></textarea>");
    page.locator("#l").fill("one");
    page.locator("#m").fill("two");
    EXPECT_EQ(value(page, "[x.value, y.value]"), R"(["one","two"])");
    EXPECT_EQ(page.locator("#l").input_value(), "one");
}

TEST_F(Fill, WaitsUntilAFieldCanBeEdited) {
    for (const auto* then : {"x.readOnly=false", "x.disabled=false", "x.style.display=''"}) {
        const std::string start = std::string(then).find("readOnly") != std::string::npos   ? "readonly"
                                  : std::string(then).find("disabled") != std::string::npos ? "disabled"
                                                                                            : "style='display:none'";
        const auto page = open("<input id=x " + start + "><script>setTimeout(()=>{" + then + "},80)</script>");
        page.locator("#x").fill("now");
        EXPECT_EQ(page.locator("#x").input_value(), "now") << then;
    }
}

TEST_F(Fill, SaysAtOnceWhatCanNeverBeFilled) {
    const auto page = open(
        "<select id=s><option>1</select><input id=c type=checkbox><input id=r type=radio><input id=f type=file><input "
        "id=b "
        "type=submit><p id=p>x</p><button id=u>B</button>");
    for (const auto* one : {"#s", "#c", "#r", "#f", "#b", "#p", "#u"}) {
        EXPECT_THROW_MSG(page.locator(one).fill("x"), ActionError, HasSubstr("cannot be filled: it takes no text"));
    }
}

TEST_F(Fill, SecretsAreInNoMessage) {
    const auto page = open("<input id=x type=date>");
    EXPECT_THROW_MSG(page.locator("#x").fill("hidden-word", {.secret = true}), ActionError,
                     testing::Not(HasSubstr("hidden-word")));
}

TEST_F(Fill, LongTextsAreFilledAtOnce) {
    const auto page = open("<textarea id=x></textarea>");
    const std::string text(200'000, 'x');
    page.locator("#x").fill(text);
    EXPECT_EQ(value(page, "x.value.length"), "200000");
}

TEST_F(Fill, SelectsTheTextOfFieldsAndOfParagraphs) {
    const auto page = open(
        "<input id=i value=field><textarea id=t>area</textarea><p id=p>plain <b>bold</b></p><p id=h hidden>"
        "x</p>");
    page.locator("#i").select_text();
    EXPECT_EQ(value(page, "[document.activeElement.id, i.selectionStart, i.selectionEnd]"), R"(["i",0,5])");
    page.locator("#t").select_text();
    EXPECT_EQ(value(page, "[document.activeElement.id, t.selectionStart, t.selectionEnd]"), R"(["t",0,4])");
    page.locator("#p").select_text();
    EXPECT_EQ(value(page, "getSelection().toString()"), "\"plain bold\"");
    EXPECT_THROW_MSG(page.locator("#h").select_text({.timeout = 150ms}), TimeoutError, HasSubstr("not visible"));
}

TEST_F(Fill, DispatchesEventsOfTheRightClass) {
    const auto page = open(
        "<button id=b hidden>B</button><script>log=[];for(const t of "
        "['click','keydown','dragstart','pointerdown','custom',"
        "'focusin'])addEventListener(t,e=>log.push([e.constructor.name,e.target.id,e.bubbles,e.cancelable,e.isTrusted])"
        ")"
        "</script>");
    for (const auto* type : {"click", "keydown", "dragstart", "pointerdown", "custom", "focusin"}) {
        page.locator("#b").dispatch_event(type);
    }
    EXPECT_EQ(value(page, "log.map(e => e.join(' '))"),
              R"(["MouseEvent b true true false","KeyboardEvent b true true false","DragEvent b true true false",)"
              R"("PointerEvent b true true false","Event b true true false","FocusEvent b true true false"])");
}

TEST_F(Fill, DispatchesEventsWithWhatTheyAreGiven) {
    const auto page = open(
        "<b id=b>B</b><script>b.onclick=e=>got=[e.clientX,e.ctrlKey,e.bubbles];b.addEventListener('mine',e=>"
        "detail=e.detail.x)</script>");
    page.locator("#b").dispatch_event("click", {{"clientX", 7}, {"ctrlKey", true}, {"bubbles", false}});
    EXPECT_EQ(value(page, "got"), "[7,true,false]");
    page.locator("#b").dispatch_event("mine", {{"detail", {{"x", 5}}}});
    EXPECT_EQ(value(page, "detail"), "5");
}

}  // namespace
}  // namespace reprise::locators
