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
                                 .autoRepeat = repeats ? std::optional{true} : std::nullopt};
    // Editing shortcuts are the platform's business in a real browser window; headless needs the command by name.
    if ((modifiers & k_control) != 0 && (key.key == "a" || key.key == "A")) down.commands = {{"selectAll"}};
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

// What a letter's key is with Shift held.
Key shifted(Key key, int modifiers) {
    if ((modifiers & k_shift) == 0 || key.key.size() != 1) return key;
    if (key.key[0] >= 'a' && key.key[0] <= 'z') key.key[0] = static_cast<char>(key.key[0] - 'a' + 'A');
    key.text = key.key;
    return key;
}

}  // namespace

int modifier_bits(const std::vector<Modifier>& modifiers) {
    int bits = 0;
    for (const auto modifier : modifiers) bits |= static_cast<int>(modifier);
    return bits;
}

void dispatch_click(const cdp::PageTarget& page, Point point, const ClickOptions& options, cdp::Deadline deadline) {
    const int modifiers = modifier_bits(options.modifiers);
    cdp::CommandBatch batch{page.session()};
    auto move = mouse(input::MouseEventType::mouseMoved, point);
    move.modifiers = modifiers;
    batch.add(move);
    for (int click = 1; click <= options.count; ++click) {
        for (const auto type : {input::MouseEventType::mousePressed, input::MouseEventType::mouseReleased}) {
            auto event = mouse(type, point);
            event.button = protocol_button(options.button);
            event.clickCount = click;
            event.modifiers = modifiers;
            batch.add(event);
        }
    }
    post_and_wait(batch, deadline);
}

void dispatch_move(const cdp::PageTarget& page, Point point, const std::function<bool()>& arrived,
                   cdp::Deadline deadline) {
    constexpr std::chrono::milliseconds k_usual{500};
    auto answer = page.session().post(mouse(input::MouseEventType::mouseMoved, point));
    while (true) {
        try {
            answer.get(deadline.no_later_than(k_usual));
            return;
        } catch (const cdp::TimeoutError&) {
            if (arrived()) return;
            if (deadline.passed()) throw;
        }
    }
}

void dispatch_drag_start(const cdp::PageTarget& page, Point from, cdp::Deadline deadline) {
    page.intercept_drags(deadline);
    auto press = mouse(input::MouseEventType::mousePressed, from);
    press.button = input::MouseButton::left;
    press.clickCount = 1;
    cdp::CommandBatch batch{page.session()};
    batch.add(mouse(input::MouseEventType::mouseMoved, from)).add(press);
    post_and_wait(batch, deadline);
}

bool dispatch_drag_end(const cdp::PageTarget& page, Point from, Point to, cdp::Deadline deadline) {
    const auto session = page.session();
    // Two moves: the first starts a drag, the second arrives at the target.
    const auto held = [&](Point point) {
        auto move = mouse(input::MouseEventType::mouseMoved, point);
        move.button = input::MouseButton::left;
        move.buttons = 1;
        session.send(move, deadline);
    };
    held({from.x + (to.x >= from.x ? 8 : -8), from.y + (to.y >= from.y ? 8 : -8)});
    held(to);
    const auto data = page.take_drag_data(deadline);
    if (data) {
        for (const auto type :
             {input::DragEventType::dragEnter, input::DragEventType::dragOver, input::DragEventType::drop}) {
            session.send(input::DispatchDragEvent{.type = type, .x = to.x, .y = to.y, .data = *data}, deadline);
        }
    }
    dispatch_release(page, to, deadline);
    return data.has_value();
}

void dispatch_release(const cdp::PageTarget& page, Point at, cdp::Deadline deadline) {
    auto release = mouse(input::MouseEventType::mouseReleased, at);
    release.button = input::MouseButton::left;
    release.clickCount = 1;
    page.session().send(release, deadline);
}

void dispatch_wheel(const cdp::PageTarget& page, Point at, Point distance, cdp::Deadline deadline) {
    auto wheel = mouse(input::MouseEventType::mouseWheel, at);
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
        add_key(batch, shifted(key, modifiers), modifiers);
    }
    for (const auto& key : std::views::reverse(keys)) {
        modifiers &= ~modifier_of(key);
        add_key_up(batch, shifted(key, modifiers), modifiers | held);
    }
    post_and_wait(batch, deadline);
}

void dispatch_key_down(const cdp::PageTarget& page, Key key, int modifiers, bool repeats, cdp::Deadline deadline) {
    cdp::CommandBatch batch{page.session()};
    add_key(batch, shifted(std::move(key), modifiers), modifiers, repeats);
    post_and_wait(batch, deadline);
}

void dispatch_key_up(const cdp::PageTarget& page, const Key& key, int modifiers, cdp::Deadline deadline) {
    cdp::CommandBatch batch{page.session()};
    add_key_up(batch, shifted(key, modifiers), modifiers);
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

void dispatch_text(const cdp::PageTarget& page, std::string_view utf8, cdp::Deadline deadline) {
    cdp::CommandBatch batch{page.session()};
    each_character(utf8, [&](std::string_view character) {
        const auto key = key_for_character(character);
        if (key.code.empty()) {
            batch.add(input::InsertText{.text = std::string(character)});
        } else {
            add_key(batch, key, 0);
            add_key_up(batch, key, 0);
        }
    });
    post_and_wait(batch, deadline);
}

}  // namespace reprise::locators
