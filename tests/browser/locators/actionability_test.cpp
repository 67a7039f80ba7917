// When an action waits and when it acts: every check of every action, against elements in every state.
#include <fmt/format.h>

#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

using Act = void (*)(const Locator&, Milliseconds);

struct Case {
    const char* action;
    const char* state;
    Act act;
    const char* html;
    const char* waits_with;  // null: acts at once
};

void PrintTo(const Case& c, std::ostream* out) {
    *out << c.action << " on " << c.state;
}

constexpr Act k_click = [](const Locator& e, Milliseconds t) { e.click({.timeout = t}); };
constexpr Act k_double_click = [](const Locator& e, Milliseconds t) { e.double_click({.timeout = t}); };
constexpr Act k_hover = [](const Locator& e, Milliseconds t) { e.hover({.timeout = t}); };
constexpr Act k_fill = [](const Locator& e, Milliseconds t) { e.fill("x", {.timeout = t}); };
constexpr Act k_clear = [](const Locator& e, Milliseconds t) { e.clear({.timeout = t}); };
constexpr Act k_check = [](const Locator& e, Milliseconds t) { e.check({.timeout = t}); };
constexpr Act k_select = [](const Locator& e, Milliseconds t) { e.select({{.index = 1}}, {.timeout = t}); };
constexpr Act k_press = [](const Locator& e, Milliseconds t) { e.press("x", {.timeout = t}); };
constexpr Act k_files = [](const Locator& e, Milliseconds t) { e.set_files({}, {.timeout = t}); };
constexpr Act k_scroll = [](const Locator& e, Milliseconds t) { e.scroll_into_view({.timeout = t}); };

const Case k_cases[] = {
    // visible
    {"click", "display_none", k_click, "<button id=x style='display:none'>B</button>", "display: none"},
    {"click", "visibility_hidden", k_click, "<button id=x style='visibility:hidden'>B</button>", "visibility: hidden"},
    {"click", "zero_size", k_click, "<div id=x></div><style>#x{width:0}</style>", "its box is 0 × 0 px"},
    {"click", "closed_details", k_click, "<details><button id=x>B</button></details>", "an ancestor is not shown"},
    {"click", "opacity_0", k_click, "<button id=x style='opacity:0'>B</button>", nullptr},
    {"click", "display_contents", k_click, "<p id=x style='display:contents'>text</p>", "no part in the viewport"},
    {"double_click", "display_none", k_double_click, "<button id=x style='display:none'>B</button>", "display: none"},
    {"hover", "visibility_hidden", k_hover, "<p id=x style='visibility:hidden'>B</p>", "visibility: hidden"},
    {"fill", "display_none", k_fill, "<input id=x hidden>", "display: none"},
    {"clear", "display_none", k_clear, "<input id=x hidden>", "display: none"},
    {"check", "display_none", k_check, "<input id=x type=checkbox hidden>", "display: none"},
    {"select", "display_none", k_select, "<select id=x hidden><option>1<option>2</select>", "display: none"},
    {"set_files", "display_none", k_files, "<input id=x type=file hidden>", nullptr},
    // enabled
    {"click", "disabled", k_click, "<button id=x disabled>B</button>", "element still disabled"},
    {"click", "disabled_fieldset", k_click, "<fieldset disabled><button id=x>B</button></fieldset>", "still disabled"},
    {"click", "aria_disabled_ancestor", k_click, "<div aria-disabled=true><button id=x>B</button></div>",
     "still disabled"},
    {"click", "label_of_disabled", k_click, "<label id=x>L<input disabled></label>", "still disabled"},
    {"click", "child_of_disabled", k_click, "<button disabled><b id=x>B</b></button>", "still disabled"},
    {"hover", "disabled", k_hover, "<button id=x disabled>B</button>", nullptr},
    {"fill", "disabled", k_fill, "<input id=x disabled>", "still disabled"},
    {"check", "disabled", k_check, "<input id=x type=checkbox disabled>", "still disabled"},
    {"select", "disabled", k_select, "<select id=x disabled><option>1<option>2</select>", "still disabled"},
    // editable
    {"fill", "readonly", k_fill, "<input id=x readonly>", "element is read-only"},
    {"clear", "readonly", k_clear, "<input id=x readonly>", "element is read-only"},
    {"fill", "aria_readonly", k_fill, "<input id=x aria-readonly=true>", "element is read-only"},
    {"click", "readonly", k_click, "<input id=x readonly>", nullptr},
    {"press", "readonly", k_press, "<input id=x readonly>", nullptr},
    // receives events
    {"click", "covered", k_click, "<button id=x>B</button><div id=cover style='position:fixed;inset:0'></div>",
     "element is covered by <div id=\"cover\">"},
    {"hover", "covered", k_hover, "<button id=x>B</button><div id=cover style='position:fixed;inset:0'></div>",
     "element is covered by <div id=\"cover\">"},
    {"check", "covered", k_check, "<input id=x type=checkbox><div id=cover style='position:fixed;inset:0'></div>",
     "element is covered by"},
    {"fill", "covered", k_fill, "<input id=x><div id=cover style='position:fixed;inset:0'></div>", nullptr},
    {"select", "covered", k_select,
     "<select id=x><option>1<option>2</select><div id=cover style='position:fixed;inset:0'></div>", nullptr},
    {"click", "pointer_events_none", k_click, "<button id=x style='pointer-events:none'>B</button>", "is covered by"},
    {"click", "pointer_events_none_told", k_click, "<p><button id=x style='pointer-events:none'>B</button>",
     "it takes no pointer events itself"},
    {"click", "disabled_by_a_style_sheet", k_click,
     "<style>.disabled{pointer-events:none}</style><form><button id=x class='btn disabled'>Send</button></form>",
     "element still disabled: <button id=\"x\" class=\"btn disabled\">Send</button> has pointer-events: none"},
    {"click", "covered_by_its_label", k_click,
     "<label style='position:relative'><input id=x type=checkbox><i style='position:absolute;inset:-20px'></i></label>",
     nullptr},
    {"click", "covered_by_its_child", k_click, "<button id=x><b>B</b></button>", nullptr},
    // stable
    {"click", "moving", k_click,
     "<style>@keyframes s{to{transform:translateX(300px)}}button{animation:s .2s linear infinite}</style>"
     "<button id=x>B</button>",
     "element keeps moving"},
    {"hover", "moving", k_hover,
     "<style>@keyframes s{to{transform:translateX(300px)}}button{animation:s .2s linear infinite}</style>"
     "<button id=x>B</button>",
     "element keeps moving"},
    {"scroll_into_view", "moving", k_scroll,
     "<style>@keyframes s{to{transform:translateX(300px)}}button{animation:s .2s linear infinite}</style>"
     "<button id=x>B</button>",
     "element keeps moving"},
    {"fill", "moving", k_fill,
     "<style>@keyframes s{to{transform:translateX(300px)}}input{animation:s .2s linear infinite}</style><input id=x>",
     nullptr},
    {"click", "spinner_elsewhere", k_click,
     "<style>@keyframes s{to{transform:rotate(1turn)}}i{animation:s .2s linear infinite;display:block;width:9px}"
     "</style><i>x</i><button id=x>B</button>",
     nullptr},
    // attached
    {"click", "missing", k_click, "<p>x</p>", "no element matches"},
    {"set_files", "missing", k_files, "<p>x</p>", "no element matches"},
    {"press", "missing", k_press, "<p>x</p>", "no element matches"},
};

class Actionability : public BrowserPage, public testing::WithParamInterface<Case> {};

TEST_P(Actionability, WaitsForItsChecksAndForNoOthers) {
    const auto& test = GetParam();
    const auto page = open(test.html);
    if (test.waits_with == nullptr) {
        test.act(page.locator("#x"), 5s);
    } else {
        // Long enough for a page on a busy machine to have said what it waits for.
        EXPECT_THROW_MSG(test.act(page.locator("#x"), 500ms), TimeoutError,
                         testing::AllOf(HasSubstr("page.locator(\"#x\")."), HasSubstr(test.waits_with),
                                        HasSubstr("after 500 ms"), HasSubstr("page     data:text/html")));
    }
}

INSTANTIATE_TEST_SUITE_P(Matrix, Actionability, testing::ValuesIn(k_cases),
                         [](const auto& info) { return fmt::format("{}_{}", info.param.action, info.param.state); });

class Waiting : public BrowserPage {};

TEST_F(Waiting, FindsTheElementThatReplacedTheFirstOne) {
    const auto page = open(
        "<div id=app><button disabled>Go</button></div><script>setTimeout(()=>{"
        "app.innerHTML='<button onclick=\"document.title=1\">Go</button>'},80)</script>");
    page.get_by_role(Role::button, {.name = "Go"}).click();
    EXPECT_EQ(page.title(), "1");
}

TEST_F(Waiting, ActsWhenTheOverlayGoes) {
    const auto page = open(
        "<button onclick='document.title=1'>Go</button><div id=o style='position:fixed;inset:0'></div>"
        "<script>setTimeout(()=>o.remove(),80)</script>");
    page.locator("button").click();
    EXPECT_EQ(page.title(), "1");
}

TEST_F(Waiting, SeesWhatOnlyAStyleSheetChanges) {
    const auto page = open(
        "<button style='display:none' onclick='document.title=1'>Go</button><script>setTimeout(()=>"
        "{const s=new CSSStyleSheet;s.replaceSync('button{display:block !important}');"
        "document.adoptedStyleSheets=[s]},80)</script>");
    page.locator("button").click();
    EXPECT_EQ(page.title(), "1");
}

TEST_F(Waiting, WaitsInsideAShadowRootThatChangesLate) {
    const auto page = open(
        "<x-a></x-a><script>customElements.define('x-a',class extends HTMLElement{constructor(){super();"
        "const r=this.attachShadow({mode:'open'});setTimeout(()=>r.innerHTML='<button>In</button>',80)}})</script>");
    page.get_by_role(Role::button, {.name = "In"}).click();
}

// `more`: what the light tree holds beside the button's text.
std::string slotted(const char* mode, const char* text, const char* more = "") {
    return fmt::format(
        "<x-b onclick='n=(window.n||0)+1'>{}{}</x-b><script>customElements.define('x-b',class extends HTMLElement{{"
        "constructor(){{super();const "
        "r=this.attachShadow({{mode:'{}'}});r.innerHTML=`<style>:host{{display:inline-block;"
        "position:relative}}::slotted([slot=over]){{position:absolute;inset:0}}</style><button style='width:200px'>"
        "<slot></slot></button><slot name=over></slot>`;r.querySelector('button').onclick=()=>document.title+='pressed'"
        "}}}})</script>",
        text, more, mode);
}

// What a host's content is shown in is around it in the flat tree alone.
TEST_F(Waiting, TextThatAHostBringsIntoItsButtonDoesNotCoverTheButton) {
    for (const auto* mode : {"open", "closed"}) {
        for (const auto* text :
             {"Save all of the changes", "<b>Save all of the changes</b>", "<!-- --><i></i>Save all"}) {
            const auto page = open(slotted(mode, text));
            page.get_by_role(Role::button).click();
            EXPECT_EQ(page.title(), "pressed") << mode << " " << text;
            EXPECT_EQ(value(page, "n"), "1") << mode << " " << text;
        }
    }
}

TEST_F(Waiting, WhatAHostShowsOverItsButtonDoesCoverIt) {
    for (const auto* mode : {"open", "closed"}) {
        const auto page = open(slotted(mode, "Save all of the changes", "<i slot=over>Wait</i>"));
        EXPECT_THROW_MSG(page.get_by_role(Role::button).click({.timeout = 1s}), TimeoutError,
                         HasSubstr("element is covered by <i>Wait</i>"));
        EXPECT_EQ(value(page, "typeof n"), "\"undefined\"") << mode;
    }
}

TEST_F(Waiting, ForceSkipsTheChecksButNotTheVerification) {
    const auto page = open("<button id=x>B</button><div id=cover style='position:fixed;inset:0' onclick='n=1'></div>");
    EXPECT_THROW_MSG(page.locator("#x").click({.timeout = 1s, .force = true}), Error, HasSubstr("<div id=\"cover\">"));
    EXPECT_EQ(value(page, "typeof n"), "\"undefined\"");
}

TEST_F(Waiting, ABusyMainThreadIsNamedAsSuch) {
    const auto page = open("<button>B</button>");
    page.evaluate("void setTimeout(() => { for (;;); })");
    EXPECT_THROW_MSG(page.locator("#none").click({.timeout = 200ms}), TimeoutError,
                     HasSubstr("the page does not answer, its main thread is busy"));
}

TEST_F(Waiting, EndsWhenThePageIsClosed) {
    const auto page = open("<button disabled>B</button><script>setTimeout(()=>window.close(),100)</script>");
    page.target().close();
    EXPECT_THROW_MSG(page.locator("button").click(), cdp::ConnectionClosed,
                     testing::AllOf(HasSubstr("page.locator(\"button\").click()"), HasSubstr("the page was closed")));
}

}  // namespace
}  // namespace reprise::locators
