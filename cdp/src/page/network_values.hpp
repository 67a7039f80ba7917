// Reading what events tell of requests and answers.
#pragma once

#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include <reprise/cdp/network.hpp>
#include <reprise/cdp/protocol/network.hpp>

namespace reprise::cdp {

// The member "headers": several of one name stand in lines of one value.
NetworkHeaders read_headers(const boost::json::object& object);
NetworkResponse read_response(const boost::json::object& object);
// Of an answer's "timing", in ms since the request's event, which was at `began_s` of the browser's clock.
NetworkTiming read_timing(const boost::json::object& response, double began_s);
// The parts of a request's body, when all were sent along.
std::optional<std::string> read_post_data(const boost::json::object& request);

// How a session is told to tell of its requests.
network::Enable network_enable(bool keeps_bodies);

std::string lower_case(std::string text);
std::string find_header(const NetworkHeaders& headers, std::string_view name);
std::chrono::system_clock::time_point wall_time(double seconds);

}  // namespace reprise::cdp
