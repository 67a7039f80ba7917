// The service workers of a context: the browser's session attaches them as it is told of them. Sessions of pages are
// told of them, too, and leave them to this one.
//
// Thread-safe. Events arrive on the I/O thread; it never waits.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include <reprise/cdp/browser_context.hpp>

#include "page/console_tracker.hpp"
#include "page/interception.hpp"
#include "page/later_set_up.hpp"
#include "page/network_tracker.hpp"
#include "page/page_observers.hpp"
#include "session/connection.hpp"
#include "worker/worker_core.hpp"

namespace reprise::cdp {

class ServiceWorkers : public SessionListener, public std::enable_shared_from_this<ServiceWorkers> {
public:
    // Of the context, as of its pages.
    struct Share {
        std::shared_ptr<const ContextOptions> options{};
        std::shared_ptr<Interception> interception{};
        std::shared_ptr<PageObservers> observers{};
        std::shared_ptr<LaterSetUp> later{};
    };

    // It is about to be attached: who else holds it must not let it run.
    void expect(const std::string& target);
    bool expects(const std::string& target) const;
    // False: it is attached already, by another session.
    bool attach_on_io_thread(const std::shared_ptr<Connection>& connection, const Share& share,
                             const boost::json::object& params);

    void on_event_on_io_thread(const std::string& session, std::string_view method,
                               const boost::json::object& params) override;
    void on_session_end_on_io_thread(const std::string& session, const TerminalCause& cause) override;

    template <class Read>
    auto read(Read&& read) const {
        const std::lock_guard lock{mutex_};
        return read();
    }
    // Guarded by the lock; touch only inside read().
    std::deque<std::shared_ptr<WorkerCore>> workers;  // oldest first; of ended ones the last k_ended_workers
    std::size_t seen{};
    ConsoleTracker console;
    NetworkTracker network;

private:
    static constexpr std::size_t k_ended_workers = 100;
    std::shared_ptr<WorkerCore> find(const std::string& session) const;  // under the lock

    mutable std::mutex mutex_;
    std::set<std::string> expected_;          // guarded by mutex_; targets
    std::shared_ptr<Connection> connection_;  // I/O thread
    Share share_;                             // I/O thread
};

}  // namespace reprise::cdp
