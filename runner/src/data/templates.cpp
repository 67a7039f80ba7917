#include "data/templates.hpp"

namespace reprise::runner {
namespace {

constexpr std::string_view k_column_open = "{{";
constexpr std::string_view k_column_close = "}}";
constexpr std::string_view k_environment_open = "${env:";
constexpr std::string_view k_environment_close = "}";

std::string_view trim(std::string_view text) {
    const auto begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

// Replaces the reference at the front of `text`, if there is one, and removes it.
bool take_reference(std::string_view& text, std::string& out, std::string_view open, std::string_view close,
                    const Lookup& lookup) {
    if (!lookup || !text.starts_with(open)) return false;
    const auto end = text.find(close, open.size());
    if (end == std::string_view::npos) return false;
    const auto written = text.substr(0, end + close.size());
    const auto found = lookup(trim(text.substr(open.size(), end - open.size())));
    out += found ? std::string_view(*found) : written;
    text.remove_prefix(written.size());
    return true;
}

}  // namespace

std::string expand(std::string_view text, const Lookup& column, const Lookup& environment) {
    std::string out;
    while (!text.empty()) {
        if (take_reference(text, out, k_column_open, k_column_close, column)) continue;
        if (take_reference(text, out, k_environment_open, k_environment_close, environment)) continue;
        const auto next = text.substr(1);
        const bool is_escape = text.front() == '\\' && ((column && next.starts_with(k_column_open)) ||
                                                        (environment && next.starts_with(k_environment_open)));
        if (is_escape) {
            out += next.substr(0, 2);
            text.remove_prefix(3);
        } else {
            out += text.front();
            text.remove_prefix(1);
        }
    }
    return out;
}

bool has_reference(std::string_view text) {
    bool found = false;
    const Lookup note = [&](std::string_view) {
        found = true;
        return std::nullopt;
    };
    expand(text, note, note);
    return found;
}

bool enters_data(Event event) {
    switch (event) {
        case Event::type:
        case Event::input:
        case Event::change:
        case Event::select:
        case Event::check:
        case Event::uncheck:
        case Event::upload:
        case Event::dialog:
            return true;
        default:
            return false;
    }
}

}  // namespace reprise::runner
