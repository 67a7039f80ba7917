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
    int location{};    // 0, 1: left, 2: right, 3: number pad
};

// Modifiers as the protocol counts them.
inline constexpr int k_alt = 1, k_control = 2, k_meta = 4, k_shift = 8;

// "Control+Shift+A" → modifiers, then the key; keys are named by what they type or do ("a", "Enter") or by their place
// ("KeyA", "Numpad1"). Throws UsageError with the unknown name.
std::vector<Key> parse_chord(std::string_view chord);
// The key that types `text` (one character); code is empty when none does.
Key key_for_character(std::string_view text);
// What the key is with these modifiers held.
Key with_modifiers(Key key, int modifiers);
int modifier_of(const Key& key);  // 0: none
// The editing command that a shortcut stands for: "copy" for Control+C; empty: none.
std::string_view editing_command(const Key& key, int modifiers);

}  // namespace reprise::locators
