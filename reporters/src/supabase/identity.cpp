#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>

#include <fmt/format.h>

#include <reprise/reporters/supabase/dialect.hpp>

namespace reprise::reporters::supabase {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

constexpr std::size_t k_text_size = 36;

bool is_dash(std::size_t index) {
    return index == 8 || index == 13 || index == 18 || index == 23;
}

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// `text` is_uuid().
Bytes bytes_of(std::string_view text) {
    Bytes bytes{};
    std::size_t digits = 0;
    for (const char c : text) {
        if (c == '-') continue;
        auto& byte = bytes.at(digits++ / 2);
        byte = static_cast<std::uint8_t>(byte << 4 | digit_of(c));
    }
    return bytes;
}

std::string text_of(Bytes bytes, std::uint8_t version) {
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | version << 4);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += fmt::format("{:02x}", bytes.at(i));
    }
    return text;
}

}  // namespace

bool is_uuid(std::string_view text) {
    if (text.size() != k_text_size) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_dash(i) ? text[i] != '-' : digit_of(text[i]) < 0) return false;
    }
    return true;
}

std::string make_uuid(std::string_view space, std::string_view name) {
    if (!is_uuid(space)) throw std::logic_error(fmt::format("make_uuid: the space \"{}\" is no UUID", space));
    const auto prefix = bytes_of(space);
    std::string input(prefix.begin(), prefix.end());
    input += name;
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(input.data(), input.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) {
        throw std::runtime_error("SHA-1 is not available");
    }
    Bytes bytes{};
    std::copy_n(digest.begin(), bytes.size(), bytes.begin());
    return text_of(bytes, 5);
}

std::string make_uuid() {
    Bytes bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        throw std::runtime_error("no random numbers are available");
    }
    return text_of(bytes, 4);
}

}  // namespace reprise::reporters::supabase
