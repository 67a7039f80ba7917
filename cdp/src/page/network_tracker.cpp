#include "page/network_tracker.hpp"

#include "page/json_member.hpp"

namespace reprise::cdp {

bool NetworkTracker::on_event(const std::string& session, std::string_view method, const boost::json::object& params) {
    if (!method.starts_with("Network.")) return false;
    const auto key = session + "/" + string_member(params, "requestId");
    if (method == "Network.requestWillBeSent") {
        // An event stream stays open by design: it is no sign of a page that is still loading.
        if (string_member(params, "type") != "EventSource") requests_.insert(key);
    } else if (method == "Network.loadingFinished" || method == "Network.loadingFailed") {
        finish(key);
    }
    return true;
}

void NetworkTracker::finish(const std::string& key) {
    if (requests_.erase(key) > 0 && requests_.empty()) quiet_since_ = Deadline::Clock::now();
}

void NetworkTracker::forget(const std::string& session) {
    const auto had = !requests_.empty();
    std::erase_if(requests_, [&](const std::string& key) { return key.starts_with(session + "/"); });
    if (had && requests_.empty()) quiet_since_ = Deadline::Clock::now();
}

}  // namespace reprise::cdp
