#include "key_layout.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>

namespace reprise::locators {
namespace {

struct Named {
    const char* name;
    const char* code;
    int virtual_key;
    const char* text;
    int location;
};

constexpr std::array k_named{
    Named{"Alt", "AltLeft", 18, "", 1},
    Named{"Control", "ControlLeft", 17, "", 1},
    Named{"Meta", "MetaLeft", 91, "", 1},
    Named{"Shift", "ShiftLeft", 16, "", 1},
    Named{"Enter", "Enter", 13, "\r", 0},
    Named{"Tab", "Tab", 9, "", 0},
    Named{"Backspace", "Backspace", 8, "", 0},
    Named{"Delete", "Delete", 46, "", 0},
    Named{"Escape", "Escape", 27, "", 0},
    Named{"ArrowLeft", "ArrowLeft", 37, "", 0},
    Named{"ArrowUp", "ArrowUp", 38, "", 0},
    Named{"ArrowRight", "ArrowRight", 39, "", 0},
    Named{"ArrowDown", "ArrowDown", 40, "", 0},
    Named{"Home", "Home", 36, "", 0},
    Named{"End", "End", 35, "", 0},
    Named{"PageUp", "PageUp", 33, "", 0},
    Named{"PageDown", "PageDown", 34, "", 0},
    Named{"Insert", "Insert", 45, "", 0},
    Named{"CapsLock", "CapsLock", 20, "", 0},
    Named{"ContextMenu", "ContextMenu", 93, "", 0},
};

struct Printable {
    char plain, shifted;
    const char* code;
    int virtual_key;
};

constexpr std::array k_printable{
    Printable{'1', '!', "Digit1", 49},       Printable{'2', '@', "Digit2", 50},
    Printable{'3', '#', "Digit3", 51},       Printable{'4', '$', "Digit4", 52},
    Printable{'5', '%', "Digit5", 53},       Printable{'6', '^', "Digit6", 54},
    Printable{'7', '&', "Digit7", 55},       Printable{'8', '*', "Digit8", 56},
    Printable{'9', '(', "Digit9", 57},       Printable{'0', ')', "Digit0", 48},
    Printable{'-', '_', "Minus", 189},       Printable{'=', '+', "Equal", 187},
    Printable{'[', '{', "BracketLeft", 219}, Printable{']', '}', "BracketRight", 221},
    Printable{'\\', '|', "Backslash", 220},  Printable{';', ':', "Semicolon", 186},
    Printable{'\'', '"', "Quote", 222},      Printable{',', '<', "Comma", 188},
    Printable{'.', '>', "Period", 190},      Printable{'/', '?', "Slash", 191},
    Printable{'`', '~', "Backquote", 192},   Printable{' ', ' ', "Space", 32},
};

std::string_view canonical_name(std::string_view name) {
    if (name == "Ctrl" || name == "ControlOrMeta") return "Control";
    if (name == "Cmd" || name == "Command") return "Meta";
    if (name == "Option") return "Alt";
    if (name == "Esc") return "Escape";
    if (name == "Return") return "Enter";
    if (name == "Space") return " ";
    if (name == "Plus") return "+";
    return name;
}

Key key_named(std::string_view given) {
    const auto name = canonical_name(given);
    for (const auto& named : k_named) {
        if (name == named.name) return {named.name, named.code, named.virtual_key, named.text, named.location};
    }
    if (name.size() >= 2 && name.size() <= 3 && name[0] == 'F' &&
        std::isdigit(static_cast<unsigned char>(name[1])) != 0) {
        const int number = std::stoi(std::string(name.substr(1)));
        if (number >= 1 && number <= 24) return {std::string(name), std::string(name), 111 + number, "", 0};
    }
    auto key = key_for_character(name);
    if (!key.code.empty()) return key;
    throw UsageError(
        fmt::format("press: no key is named \"{}\" (expected a character or a name such as Enter, Tab, "
                    "ArrowDown, Control+A)",
                    given));
}

}  // namespace

Key key_for_character(std::string_view text) {
    Key key{.key = std::string(text), .code = {}, .virtual_key = 0, .text = std::string(text)};
    if (text.size() != 1) return key;
    const char c = text[0];
    if (c == '\n' || c == '\r') return key_named("Enter");
    if (c == '\t') return key_named("Tab");
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
        const char upper = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        key.code = std::string("Key") + upper;
        key.virtual_key = static_cast<unsigned char>(upper);
        return key;
    }
    const auto found = std::ranges::find_if(k_printable, [&](const auto& p) { return p.plain == c || p.shifted == c; });
    if (found != k_printable.end()) {
        key.code = found->code;
        key.virtual_key = found->virtual_key;
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

int modifier_of(const Key& key) {
    if (key.key == "Alt") return k_alt;
    if (key.key == "Control") return k_control;
    if (key.key == "Meta") return k_meta;
    return key.key == "Shift" ? k_shift : 0;
}

}  // namespace reprise::locators
