#include "worker/host_rules.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <stdexcept>

#include <fmt/format.h>

namespace reprise::runner {
namespace {

std::string lower(std::string_view text) {
    std::string result{text};
    std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

bool is_host_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '_';
}

bool matches(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t from = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            from = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++from;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

// As Chromium reads it: 0xA9FEA9FE, 2852039166 and 169.254.43518 are 169.254.169.254.
std::optional<std::uint32_t> ipv4_of(const std::string& host) {
    in_addr address{};
    if (::inet_aton(host.c_str(), &address) == 1) return ntohl(address.s_addr);
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    if (::inet_pton(AF_INET6, host.c_str(), bytes.data()) != 1) return std::nullopt;
    // ::ffff:a.b.c.d
    const bool mapped = std::all_of(bytes.begin(), bytes.begin() + 10, [](unsigned char b) { return b == 0; }) &&
                        bytes[10] == 0xff && bytes[11] == 0xff;
    if (!mapped) return std::nullopt;
    return std::uint32_t{bytes[12]} << 24 | std::uint32_t{bytes[13]} << 16 | std::uint32_t{bytes[14]} << 8 | bytes[15];
}

bool is_link_local(const std::string& host) {
    constexpr std::uint32_t k_network = 0xA9FE0000;  // 169.254.0.0/16
    constexpr std::uint32_t k_mask = 0xFFFF0000;
    if (const auto address = ipv4_of(host)) return (*address & k_mask) == k_network;
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1 && bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

// What clouds call the machine that tells their secrets.
bool is_metadata_name(std::string_view host) {
    return host == "metadata" || host == "metadata.google.internal" || host == "instance-data" ||
           host == "instance-data.ec2.internal";
}

// Without the dot that a name may end in.
std::string clean_host(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    return lower(host);
}

}  // namespace

HostRules HostRules::only(const std::vector<std::string>& hosts) {
    HostRules rules;
    for (const auto& written : hosts) {
        const auto host = lower(written);
        const bool ipv6 = host.starts_with('[') && host.ends_with(']');
        const auto inside = ipv6 ? host.substr(1, host.size() - 2) : host;
        const bool good = !inside.empty() && std::ranges::all_of(inside, [&](char c) {
            return is_host_character(c) || c == '*' || (ipv6 && c == ':');
        });
        if (!good) {
            throw std::invalid_argument(
                fmt::format("--allow-host \"{}\": expected a host without scheme and port, such as shop.example.com or "
                            "*.example.com",
                            written));
        }
        if (std::ranges::all_of(inside, [](char c) { return c == '*' || c == '.'; })) {
            throw std::invalid_argument(
                fmt::format("--allow-host \"{}\": allows every host; say --allow-any-host if that is meant", written));
        }
        rules.patterns_.push_back(inside);
    }
    if (rules.patterns_.empty()) {
        throw std::invalid_argument(
            "name the hosts that jobs may visit with --allow-host, such as --allow-host shop.example.com, or say "
            "--allow-any-host: jobs come from the portal, and a page that they name is opened in your network");
    }
    return rules;
}

HostRules HostRules::any() {
    HostRules rules;
    rules.any_ = true;
    return rules;
}

bool HostRules::allows(const std::string& host) const {
    if (is_link_local(host) || is_metadata_name(host)) {
        return !any_ && std::ranges::find(patterns_, host) != patterns_.end();
    }
    return any_ || std::ranges::any_of(patterns_, [&](const auto& pattern) { return matches(pattern, host); });
}

std::optional<std::string> HostRules::refusal(std::string_view url) const {
    if (url == "about:blank") return std::nullopt;
    const auto shown = fmt::format("\"{}\"", url.substr(0, 200));
    const auto scheme = lower(url.substr(0, url.find(':')));
    if ((scheme != "http" && scheme != "https") || !lower(url).starts_with(scheme + "://")) {
        return fmt::format("{}: only http:// and https:// are visited", shown);
    }
    const auto rest = url.substr(scheme.size() + 3);
    const auto authority = rest.substr(0, rest.find_first_of("/?#"));
    if (authority.find('@') != std::string_view::npos) return fmt::format("{}: holds a user name", shown);
    const bool ipv6 = authority.starts_with('[');
    const auto end = ipv6 ? authority.find(']') : authority.find(':');
    auto host = authority.substr(ipv6 ? 1 : 0, end == std::string_view::npos ? end : end - (ipv6 ? 1 : 0));
    const std::string_view port =
        end == std::string_view::npos ? std::string_view{} : authority.substr(end + (ipv6 ? 1 : 0));
    // Whatever else stands there, browsers and we could read differently: names in other scripts are written xn--.
    const bool good = std::ranges::all_of(host, [&](char c) { return is_host_character(c) || (ipv6 && c == ':'); }) &&
                      (port.empty() || port.front() == ':') &&
                      std::ranges::all_of(port.substr(std::min<std::size_t>(1, port.size())),
                                          [](char c) { return c >= '0' && c <= '9'; });
    if (!good) host = {};
    if (host.empty()) return fmt::format("{}: names no host that can be told", shown);
    if (allows(clean_host(host))) return std::nullopt;
    return fmt::format("{}: the host {} is not allowed (this worker visits {})", shown, host, this->shown());
}

std::vector<std::string> HostRules::browser_switches() const {
    // A name that is not allowed is not found; it never gets as far as DNS. A proxy would look names up itself.
    std::string rules;
    if (any_) {
        for (const char* host : {"169.254.*", "*::ffff:a9fe:*", "metadata", "metadata.google.internal", "instance-data",
                                 "instance-data.ec2.internal"}) {
            rules += fmt::format("{}MAP {} ~NOTFOUND", rules.empty() ? "" : ",", host);
        }
    } else {
        rules = "MAP * ~NOTFOUND";
        for (const auto& pattern : patterns_) rules += fmt::format(",EXCLUDE {}", pattern);
    }
    return {"--host-resolver-rules=" + rules, "--no-proxy-server"};
}

std::string HostRules::shown() const {
    return any_ ? "any host" : fmt::format("{}", fmt::join(patterns_, ", "));
}

}  // namespace reprise::runner
