#include <openssl/evp.h>

#include <array>
#include <memory>

#include <reprise/runner/history.hpp>

namespace reprise::runner {
namespace {

// Looked up once: OpenSSL takes longer to find it than to hash a bundle.
const EVP_MD* sha256() {
    static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> fetched{EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                                         &EVP_MD_free};
    return fetched.get();
}

}  // namespace

std::string content_hash(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, sha256(), nullptr) != 1) {
        throw Error("SHA-256 is not available");
    }
    // Of every step of every row: formatting each byte took nine tenths of the time.
    constexpr std::string_view k_digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * std::size_t{size});
    for (unsigned i = 0; i < size; ++i) {
        text += k_digits[digest.at(i) >> 4];
        text += k_digits[digest.at(i) & 0xf];
    }
    return text;
}

}  // namespace reprise::runner
