// Requests in words, for errors.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <reprise/cdp/network.hpp>

namespace reprise::locators {

// "GET http://shop.example/ 200"
std::string describe(const cdp::NetworkRequest& request);
// What was asked in place of what was waited for, after the request numbered `after`.
std::string asked_instead(const std::vector<cdp::NetworkRequest>& requests, std::size_t after);

}  // namespace reprise::locators
