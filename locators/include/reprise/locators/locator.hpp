// A way to find elements, not an element: it is resolved anew in every call, so it survives re-rendering.
//
//     page.get_by_role(Role::button, {.name = "Buy"}).click();
//
// Thread contract: a cheap value; calls on one page from one thread at a time.
// Errors: actions throw TimeoutError, ActionError, StrictnessError (more than one match), and what cdp throws when the
// page or the browser ends.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include <reprise/locators/action_options.hpp>
#include <reprise/locators/bundle.hpp>
#include <reprise/locators/file_payload.hpp>
#include <reprise/locators/fingerprint.hpp>
#include <reprise/locators/selector.hpp>

namespace reprise::cdp {
struct FrameInfo;
}

namespace reprise::locators {

class Locator;
class FrameLocator;
class Page;
class PageState;
class JsHandle;
class JsValue;
struct ScreenshotOptions;

// A place to look for elements in: a page, a frame, or what another locator found.
class Scope {
public:
    // CSS, or another kind of selector by its name, or a chain of them: each part looks within what the one before
    // found.
    //
    //     page.locator("article:has-text(\"Ferry\") >> .price")
    //     page.locator("text=Buy >> nth=-1")
    //
    // CSS goes through open and known closed shadow roots, combinators too: in "article .price" the price may be in the
    // article's shadow tree. It also knows Playwright's :visible, :has-text("..."), :text("...") (the smallest elements
    // that hold it; both any part of the text, any case), :text-is("..."), :text-matches("regex", "i") and
    // :nth-match(li, 2), on its own and in :has(), :is(), :not(). Within a locator CSS sees only what is below its
    // elements; `:scope` is such an element itself: ":scope > li", or "> li".
    //
    // | | |
    // |---|---|
    // | css=, none | CSS |
    // | xpath=, //..., .. | XPath, which knows no shadow trees |
    // | text=Buy | the smallest elements that hold the text, any case; "Buy" in quotes: exactly; /buy/i: a match |
    // | id=, data-testid=, data-test-id=, data-test= | the attribute's whole value |
    // | nth=2 | the third of those found so far; -1: the last |
    // | visible=true | those that are visible, or are not |
    // | aria-ref=e5 | AriaSnapshotOptions::refs |
    //
    // Like Playwright's, except that there are no selectors by layout (:right-of() ...), no role= (get_by_role()
    // says it), no :light kinds, and none that the page registers. Throws UsageError for an unknown kind; what is wrong
    // in CSS or XPath is told by the call that looks for elements.
    Locator locator(std::string_view selector) const;
    Locator get_by_role(Role role, const RoleOptions& options = {}) const;
    Locator get_by_text(const TextMatch& text, TextOptions options = {}) const;
    Locator get_by_label(const TextMatch& text, TextOptions options = {}) const;
    Locator get_by_placeholder(const TextMatch& text, TextOptions options = {}) const;
    Locator get_by_alt_text(const TextMatch& text, TextOptions options = {}) const;
    Locator get_by_title(const TextMatch& text, TextOptions options = {}) const;
    Locator get_by_test_id(const TextMatch& id) const;  // exact, in PageOptions::test_id_attribute
    // By all clues of a recorded bundle at once; the element must agree with the whole of it.
    Locator get_by_bundle(const Bundle& bundle, std::string_view label = {}, const BundleOptions& options = {}) const;
    FrameLocator frame_locator(std::string_view selector) const;

protected:
    // One link of the way from a document to elements: a part for the page script, or a step into a frame.
    struct Link {
        std::string part;  // JSON; empty: enter the frame of the element found so far
    };
    Scope(std::shared_ptr<PageState> page, std::string frame, std::string text)
        : page_{std::move(page)}, frame_{std::move(frame)}, text_{std::move(text)}, place_{text_} {}
    Locator with(std::string part, std::string_view call) const;

    std::shared_ptr<PageState> page_;
    std::string frame_;  // where the way begins
    std::vector<Link> links_;
    std::string text_;   // the call as written so far: page.get_by_role(button, "Save")
    std::string place_;  // the same of the page or frame in which the last steps look
    friend class ElementCall;
};

// A script or a style sheet for a document: one of the three.
struct TagSource {
    std::string url{};
    std::string content{};
    std::filesystem::path file{};
    std::string type{};  // of a script: "module"
};

// A document in which scripts run: a page's main one, or a frame's. Scripts run in the page's own world, with a user's
// gesture; promises are awaited. Errors: cdp::ScriptError with the JavaScript stack, cdp::DocumentGone when the
// document is replaced meanwhile. Include js_value.hpp, js_handle.hpp for what comes out.
class DocumentScope : public Scope {
public:
    // Of an expression that is a function, "() => localStorage.clear()", the function is called; one that it only leads
    // to ("window.onload") is not. As plain JSON, after the rules of JsValue::to_json(): undefined, and what has no
    // value at all (an element, a window, a function), is null; within the result elements, NaN, BigInt and the like
    // throw ValueError.
    boost::json::value evaluate(std::string_view expression, CallSite site = CallSite::here()) const;
    // Calls `function`, "(name) => window[name]", with `argument`.
    boost::json::value evaluate(std::string_view function, const boost::json::value& argument,
                                CallSite site = CallSite::here()) const;
    // The document as it is now, as HTML with its doctype; shadow roots are not in it.
    std::string content(CallSite site = CallSite::here()) const;
    // All values of JavaScript, whatever the page has put in place of its built-in functions. Throws ValueError for a
    // cycle. Nested at most some 70 objects deep; lone surrogates become U+FFFD. Like Playwright's evaluate, except
    // that elements are opaque and not texts.
    JsValue evaluate_value(std::string_view expression, CallSite site = CallSite::here()) const;
    JsValue evaluate_value(std::string_view function, const JsValue& argument, CallSite site = CallSite::here()) const;
    // The same as a C++ type; see JsValue::as(). Throws ValueError.
    template <typename T>
    T evaluate_as(std::string_view expression, CallSite site = CallSite::here()) const;
    template <typename T>
    T evaluate_as(std::string_view function, const JsValue& argument, CallSite site = CallSite::here()) const;
    // The object itself, which stays in the page.
    JsHandle evaluate_handle(std::string_view expression, CallSite site = CallSite::here()) const;
    JsHandle evaluate_handle(std::string_view function, const JsValue& argument,
                             CallSite site = CallSite::here()) const;
    // Waits until `expression` is true in JavaScript's sense, and gives its value. It runs in the page at every frame,
    // by the page's real clock, again in the next document when this one is replaced. Throws TimeoutError with the last
    // value; what the expression throws is thrown at once. One that is a function is called.
    JsValue wait_for_function(std::string_view expression, const WaitOptions& options = {}) const;
    JsValue wait_for_function(std::string_view function, const JsValue& argument,
                              const WaitOptions& options = {}) const;
    // Waits until it is loaded. Throws ActionError when it is not, or when the page's policy forbids it. Like
    // Playwright's addScriptTag and addStyleTag, except that they give no handle.
    void add_script_tag(const TagSource& source, const WaitOptions& options = {}) const;
    void add_style_tag(const TagSource& source, const WaitOptions& options = {}) const;

protected:
    DocumentScope(std::shared_ptr<PageState> page, std::string frame, std::string text)
        : Scope{std::move(page), std::move(frame), std::move(text)} {}
    void add_tag(std::string_view call, std::string_view kind, const TagSource& source,
                 const WaitOptions& options) const;
};

class [[nodiscard]] FrameLocator : public DocumentScope {
public:
    // Of the frame that is there now, waited for: its address as last heard of, and its name attribute. Throw
    // TimeoutError when it does not come.
    std::string url(const WaitOptions& options = {}) const;
    std::string name(const WaitOptions& options = {}) const;
    // The <iframe> element. Throws UsageError for a frame of Page::frame(), frame_at() or frames(), which no locator
    // found.
    Locator owner() const;

private:
    cdp::FrameInfo info(std::string_view call, const WaitOptions& options) const;
    std::string owner_place_;  // place_ of the element
    friend class Page;
    friend class Scope;
    friend class Locator;
    using DocumentScope::DocumentScope;
};

class [[nodiscard]] Locator : public Scope {
public:
    Locator nth(int index) const;  // from 0; negative: from the end
    Locator first() const { return nth(0); }
    Locator last() const { return nth(-1); }
    Locator filter_has_text(const TextMatch& text) const;
    Locator filter_has_not_text(const TextMatch& text) const;
    // Relative to each match: of the same page, within the same frame or of no frame.
    Locator filter_has(const Locator& inner) const;
    Locator filter_has_not(const Locator& inner) const;
    Locator filter_visible(bool visible = true) const;
    // What both find, and what either finds, in document order. Both must look in the same frame.
    Locator and_(const Locator& other) const;
    Locator or_(const Locator& other) const;
    // What a person would write to find this very element now, and it alone: by test id, role and name, placeholder,
    // label, alternative text, text, title, id; within something around it; by its place. Its text() is a call that can
    // be pasted. Like Playwright's normalize(), except that it is resolved to one element first.
    Locator suggestion(const ActionOptions& options = {}) const;
    // The same locator, named `text` in errors, reports and traces.
    Locator describe(std::string_view text) const;
    // One locator for each match that there is now.
    [[nodiscard]] std::vector<Locator> all(CallSite site = CallSite::here()) const;
    FrameLocator content_frame() const;
    Page page() const;  // in which it looks

    ActionResult click(const ClickOptions& options = {}) const;
    ActionResult double_click(ClickOptions options = {}) const;
    // With a button of Mouse down it drags. Afterwards the pointer of Mouse is there.
    ActionResult hover(const HoverOptions& options = {}) const;
    // By touch; needs ContextOptions::has_touch, else ActionError. Returns when the click that follows has been
    // handled.
    ActionResult tap(const TapOptions& options = {}) const;
    // The final value of a field: replaces what is there.
    ActionResult fill(std::string_view value, const FillOptions& options = {}) const;
    ActionResult clear(const FillOptions& options = {}) const;
    // Key by key, after what is there.
    ActionResult type(std::string_view typed, const TypeOptions& options = {}) const;
    // Like Playwright's, except that the caret is put after what is there.
    ActionResult press_sequentially(std::string_view typed, const TypeOptions& options = {}) const;
    ActionResult press(std::string_view keys, const ActionOptions& options = {}) const;  // "Enter", "Control+A"
    // Throws ActionError for what has no such state, and when the click has not changed it.
    ActionResult check(const CheckOptions& options = {}) const;
    ActionResult uncheck(const CheckOptions& options = {}) const;
    ActionResult set_checked(bool checked, const CheckOptions& options = {}) const;
    // Tells the page (`input`, `change`) only when it changes what is selected; Playwright tells it always.
    ActionResult select(const std::vector<SelectOption>& wanted, const ActionOptions& options = {}) const;
    ActionResult focus(const ActionOptions& options = {}) const;
    ActionResult blur(const ActionOptions& options = {}) const;
    // All text of the element, or of the field, is selected, and a field gets the focus.
    ActionResult select_text(const ActionOptions& options = {}) const;
    // An event made by script (isTrusted is false) of the class that belongs to `type`: MouseEvent for "click", ...,
    // CustomEvent when `init` has a detail, else Event. It bubbles, can be cancelled and leaves shadow roots unless
    // `init` says otherwise. Waits for the element and for no state of it.
    ActionResult dispatch_event(std::string_view type, const ActionOptions& options = {}) const;
    ActionResult dispatch_event(std::string_view type, const boost::json::value& init,
                                const ActionOptions& options = {}) const;
    // The element's form, by the element when that is a submit button. Throws when a field is not valid.
    ActionResult submit(const SubmitOptions& options = {}) const;
    ActionResult scroll_into_view(const ActionOptions& options = {}) const;
    ActionResult scroll_to(Point offset, const ActionOptions& options = {}) const;  // of the element's own content
    // Files of this machine into a file field, or the field of a label; of a field for folders: one folder. None:
    // clears. Throws ActionError for what is missing, and for more than the field takes.
    ActionResult set_files(const std::vector<std::string>& paths, const ActionOptions& options = {}) const;
    // The same with files that are on no disk; 50 MB in all at most. The page's input and change events are made by
    // script.
    ActionResult set_file_contents(const std::vector<FilePayload>& files, const ActionOptions& options = {}) const;
    // From the element to `target`, which may be in another frame. Throws ActionError when a drag of the browser's own
    // is not taken there; of drags that a page makes of mouse events only the press is verified.
    ActionResult drag_to(const Locator& target, const DragOptions& options = {}) const;
    ActionResult drag_by(Point offset, const DragOptions& options = {}) const;
    // Drops files and texts from outside of the page here: dragenter, dragover and drop, made by script. Throws
    // ActionError when the page does not take them (it does not cancel the dragover).
    ActionResult drop(const DroppedData& data, const ActionOptions& options = {}) const;

    ActionResult wait_for(ElementState state, std::optional<Milliseconds> timeout = {},
                          CallSite site = CallSite::here()) const;
    // Throws AssertionError: expected, received, call log.
    ActionResult expect(const Expectation& expectation) const;

    [[nodiscard]] int count(CallSite site = CallSite::here()) const;
    // Of the first match, at once; none: not visible.
    [[nodiscard]] bool is_visible(CallSite site = CallSite::here()) const;
    [[nodiscard]] bool is_hidden(CallSite site = CallSite::here()) const { return !is_visible(site); }
    [[nodiscard]] std::string text_content(const ActionOptions& options = {}) const;
    [[nodiscard]] std::string inner_text(const ActionOptions& options = {}) const;
    [[nodiscard]] std::string inner_html(const ActionOptions& options = {}) const;
    [[nodiscard]] std::string input_value(const ActionOptions& options = {}) const;
    [[nodiscard]] std::optional<std::string> attribute(std::string_view name, const ActionOptions& options = {}) const;
    [[nodiscard]] bool is_checked(const ActionOptions& options = {}) const;
    [[nodiscard]] bool is_enabled(const ActionOptions& options = {}) const;
    [[nodiscard]] bool is_disabled(const ActionOptions& options = {}) const { return !is_enabled(options); }
    [[nodiscard]] bool is_editable(const ActionOptions& options = {}) const;
    // What assistive technology reads, as YAML in the manner of Playwright: `- button "Save" [disabled]`. Values of
    // password fields and of fields that were filled with secrets are "••••••"; frames are a line each; at most 64 K
    // characters.
    [[nodiscard]] std::string aria_snapshot(const AriaSnapshotOptions& options = {}) const;
    [[nodiscard]] std::vector<std::string> all_inner_texts(CallSite site = CallSite::here()) const;
    [[nodiscard]] std::vector<std::string> all_text_contents(CallSite site = CallSite::here()) const;
    // Where the element is in the main frame's viewport, frames on the way added: in a frame that is turned, the box
    // around it. Waits until it is attached. Perspective is left out of account.
    [[nodiscard]] Rect bounding_box(const ActionOptions& options = {}) const;
    // A picture of the element, scrolled into view, and of what lies over it. Include screenshot.hpp for options.
    std::string screenshot() const;
    std::string screenshot(const ScreenshotOptions& options) const;
    // Outlines all elements that match now, with the locator's text, on pictures, videos and the screen, until
    // Page::hide_highlights() or the end of the document; follows them when they move. Returns how many there are. Like
    // Playwright's highlight(), except that it does not look for elements that come later.
    int highlight(CallSite site = CallSite::here()) const;
    // Calls `function`, "(element, argument) => element.dataset.id", in the page's own world; promises are awaited, the
    // result is returned by value. Throws cdp::ScriptError.
    boost::json::value evaluate(std::string_view function, const ActionOptions& options = {}) const;
    // As of DocumentScope, with the element as the function's first argument: "(button, text) => ...".
    JsValue evaluate_value(std::string_view function, const ActionOptions& options = {}) const;
    JsValue evaluate_value(std::string_view function, const JsValue& argument, const ActionOptions& options = {}) const;
    template <typename T>
    T evaluate_as(std::string_view function, const ActionOptions& options = {}) const;
    template <typename T>
    T evaluate_as(std::string_view function, const JsValue& argument, const ActionOptions& options = {}) const;
    JsHandle evaluate_handle(std::string_view function, const ActionOptions& options = {}) const;
    JsHandle evaluate_handle(std::string_view function, const JsValue& argument,
                             const ActionOptions& options = {}) const;
    // Waits until `function`, "(element, argument) => element.value > 3", is true in JavaScript's sense, and gives its
    // value; as DocumentScope::wait_for_function(). An element that goes is looked for again.
    JsValue wait_for_function(std::string_view function, const WaitOptions& options = {}) const;
    JsValue wait_for_function(std::string_view function, const JsValue& argument,
                              const WaitOptions& options = {}) const;
    // The element itself, for scripts.
    JsHandle element_handle(const ActionOptions& options = {}) const;
    // Calls `function` with an array of all elements that match now, none included: "(rows) => rows.length".
    JsValue evaluate_all(std::string_view function, CallSite site = CallSite::here()) const;
    JsValue evaluate_all(std::string_view function, const JsValue& argument, CallSite site = CallSite::here()) const;
    boost::json::value evaluate(std::string_view function, const boost::json::value& argument,
                                const ActionOptions& options = {}) const;
    // What the element can be found by on another day's page.
    Fingerprint fingerprint(const ActionOptions& options = {}) const;

    const std::string& text() const noexcept { return text_; }  // the call as written

private:
    friend class Scope;
    friend class FrameLocator;
    friend class Page;
    using Scope::Scope;
    ActionResult simple(std::string_view text, std::string_view arguments, std::optional<Milliseconds> timeout,
                        CallSite site) const;
    ActionResult type_as(std::string_view name, std::string_view typed, const TypeOptions& options) const;
    ActionResult fill_as(std::string_view text, std::string_view value, const FillOptions& options) const;
    std::size_t frame_links() const;  // those of the way to the frame in which it looks
    bool looks_within_frame_of(const Locator& other) const;
    Locator filtered_by(const char* part, const char* call, const Locator& inner) const;
    Locator together_with(std::string_view part, std::string_view call, const Locator& other) const;
    std::vector<std::string> all_texts(std::string_view what, CallSite site) const;
    bool is_so(std::string_view what, const ActionOptions& options) const;
    std::string read(std::string_view text, std::string_view arguments, const ActionOptions& options) const;
};

}  // namespace reprise::locators
