#include "hands.hpp"

#include <utility>

#include <reprise/cdp/error.hpp>
#include <reprise/cdp/protocol/input.hpp>

#include "input.hpp"

namespace reprise::locators {
namespace input = cdp::input;
namespace {

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

// Returns when the page has handled it, or `arrived`.
void send_move(PageState& page, cdp::Deadline deadline, const std::function<bool()>& arrived) {
    constexpr std::chrono::milliseconds k_usual{500};
    const auto& hands = page.hands;
    auto answer = page.target.session().post(input::DispatchMouseEvent{.type = input::MouseEventType::mouseMoved,
                                                                       .x = hands.pointer.x,
                                                                       .y = hands.pointer.y,
                                                                       .modifiers = hands.modifiers,
                                                                       .button = held_button(hands.buttons),
                                                                       .buttons = hands.buttons});
    while (true) {
        try {
            answer.get(deadline.no_later_than(k_usual));
            return;
        } catch (const cdp::TimeoutError&) {
            if (arrived && arrived()) return;
            if (deadline.passed()) throw;
        }
    }
}

void move_once(PageState& page, Point to, cdp::Deadline deadline, const std::function<bool()>& arrived = {}) {
    auto& hands = page.hands;
    hands.pointer = to;
    // Every time as if the drag had just come: frames of other processes know nothing of it before. Who knows of it
    // takes it for a dragover.
    if (hands.dragged) return send_drag(page, input::DragEventType::dragEnter, deadline);
    send_move(page, deadline, arrived);
    if (hands.buttons == 0) return;
    hands.dragged = page.target.take_drag_data(deadline);
    if (!hands.dragged) return;
    send_drag(page, input::DragEventType::dragEnter, deadline);
    send_drag(page, input::DragEventType::dragOver, deadline);
}

}  // namespace

void move_pointer(PageState& page, Point to, int steps, cdp::Deadline deadline, const std::function<bool()>& arrived) {
    page.tell_pointer(to);
    const auto from = page.hands.pointer;
    for (int step = 1; step < steps; ++step) {
        const double part = static_cast<double>(step) / steps;
        move_once(page, {from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part}, deadline);
    }
    move_once(page, to, deadline, arrived);
}

void press_button(PageState& page, MouseButton button, int count, cdp::Deadline deadline) {
    if (button == MouseButton::left) page.target.intercept_drags(deadline);
    page.hands.buttons |= bit_of(button);
    send_mouse(page, input::MouseEventType::mousePressed, held_button(bit_of(button)), count, deadline);
}

void release_button(PageState& page, MouseButton button, int count, cdp::Deadline deadline) {
    if (page.hands.dragged) {
        // What the drag has just come upon was told so (dragenter), and not yet asked whether it takes it.
        send_drag(page, input::DragEventType::dragOver, deadline);
        send_drag(page, input::DragEventType::drop, deadline);
        page.hands.dragged.reset();
    }
    page.hands.buttons &= ~bit_of(button);
    send_mouse(page, input::MouseEventType::mouseReleased, held_button(bit_of(button)), count, deadline);
}

bool cancel_drag(PageState& page, cdp::Deadline deadline) {
    if (!page.hands.dragged) return false;
    send_drag(page, input::DragEventType::dragCancel, deadline);
    page.hands.dragged.reset();
    return true;
}

void end_left_watches(PageState& page, cdp::Deadline deadline) {
    // The page's own process has to answer to the input, too; for one that hangs beside it nobody waits for long.
    constexpr std::chrono::milliseconds k_patience{1000};
    std::vector<cdp::FrameId> hanging;
    for (auto& frame : std::exchange(page.left_watches, {})) {
        const auto session = page.target.session_of(frame);
        if (!session) continue;
        const bool own = session->id() == page.target.session().id();
        const auto until = own ? deadline : deadline.no_later_than(k_patience);
        try {
            page.target.evaluate(frame, cdp::World::isolated, "reprise.unwatch()", until);
        } catch (const cdp::TimeoutError&) {
            hanging.push_back(std::move(frame));
        } catch (const cdp::DocumentGone&) {  // with what was armed
        }
    }
    page.left_watches = std::move(hanging);
}

HeldModifiers::HeldModifiers(PageState& page, const std::vector<Modifier>& modifiers)
    : page_{page}, before_{page.hands.modifiers} {
    if (!modifiers.empty()) page.hands.modifiers = modifier_bits(modifiers);
}

}  // namespace reprise::locators
