#include "key_layout.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>

namespace reprise::locators {
namespace {

// A key by its place: what it is alone and with Shift.
struct Place {
    const char* code;
    const char* key;
    const char* shifted;  // null: as without
    int virtual_key;
    int shifted_virtual_key = 0;  // 0: as without
    int location = 0;
};

// Of places with the same key the first is meant by the key's name. The number pad is one whose NumLock is off.
constexpr std::array k_places{Place{"Escape", "Escape", nullptr, 27},
                              Place{"Backspace", "Backspace", nullptr, 8},
                              Place{"Tab", "Tab", nullptr, 9},
                              Place{"Enter", "Enter", nullptr, 13},
                              Place{"CapsLock", "CapsLock", nullptr, 20},
                              Place{"Insert", "Insert", nullptr, 45},
                              Place{"Delete", "Delete", nullptr, 46},
                              Place{"Home", "Home", nullptr, 36},
                              Place{"End", "End", nullptr, 35},
                              Place{"PageUp", "PageUp", nullptr, 33},
                              Place{"PageDown", "PageDown", nullptr, 34},
                              Place{"ArrowLeft", "ArrowLeft", nullptr, 37},
                              Place{"ArrowUp", "ArrowUp", nullptr, 38},
                              Place{"ArrowRight", "ArrowRight", nullptr, 39},
                              Place{"ArrowDown", "ArrowDown", nullptr, 40},
                              Place{"ContextMenu", "ContextMenu", nullptr, 93},
                              Place{"PrintScreen", "PrintScreen", nullptr, 44},
                              Place{"ScrollLock", "ScrollLock", nullptr, 145},
                              Place{"Pause", "Pause", nullptr, 19},
                              Place{"NumLock", "NumLock", nullptr, 144},
                              Place{"Help", "Help", nullptr, 47},
                              Place{"AltGraph", "AltGraph", nullptr, 225},
                              Place{"AudioVolumeMute", "AudioVolumeMute", nullptr, 173},
                              Place{"AudioVolumeDown", "AudioVolumeDown", nullptr, 174},
                              Place{"AudioVolumeUp", "AudioVolumeUp", nullptr, 175},
                              Place{"MediaTrackNext", "MediaTrackNext", nullptr, 176},
                              Place{"MediaTrackPrevious", "MediaTrackPrevious", nullptr, 177},
                              Place{"MediaStop", "MediaStop", nullptr, 178},
                              Place{"MediaPlayPause", "MediaPlayPause", nullptr, 179},
                              Place{"ShiftLeft", "Shift", nullptr, 16, 0, 1},
                              Place{"ShiftRight", "Shift", nullptr, 16, 0, 2},
                              Place{"ControlLeft", "Control", nullptr, 17, 0, 1},
                              Place{"ControlRight", "Control", nullptr, 17, 0, 2},
                              Place{"AltLeft", "Alt", nullptr, 18, 0, 1},
                              Place{"AltRight", "Alt", nullptr, 18, 0, 2},
                              Place{"MetaLeft", "Meta", nullptr, 91, 0, 1},
                              Place{"MetaRight", "Meta", nullptr, 92, 0, 2},
                              Place{"Digit1", "1", "!", 49},
                              Place{"Digit2", "2", "@", 50},
                              Place{"Digit3", "3", "#", 51},
                              Place{"Digit4", "4", "$", 52},
                              Place{"Digit5", "5", "%", 53},
                              Place{"Digit6", "6", "^", 54},
                              Place{"Digit7", "7", "&", 55},
                              Place{"Digit8", "8", "*", 56},
                              Place{"Digit9", "9", "(", 57},
                              Place{"Digit0", "0", ")", 48},
                              Place{"Minus", "-", "_", 189},
                              Place{"Equal", "=", "+", 187},
                              Place{"BracketLeft", "[", "{", 219},
                              Place{"BracketRight", "]", "}", 221},
                              Place{"Backslash", "\\", "|", 220},
                              Place{"Semicolon", ";", ":", 186},
                              Place{"Quote", "'", "\"", 222},
                              Place{"Comma", ",", "<", 188},
                              Place{"Period", ".", ">", 190},
                              Place{"Slash", "/", "?", 191},
                              Place{"Backquote", "`", "~", 192},
                              Place{"Space", " ", nullptr, 32},
                              Place{"Numpad0", "Insert", "0", 45, 96, 3},
                              Place{"Numpad1", "End", "1", 35, 97, 3},
                              Place{"Numpad2", "ArrowDown", "2", 40, 98, 3},
                              Place{"Numpad3", "PageDown", "3", 34, 99, 3},
                              Place{"Numpad4", "ArrowLeft", "4", 37, 100, 3},
                              Place{"Numpad5", "Clear", "5", 12, 101, 3},
                              Place{"Numpad6", "ArrowRight", "6", 39, 102, 3},
                              Place{"Numpad7", "Home", "7", 36, 103, 3},
                              Place{"Numpad8", "ArrowUp", "8", 38, 104, 3},
                              Place{"Numpad9", "PageUp", "9", 33, 105, 3},
                              Place{"NumpadDecimal", "Delete", ".", 46, 110, 3},
                              Place{"NumpadDivide", "/", nullptr, 111, 0, 3},
                              Place{"NumpadMultiply", "*", nullptr, 106, 0, 3},
                              Place{"NumpadSubtract", "-", nullptr, 109, 0, 3},
                              Place{"NumpadAdd", "+", nullptr, 107, 0, 3},
                              Place{"NumpadEnter", "Enter", nullptr, 13, 0, 3}};

bool is_letter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

char upper(char c) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
}

Key letter(char c) {
    return {.key = std::string(1, c),
            .code = std::string("Key") + upper(c),
            .virtual_key = static_cast<unsigned char>(upper(c)),
            .text = std::string(1, c)};
}

// What a key of this name types.
std::string typed_by(std::string_view name) {
    if (name == "Enter") return "\r";
    return name.size() == 1 ? std::string(name) : std::string();
}

Key key_at(const Place& place, bool shift) {
    const std::string name = shift && place.shifted != nullptr ? place.shifted : place.key;
    return {.key = name,
            .code = place.code,
            .virtual_key = shift && place.shifted_virtual_key != 0 ? place.shifted_virtual_key : place.virtual_key,
            .text = typed_by(name),
            .location = place.location};
}

std::string_view canonical_name(std::string_view name) {
    if (name == "Ctrl" || name == "ControlOrMeta") return "Control";
    if (name == "Cmd" || name == "Command") return "Meta";
    if (name == "Option") return "Alt";
    if (name == "Esc") return "Escape";
    if (name == "Return") return "Enter";
    if (name == "Plus") return "+";
    return name;
}

std::optional<Key> function_key(std::string_view name) {
    if (name.size() < 2 || name.size() > 3 || name[0] != 'F') return {};
    int number = 0;
    for (const char c : name.substr(1)) {
        if (std::isdigit(static_cast<unsigned char>(c)) == 0) return {};
        number = number * 10 + (c - '0');
    }
    if (number < 1 || number > 24) return {};
    return Key{.key = std::string(name), .code = std::string(name), .virtual_key = 111 + number, .text = {}};
}

Key key_named(std::string_view given) {
    const auto name = canonical_name(given);
    for (const auto& place : k_places) {
        if (name == place.code || (name.size() > 1 && name == place.key)) return key_at(place, false);
    }
    if (name.size() == 4 && name.starts_with("Key") && is_letter(name[3]) && upper(name[3]) == name[3]) {
        return letter(static_cast<char>(std::tolower(static_cast<unsigned char>(name[3]))));
    }
    if (const auto key = function_key(name)) return *key;
    auto key = key_for_character(name);
    if (!key.code.empty()) return key;
    throw UsageError(
        fmt::format("press: no key is named \"{}\" (expected a character or a name such as Enter, Tab, "
                    "ArrowDown, KeyA, Numpad1, Control+A)",
                    given));
}

}  // namespace

Key key_for_character(std::string_view text) {
    Key key{.key = std::string(text), .code = {}, .virtual_key = 0, .text = std::string(text)};
    if (text.size() != 1) return key;
    const char c = text[0];
    if (c == '\n' || c == '\r') return key_named("Enter");
    if (c == '\t') return key_named("Tab");
    if (is_letter(c)) return letter(c);
    for (const auto& place : k_places) {
        if (place.location == 3) continue;
        if (text == place.key) return key_at(place, false);
        if (place.shifted != nullptr && text == place.shifted) return key_at(place, true);
    }
    return key;
}

std::vector<Key> parse_chord(std::string_view chord) {
    std::vector<Key> keys;
    while (true) {
        const auto plus = chord.size() > 1 ? chord.find('+', 1) : std::string_view::npos;  // a lone "+" is a key
        const auto name = chord.substr(0, plus);
        if (name.empty()) throw UsageError("press: empty key name");
        keys.push_back(key_named(name));
        if (plus == std::string_view::npos) return keys;
        chord.remove_prefix(plus + 1);
    }
}

Key with_modifiers(Key key, int modifiers) {
    if ((modifiers & k_shift) == 0) return key;
    if (key.key.size() == 1 && is_letter(key.key[0])) return letter(upper(key.key[0]));
    for (const auto& place : k_places) {
        if (key.code == place.code) return key_at(place, true);
    }
    return key;
}

int modifier_of(const Key& key) {
    if (key.key == "Alt") return k_alt;
    if (key.key == "Control") return k_control;
    if (key.key == "Meta") return k_meta;
    return key.key == "Shift" ? k_shift : 0;
}

std::string_view editing_command(const Key& key, int modifiers) {
    if ((modifiers & k_alt) != 0 || (modifiers & k_control) == 0) return {};
    const bool shift = (modifiers & k_shift) != 0;
    if (key.code == "KeyZ") return shift ? "redo" : "undo";
    if (key.code == "KeyV") return shift ? "pasteAndMatchStyle" : "paste";
    if (shift) return {};
    if (key.code == "KeyA") return "selectAll";
    if (key.code == "KeyC") return "copy";
    if (key.code == "KeyX") return "cut";
    return key.code == "KeyY" ? "redo" : std::string_view{};
}

}  // namespace reprise::locators
