#include "address.hpp"

#include <algorithm>
#include <cctype>

namespace reprise::locators {
namespace {

// "https:", "data:", "about:": a letter, then letters, digits, "+", "-" or ".", then a colon.
bool has_scheme(std::string_view url) {
    const auto colon = url.find(':');
    if (colon == std::string_view::npos || colon == 0 || !std::isalpha(static_cast<unsigned char>(url[0])))
        return false;
    return std::ranges::all_of(
        url.substr(0, colon), [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.'; });
}

}  // namespace

std::string_view origin_of(std::string_view url) {
    const auto host = url.find("://");
    if (host == std::string_view::npos) return {};
    return url.substr(0, url.find_first_of("/?#", host + 3));
}

std::string resolve_address(std::string_view base, std::string_view url) {
    if (base.empty() || has_scheme(url)) return std::string(url);
    const auto origin = origin_of(base);
    if (url.starts_with("//")) return std::string(base.substr(0, base.find(':') + 1)).append(url);
    if (url.starts_with('/')) return std::string(origin).append(url);
    if (url.empty()) return std::string(base);
    const auto without_fragment = base.substr(0, base.find('#'));
    if (url.starts_with('#')) return std::string(without_fragment).append(url);
    auto path = without_fragment.substr(0, without_fragment.find('?'));
    if (url.starts_with('?')) return std::string(path).append(url);
    if (path.size() == origin.size()) return std::string(origin).append("/").append(url);
    path = path.substr(0, path.rfind('/') + 1);
    return std::string(path).append(url);
}

std::string web_socket_base(std::string_view base) {
    return base.starts_with("http") ? "ws" + std::string(base.substr(4)) : std::string(base);
}

}  // namespace reprise::locators
