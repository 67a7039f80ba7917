#include <reprise/locators/input_devices.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <reprise/cdp/protocol/input.hpp>

#include "input.hpp"
#include "key_layout.hpp"
#include "observation.hpp"
#include "page_state.hpp"

namespace reprise::locators {
namespace input = cdp::input;
namespace {

// Runs one call on a device; afterwards a navigation that it began has come to its new document.
template <typename Body>
void use(PageState& page, CallSite site, const std::string& call, const Body& body) {
    observed(
        page, site, [&] { return call; },
        [&] {
            const auto deadline = page.deadline({});
            body(deadline);
            page.target.settle_navigation(deadline);
        });
}

int bit_of(MouseButton button) {
    switch (button) {
        case MouseButton::left:
            return 1;
        case MouseButton::right:
            return 2;
        case MouseButton::middle:
            return 4;
    }
    return 1;
}

input::MouseButton held_button(int buttons) {
    if ((buttons & 1) != 0) return input::MouseButton::left;
    if ((buttons & 2) != 0) return input::MouseButton::right;
    return (buttons & 4) != 0 ? input::MouseButton::middle : input::MouseButton::none;
}

void send_mouse(PageState& page, input::MouseEventType type, input::MouseButton button, int count,
                cdp::Deadline deadline) {
    const auto& hands = page.hands;
    page.target.session().send(input::DispatchMouseEvent{.type = type,
                                                         .x = hands.pointer.x,
                                                         .y = hands.pointer.y,
                                                         .modifiers = hands.modifiers,
                                                         .button = button,
                                                         .buttons = hands.buttons,
                                                         .clickCount = count},
                               deadline);
}

void send_drag(PageState& page, input::DragEventType type, cdp::Deadline deadline) {
    const auto& hands = page.hands;
    page.target.session().send(input::DispatchDragEvent{.type = type,
                                                        .x = hands.pointer.x,
                                                        .y = hands.pointer.y,
                                                        .data = *hands.dragged,
                                                        .modifiers = hands.modifiers},
                               deadline);
}

// One event at the pointer's new place; with a button down the page may start a drag.
void move_to(PageState& page, Point to, cdp::Deadline deadline) {
    auto& hands = page.hands;
    hands.pointer = to;
    page.note_pointer(to);
    if (hands.dragged) return send_drag(page, input::DragEventType::dragOver, deadline);
    send_mouse(page, input::MouseEventType::mouseMoved, held_button(hands.buttons), 0, deadline);
    if (hands.buttons == 0) return;
    hands.dragged = page.target.take_drag_data(deadline);
    if (hands.dragged) {
        send_drag(page, input::DragEventType::dragEnter, deadline);
        send_drag(page, input::DragEventType::dragOver, deadline);
    }
}

void press_button(PageState& page, MouseButton button, int count, cdp::Deadline deadline) {
    if (button == MouseButton::left) page.target.intercept_drags(deadline);
    page.hands.buttons |= bit_of(button);
    send_mouse(page, input::MouseEventType::mousePressed, held_button(bit_of(button)), count, deadline);
}

void release_button(PageState& page, MouseButton button, int count, cdp::Deadline deadline) {
    if (page.hands.dragged) {
        send_drag(page, input::DragEventType::drop, deadline);
        page.hands.dragged.reset();
    }
    page.hands.buttons &= ~bit_of(button);
    send_mouse(page, input::MouseEventType::mouseReleased, held_button(bit_of(button)), count, deadline);
}

std::string at(Point point) {
    return fmt::format("{}, {}", point.x, point.y);
}

}  // namespace

void Keyboard::down(std::string_view key, CallSite site) const {
    use(*page_, site, fmt::format("page.keyboard().down(\"{}\")", key), [&](cdp::Deadline deadline) {
        auto& hands = page_->hands;
        auto pressed = parse_chord(key);
        hands.modifiers |= modifier_of(pressed.back());
        const bool repeats = std::ranges::find(hands.keys, pressed.back().code) != hands.keys.end();
        if (!repeats) hands.keys.push_back(pressed.back().code);
        dispatch_key_down(page_->target, pressed.back(), hands.modifiers, repeats, deadline);
    });
}

void Keyboard::up(std::string_view key, CallSite site) const {
    use(*page_, site, fmt::format("page.keyboard().up(\"{}\")", key), [&](cdp::Deadline deadline) {
        auto& hands = page_->hands;
        const auto released = parse_chord(key).back();
        hands.modifiers &= ~modifier_of(released);
        std::erase(hands.keys, released.code);
        dispatch_key_up(page_->target, released, hands.modifiers, deadline);
    });
}

void Keyboard::press(std::string_view keys, CallSite site) const {
    use(*page_, site, fmt::format("page.keyboard().press(\"{}\")", keys),
        [&](cdp::Deadline deadline) { dispatch_chord(page_->target, keys, deadline, page_->hands.modifiers); });
}

void Keyboard::type(std::string_view text, CallSite site) const {
    use(*page_, site, fmt::format("page.keyboard().type({})", json_text(text)),
        [&](cdp::Deadline deadline) { dispatch_text(page_->target, text, deadline); });
}

void Keyboard::insert_text(std::string_view text, CallSite site) const {
    use(*page_, site, fmt::format("page.keyboard().insert_text({})", json_text(text)), [&](cdp::Deadline deadline) {
        page_->target.session().send(input::InsertText{.text = std::string(text)}, deadline);
    });
}

void Mouse::move(Point to, const MouseMoveOptions& options) const {
    use(*page_, options.site, fmt::format("page.mouse().move({})", at(to)), [&](cdp::Deadline deadline) {
        const auto from = page_->hands.pointer;
        for (int step = 1; step <= options.steps; ++step) {
            const double part = static_cast<double>(step) / options.steps;
            move_to(*page_, {from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part}, deadline);
        }
    });
}

void Mouse::down(const MouseButtonOptions& options) const {
    use(*page_, options.site, "page.mouse().down()",
        [&](cdp::Deadline deadline) { press_button(*page_, options.button, options.count, deadline); });
}

void Mouse::up(const MouseButtonOptions& options) const {
    use(*page_, options.site, "page.mouse().up()",
        [&](cdp::Deadline deadline) { release_button(*page_, options.button, options.count, deadline); });
}

void Mouse::click(Point point, const MouseButtonOptions& options) const {
    use(*page_, options.site, fmt::format("page.mouse().click({})", at(point)), [&](cdp::Deadline deadline) {
        move_to(*page_, point, deadline);
        for (int count = 1; count <= options.count; ++count) {
            press_button(*page_, options.button, count, deadline);
            release_button(*page_, options.button, count, deadline);
        }
    });
}

void Mouse::double_click(Point point, MouseButtonOptions options) const {
    options.count = 2;
    click(point, options);
}

void Mouse::wheel(Point distance, CallSite site) const {
    use(*page_, site, fmt::format("page.mouse().wheel({})", at(distance)),
        [&](cdp::Deadline deadline) { dispatch_wheel(page_->target, page_->hands.pointer, distance, deadline); });
}

void Touchscreen::tap(Point point, CallSite site) const {
    use(*page_, site, fmt::format("page.touchscreen().tap({})", at(point)), [&](cdp::Deadline deadline) {
        const int modifiers = page_->hands.modifiers;
        const auto session = page_->target.session();
        session.send(
            input::DispatchTouchEvent{
                .type = "touchStart", .touchPoints = {{.x = point.x, .y = point.y}}, .modifiers = modifiers},
            deadline);
        session.send(input::DispatchTouchEvent{.type = "touchEnd", .modifiers = modifiers}, deadline);
    });
}

}  // namespace reprise::locators
