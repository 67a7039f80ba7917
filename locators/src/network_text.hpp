// Requests in words, for errors; and which of them are meant.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <reprise/cdp/network.hpp>
#include <reprise/locators/context.hpp>

namespace reprise::locators {

// "GET http://shop.example/ 200"
std::string describe(const cdp::NetworkRequest& request);
// What was asked in place of what was waited for, after the request numbered `after`.
std::string asked_instead(const std::vector<cdp::NetworkRequest>& requests, std::size_t after);

// Requests to addresses that match, but for what the browser asks on its own before a cross-origin request.
RequestFilter requests_to(const UrlMatch& url);
// How a call with a function is shown.
inline constexpr const char* k_some_function = "...";

// For error texts.
inline std::string beginning_of(const std::string& body) {
    constexpr std::size_t k_most = 60;
    return body.size() <= k_most ? body : body.substr(0, k_most) + "...";
}

}  // namespace reprise::locators
