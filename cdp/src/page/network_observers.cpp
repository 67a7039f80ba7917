#include "page/network_observers.hpp"

namespace reprise::cdp {

void NetworkObservers::add(std::weak_ptr<NetworkListener> listener) {
    const std::lock_guard lock{mutex_};
    std::erase_if(listeners_, [](const auto& known) { return known.expired(); });
    listeners_.push_back(std::move(listener));
    any_ = true;
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
