// Bytes as the protocol carries them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/beast/core/detail/base64.hpp>

namespace reprise::cdp {

inline std::string decode_base64(std::string_view text) {
    namespace base64 = boost::beast::detail::base64;
    std::string bytes(base64::decoded_size(text.size()), '\0');
    bytes.resize(base64::decode(bytes.data(), text.data(), text.size()).first);
    return bytes;
}

// Empty: it is not base64 throughout.
inline std::optional<std::string> decode_whole_base64(std::string_view text) {
    namespace base64 = boost::beast::detail::base64;
    std::string bytes(base64::decoded_size(text.size()), '\0');
    const auto [written, read] = base64::decode(bytes.data(), text.data(), text.size());
    if (text.substr(read).find_first_not_of('=') != std::string_view::npos) return std::nullopt;
    bytes.resize(written);
    return bytes;
}

inline std::string encode_base64(std::string_view bytes) {
    namespace base64 = boost::beast::detail::base64;
    std::string text(base64::encoded_size(bytes.size()), '\0');
    text.resize(base64::encode(text.data(), bytes.data(), bytes.size()));
    return text;
}

}  // namespace reprise::cdp
