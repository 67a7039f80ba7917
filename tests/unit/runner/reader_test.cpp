#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <reprise/runner/recording.hpp>

#include "unit/runner/runner_test_support.hpp"

namespace reprise::runner {
namespace {

using namespace std::chrono_literals;
using locators::PathEntry;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;

constexpr const char* k_canonical = R"({
  "id": "rec-1", "name": "Login Flow", "description": "Signs in", "starting_url": "https://example.com/login",
  "tags": ["smoke", "login"],
  "steps": [{
    "stepNumber": 1, "timestamp": 1700145000000, "label": "Email Address", "event": "type", "selector": "input#email",
    "value": "test@example.com", "x": 150, "y": 250, "page": "https://example.com/login",
    "navigation": {"type": "same_page", "url": "https://example.com/login"}, "tabId": 1,
    "metadata": {"elementTag": "input", "elementType": "email", "isInIframe": false, "iframeDepth": 0,
      "isInShadowDOM": false, "visibilityState": "visible", "scrollPosition": {"x": 0, "y": 100}, "timeout": 1500},
    "bundle": {"xpath": "//input[@id='email']", "id": "email", "name": "email", "className": "form-control input-lg",
      "aria": "Email address input field", "placeholder": "Enter your email",
      "dataAttrs": {"data-testid": "email-input", "data-required": true}, "tag": "input", "visibleText": "",
      "bounding": {"left": 100, "top": 200, "width": 300, "height": 40.5},
      "iframeChain": [], "shadowHosts": [], "isClosedShadow": false}}],
  "variables": {"Email Address": {"type": "input", "required": true, "description": "User email for login",
    "csvColumn": "email", "stepNumber": 1, "defaultValue": ""}},
  "field_mapping": {"email": "Email Address"}
})";

std::string step(std::string_view members) {
    return recording_text(fmt::format(R"({{"stepNumber": 1, {}}})", members));
}

Step one_step(std::string_view members) {
    return parse_recording(step(members), "test.json").steps.at(0);
}

template <class Details>
Details details(std::string_view members) {
    return std::get<Details>(one_step(members).details);
}

TEST(Reader, ReadsTheCanonicalStep) {
    const Recording recording = parse_recording(k_canonical, "recordings/login.json");
    EXPECT_EQ(recording.id, "rec-1");
    EXPECT_EQ(recording.name, "Login Flow");
    EXPECT_EQ(recording.description, "Signs in");
    EXPECT_EQ(recording.starting_url, "https://example.com/login");
    EXPECT_THAT(recording.tags, ElementsAre("smoke", "login"));
    EXPECT_EQ(recording.path, "recordings/login.json");
    EXPECT_THAT(recording.field_mapping, ElementsAre(Pair("email", "Email Address")));

    ASSERT_EQ(recording.steps.size(), 1u);
    const Step& step = recording.steps[0];
    EXPECT_EQ(step.number, 1);
    EXPECT_EQ(step.label, "Email Address");
    EXPECT_EQ(step.event, Event::type);
    EXPECT_EQ(step.selector, "input#email");
    EXPECT_EQ(step.value, "test@example.com");
    EXPECT_EQ(step.x, 150);
    EXPECT_EQ(step.page, "https://example.com/login");
    EXPECT_EQ(step.navigation->type, "same_page");
    EXPECT_EQ(step.tab_id, 1);
    EXPECT_EQ(step.timestamp, 1700145000000);
    EXPECT_EQ(step.timeout, 1500ms);
    EXPECT_EQ(step.line, 4);
    EXPECT_EQ(step.column, 13);
    EXPECT_EQ(metadata_of(step).at("visibilityState"), "visible");

    const auto& bundle = step.bundle.value();
    EXPECT_EQ(bundle.id, "email");
    EXPECT_EQ(bundle.class_name, "form-control input-lg");
    EXPECT_EQ(bundle.aria, "Email address input field");
    EXPECT_EQ(bundle.placeholder, "Enter your email");
    EXPECT_EQ(bundle.tag, "input");
    EXPECT_EQ(bundle.input_type, "email");
    EXPECT_EQ(bundle.visible_text, std::nullopt) << "an empty text is no clue";
    EXPECT_EQ(bundle.css, std::nullopt) << "the selector is used only when the bundle has none";
    EXPECT_THAT(bundle.data_attrs, ElementsAre(Pair("data-testid", "email-input"), Pair("data-required", "true")));
    EXPECT_EQ(bundle.bounding->height, 40.5);

    const Variable& variable = recording.variables.at(0);
    EXPECT_EQ(variable.label, "Email Address");
    EXPECT_TRUE(variable.required);
    EXPECT_EQ(variable.csv_column, "email");
    EXPECT_EQ(variable.step_number, 1);
    EXPECT_EQ(variable.default_value, "");
    EXPECT_EQ(find_variable(recording, "Email Address"), &variable);
    EXPECT_EQ(find_variable(recording, "Phone"), nullptr);
}

TEST(Reader, ReadsSnakeCaseAtEveryLevel) {
    const Recording recording =
        parse_recording(R"({"startingUrl": "x", "steps": [{"step_number": 3, "event": "click", "tab_id": 2,
        "metadata": {"element_tag": "a", "element_type": "link", "scroll_position": {"x": 1}},
        "bundle": {"class_name": "c", "visible_text": "Go", "data_attrs": {"data-a": "1"}, "iframe_chain": ["#f"],
                   "shadow_hosts": ["#h"], "is_closed_shadow": true}}],
        "variables": {"Go": {"csv_column": "go", "step_number": 3, "default_value": 5, "secret": true}},
        "fieldMapping": {"a": "b"}, "variableMapping": {"c": "d"}})",
                        "test.json");
    const Step& step = recording.steps.at(0);
    EXPECT_EQ(recording.starting_url, "x");
    EXPECT_EQ(step.number, 3);
    EXPECT_EQ(step.tab_id, 2);
    EXPECT_EQ(step.bundle->class_name, "c");
    EXPECT_EQ(step.bundle->tag, "a");
    EXPECT_EQ(step.bundle->input_type, "link");
    EXPECT_EQ(step.bundle->visible_text, "Go");
    EXPECT_EQ(step.bundle->data_attrs.size(), 1u);
    EXPECT_EQ(step.bundle->iframe_chain.size(), 1u);
    EXPECT_EQ(step.bundle->shadow_hosts.size(), 1u);
    EXPECT_TRUE(step.bundle->is_closed_shadow);
    EXPECT_EQ(recording.variables[0].csv_column, "go");
    EXPECT_EQ(recording.variables[0].step_number, 3);
    EXPECT_EQ(recording.variables[0].default_value, "5");
    EXPECT_TRUE(recording.variables[0].secret);
    EXPECT_THAT(recording.field_mapping, ElementsAre(Pair("a", "b")));
    EXPECT_THAT(recording.variable_mapping, ElementsAre(Pair("c", "d")));
}

TEST(Reader, ReadsEveryFormOfAFramePath) {
    const Step step =
        one_step(R"("event": "click", "bundle": {"id": "x", "iframeChain": ["iframe.pay", "//iframe[2]", 1,
        {"selector": "xpath=//a", "id": "i"}, {"css": "c", "name": "n", "src": "s", "index": 4}]})");
    const auto& chain = step.bundle->iframe_chain;
    ASSERT_EQ(chain.size(), 5u);
    EXPECT_EQ(chain[0].css, "iframe.pay");
    EXPECT_EQ(chain[1].xpath, "//iframe[2]");
    EXPECT_EQ(chain[2].index, 1);
    EXPECT_EQ(chain[3].xpath, "//a");
    EXPECT_EQ(chain[3].id, "i");
    EXPECT_EQ(chain[4].css, "c");
    EXPECT_EQ(chain[4].name, "n");
    EXPECT_EQ(chain[4].src, "s");
    EXPECT_EQ(chain[4].index, 4);
}

TEST(Reader, UsesTheSelectorWhereTheBundleHasNone) {
    EXPECT_EQ(one_step(R"("event": "click", "selector": "#save")").bundle->css, "#save");
    EXPECT_EQ(one_step(R"("event": "click", "selector": "(//a)[1]", "bundle": {"id": "a"})").bundle->xpath, "(//a)[1]");
    EXPECT_EQ(one_step(R"("event": "click", "selector": "#save", "bundle": {"css": "#other"})").bundle->css, "#other");
}

TEST(Reader, TakesNullAsAbsent) {
    const Step step = one_step(R"("event": "reload", "label": null, "value": null, "bundle": null, "metadata": null,
                                  "navigation": null, "x": null, "tabId": null, "selector": null)");
    EXPECT_EQ(step.value, std::nullopt);
    EXPECT_EQ(step.bundle, std::nullopt);
    EXPECT_EQ(step.navigation, std::nullopt);
    EXPECT_EQ(name_of(step), "step 1 (reload)");
    EXPECT_TRUE(metadata_of(step).empty());
}

TEST(Reader, NamesARecordingWithoutANameAfterItsFile) {
    EXPECT_EQ(parse_recording(R"({"starting_url": "x", "steps": []})", "a/sign-in.json").name, "sign-in");
}

TEST(Reader, ReadsWaits) {
    const Step visible =
        one_step(R"("event": "wait", "selector": "#a", "metadata": {"condition": "visible", "milliseconds": 90})");
    EXPECT_EQ(std::get<WaitDetails>(visible.details).condition, WaitCondition::visible);
    EXPECT_EQ(visible.timeout, 90ms);
    const Step pause = one_step(R"("event": "wait", "metadata": {"condition": "duration", "milliseconds": 250})");
    EXPECT_EQ(std::get<WaitDetails>(pause.details).duration, 250ms);
    EXPECT_EQ(pause.timeout, std::nullopt);
    const Step url = one_step(
        R"("event": "wait", "navigation": {"url": "/done"}, "metadata": {"condition": "url", "operator": "contains"})");
    EXPECT_EQ(url.value, "/done");
    EXPECT_EQ(std::get<WaitDetails>(url.details).op, TextOperator::contains);
}

TEST(Reader, ReadsAssertionsAndExtractions) {
    const Step count = one_step(
        R"("event": "assert", "selector": "li", "value": "old", "metadata": {"kind": "count", "expected": 3})");
    EXPECT_EQ(count.value, "3");
    EXPECT_EQ(std::get<AssertDetails>(count.details).kind, AssertKind::count);
    const auto attribute = details<AssertDetails>(R"("event": "assert", "selector": "a", "value": "/x",
        "metadata": {"kind": "attribute", "attribute": "href", "operator": "matches", "negate": true})");
    EXPECT_EQ(attribute.attribute, "href");
    EXPECT_EQ(attribute.op, TextOperator::matches);
    EXPECT_TRUE(attribute.negate);
    const auto extract =
        details<ExtractDetails>(R"("event": "extract", "selector": "#n", "metadata": {"as": "number"})");
    EXPECT_EQ(extract.as, "number");
    EXPECT_EQ(extract.from, ExtractFrom::text);
    EXPECT_EQ(details<ExtractDetails>(R"("event": "extract", "metadata": {"as": "t", "from": "title"})").from,
              ExtractFrom::title);
}

TEST(Reader, ReadsScrollsDragsAndUploads) {
    EXPECT_EQ(details<ScrollDetails>(R"("event": "scroll", "metadata": {"y": 300})").position->y, 300);
    EXPECT_EQ(
        details<ScrollDetails>(R"("event": "scroll", "metadata": {"scrollPosition": {"x": 5, "y": 6}})").position->x,
        5);
    EXPECT_EQ(details<ScrollDetails>(R"("event": "scroll", "selector": "#end")").position, std::nullopt);
    EXPECT_EQ(
        details<DragDetails>(R"("event": "drag", "selector": "#a", "metadata": {"target": {"id": "b"}})").target->id,
        "b");
    EXPECT_EQ(details<DragDetails>(R"("event": "drag", "selector": "#a", "metadata": {"dx": 40})").distance->x, 40);
    EXPECT_THAT(
        details<UploadDetails>(R"("event": "upload", "selector": "#f", "metadata": {"files": ["a.png", "b.png"]})")
            .files,
        ElementsAre("a.png", "b.png"));
    EXPECT_THAT(details<UploadDetails>(R"("event": "upload", "selector": "#f", "value": "c.png")").files,
                ElementsAre("c.png"));
}

TEST(Reader, ReadsDialogsDownloadsAndTabs) {
    const auto dialog = details<DialogDetails>(
        R"("event": "dialog", "metadata": {"dialogType": "confirm", "message": "Sure?", "action": "dismiss"})");
    EXPECT_EQ(dialog.dialog_type, "confirm");
    EXPECT_EQ(dialog.message, "Sure?");
    EXPECT_EQ(dialog.action, DialogAction::dismiss);
    EXPECT_EQ(details<DownloadDetails>(R"("event": "download", "metadata": {"suggestedFilename": "a.pdf"})")
                  .suggested_filename,
              "a.pdf");
    const auto tab = details<TabDetails>(R"("event": "newtab", "tabId": 2, "metadata": {"tabId": 7, "url": "/pop"})");
    EXPECT_EQ(tab.tab_id, 7);
    EXPECT_EQ(tab.url, "/pop");
    EXPECT_EQ(details<TabDetails>(R"("event": "switchtab", "tabId": 2)").tab_id, 2);
}

TEST(DialogReply, ComesFromTheActionElseFromTheValue) {
    EXPECT_EQ(dialog_reply({}, std::nullopt).action, DialogAction::accept);
    EXPECT_EQ(dialog_reply({}, "dismiss").action, DialogAction::dismiss);
    EXPECT_EQ(dialog_reply({}, "accept").prompt_text, std::nullopt);
    EXPECT_EQ(dialog_reply({}, "Ada").prompt_text, "Ada");
    EXPECT_EQ(dialog_reply({.action = DialogAction::accept}, "dismiss").prompt_text, "dismiss");
    EXPECT_EQ(dialog_reply({.action = DialogAction::dismiss}, "Ada").action, DialogAction::dismiss);
}

TEST(Event, HasANameForEachOfTheThirty) {
    for (int i = 0; i <= static_cast<int>(Event::closetab); ++i) {
        const auto event = static_cast<Event>(i);
        EXPECT_EQ(event_from_string(to_string(event)), event);
    }
    EXPECT_EQ(to_string(Event::assert_), "assert");
    EXPECT_EQ(event_from_string("Click"), std::nullopt);
}

TEST(ReaderErrors, ShowTheLineOfBrokenJson) {
    EXPECT_EQ(reading_error("{\n  \"name\": \"x\",\n  \"steps\": [}\n}"),
              "test.json:3:13: is not JSON: syntax error at \"}\"\n"
              "      \"steps\": [}\n"
              "                ^");
    EXPECT_THAT(reading_error("{\"steps\": ["), StartsWith("test.json:1:12: is not JSON: the text ends too early"));
    EXPECT_THAT(reading_error(""), StartsWith("test.json:1:1: is not JSON: the text ends too early"));
    EXPECT_THAT(reading_error("{} x"), StartsWith("test.json:1:4: is not JSON: more text after the document at \"x\""));
}

TEST(ReaderErrors, NameMembersThatAppearTwice) {
    EXPECT_EQ(reading_error("{\"steps\": [],\n \"name\": \"a\",\n \"na\\u006de\": \"b\", \"steps\": []}"),
              "test.json:3:2: \"name\" appears twice in one object, first in line 2\n"
              "test.json:3:20: \"steps\" appears twice in one object, first in line 1");
}

TEST(ReaderErrors, RefuseDeepNestingAndLargeFiles) {
    EXPECT_THAT(reading_error("{\"a\": " + std::string(64, '[') + std::string(64, ']') + "}"),
                HasSubstr("is nested deeper than 64 levels"));
    const TemporaryFolder folder;
    const std::string path = folder.write("large.json", "");
    std::filesystem::resize_file(path, k_recording_limit_bytes + 1);
    EXPECT_EQ(error_of([&] { read_recording(path); }), path + ": has 67108865 bytes, expected at most 64 MiB");
    EXPECT_EQ(error_of([&] { read_recording((folder / "none.json").string()); }),
              (folder / "none.json").string() + ": cannot be read: No such file or directory");
}

TEST(ReaderErrors, NameMemberStepAndType) {
    EXPECT_EQ(reading_error(recording_text(R"({"stepNumber": 3, "event": "reload"},
{"stepNumber": 4, "label": "Email", "event": "type", "bundle": {"id": "e", "bounding": {"width": "300"}}})")),
              "test.json:2:98: step 4 \"Email\": \"bundle.bounding.width\" is a string, expected a number");
    EXPECT_THAT(
        reading_error(step(R"("event": "click", "bundle": {"id": "a", "iframeChain": [true]})")),
        HasSubstr("step 1: \"bundle.iframeChain[0]\" is a boolean, expected a string, an integer or an object"));
    EXPECT_THAT(reading_error(step(R"("event": "click", "bundle": {"id": "a", "iframeChain": [{"tag": "iframe"}]})")),
                HasSubstr("\"bundle.iframeChain[0].selector\" is missing (or \"css\", \"xpath\", \"id\", \"name\", "
                          "\"src\", \"index\")"));
    EXPECT_EQ(reading_error("[]"), "test.json:1:1: the recording is an array, expected an object");
    EXPECT_EQ(reading_error("{\"variables\": {\"A\": {\"required\": \"yes\"}}, \"tags\": [1]}"),
              "test.json:1:1: \"steps\" is missing\n"
              "test.json:1:34: \"variables.A.required\" is a string, expected a boolean\n"
              "test.json:1:52: \"tags[0]\" is a number, expected a string");
}

TEST(ReaderErrors, NameTheNearestKnownEvent) {
    EXPECT_EQ(reading_error(recording_text("\n{\"stepNumber\": 1, \"event\": \"clik\"}")),
              "test.json:2:28: step 1: \"event\" is \"clik\", which is not known; the nearest known is \"click\"");
    EXPECT_THAT(
        reading_error(step(R"("label": "Save", "event": "DblClick")")),
        HasSubstr("step 1 \"Save\": \"event\" is \"DblClick\", which is not known; the nearest known is \"dblclick\""));
    EXPECT_THAT(reading_error(recording_text(R"({"stepNumber": 1})")), HasSubstr("step 1: \"event\" is missing"));
}

TEST(ReaderErrors, AreCollected) {
    EXPECT_EQ(reading_error(recording_text("\n{\"event\": \"click\"},\n{\"stepNumber\": \"2\", \"event\": \"wait\"}")),
              "test.json:2:1: step in place 1: \"stepNumber\" is missing\n"
              "test.json:2:1: step in place 1: \"bundle\" is missing (or \"selector\")\n"
              "test.json:3:1: step in place 2: \"metadata\" is missing\n"
              "test.json:3:16: step in place 2: \"stepNumber\" is a string, expected an integer");
}

TEST(ReaderErrors, KeepEveryProblemWithItsPlace) {
    try {
        parse_recording(recording_text("\n{\"event\": \"click\"}"), "test.json");
        FAIL() << "expected DataError";
    } catch (const DataError& error) {
        EXPECT_STREQ(error.type(), "DataError");
        EXPECT_EQ(error.problems().size(), 2u);
        EXPECT_EQ(error.file(), "test.json");
        EXPECT_EQ(error.line(), 2);
        EXPECT_EQ(error.column(), 1);
        EXPECT_EQ(error.text(), "step in place 1: \"stepNumber\" is missing");
    }
}

TEST(ReaderErrors, NameStepsWithoutTheirElement) {
    EXPECT_THAT(reading_error(step(R"("event": "click", "label": "Save")")),
                HasSubstr("step 1 \"Save\": \"bundle\" is missing (or \"selector\")"));
    EXPECT_THAT(reading_error(step(R"("event": "click", "bundle": null, "selector": null)")),
                HasSubstr("\"bundle\" is missing (or \"selector\")"));
    EXPECT_THAT(reading_error(step(R"("event": "click", "bundle": {"id": "", "tag": "a"})")),
                HasSubstr("step 1 (click): \"bundle\" holds nothing to find the element by"));
    EXPECT_THAT(reading_error(step(R"("event": "assert", "metadata": {"kind": "text"})")),
                HasSubstr("\"bundle\" is missing"));
    EXPECT_EQ(reading_error(step(R"("event": "assert", "value": "x", "metadata": {"kind": "title"})")), "no error");
    EXPECT_THAT(reading_error(step(R"("event": "wait", "metadata": {"condition": "hidden"})")),
                HasSubstr("\"bundle\" is missing"));
    EXPECT_EQ(reading_error(step(R"("event": "wait", "metadata": {"condition": "load"})")), "no error");
}

TEST(ReaderErrors, NameMembersThatAnEventNeeds) {
    EXPECT_THAT(
        reading_error(step(R"("event": "wait", "metadata": {"condition": "soon"})")),
        HasSubstr(
            "\"metadata.condition\" is \"soon\", expected visible, hidden, attached, detached, url, load, networkidle "
            "or duration"));
    EXPECT_THAT(reading_error(step(R"("event": "wait", "metadata": {"condition": "duration"})")),
                HasSubstr("\"metadata.milliseconds\" is missing"));
    EXPECT_THAT(reading_error(step(R"("event": "wait", "metadata": {"condition": "url"})")),
                HasSubstr("waits for an address, but has no \"value\""));
    EXPECT_THAT(reading_error(step(R"("event": "assert", "selector": "a", "metadata": {"kind": "attribute"})")),
                HasSubstr("\"metadata.attribute\" is missing"));
    EXPECT_THAT(reading_error(step(R"("event": "extract", "selector": "a", "metadata": {"as": "a b"})")),
                HasSubstr("\"metadata.as\" is \"a b\", expected a match of ^[A-Za-z_]"));
    EXPECT_THAT(reading_error(step(R"("event": "press")")),
                HasSubstr("step 1 (press) has no \"value\", expected a key or a chord"));
    EXPECT_THAT(reading_error(step(R"("event": "navigate")")),
                HasSubstr("leads nowhere: give \"value\" or \"navigation.url\""));
    EXPECT_THAT(reading_error(step(R"("event": "scroll")")), HasSubstr("scrolls to nothing"));
    EXPECT_THAT(reading_error(step(R"("event": "switchtab")")),
                HasSubstr("switches to no tab: give \"tabId\" or \"metadata.url\""));
}

TEST(ReaderErrors, PairDragAndDrop) {
    const char* drag = R"({"stepNumber": 1, "event": "drag", "selector": "#a"})";
    const char* drop = R"({"stepNumber": 2, "event": "drop", "selector": "#b"})";
    EXPECT_EQ(reading_error(recording_text(fmt::format("{},{}", drag, drop))), "no error");
    EXPECT_THAT(reading_error(recording_text(drag)), HasSubstr("step 1 (drag) drags to nowhere"));
    EXPECT_THAT(reading_error(recording_text(drop)), HasSubstr("step 2 (drop) drops nothing: expected a drag step"));
}

TEST(ReaderErrors, NameStepsOutOfOrder) {
    EXPECT_EQ(reading_error(recording_text(
                  "\n{\"stepNumber\": 2, \"event\": \"back\"},\n{\"stepNumber\": 2, \"event\": \"reload\"},\n"
                  "{\"stepNumber\": 1, \"event\": \"reload\", \"label\": \"Again\"}")),
              "test.json:3:1: step 2 (reload) follows step 2 (back): step numbers must rise\n"
              "test.json:4:1: step 1 \"Again\" follows step 2 (reload): step numbers must rise");
}

TEST(ReaderErrors, AskForAStart) {
    EXPECT_THAT(reading_error(R"({"steps": [{"stepNumber": 1, "event": "back"}]})"),
                HasSubstr("\"starting_url\" is missing, and step 1 (back) is no navigate step"));
    EXPECT_EQ(reading_error(R"({"steps": [{"stepNumber": 1, "event": "navigate", "value": "http://x.test"}]})"),
              "no error");
}

TEST(ReaderErrors, ShowTheCaretUnderTheCharacterInLongAndWideLines) {
    const std::string error =
        reading_error("{\"a\": \"" + std::string(300, 'x') + "\", \"ü\": ?, \"b\": \"" + std::string(300, 'y') + "\"}");
    const auto lines = error.substr(error.find('\n') + 1);
    const auto line = lines.substr(0, lines.find('\n'));
    EXPECT_LT(line.size(), 140u);
    EXPECT_THAT(line, HasSubstr("\"ü\": ?, \"b\""));
    const auto caret = lines.substr(lines.find('\n') + 1);
    EXPECT_EQ(caret.size() - 1, line.find('?') - 1) << "ü is two bytes and one character";
}

}  // namespace
}  // namespace reprise::runner
