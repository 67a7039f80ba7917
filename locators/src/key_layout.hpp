// US keyboard layout: what the keys of a chord are to the browser. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reprise::locators {

struct Key {
    std::string key;   // KeyboardEvent.key: "a", "Enter"
    std::string code;  // KeyboardEvent.code: "KeyA"; empty: on no key of this layout
    int virtual_key{};
    std::string text;  // what it types; empty: nothing
    int location{};
};

// Modifiers as the protocol counts them.
inline constexpr int k_alt = 1, k_control = 2, k_meta = 4, k_shift = 8;

// "Control+Shift+A" → modifiers, then the key. Throws UsageError with the unknown name.
std::vector<Key> parse_chord(std::string_view chord);
// The key that types `text` (one character); code is empty when none does.
Key key_for_character(std::string_view text);
int modifier_of(const Key& key);  // 0: none

}  // namespace reprise::locators
