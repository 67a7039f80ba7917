// Who is told of what happens to a context's pages, and of their requests. Thread-safe.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <reprise/cdp/page_event.hpp>

#include "page/network_tracker.hpp"

namespace reprise::cdp {

class PageObservers {
public:
    using News = std::vector<std::pair<NetworkStage, NetworkRequest>>;

    // One that comes after the end hears of it at once.
    void add(const std::shared_ptr<PageListener>& listener);
    void end(const std::string& cause);
    // What the tracker's last event has changed; nothing when nobody listens.
    News collect(const NetworkTracker& tracker) const;
    // `session_of(id)` makes a session for the listeners.
    template <class SessionOf>
    void tell_on_io_thread(const std::string& page, const News& news, SessionOf&& session_of) const {
        if (news.empty()) return;
        for (const auto& listener : alive()) {
            for (const auto& [stage, request] : news) {
                try {
                    listener->on_network_on_io_thread(page, session_of(request.session), stage, request);
                } catch (const std::exception&) {  // one listener's mistake must not end the browser's thread
                }
            }
        }
    }
    bool any() const { return any_; }  // otherwise an event need not be made
    void tell_on_io_thread(const std::string& page, const PageEvent& event) const;
    // For pages to come.
    void keep_bodies() { keeps_bodies_ = true; }
    bool keeps_bodies() const { return keeps_bodies_; }

private:
    std::vector<std::shared_ptr<PageListener>> alive() const;

    mutable std::mutex mutex_;
    std::vector<std::weak_ptr<PageListener>> listeners_;  // guarded by mutex_
    std::string end_;                                     // guarded by mutex_
    std::atomic<bool> any_{};
    std::atomic<bool> keeps_bodies_{};
};

}  // namespace reprise::cdp
