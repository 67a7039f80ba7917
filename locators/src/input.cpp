#include "input.hpp"

#include <ranges>

#include <reprise/cdp/command.hpp>
#include <reprise/cdp/error.hpp>
#include <reprise/cdp/protocol/input.hpp>

namespace reprise::locators {
namespace input = cdp::input;
namespace {

input::MouseButton protocol_button(MouseButton button) {
    switch (button) {
        case MouseButton::left:
            return input::MouseButton::left;
        case MouseButton::middle:
            return input::MouseButton::middle;
        case MouseButton::right:
            return input::MouseButton::right;
    }
    return input::MouseButton::left;
}

input::DispatchMouseEvent mouse(input::MouseEventType type, Point point) {
    return {.type = type, .x = point.x, .y = point.y};
}

// Waits for the last answer: the page handles input in order.
void post_and_wait(cdp::CommandBatch& batch, cdp::Deadline deadline) {
    auto answers = batch.post();
    for (auto& answer : answers) answer.get(deadline);
}

void add_key(cdp::CommandBatch& batch, const Key& key, int modifiers, bool repeats = false) {
    // With Control, Alt or Meta held a key is a shortcut and types nothing.
    const bool types = !key.text.empty() && (modifiers & (k_control | k_alt | k_meta)) == 0;
    const auto optional = [](const std::string& text) { return text.empty() ? std::nullopt : std::optional{text}; };
    input::DispatchKeyEvent down{.type = types ? "keyDown" : "rawKeyDown",
                                 .modifiers = modifiers,
                                 .text = types ? std::optional{key.text} : std::nullopt,
                                 .unmodifiedText = types ? std::optional{key.text} : std::nullopt,
                                 .key = key.key,
                                 .code = optional(key.code),
                                 .windowsVirtualKeyCode = key.virtual_key,
                                 .location = key.location,
                                 .autoRepeat = repeats ? std::optional{true} : std::nullopt,
                                 .isKeypad = key.location == 3 ? std::optional{true} : std::nullopt};
    // Editing shortcuts are the platform's business in a real browser window; headless needs the command by name.
    if (const auto command = editing_command(key, modifiers); !command.empty()) down.commands = {std::string(command)};
    batch.add(down);
}

void add_key_up(cdp::CommandBatch& batch, const Key& key, int modifiers) {
    batch.add(input::DispatchKeyEvent{.type = "keyUp",
                                      .modifiers = modifiers,
                                      .key = key.key,
                                      .code = key.code.empty() ? std::nullopt : std::optional{key.code},
                                      .windowsVirtualKeyCode = key.virtual_key,
                                      .location = key.location});
}

}  // namespace

int modifier_bits(const std::vector<Modifier>& modifiers) {
    int bits = 0;
    for (const auto modifier : modifiers) bits |= static_cast<int>(modifier);
    return bits;
}

namespace {

// Whether a frame's process is the one that was aimed at.
bool is_there(const cdp::PageTarget& page, const Spot::InFrame& spot) {
    const auto now = page.session_of(spot.frame);
    return now && now->id() == spot.session.id();
}

// A frame that goes meanwhile, perhaps by what it was sent, answers no more; what arrived is told by those who watch.
void post_and_wait(cdp::CommandBatch& batch, const cdp::PageTarget& page, const Spot& spot, cdp::Deadline deadline) {
    try {
        post_and_wait(batch, deadline);
    } catch (const cdp::ConnectionClosed&) {
        if (!spot.in_frame || !page.alive()) throw;
    } catch (const cdp::ProtocolError&) {  // there is no such session any more
        if (!spot.in_frame) throw;
    }
}

}  // namespace

bool dispatch_click(const cdp::PageTarget& page, const Spot& spot, const ClickOptions& options, int modifiers,
                    const std::function<void()>& hold, cdp::Deadline deadline) {
    if (spot.in_frame && !is_there(page, *spot.in_frame)) return false;
    cdp::CommandBatch batch{spot.in_frame ? spot.in_frame->session : page.session()};
    if (!spot.in_frame) {
        auto move = mouse(input::MouseEventType::mouseMoved, spot.in_page);
        move.modifiers = modifiers;
        batch.add(move);
    }
    const auto button_event = [&](input::MouseEventType type, int click) {
        auto event = mouse(type, spot.in_frame ? spot.in_frame->point : spot.in_page);
        event.button = protocol_button(options.button);
        event.clickCount = click;
        event.modifiers = modifiers;
        return event;
    };
    for (int click = 1; click <= options.count; ++click) {
        batch.add(button_event(input::MouseEventType::mousePressed, click));
        if (options.delay.count() > 0) {
            post_and_wait(batch, page, spot, deadline);
            hold();
            batch = cdp::CommandBatch{spot.in_frame ? spot.in_frame->session : page.session()};
        }
        batch.add(button_event(input::MouseEventType::mouseReleased, click));
    }
    post_and_wait(batch, page, spot, deadline);
    return true;
}

bool dispatch_tap(const cdp::PageTarget& page, const Spot& spot, int modifiers, cdp::Deadline deadline) {
    if (spot.in_frame && !is_there(page, *spot.in_frame)) return false;
    cdp::CommandBatch batch{spot.in_frame ? spot.in_frame->session : page.session()};
    const auto point = spot.in_frame ? spot.in_frame->point : spot.in_page;
    batch.add(input::DispatchTouchEvent{
        .type = "touchStart", .touchPoints = {{.x = point.x, .y = point.y}}, .modifiers = modifiers});
    batch.add(input::DispatchTouchEvent{.type = "touchEnd", .modifiers = modifiers});
    post_and_wait(batch, page, spot, deadline);
    return true;
}

void dispatch_wheel(const cdp::PageTarget& page, Point at, Point distance, cdp::Deadline deadline, int modifiers) {
    auto wheel = mouse(input::MouseEventType::mouseWheel, at);
    wheel.modifiers = modifiers;
    wheel.deltaX = distance.x;
    wheel.deltaY = distance.y;
    page.session().send(wheel, deadline);
}

void dispatch_chord(const cdp::PageTarget& page, std::string_view chord, cdp::Deadline deadline, int held) {
    const auto keys = parse_chord(chord);
    cdp::CommandBatch batch{page.session()};
    int modifiers = held;
    for (const auto& key : keys) {
        modifiers |= modifier_of(key);
        add_key(batch, with_modifiers(key, modifiers), modifiers);
    }
    for (const auto& key : std::views::reverse(keys)) {
        modifiers &= ~modifier_of(key);
        add_key_up(batch, with_modifiers(key, modifiers), modifiers | held);
    }
    post_and_wait(batch, deadline);
}

void dispatch_key_down(const cdp::PageTarget& page, Key key, int modifiers, bool repeats, cdp::Deadline deadline) {
    cdp::CommandBatch batch{page.session()};
    add_key(batch, with_modifiers(std::move(key), modifiers), modifiers, repeats);
    post_and_wait(batch, deadline);
}

void dispatch_key_up(const cdp::PageTarget& page, const Key& key, int modifiers, cdp::Deadline deadline) {
    cdp::CommandBatch batch{page.session()};
    add_key_up(batch, with_modifiers(key, modifiers), modifiers);
    post_and_wait(batch, deadline);
}

namespace {

template <class Use>
void each_character(std::string_view utf8, const Use& use) {
    for (std::size_t at = 0; at < utf8.size();) {
        const auto lead = static_cast<unsigned char>(utf8[at]);
        const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        use(utf8.substr(at, size));
        at += size;
    }
}

}  // namespace

TextKeys keys_of(std::string_view utf8) {
    TextKeys count{.keys = 0, .keys_only = true};
    each_character(utf8, [&](std::string_view character) {
        const bool has_key = !key_for_character(character).code.empty();
        count.keys += has_key ? 1 : 0;
        count.keys_only = count.keys_only && has_key;
    });
    return count;
}

void dispatch_text(const cdp::PageTarget& page, std::string_view utf8, int held, Milliseconds delay,
                   cdp::Deadline deadline) {
    cdp::CommandBatch batch{page.session()};
    bool first = true;
    each_character(utf8, [&](std::string_view character) {
        if (delay.count() > 0 && !std::exchange(first, false)) {
            post_and_wait(batch, deadline);
            page.pause(delay, deadline);
            batch = cdp::CommandBatch{page.session()};
        }
        const auto key = with_modifiers(key_for_character(character), held);
        if (key.code.empty()) {
            batch.add(input::InsertText{.text = std::string(character)});
        } else {
            add_key(batch, key, held);
            add_key_up(batch, key, held);
        }
    });
    post_and_wait(batch, deadline);
}

}  // namespace reprise::locators
