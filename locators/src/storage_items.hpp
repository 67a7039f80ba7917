// What a page's local or session storage holds, as a function of a script.
#pragma once

#include <string_view>

namespace reprise::locators {

// storage → [name, value, whether both are well-formed][]. Items may be named like members of Storage ("key"), which
// Object.entries() passes over.
inline constexpr std::string_view k_storage_items =
    "(storage) => Array.from({ length: storage.length }, (_, i) => storage.key(i)).map((name) => { const value = "
    "storage.getItem(name); return [name, value, name.isWellFormed() && value.isWellFormed()]; })";

}  // namespace reprise::locators
