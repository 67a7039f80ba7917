// Keyboard, mouse and touchscreen of a page, as a person's hands hold them: what is down stays down until it is let go.
// Input goes to whatever has the focus or lies under the pointer; nothing is waited for and nothing is verified. To act
// on an element, use its Locator.
//
//     page.keyboard().down("Shift");
//     page.mouse().click({120, 80});
//     page.keyboard().up("Shift");
//
// Thread contract: cheap handles; one thread at a time per page. Errors: those of cdp; UsageError for an unknown key.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <reprise/locators/action_options.hpp>

namespace reprise::locators {

class PageState;

struct KeyboardTypeOptions {
    Milliseconds delay{};  // between the keys
    CallSite site{CallSite::here()};
};

// A US keyboard. Keys by what they are ("a", "Enter", "ArrowDown", "F5", "Shift", "ControlOrMeta", ...) or by their
// place
// ("KeyA", "Digit1", "ShiftRight", "Numpad1", ...). The number pad's NumLock is off: its digits come with Shift.
class Keyboard {
public:
    explicit Keyboard(std::shared_ptr<PageState> page) : page_{std::move(page)} {}

    // Modifiers that are down count for all input that follows. A key that is down already repeats.
    void down(std::string_view key, CallSite site = CallSite::here()) const;
    void up(std::string_view key, CallSite site = CallSite::here()) const;
    // "Control+A". Escape ends a drag that the mouse carries.
    void press(std::string_view keys, CallSite site = CallSite::here()) const;
    // Key by key; what no key types is inserted.
    void type(std::string_view text, const KeyboardTypeOptions& options = {}) const;
    // As an input method does: an input event, no key events.
    void insert_text(std::string_view text, CallSite site = CallSite::here()) const;
    // As an input method composes: one after the other the drafts stand in the field, then what was chosen; none: the
    // composition is given up.
    //
    //     page.keyboard().compose({"s", "す", "すし"}, "寿司");
    void compose(const std::vector<std::string>& drafts, std::string_view committed,
                 CallSite site = CallSite::here()) const;

private:
    std::shared_ptr<PageState> page_;
};

struct MouseMoveOptions {
    int steps{1};  // events on the way
    CallSite site{CallSite::here()};
};

struct MouseButtonOptions {
    MouseButton button{MouseButton::left};
    int count{1};  // 2: the second press of a double click
    CallSite site{CallSite::here()};
};

// Points are in CSS px of the main frame's viewport. A drag that the page starts between down() and up() is carried on
// and dropped, as a browser window does.
class Mouse {
public:
    explicit Mouse(std::shared_ptr<PageState> page) : page_{std::move(page)} {}

    void move(Point to, const MouseMoveOptions& options = {}) const;
    void down(const MouseButtonOptions& options = {}) const;
    void up(const MouseButtonOptions& options = {}) const;
    void click(Point at, const MouseButtonOptions& options = {}) const;  // `count` presses
    void double_click(Point at, MouseButtonOptions options = {}) const;
    void wheel(Point distance, CallSite site = CallSite::here()) const;  // where the pointer is

private:
    std::shared_ptr<PageState> page_;
};

// Needs ContextOptions::has_touch, or pages do not expect touches.
class Touchscreen {
public:
    explicit Touchscreen(std::shared_ptr<PageState> page) : page_{std::move(page)} {}
    void tap(Point at, CallSite site = CallSite::here()) const;

private:
    std::shared_ptr<PageState> page_;
};

}  // namespace reprise::locators
