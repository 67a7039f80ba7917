#include "selector_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstddef>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>

#include "element_call.hpp"

namespace reprise::locators {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view k_space = " \t\n\r\f";
    const auto begin = text.find_first_not_of(k_space);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(k_space) - begin + 1);
}

bool is_quote(char c) {
    return c == '"' || c == '\'' || c == '`';
}

// A quote within "text=it's" is a character like others.
bool begins_quoted_or_is_no_text(std::string_view part) {
    part = trimmed(part);
    constexpr std::string_view k_text = "text=";
    if (!part.starts_with(k_text)) return true;
    return trimmed(part.substr(k_text.size())).empty();  // the quote comes first
}

// At ">>" outside of quotes.
std::vector<std::string_view> split(std::string_view selector) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    char quote = '\0';
    for (std::size_t i = 0; i < selector.size(); ++i) {
        const char c = selector[i];
        if (c == '\\') {
            ++i;
        } else if (quote != '\0') {
            if (c == quote) quote = '\0';
        } else if (is_quote(c) && begins_quoted_or_is_no_text(selector.substr(begin, i - begin))) {
            quote = c;
        } else if (c == '>' && selector.substr(i).starts_with(">>")) {
            parts.push_back(trimmed(selector.substr(begin, i - begin)));
            begin = ++i + 1;
        }
    }
    parts.push_back(trimmed(selector.substr(std::min(begin, selector.size()))));
    return parts;
}

std::string css_part(std::string_view css) {
    return fmt::format(R"({{"css":{}}})", json_text(css));
}

std::string xpath_part(std::string_view xpath) {
    return fmt::format(R"({{"xpath":{}}})", json_text(xpath));
}

// In quotes: the whole text, in this case; /like this/i: a regular expression; otherwise a part of the text, any case.
std::string text_part(std::string_view text) {
    if (text.size() >= 2 && is_quote(text.front()) && text.back() == text.front()) {
        std::string plain;
        for (std::size_t i = 1; i + 1 < text.size(); ++i) {
            if (text[i] == '\\' && i + 2 < text.size()) ++i;
            plain += text[i];
        }
        return fmt::format(R"({{"text":{{"text":{},"exact":true}}}})", json_text(plain));
    }
    if (const auto end = text.rfind('/'); text.starts_with('/') && end > 0) {
        return fmt::format(R"({{"text":{{"regex":{},"flags":{}}}}})", json_text(text.substr(1, end - 1)),
                           json_text(text.substr(end + 1)));
    }
    return fmt::format(R"({{"text":{{"text":{}}}}})", json_text(text));
}

std::string attribute_part(std::string_view name, std::string_view value) {
    return fmt::format(R"({{"test_id":{{"text":{},"exact":true}},"attribute":{}}})", json_text(value), json_text(name));
}

std::optional<std::string> nth_part(std::string_view text) {
    int index = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return fmt::format(R"({{"nth":{}}})", index);
}

// "name=rest", where the name could be one of a kind of selector: CSS has nothing of this form.
std::optional<std::string_view> kind_of(std::string_view part) {
    const auto equals = part.find('=');
    if (equals == std::string_view::npos || equals == 0) return std::nullopt;
    const auto name = part.substr(0, equals);
    const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; };
    if (!std::ranges::all_of(name, fits)) return std::nullopt;
    return name;
}

// As it is written in the call, for what is thrown.
struct Call {
    std::string_view name;
    std::string_view selector;
    [[noreturn]] void refuse(const std::string& why) const {
        throw reprise::UsageError(fmt::format("{}(\"{}\"): {}", name, selector, why));
    }
};

std::string part_of(std::string_view part, const Call& call) {
    if (part.empty()) call.refuse("a part of it is empty");
    if (part.starts_with("//") || part.starts_with("(//") || part.starts_with("..")) return xpath_part(part);
    if (part.size() >= 2 && is_quote(part.front()) && part.back() == part.front()) return text_part(part);
    const auto kind = kind_of(part);
    if (!kind) return css_part(part);
    const auto rest = trimmed(part.substr(kind->size() + 1));
    if (*kind == "css") return css_part(rest);
    if (*kind == "xpath") return xpath_part(rest);
    if (*kind == "text") return text_part(rest);
    if (*kind == "id") return attribute_part("id", rest);
    if (*kind == "aria-ref") return fmt::format(R"({{"aria_ref":{}}})", json_text(rest));
    for (const auto name : std::array<std::string_view, 3>{"data-testid", "data-test-id", "data-test"}) {
        if (*kind == name) return attribute_part(name, rest);
    }
    if (*kind == "nth") {
        if (auto made = nth_part(rest)) return *made;
        call.refuse(fmt::format("nth={}: expected a whole number", rest));
    }
    if (*kind == "visible") {
        if (rest == "true" || rest == "false") return fmt::format(R"({{"visible":{}}})", rest);
        call.refuse(fmt::format("visible={}: expected true or false", rest));
    }
    call.refuse(
        fmt::format("\"{}\" is no kind of selector; there are css, xpath, text, id, nth, visible, data-testid, "
                    "data-test-id, data-test and aria-ref",
                    *kind));
}

}  // namespace

std::vector<std::string> selector_parts(std::string_view selector, std::string_view call) {
    std::vector<std::string> parts;
    for (const auto part : split(selector)) parts.push_back(part_of(part, {call, selector}));
    return parts;
}

}  // namespace reprise::locators
