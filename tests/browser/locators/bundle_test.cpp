// Recorded bundles against pages that have changed: the element itself or a refusal, never another element.
#include <reprise/locators/error.hpp>

#include "support/browser_page.hpp"

namespace reprise::locators {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

class Bundles : public BrowserPage {
protected:
    static std::string found(const Page& page, const Bundle& bundle, Milliseconds timeout = 5s) {
        return page.get_by_bundle(bundle, "Step").click({.timeout = timeout, .trial = true}).element;
    }
};

TEST_F(Bundles, ChooseTheTwinInTheRecordedRow) {
    const auto page = open(
        "<table><tr><td>Oslo<td><button class=del>Delete</button><tr><td>Bergen<td><button class=del data-x=2>Delete"
        "</button></table>");
    EXPECT_EQ(page.get_by_bundle({.class_name = "del",
                                  .tag = "button",
                                  .visible_text = "Delete",
                                  .xpath = "/html/body/table/tbody/tr[2]/td[2]/button"},
                                 "Delete Bergen")
                  .attribute("data-x"),
              "2");
}

TEST_F(Bundles, RefuseTwinsThatNothingTellsApart) {
    const auto page = open("<p><button>Delete</button></p><p><button>Delete</button></p>");
    EXPECT_THROW_MSG(
        page.get_by_bundle({.tag = "button", .visible_text = "Delete"}, "Delete").click({.timeout = 150ms}),
        TimeoutError, HasSubstr("two elements fit the bundle equally well"));
}

TEST_F(Bundles, RefuseATestIdThatMovedToAnotherControl) {
    const auto page = open("<button data-testid=pay onclick='n=1'>Cancel order</button><button>Pay now</button>");
    const Bundle pay{.tag = "button", .visible_text = "Pay now", .data_attrs = {{"data-testid", "pay"}}};
    try {
        page.get_by_bundle(pay, "Pay").click({.timeout = 200ms});
        EXPECT_EQ(value(page, "typeof n"), "\"undefined\"");
    } catch (const TimeoutError& error) {
        EXPECT_THAT(error.what(), HasSubstr("another element"));
    }
    EXPECT_EQ(value(page, "typeof n"), "\"undefined\"");
}

// What it is called by says another row; the label beside it is that of every row.
TEST_F(Bundles, RefuseAnIdThatMovedToAnotherRowWithTheSameLabel) {
    const auto page = open(
        "<label for=row-1>Select</label><input type=checkbox id=row-1 aria-label='Select Bob'>"
        "<label for=row-2>Select</label><input type=checkbox id=row-2 aria-labelledby=bob><i id=bob>Choose Bob</i>");
    const auto recorded = [](const std::string& id) {
        return Bundle{.id = id, .aria = "Select Alice", .role = "checkbox", .tag = "input", .input_type = "checkbox"};
    };
    EXPECT_THROW_MSG(found(page, recorded("row-1"), 1s), TimeoutError, HasSubstr("another element"));
    EXPECT_THROW_MSG(found(page, recorded("row-2"), 1s), TimeoutError, HasSubstr("another element"));
}

// Line breaks part words for the eye alone, and what is hidden is not read.
TEST_F(Bundles, KnowATextAsItIsSeen) {
    const auto page = open(
        "<h2 id=a>Stop waiting.<br>Start building.</h2><div id=b><i "
        "style='display:none'>xxxxxxxxxx</i><pre>1</pre><pre>"
        "query</pre></div>");
    EXPECT_THAT(found(page, {.tag = "h2", .visible_text = "Stop waiting. Start building."}), HasSubstr("id=\"a\""));
    EXPECT_THAT(found(page, {.tag = "h2", .visible_text = "Stop waiting.Start building."}), HasSubstr("id=\"a\""));
    EXPECT_THAT(found(page, {.tag = "div", .visible_text = "1 query", .xpath = "/html/body/div"}),
                HasSubstr("id=\"b\""));
    EXPECT_THROW_MSG(found(page, {.tag = "h2", .visible_text = "Stop Start. Go", .xpath = "/html/body/h2"}, 1s),
                     TimeoutError, HasSubstr("against it: text"));
}

TEST_F(Bundles, SayThatTheElementIsGone) {
    const auto page = open("<button>Help</button><a href=x>Home</a>");
    EXPECT_THROW_MSG(
        page.get_by_bundle({.id = "save", .tag = "button", .visible_text = "Save"}, "Save").click({.timeout = 150ms}),
        TimeoutError, AllOf(HasSubstr("page.get_by_bundle(\"Save\").click(): "), HasSubstr("after 150 ms")));
}

TEST_F(Bundles, WaitForAnElementThatComesLate) {
    const auto page =
        open("<script>setTimeout(()=>document.body.innerHTML='<button id=save>Save</button>',100)</script><body>");
    EXPECT_EQ(found(page, {.id = "save", .tag = "button", .visible_text = "Save"}),
              "<button id=\"save\">Save</button>");
}

TEST_F(Bundles, GoThroughFramesNamedInEveryWay) {
    const auto page = open(
        "<iframe srcdoc='<p>other'></iframe><iframe id=outer name=box srcdoc=\""
        "<iframe class=inner srcdoc='<button id=go>Go</button>'></iframe>\"></iframe>");
    const Bundle go{.id = "go", .tag = "button", .visible_text = "Go"};
    const std::vector<std::vector<PathEntry>> chains = {
        {{.css = "#outer"}, {.css = "iframe.inner"}},
        {{.xpath = "//iframe[2]"}, {.xpath = "//iframe"}},
        {{.id = "outer"}, {.index = 0}},
        {{.name = "box"}, {.index = 0}},
        {{.index = 1}, {.index = 0}},
    };
    for (const auto& chain : chains) {
        auto bundle = go;
        bundle.iframe_chain = chain;
        EXPECT_EQ(found(page, bundle), "<button id=\"go\">Go</button>");
    }
}

TEST_F(Bundles, SayWhichFrameIsMissing) {
    const auto page = open("<iframe id=a srcdoc=x></iframe>");
    EXPECT_THROW_MSG(page.get_by_bundle({.id = "go", .iframe_chain = {{.id = "b"}}}, "Go").click({.timeout = 150ms}),
                     Error, HasSubstr("page.get_by_bundle(\"Go\").click(): "));
}

constexpr auto k_shadow =
    "<script>for(const [name,mode] of [['x-open','open'],['x-closed','closed']])customElements.define(name,class "
    "extends HTMLElement{constructor(){super();this.attachShadow({mode}).innerHTML="
    "`<button id=go onclick=\"log.push('${name}')\">Go</button>`}});log=[]</script>";

TEST_F(Bundles, EnterOpenAndClosedShadowRoots) {
    const auto page =
        open(std::string("<div><x-open></x-open></div><section><x-closed></x-closed></section>") + k_shadow);
    const auto inside = [](const char* host, bool closed) {
        return Bundle{.id = "go",
                      .tag = "button",
                      .visible_text = "Go",
                      .shadow_hosts = {{.css = host}},
                      .is_closed_shadow = closed};
    };
    page.get_by_bundle(inside("section > x-closed", true), "Closed").click();
    page.get_by_bundle(inside("x-open", false), "Open").click();
    EXPECT_EQ(value(page, "log"), R"(["x-closed","x-open"])");
}

TEST_F(Bundles, FindAnElementWhoseShadowHostWasRenamed) {
    const auto page = open(std::string("<x-open></x-open>") + k_shadow);
    EXPECT_EQ(found(page, {.id = "go", .tag = "button", .visible_text = "Go", .shadow_hosts = {{.css = "old-name"}}}),
              "<button id=\"go\">Go</button>");
}

TEST_F(Bundles, IgnoreClassesAndIdsThatABuildToolMade) {
    const auto page = open("<button id=ember512 class='css-9f8e7d6c btn'>Save</button>");
    EXPECT_EQ(
        found(page, {.id = "ember431", .class_name = "css-1a2b3c4d btn", .tag = "button", .visible_text = "Save"}),
        "<button id=\"ember512\" class=\"css-9f8e7d6c btn\">Save</button>");
}

TEST_F(Bundles, FindAFieldByItsLabelAlone) {
    const auto page = open("<label>Phone <input></label><label>E-mail <input id=new-id></label>");
    EXPECT_EQ(found(page, {.id = "mail", .aria = "E-mail", .role = "textbox", .tag = "input"}),
              "<input id=\"new-id\">");
}

TEST_F(Bundles, RefuseBrokenSelectorsOfARecorderWithoutFailing) {
    const auto page = open("<button id=save>Save</button>");
    EXPECT_EQ(found(page, {.id = "save", .tag = "button", .visible_text = "Save", .xpath = "///", .css = "b[["}),
              "<button id=\"save\">Save</button>");
}

}  // namespace
}  // namespace reprise::locators
