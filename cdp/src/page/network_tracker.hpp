// Keeps what a page asked of the network, and counts what has begun and not ended. Sans-I/O. One thread at a time.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include <reprise/cdp/deadline.hpp>
#include <reprise/cdp/network.hpp>

namespace reprise::cdp {

class NetworkTracker {
public:
    static constexpr std::size_t k_most_kept = 1'000;

    // True when the event was one of requests.
    bool on_event(const std::string& session, std::string_view method, const boost::json::object& params);
    // The session's process has gone: its requests will never end.
    void forget(const std::string& session);

    int in_flight() const noexcept { return static_cast<int>(in_flight_.size()); }
    Deadline::Clock::time_point quiet_since() const noexcept { return quiet_since_; }  // meaningful at in_flight() == 0

    const std::deque<NetworkRequest>& requests() const noexcept { return requests_; }  // oldest first
    std::size_t seen() const noexcept { return seen_; }

private:
    void on_request(const std::string& session, const std::string& key, const boost::json::object& params);
    void on_end(const std::string& key, const boost::json::object& params, const std::string& failure);
    NetworkRequest* find(const std::string& key);
    void finish(const std::string& key);

    std::set<std::string> in_flight_;  // "<session>/<request id>"
    Deadline::Clock::time_point quiet_since_{Deadline::Clock::now()};
    std::deque<NetworkRequest> requests_;
    std::map<std::string, std::size_t> numbers_;  // of those that have not ended, by the same key
    std::map<std::string, double> began_;         // the browser's clock, s, by the same key
    std::size_t seen_{};
};

}  // namespace reprise::cdp
