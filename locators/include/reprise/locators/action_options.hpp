// Options and results of what can be done to an element.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <reprise/cdp/error.hpp>

namespace reprise::locators {

using Milliseconds = std::chrono::milliseconds;

enum class MouseButton { left, middle, right };
// `control_or_meta` is the platform's key of shortcuts: Control, on macOS Meta.
#ifdef __APPLE__
enum class Modifier { alt = 1, control = 2, meta = 4, shift = 8, control_or_meta = meta };
#else
enum class Modifier { alt = 1, control = 2, meta = 4, shift = 8, control_or_meta = control };
#endif

// CSS px.
struct Point {
    double x{}, y{};
};

// CSS px.
struct Rect {
    double x{}, y{}, width{}, height{};
};

// In all options of calls, `site` is where the call is written: for observers and errors. Leave it alone, or pass on
// that of your own caller.
struct ActionOptions {
    std::optional<Milliseconds> timeout{};  // default: the page's (30 s); 0: one look, where Playwright has no limit
    bool force{};                           // skip the checks; delivery is still verified
    CallSite site{CallSite::here()};
};

// `modifiers` are held during the call; none: those that Keyboard::down() holds. `position` is within the element, from
// its top left corner inside the border; default: the middle of what shows of it.
struct ClickOptions {
    MouseButton button{MouseButton::left};
    int count{1};  // 2: double click
    std::vector<Modifier> modifiers{};
    std::optional<Point> position{};
    std::optional<Milliseconds> timeout{};
    bool force{};
    bool trial{};          // all checks, no click
    Milliseconds delay{};  // from each press to its release
    int steps{1};          // events on the way from where the pointer was
    bool no_scroll{};      // an element that would have to be scrolled into view is waited for
    CallSite site{CallSite::here()};
};

struct HoverOptions {
    std::vector<Modifier> modifiers{};
    std::optional<Point> position{};
    std::optional<Milliseconds> timeout{};
    bool force{};
    bool trial{};
    int steps{1};
    bool no_scroll{};
    CallSite site{CallSite::here()};
};

struct TapOptions {
    std::vector<Modifier> modifiers{};
    std::optional<Point> position{};
    std::optional<Milliseconds> timeout{};
    bool force{};
    bool trial{};
    bool no_scroll{};
    CallSite site{CallSite::here()};
};

struct CheckOptions {
    std::optional<Point> position{};
    std::optional<Milliseconds> timeout{};
    bool force{};
    bool trial{};
    bool no_scroll{};
    CallSite site{CallSite::here()};
};

struct DragOptions {
    std::optional<Point> source_position{};
    std::optional<Point> target_position{};  // of drag_to()
    int steps{1};                            // events on the way
    std::optional<Milliseconds> timeout{};
    bool force{};
    bool trial{};  // both ends are checked, nothing is pressed
    CallSite site{CallSite::here()};
};

struct FillOptions {
    std::optional<Milliseconds> timeout{};
    bool force{};
    bool secret{};  // the value appears in no message
    CallSite site{CallSite::here()};
};

struct AriaSnapshotOptions {
    std::optional<Milliseconds> timeout{};
    std::optional<int> depth{};  // levels that are shown, from 1; default: all
    bool boxes{};                // each element's place: [box=x,y,width,height], whole CSS px of its frame's viewport
    // Each element's [ref=e5], for locator("aria-ref=e5") in the same document: it finds the element as long as it has
    // this role and name. Like those of Playwright's mode "ai", except that other lines stay as they are.
    bool refs{};
    CallSite site{CallSite::here()};
};

struct TypeOptions {
    std::optional<Milliseconds> timeout{};
    bool secret{};         // the text appears in no message
    Milliseconds delay{};  // between the keys
    CallSite site{CallSite::here()};
};

struct SubmitOptions {
    std::optional<Milliseconds> timeout{};
    bool once{};  // not again when the action before it has submitted this form: recorders note both
    CallSite site{CallSite::here()};
};

// How a bundle's element was found.
struct BundleMatch {
    std::string strategy;  // strongest clue that agreed: "data-testid", "id", "name", "aria", "role", ..., "position"
    double score{};        // 0-1: weighted agreement with the whole bundle
    double runner_up{};    // the next candidate's; 0: none that could come near was found
    int agreed{};
    int known{};             // clues that the bundle holds
    std::string selector{};  // a short one, for logs
};

// What was acted on.
struct ActionResult {
    std::string element;  // "<button id=\"save\">Save</button>"
    bool already_done{};  // check() of a box that was checked, submit({.once = true}) of a form that was sent
    std::optional<BundleMatch> bundle{};
    std::vector<std::string> selected{};  // values that select() chose
};

// What select() picks: the option's value, else its label, unless one of them is named.
struct SelectOption {
    std::optional<std::string> value_or_label{};
    std::optional<std::string> value{};
    std::optional<std::string> label{};
    std::optional<int> index{};
};

// Of several elements: one is attached, or visible; all are hidden, or detached. Playwright's are of one alone.
enum class ElementState { attached, detached, visible, hidden };

// What is expected of an element or a page.
enum class Expected {
    visible,
    hidden,
    attached,
    detached,
    enabled,
    disabled,
    editable,
    checked,
    unchecked,
    focused,
    empty,
    text,
    contains_text,
    value,
    attribute,
    count,
    url,
    title,
    indeterminate,   // a box that is neither checked nor not
    class_,          // the attribute, white space folded
    contains_class,  // each class named, in any order
    css,             // a computed property: `attribute` is its name
    id,
    role,                    // the ARIA role, given or implicit
    accessible_name,         // white space folded
    accessible_description,  // white space folded
    in_viewport,             // shown by `ratio` of its area at least, or at all
    values,                  // of the options that a list has selected, in order
    texts,                   // of all elements, in order; exactly so many
    contains_texts,          // parts of the texts of some elements, in order
    accessible_error,        // what aria-errormessage refers to, while the element is not valid
    aria_snapshot,           // `text` is a template in the manner of Playwright's (docs/testing-with-gtest.md)
    js_property,             // `attribute` is its name, "a.b" that of a property's property; `text` its value as JSON
};

struct Expectation {
    Expected kind{Expected::visible};
    std::optional<std::string> text{};  // text, value, attribute, url, title: what is expected
    bool regex{};                       // `text` is a JavaScript regular expression
    bool contains{};                    // `text` may be a part (value, attribute, url, title)
    bool glob{};                        // of a url: `text` is a glob, as of UrlMatch
    std::string attribute{};            // name of the attribute, or of the CSS property
    std::vector<std::string> texts{};   // of values, texts and contains_texts
    bool ignore_case{};
    bool inner_text{};              // of text and contains_text: what is shown of it, as innerText
    std::string pseudo{};           // of css: "::before", "::after", ...
    std::optional<double> ratio{};  // of in_viewport: 0-1
    std::optional<int> count{};
    bool negate{};
    // Default 5 s. It is looked at least once: a page that is too busy for it within a shorter timeout has 5 s in all.
    std::optional<Milliseconds> timeout{};
    CallSite site{CallSite::here()};
};

struct WaitOptions {
    std::optional<Milliseconds> timeout{};  // default: the page's
    CallSite site{CallSite::here()};
};

}  // namespace reprise::locators
