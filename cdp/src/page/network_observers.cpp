#include "page/network_observers.hpp"

namespace reprise::cdp {

void NetworkObservers::add(const std::shared_ptr<NetworkListener>& listener) {
    std::string end;
    {
        const std::lock_guard lock{mutex_};
        std::erase_if(listeners_, [](const auto& known) { return known.expired(); });
        listeners_.push_back(listener);
        any_ = true;
        end = end_;
    }
    if (!end.empty()) listener->on_network_end(end);
}

void NetworkObservers::end(const std::string& cause) {
    {
        const std::lock_guard lock{mutex_};
        if (!end_.empty()) return;
        end_ = cause;
    }
    for (const auto& listener : alive()) listener->on_network_end(cause);
}

NetworkObservers::News NetworkObservers::collect(const NetworkTracker& tracker) const {
    News news;
    if (!any_) return news;
    for (const auto& [number, stage] : tracker.changes()) {
        if (const auto* request = tracker.request(number)) news.emplace_back(stage, *request);
    }
    return news;
}

std::vector<std::shared_ptr<NetworkListener>> NetworkObservers::alive() const {
    const std::lock_guard lock{mutex_};
    std::vector<std::shared_ptr<NetworkListener>> listeners;
    for (const auto& weak : listeners_) {
        if (auto listener = weak.lock()) listeners.push_back(std::move(listener));
    }
    return listeners;
}

}  // namespace reprise::cdp
