#include "session/message.hpp"

#include <charconv>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include <reprise/cdp/exact_json.hpp>

namespace reprise::cdp {
namespace json = boost::json;
namespace {

std::optional<unsigned> escape_at(std::string_view text, std::size_t at) {
    if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
    unsigned code = 0;
    const auto [end, error] = std::from_chars(text.data() + at + 2, text.data() + at + 6, code, 16);
    if (error != std::errc{} || end != text.data() + at + 6) return std::nullopt;
    return code;
}

bool may_hold_surrogates(std::string_view text) {
    for (auto at = text.find("\\u"); at != std::string_view::npos; at = text.find("\\u", at + 2)) {
        if (at + 2 < text.size() && (text[at + 2] == 'd' || text[at + 2] == 'D')) return true;
    }
    return false;
}

// The id of a message that does not parse, from its first bytes ({"id":7,…): Chromium writes it first.
std::optional<std::uint64_t> salvage_id(std::string_view text) {
    constexpr std::string_view k_start = "{\"id\":";
    if (!text.starts_with(k_start)) return std::nullopt;
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(text.data() + k_start.size(), text.data() + text.size(), id);
    return error == std::errc{} ? std::optional{id} : std::nullopt;
}

Incoming unreadable(std::uint64_t id, std::string_view why) {
    Incoming incoming;
    incoming.id = id;
    incoming.is_error = true;
    incoming.payload = json::object{{"code", 0}, {"message", fmt::format("an answer that cannot be read: {}", why)}};
    return incoming;
}

}  // namespace

std::string encode_call(std::uint64_t id, std::string_view session, std::string_view method, std::string_view params) {
    if (session.empty()) return fmt::format(R"({{"id":{},"method":"{}","params":{}}})", id, method, params);
    return fmt::format(R"({{"id":{},"method":"{}","params":{},"sessionId":"{}"}})", id, method, params, session);
}

std::string repair_surrogates(std::string_view text) {
    std::string repaired{text};
    for (std::size_t at = 0; at + 1 < repaired.size(); ++at) {
        if (repaired[at] != '\\') continue;
        if (repaired[at + 1] != 'u') {  // an escaped backslash must not be taken for the start of an escape
            ++at;
            continue;
        }
        const auto code = escape_at(repaired, at);
        if (!code || *code < 0xD800 || *code > 0xDFFF) continue;
        const auto next = escape_at(repaired, at + 6);
        if (*code <= 0xDBFF && next && *next >= 0xDC00 && *next <= 0xDFFF) {
            at += 11;
            continue;
        }
        repaired.replace(at, 6, "\\uFFFD");
        at += 5;
    }
    return repaired;
}

std::optional<Incoming> decode(std::string_view text) {
    json::error_code error;
    json::value value =
        may_hold_surrogates(text) ? parse_exactly(repair_surrogates(text), error) : parse_exactly(text, error);
    auto* object = value.if_object();
    if (error || object == nullptr) {
        const auto id = salvage_id(text);
        return id ? std::optional{unreadable(*id, error ? error.message() : "not an object")} : std::nullopt;
    }
    Incoming incoming;
    if (const auto* session = object->if_contains("sessionId"); session != nullptr && session->is_string()) {
        incoming.session = session->get_string();
    }
    if (const auto* id = object->if_contains("id"); id != nullptr && id->is_number()) {
        incoming.id = id->to_number<std::uint64_t>(error);
        if (error) return std::nullopt;
        if (auto* failure = object->if_contains("error")) {
            incoming.is_error = true;
            incoming.payload = std::move(*failure);
        } else if (auto* result = object->if_contains("result")) {
            incoming.payload = std::move(*result);
        }
        return incoming;
    }
    const auto* method = object->if_contains("method");
    if (method == nullptr || !method->is_string()) return std::nullopt;
    incoming.method = method->get_string();
    if (auto* params = object->if_contains("params")) incoming.payload = std::move(*params);
    return incoming;
}

}  // namespace reprise::cdp
