#include "page/page_observers.hpp"

namespace reprise::cdp {

void PageObservers::add(const std::shared_ptr<PageListener>& listener) {
    std::string end;
    {
        const std::lock_guard lock{mutex_};
        std::erase_if(listeners_, [](const auto& known) { return known.expired(); });
        listeners_.push_back(listener);
        any_ = true;
        end = end_;
    }
    if (!end.empty()) listener->on_end(end);
}

void PageObservers::end(const std::string& cause) {
    {
        const std::lock_guard lock{mutex_};
        if (!end_.empty()) return;
        end_ = cause;
    }
    for (const auto& listener : alive()) listener->on_end(cause);
}

PageObservers::News PageObservers::collect(const NetworkTracker& tracker) const {
    News news;
    if (!any_) return news;
    for (const auto& [number, stage] : tracker.changes()) {
        if (const auto* request = tracker.request(number)) news.emplace_back(stage, *request);
    }
    return news;
}

void PageObservers::tell_on_io_thread(const std::string& page, const PageEvent& event) const {
    for (const auto& listener : alive()) {
        try {
            listener->on_page_event_on_io_thread(page, event);
        } catch (const std::exception&) {  // one listener's mistake must not end the browser's thread
        }
    }
}

std::vector<std::shared_ptr<PageListener>> PageObservers::alive() const {
    const std::lock_guard lock{mutex_};
    std::vector<std::shared_ptr<PageListener>> listeners;
    for (const auto& weak : listeners_) {
        if (auto listener = weak.lock()) listeners.push_back(std::move(listener));
    }
    return listeners;
}

}  // namespace reprise::cdp
