// Requests as entries of a HAR.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include <boost/json/object.hpp>

#include <reprise/cdp/network.hpp>
#include <reprise/locators/har.hpp>

namespace reprise::locators {

// Without "pageref" and the answer's "content".
boost::json::object entry_json(const cdp::NetworkRequest& request, HarMode mode);

std::string iso_time(std::chrono::system_clock::time_point time);  // "2026-01-31T12:00:00.000Z"
// "HeadlessChrome/156.0.1" apart.
std::pair<std::string, std::string> browser_name(const std::string& product);
// With its charset, as the header has it.
std::string mime_type_of(const cdp::NetworkResponse& response);
std::string ending_of(const std::string& mime_type);  // ".html", ".dat"
bool is_utf8(const std::string& bytes);

}  // namespace reprise::locators
