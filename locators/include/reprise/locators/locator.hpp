// A way to find elements, not an element: it is resolved anew in every call, so it survives re-rendering.
//
//     page.get_by_role(Role::button, {.name = "Buy"}).click();
//
// Thread contract: a cheap value; calls on one page from one thread at a time.
// Errors: actions throw TimeoutError, ActionError, StrictnessError (more than one match), and what cdp throws when the
// page or the browser ends.
#pragma once

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

namespace reprise::locators {

class Locator;
class FrameLocator;
class PageState;
struct ScreenshotOptions;

// A place to look for elements in: a page, a frame, or what another locator found.
class Scope {
public:
    // CSS (through open and known closed shadow roots), or "xpath=...", "//...", "text=...".
    Locator locator(std::string_view selector) const;
    Locator get_by_role(Role role, const RoleOptions& options = {}) const;
    Locator get_by_text(const TextMatch& text, TextOptions options = {}) const;
    Locator get_by_label(const TextMatch& text, TextOptions options = {}) const;
    Locator get_by_placeholder(const TextMatch& text, TextOptions options = {}) const;
    Locator get_by_alt_text(const TextMatch& text, TextOptions options = {}) const;
    Locator get_by_title(const TextMatch& text, TextOptions options = {}) const;
    Locator get_by_test_id(const TextMatch& id) const;  // exact, in the attribute data-testid
    // By all clues of a recorded bundle at once; the element must agree with the whole of it.
    Locator get_by_bundle(const Bundle& bundle, std::string_view label = {}, const BundleOptions& options = {}) const;
    FrameLocator frame_locator(std::string_view selector) const;

protected:
    // One link of the way from a document to elements: a part for the page script, or a step into a frame.
    struct Link {
        std::string part;  // JSON; empty: enter the frame of the element found so far
    };
    Scope(std::shared_ptr<PageState> page, std::string frame, std::string text)
        : page_{std::move(page)}, frame_{std::move(frame)}, text_{std::move(text)} {}
    Locator with(std::string part, std::string_view call) const;

    std::shared_ptr<PageState> page_;
    std::string frame_;  // where the way begins
    std::vector<Link> links_;
    std::string text_;  // the call as written so far: page.get_by_role(button, "Save")
    friend class ElementCall;
};

class FrameLocator : public Scope {
    friend class Page;
    friend class Scope;
    friend class Locator;
    using Scope::Scope;
};

class Locator : public Scope {
public:
    Locator nth(int index) const;  // from 0; negative: from the end
    Locator first() const { return nth(0); }
    Locator last() const { return nth(-1); }
    Locator filter_has_text(const TextMatch& text) const;
    Locator filter_has_not_text(const TextMatch& text) const;
    Locator filter_has(const Locator& inner) const;  // relative to each match
    Locator filter_has_not(const Locator& inner) const;
    Locator filter_visible(bool visible = true) const;
    // What both find, and what either finds, in document order. Both must look in the same frame.
    Locator and_(const Locator& other) const;
    Locator or_(const Locator& other) const;
    // The same locator, named `text` in errors, reports and traces.
    Locator describe(std::string_view text) const;
    // One locator for each match that there is now.
    std::vector<Locator> all(CallSite site = CallSite::here()) const;
    FrameLocator content_frame() const;

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
    ActionResult type(std::string_view text, const FillOptions& options = {}) const;
    // Like Playwright's, except that the caret is put after what is there.
    ActionResult press_sequentially(std::string_view text, const TypeOptions& options = {}) const;
    ActionResult press(std::string_view keys, const ActionOptions& options = {}) const;  // "Enter", "Control+A"
    // Throws ActionError for what has no such state, and when the click has not changed it.
    ActionResult check(const CheckOptions& options = {}) const;
    ActionResult uncheck(const CheckOptions& options = {}) const;
    ActionResult set_checked(bool checked, const CheckOptions& options = {}) const;
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

    int count(CallSite site = CallSite::here()) const;
    bool is_visible(CallSite site = CallSite::here()) const;  // of the first match, at once; none: not visible
    bool is_hidden(CallSite site = CallSite::here()) const { return !is_visible(site); }
    std::string text_content(const ActionOptions& options = {}) const;
    std::string inner_text(const ActionOptions& options = {}) const;
    std::string inner_html(const ActionOptions& options = {}) const;
    std::string input_value(const ActionOptions& options = {}) const;
    std::optional<std::string> attribute(std::string_view name, const ActionOptions& options = {}) const;
    bool is_checked(const ActionOptions& options = {}) const;
    bool is_enabled(const ActionOptions& options = {}) const;
    bool is_disabled(const ActionOptions& options = {}) const { return !is_enabled(options); }
    bool is_editable(const ActionOptions& options = {}) const;
    // What assistive technology reads, as YAML in the manner of Playwright: `- button "Save" [disabled]`. Values of
    // password fields and of fields that were filled with secrets are "••••••"; frames are a line each; at most 64 K
    // characters.
    std::string aria_snapshot(const ActionOptions& options = {}) const;
    std::vector<std::string> all_inner_texts(CallSite site = CallSite::here()) const;
    std::vector<std::string> all_text_contents(CallSite site = CallSite::here()) const;
    // Where the element is in the main frame's viewport, frames on the way added: in a frame that is turned, the box
    // around it. Waits until it is attached. Perspective is left out of account.
    Rect bounding_box(const ActionOptions& options = {}) const;
    // A picture of the element, scrolled into view, and of what lies over it. Include screenshot.hpp for options.
    std::string screenshot() const;
    std::string screenshot(const ScreenshotOptions& options) const;
    // Calls `function`, "(element, argument) => element.dataset.id", in the page's own world; promises are awaited, the
    // result is returned by value. Throws cdp::ScriptError.
    boost::json::value evaluate(std::string_view function, const ActionOptions& options = {}) const;
    boost::json::value evaluate(std::string_view function, const boost::json::value& argument,
                                const ActionOptions& options = {}) const;
    // What the element can be found by on another day's page.
    Fingerprint fingerprint(const ActionOptions& options = {}) const;

    const std::string& text() const noexcept { return text_; }  // the call as written

private:
    friend class Scope;
    friend class Page;
    using Scope::Scope;
    ActionResult simple(std::string_view text, std::string_view arguments, std::optional<Milliseconds> timeout,
                        CallSite site) const;
    ActionResult type_as(std::string_view name, std::string_view typed, const TypeOptions& options) const;
    ActionResult fill_as(std::string_view text, std::string_view value, const FillOptions& options) const;
    Locator together_with(std::string_view part, std::string_view call, const Locator& other) const;
    std::vector<std::string> all_texts(std::string_view what, CallSite site) const;
    bool is_so(std::string_view what, const ActionOptions& options) const;
    std::string read(std::string_view text, std::string_view arguments, const ActionOptions& options) const;
};

}  // namespace reprise::locators
