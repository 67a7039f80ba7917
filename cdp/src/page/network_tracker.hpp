// Counts the requests of a page that have begun and not ended. Sans-I/O. One thread at a time.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include <reprise/cdp/deadline.hpp>

namespace reprise::cdp {

class NetworkTracker {
public:
    // True when the event was one of requests.
    bool on_event(const std::string& session, std::string_view method, const boost::json::object& params);
    // The session's process has gone: its requests will never end.
    void forget(const std::string& session);

    int in_flight() const noexcept { return static_cast<int>(requests_.size()); }
    Deadline::Clock::time_point quiet_since() const noexcept { return quiet_since_; }  // meaningful at in_flight() == 0

private:
    void finish(const std::string& key);
    std::set<std::string> requests_;  // "<session>/<request id>"
    Deadline::Clock::time_point quiet_since_{Deadline::Clock::now()};
};

}  // namespace reprise::cdp
