#include <reprise/locators/selector.hpp>

#include <fmt/format.h>

#include "element_call.hpp"

namespace reprise::locators {

std::string TextMatch::json(bool exact) const {
    if (flags_) return fmt::format(R"({{"regex":{},"flags":{}}})", json_text(text_), json_text(*flags_));
    return fmt::format(R"({{"text":{},"exact":{}}})", json_text(text_), exact);
}

std::string TextMatch::shown() const {
    return flags_ ? fmt::format("/{}/{}", text_, *flags_) : fmt::format("\"{}\"", text_);
}

std::string_view to_string(Role role) {
    if (role == Role::switch_) return "switch";
    static constexpr std::string_view k_names[] = {
#define REPRISE_ROLE(name) #name,
        REPRISE_ROLES(REPRISE_ROLE)
#undef REPRISE_ROLE
    };
    return k_names[static_cast<std::size_t>(role)];
}

}  // namespace reprise::locators
