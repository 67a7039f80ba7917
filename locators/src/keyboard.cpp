// A page's keyboard.
#include <algorithm>

#include <fmt/format.h>

#include <reprise/cdp/command.hpp>
#include <reprise/cdp/protocol/input.hpp>
#include <reprise/locators/input_devices.hpp>

#include "device_call.hpp"
#include "element_call.hpp"
#include "hands.hpp"
#include "input.hpp"
#include "key_layout.hpp"

namespace reprise::locators {
namespace input = cdp::input;
namespace {

// As the protocol counts: characters outside of the basic plane are two.
int utf16_units(std::string_view utf8) {
    int units = 0;
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80 || byte >= 0xC0) units += byte >= 0xF0 ? 2 : 1;
    }
    return units;
}

}  // namespace

void Keyboard::down(std::string_view key, CallSite site) const {
    use(*page_, site, fmt::format("page.keyboard().down(\"{}\")", key), [&](cdp::Deadline deadline) {
        if (key == "Escape" && cancel_drag(*page_, deadline)) return;
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
    use(*page_, site, fmt::format("page.keyboard().press(\"{}\")", keys), [&](cdp::Deadline deadline) {
        if (keys == "Escape" && cancel_drag(*page_, deadline)) return;
        dispatch_chord(page_->target, keys, deadline, page_->hands.modifiers);
    });
}

void Keyboard::type(std::string_view text, const KeyboardTypeOptions& options) const {
    use(*page_, options.site, fmt::format("page.keyboard().type({})", json_text(text)), [&](cdp::Deadline deadline) {
        dispatch_text(page_->target, text, page_->hands.modifiers, options.delay, deadline);
    });
}

void Keyboard::insert_text(std::string_view text, CallSite site) const {
    use(*page_, site, fmt::format("page.keyboard().insert_text({})", json_text(text)), [&](cdp::Deadline deadline) {
        page_->target.session().send(input::InsertText{.text = std::string(text)}, deadline);
    });
}

void Keyboard::compose(const std::vector<std::string>& drafts, std::string_view committed, CallSite site) const {
    use(*page_, site, fmt::format("page.keyboard().compose({})", json_text(committed)), [&](cdp::Deadline deadline) {
        cdp::CommandBatch batch{page_->target.session()};
        const auto draft = [&](const std::string& text) {
            const int end = utf16_units(text);
            batch.add(input::ImeSetComposition{.text = text, .selectionStart = end, .selectionEnd = end});
        };
        for (const auto& text : drafts) draft(text);
        if (committed.empty()) {
            draft("");
        } else {
            batch.add(input::InsertText{.text = std::string(committed)});
        }
        for (auto& answer : batch.post()) answer.get(deadline);
    });
}

}  // namespace reprise::locators
