#include "text_sanitizer.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace reprise::reporters {
namespace {

constexpr char32_t k_escape = 0x1B;
constexpr char32_t k_csi = 0x9B;  // ESC [ as one character
constexpr char32_t k_replacement = 0xFFFD;

struct CodePoint {
    char32_t code;
    std::size_t bytes;
};

// Invalid bytes are taken one at a time, each as U+FFFD.
CodePoint decode(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() - at < bytes) return {k_replacement, 1};
    char32_t code = lead & (0xFFU >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((byte(i) & 0xC0U) != 0x80) return {k_replacement, 1};
        code = (code << 6U) | (byte(i) & 0x3FU);
    }
    constexpr std::array<char32_t, 5> k_smallest{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < k_smallest.at(bytes) || code > 0x10FFFF || surrogate) return {k_replacement, 1};
    return {code, bytes};
}

bool between(char c, unsigned char low, unsigned char high) {
    return static_cast<unsigned char>(c) >= low && static_cast<unsigned char>(c) <= high;
}

// Parameters and intermediates, then the final byte of a control sequence. `at` is behind its introducer.
std::size_t skip_control_sequence(std::string_view text, std::size_t at) {
    while (at < text.size() && between(text[at], 0x20, 0x3F)) ++at;
    return at < text.size() && between(text[at], 0x40, 0x7E) ? at + 1 : at;
}

// OSC, DCS and the like run to BEL or ST. One that never ends loses only its introducer: a page must not be able to
// hide the rest of a message behind two characters.
std::size_t skip_control_string(std::string_view text, std::size_t at) {
    for (std::size_t i = at; i < text.size(); ++i) {
        if (text[i] == '\a') return i + 1;
        if (text[i] == '\x1B' && i + 1 < text.size() && text[i + 1] == '\\') return i + 2;
    }
    return at;
}

// Behind the sequence that an ESC introduces; `at` is behind the ESC.
std::size_t skip_escape(std::string_view text, std::size_t at) {
    if (at == text.size()) return at;
    const char kind = text[at];
    if (kind == '[') return skip_control_sequence(text, at + 1);
    if (kind == ']' || kind == 'P' || kind == 'X' || kind == '^' || kind == '_') {
        return skip_control_string(text, at + 1);
    }
    std::size_t end = at;
    while (end < text.size() && between(text[end], 0x20, 0x2F)) ++end;
    return end < text.size() && between(text[end], 0x30, 0x7E) ? end + 1 : at;
}

bool is_xml_char(char32_t c) {
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
           c >= 0x10000;
}

bool is_terminal_blank(char32_t c) {
    return c == '\t' || c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

bool is_terminal_hazard(char32_t c) {
    const bool control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
    const bool bidi =
        c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    return control || bidi;
}

// Calls `take` with each code point that is not part of an escape sequence.
template <class Take>
void for_each_outside_escapes(std::string_view text, Take take) {
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = decode(text, at);
        at += point.bytes;
        if (point.code == k_escape) {
            at = skip_escape(text, at);
        } else if (point.code == k_csi) {
            at = skip_control_sequence(text, at);
        } else {
            take(point.code);
        }
    }
}

std::size_t width_of(char32_t c) {
    if (c < 0x1100) return 1;
    const bool wide = c <= 0x115F || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
                      (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                      c >= 0x1F000;
    return wide ? 2 : 1;
}

}  // namespace

void append_utf8(std::string& out, char32_t code) {
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = k_replacement;
    if (code < 0x80) {
        out += static_cast<char>(code);
        return;
    }
    const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | ((code >> shift) & 0x3FU)); };
    if (code < 0x800) {
        out += static_cast<char>(0xC0U | (code >> 6U));
    } else {
        if (code < 0x10000) {
            out += static_cast<char>(0xE0U | (code >> 12U));
        } else {
            out += static_cast<char>(0xF0U | (code >> 18U));
            tail(12);
        }
        tail(6);
    }
    tail(0);
}

std::string repair_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = decode(text, at);
        append_utf8(out, point.code);
        at += point.bytes;
    }
    return out;
}

std::string clean_for_xml(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for_each_outside_escapes(text, [&](char32_t c) {
        if (is_xml_char(c)) append_utf8(out, c);
    });
    return out;
}

std::string clean_for_terminal(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for_each_outside_escapes(text, [&](char32_t c) {
        if (is_terminal_blank(c)) {
            out += ' ';
        } else if (!is_terminal_hazard(c)) {
            append_utf8(out, c);
        }
    });
    return out;
}

std::string_view fit_columns(std::string_view text, std::size_t columns) {
    std::size_t used = 0;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = decode(text, at);
        used += width_of(point.code);
        if (used > columns) return text.substr(0, at);
        at += point.bytes;
    }
    return text;
}

}  // namespace reprise::reporters
