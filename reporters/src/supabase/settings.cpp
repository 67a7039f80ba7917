#include <reprise/reporters/supabase/settings.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <boost/json/parse.hpp>

#include <reprise/reporters/http_client.hpp>

namespace reprise::reporters::supabase {
namespace {

namespace json = boost::json;

void read(const char* variable, std::string& into) {
    const char* text = std::getenv(variable);
    if (text != nullptr && *text != '\0') into = text;
}

std::string trimmed(const std::string& text) {
    const auto from = text.find_first_not_of(" \t\r\n");
    return from == std::string::npos ? "" : text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

// The middle part of a JWT, which is base64 in the alphabet for addresses, without padding.
std::string claims_of(const std::string& token) {
    const auto first = token.find('.');
    const auto second = token.find('.', first + 1);
    if (first == std::string::npos || second == std::string::npos) return {};
    auto text = token.substr(first + 1, second - first - 1);
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    const auto padding = (4 - text.size() % 4) % 4;
    text.append(padding, '=');
    std::string bytes(text.size(), '\0');
    const int size =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (size < static_cast<int>(padding)) return {};
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

bool fits_a_header(const std::string& text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

std::string key_of_file(const std::filesystem::path& file) {
    std::ifstream stream{file, std::ios::binary};
    auto key = trimmed({std::istreambuf_iterator<char>{stream}, {}});
    if (!stream.is_open()) throw std::invalid_argument(fmt::format("the key file {} cannot be read", file.string()));
    if (key.empty()) throw std::invalid_argument(fmt::format("the key file {} is empty", file.string()));
    return key;
}

Settings settings_from_environment(Settings base) {
    read("SUPABASE_URL", base.url);
    for (const char* variable :
         {"SUPABASE_PUBLISHABLE_KEY", "SUPABASE_ANON_KEY", "SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY"}) {
        read(variable, base.key);  // the last one that is set counts
    }
    read("SUPABASE_EMAIL", base.email);
    read("SUPABASE_PASSWORD", base.password);
    if (!base.email.empty() && !base.password.empty()) {
        // Who signs in does so with the key for everyone, whatever else is set.
        read("SUPABASE_PUBLISHABLE_KEY", base.key);
        read("SUPABASE_ANON_KEY", base.key);
    }
    std::string file;
    read("SUPABASE_KEY_FILE", file);
    if (!file.empty()) base.key = key_of_file(file);
    read("SUPABASE_USER_ID", base.user_id);
    std::string certificate;
    read("SUPABASE_CA_FILE", certificate);
    if (!certificate.empty()) base.ca_certificate = certificate;
    while (base.url.ends_with('/')) base.url.pop_back();
    return base;
}

std::string problem_of(const Settings& settings) {
    if (settings.url.empty()) return "the portal's address is not known: set SUPABASE_URL";
    if (const auto problem = problem_of_base_address(settings.url); !problem.empty()) {
        return fmt::format("the portal's address \"{}\" {}", settings.url, problem);
    }
    if (settings.url.ends_with("/rest/v1")) {
        return fmt::format("the portal's address \"{}\" is that of its tables: leave \"/rest/v1\" out", settings.url);
    }
    if (settings.key.empty()) {
        return "no key for the portal: set SUPABASE_SERVICE_ROLE_KEY, SUPABASE_KEY_FILE, or SUPABASE_ANON_KEY with "
               "SUPABASE_EMAIL and SUPABASE_PASSWORD";
    }
    constexpr std::size_t k_shortest_key = 8;
    if (settings.key.size() < k_shortest_key || !fits_a_header(settings.key)) {
        return "the portal's key is no key: it is too short, or holds blanks";
    }
    if (settings.email.empty() != settings.password.empty()) {
        return "to sign in, both SUPABASE_EMAIL and SUPABASE_PASSWORD are needed";
    }
    std::error_code ignored;
    if (!settings.ca_certificate.empty() && !std::filesystem::exists(settings.ca_certificate, ignored)) {
        return fmt::format("the certificate file {} is not there", settings.ca_certificate.string());
    }
    return {};
}

std::string role_of_key(const std::string& key) {
    if (key.starts_with("sb_secret_")) return "secret";
    if (key.starts_with("sb_publishable_")) return "publishable";
    boost::system::error_code error;
    const auto claims = json::parse(claims_of(key), error);
    if (error || !claims.is_object()) return {};
    const auto* role = claims.get_object().if_contains("role");
    return role != nullptr && role->is_string() ? std::string(role->get_string()) : std::string();
}

}  // namespace reprise::reporters::supabase
