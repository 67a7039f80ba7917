#include <reprise/reporters/redactor.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <mutex>
#include <optional>
#include <utility>

#include "text_sanitizer.hpp"

namespace reprise::reporters {
namespace {

constexpr std::string_view k_replacement = "***";
constexpr std::string_view k_base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// One unit of an encoded text: the bytes it stands for, and how many characters of the text it took.
struct Unit {
    std::string bytes;
    std::size_t length{1};
};
using ReadUnit = Unit (*)(std::string_view text, std::size_t at);

// Instead of listing all ways to encode a secret (which characters, hex in which case, named or numeric), the text is
// decoded in each manner and searched for the secret itself.
Unit plain_unit(std::string_view text, std::size_t at) {
    return {std::string(1, text[at]), 1};
}

std::optional<unsigned> number_in(std::string_view digits, int base) {
    unsigned value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, base);
    if (digits.empty() || error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

Unit percent_unit(std::string_view text, std::size_t at) {
    if (text[at] == '%' && at + 2 < text.size()) {
        if (const auto value = number_in(text.substr(at + 1, 2), 16)) {
            return {std::string(1, static_cast<char>(*value)), 3};
        }
    }
    return plain_unit(text, at);
}

Unit form_unit(std::string_view text, std::size_t at) {
    return text[at] == '+' ? Unit{" ", 1} : percent_unit(text, at);
}

// `\u00e9`, surrogate pairs as one.
Unit json_unicode_unit(std::string_view text, std::size_t at) {
    const auto code_at = [&](std::size_t i) -> std::optional<unsigned> {
        if (i + 6 > text.size() || text[i] != '\\' || text[i + 1] != 'u') return std::nullopt;
        return number_in(text.substr(i + 2, 4), 16);
    };
    const auto high = code_at(at);
    if (!high) return plain_unit(text, at);
    char32_t code = *high;
    std::size_t length = 6;
    if (*high >= 0xD800 && *high <= 0xDBFF) {
        if (const auto low = code_at(at + 6); low && *low >= 0xDC00 && *low <= 0xDFFF) {
            code = 0x10000 + ((*high - 0xD800) << 10U) + (*low - 0xDC00);
            length = 12;
        }
    }
    Unit unit{{}, length};
    append_utf8(unit.bytes, code);
    return unit;
}

Unit json_unit(std::string_view text, std::size_t at) {
    if (text[at] != '\\' || at + 1 >= text.size()) return plain_unit(text, at);
    constexpr std::string_view k_escapes = "\"\\/'bfnrt";
    constexpr std::string_view k_meanings = "\"\\/'\b\f\n\r\t";
    const auto found = k_escapes.find(text[at + 1]);
    if (found != std::string_view::npos) return {std::string(1, k_meanings[found]), 2};
    return json_unicode_unit(text, at);
}

Unit markup_unit(std::string_view text, std::size_t at) {
    constexpr std::size_t k_longest_reference = 12;  // "&#x0010FFFF;"
    if (text[at] != '&') return plain_unit(text, at);
    const auto end = text.substr(at, k_longest_reference).find(';');
    if (end == std::string_view::npos) return plain_unit(text, at);
    const std::string_view name = text.substr(at + 1, end - 1);
    constexpr std::pair<std::string_view, std::string_view> k_names[] = {
        {"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", "\u00A0"}};
    for (const auto& [known, meaning] : k_names) {
        if (name == known) return {std::string(meaning), end + 1};
    }
    if (!name.starts_with('#')) return plain_unit(text, at);
    const bool hex = name.starts_with("#x") || name.starts_with("#X");
    const auto code = number_in(name.substr(hex ? 2 : 1), hex ? 16 : 10);
    if (!code) return plain_unit(text, at);
    Unit unit{{}, end + 1};
    append_utf8(unit.bytes, *code);
    return unit;
}

std::string decoded(std::string_view text, ReadUnit read) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Unit unit = read(text, at);
        out += unit.bytes;
        at += unit.length;
    }
    return out;
}

using Span = std::pair<std::size_t, std::size_t>;  // begin, end

// Where a stretch of the decoded text lies in the text itself.
class SourcePlaces {
public:
    SourcePlaces(std::string_view text, ReadUnit read) {
        for (std::size_t at = 0; at < text.size();) {
            const Unit unit = read(text, at);
            units_.insert(units_.end(), unit.bytes.size(), {at, at + unit.length});
            at += unit.length;
        }
    }
    Span of(Span span) const { return {units_[span.first].first, units_[span.second - 1].second}; }

private:
    std::vector<Span> units_;  // per decoded byte, the characters it came from
};

std::string base64_of(std::string_view bytes) {
    std::string out;
    for (std::size_t bit = 0; bit + 6 <= bytes.size() * 8; bit += 6) {
        const auto byte = [&](std::size_t i) {
            return i < bytes.size() ? static_cast<unsigned>(static_cast<unsigned char>(bytes[i])) : 0U;
        };
        const unsigned window = (byte(bit / 8) << 8U) | byte(bit / 8 + 1);
        out += k_base64[(window >> (10U - bit % 8)) & 0x3FU];
    }
    return out;  // without the last character when it depends on what follows
}

std::uint32_t key_at(std::string_view text, std::size_t at) {
    std::uint32_t key = 0;
    std::memcpy(&key, text.data() + at, sizeof key);
    return key;
}

bool is_base64(char c) {
    return k_base64.find(c) != std::string_view::npos || c == '-' || c == '_';
}

// The characters at both ends of an encoded secret may mix its bits with those of its neighbours: they go as well.
Span with_mixed_ends(std::string_view text, Span span) {
    if (span.first > 0 && is_base64(text[span.first - 1])) --span.first;
    if (span.second < text.size() && is_base64(text[span.second])) ++span.second;
    while (span.second < text.size() && text[span.second] == '=') ++span.second;
    return span;
}

std::string replaced(std::string_view text, std::vector<Span> spans) {
    std::sort(spans.begin(), spans.end());
    std::string out;
    std::size_t done = 0;
    for (std::size_t i = 0; i < spans.size();) {
        const std::size_t begin = spans[i].first;
        std::size_t end = spans[i].second;
        for (++i; i < spans.size() && spans[i].first < end; ++i) end = std::max(end, spans[i].second);
        out.append(text, done, begin - done).append(k_replacement);
        done = end;
    }
    return out.append(text.substr(done));
}

}  // namespace

bool Redactor::add(std::string_view secret) {
    if (secret.size() < k_shortest_secret) return false;
    const std::unique_lock lock(mutex_);
    add_needle(std::string(secret), Form::plain);
    // Inside a longer text the secret may begin at any of the three positions of a base64 group.
    for (std::size_t shift = 0; shift < 3; ++shift) {
        std::string encoded = base64_of(std::string(shift, '\0') + std::string(secret));
        encoded.erase(0, shift == 0 ? 0 : shift + 1);
        add_needle(encoded, Form::base64);
        std::replace(encoded.begin(), encoded.end(), '+', '-');
        std::replace(encoded.begin(), encoded.end(), '/', '_');
        add_needle(std::move(encoded), Form::base64);
    }
    return true;
}

void Redactor::add_needle(std::string text, Form form) {
    auto& bucket = buckets_[key_at(text, 0)];
    const auto same = [&](const Needle& needle) { return needle.text == text; };
    if (std::none_of(bucket.begin(), bucket.end(), same)) bucket.push_back({std::move(text), form});
}

std::vector<Redactor::Span> Redactor::find(std::string_view text) const {
    std::vector<Span> spans;
    for (std::size_t at = 0; at + k_shortest_secret <= text.size(); ++at) {
        const auto bucket = buckets_.find(key_at(text, at));
        if (bucket == buckets_.end()) continue;
        for (const Needle& needle : bucket->second) {
            if (!text.substr(at).starts_with(needle.text)) continue;
            const Span span{at, at + needle.text.size()};
            spans.push_back(needle.form == Form::base64 ? with_mixed_ends(text, span) : span);
        }
    }
    return spans;
}

std::string Redactor::redact(std::string_view text) const {
    const std::shared_lock lock(mutex_);
    if (buckets_.empty()) return std::string(text);
    std::vector<Span> spans = find(text);
    const auto search_decoded = [&](ReadUnit read) {
        std::vector<Span> found = find(decoded(text, read));
        if (found.empty()) return;
        const SourcePlaces places(text, read);
        for (const Span& span : found) spans.push_back(places.of(span));
    };
    if (text.find('%') != std::string_view::npos) search_decoded(percent_unit);
    if (text.find('+') != std::string_view::npos) search_decoded(form_unit);
    if (text.find('\\') != std::string_view::npos) search_decoded(json_unit);
    if (text.find('&') != std::string_view::npos) search_decoded(markup_unit);
    return spans.empty() ? std::string(text) : replaced(text, std::move(spans));
}

bool Redactor::empty() const {
    const std::shared_lock lock(mutex_);
    return buckets_.empty();
}

}  // namespace reprise::reporters
