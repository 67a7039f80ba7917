// Addresses and their parts. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace reprise::locators {

// "https://shop.example:8443/a?b" → "https://shop.example:8443"; empty for what has no host.
std::string_view origin_of(std::string_view url);

// `url` as a link on the page `base` would be followed: absolute addresses stay as they are. Dots in paths are left to
// the browser.
std::string resolve_address(std::string_view base, std::string_view url);

// The same for addresses of WebSockets, which begin with ws: a base of http means them, too.
std::string web_socket_base(std::string_view base);

}  // namespace reprise::locators
