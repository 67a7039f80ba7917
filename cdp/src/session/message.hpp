// The protocol's envelope, as text and as values. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

namespace reprise::cdp {

// {"id":7,"method":"Page.enable","params":{},"sessionId":"…"}, without the NUL. `params` is JSON text of an object.
std::string encode_call(std::uint64_t id, std::string_view session, std::string_view method, std::string_view params);

// A message of the browser: an answer (id set) or an event (method set).
struct Incoming {
    std::optional<std::uint64_t> id{};
    std::string session{};
    std::string method{};
    boost::json::value payload{};  // result or params
    bool is_error{};               // the payload is {"code":…,"message":…}
};

// Never throws: text that cannot be read gives nullopt, unless its id can be found: then an error answer for that call,
// so that one bad message fails one call and not the connection. Lone surrogates, which Chromium legally sends and
// Boost.JSON refuses, become U+FFFD.
std::optional<Incoming> decode(std::string_view text);

// `text` with every \uD800-\uDFFF escape that is no half of a pair replaced by \uFFFD.
std::string repair_surrogates(std::string_view text);

}  // namespace reprise::cdp
