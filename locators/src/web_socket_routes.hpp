// The routes of a context for WebSockets: takes what pages tell of those that a route has taken, and has it handled on
// the routes' thread.
//
// Thread-safe.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <tuple>

#include <reprise/cdp/browser_context.hpp>

#include "routed_web_socket.hpp"
#include "router.hpp"

namespace reprise::locators {

class WebSocketRoutes : public std::enable_shared_from_this<WebSocketRoutes> {
public:
    using Handler = std::function<void(const WebSocketRoute&)>;

    explicit WebSocketRoutes(std::shared_ptr<Router> router) : router_{std::move(router)} {}
    // What makes a document take part in the new route. `page`: PageTarget::id(), or empty for all.
    std::string add(const std::string& page, const UrlMatch& match, Handler handler);
    std::string binding() const;  // there is one from the first route on

    void on_binding_on_io_thread(const cdp::BindingCall& call);
    void on_context_gone_on_io_thread(const std::string& session, int context);
    // Lets go of all; after the router's end.
    void close() noexcept;

private:
    struct Route {
        std::shared_ptr<RouteEntry> entry;
        Handler handler;
    };
    struct Routed {
        std::shared_ptr<RoutedWebSocket> socket;
        std::shared_ptr<RouteEntry> entry;
        bool broken{};  // nothing more of it is taken
    };
    using Key = std::tuple<std::string, int, std::string>;  // session, execution context, number

    void open(const cdp::BindingCall& call, const std::string& number, std::string_view text);
    void take(Routed& routed, std::string_view kind, std::string_view text, std::size_t bytes);  // under the lock
    // Under the lock. Breaks off what would wait beyond measure.
    void handle_later(Routed& routed, std::function<void(RoutedWebSocket&)> work, std::size_t bytes);
    void handle_later_always(const Routed& routed, std::function<void(RoutedWebSocket&)> work, std::size_t bytes);
    void break_off(Routed& routed, const std::string& why);  // under the lock
    void forget(const Key& key);

    const std::shared_ptr<Router> router_;
    mutable std::mutex mutex_;
    std::string key_;                // guarded by mutex_; a name that no page can guess
    std::map<int, Route> routes_;    // guarded by mutex_
    std::map<Key, Routed> sockets_;  // guarded by mutex_
    std::size_t waiting_{};          // guarded by mutex_; messages that wait for their handler
    std::size_t waiting_bytes_{};    // guarded by mutex_
    std::atomic<bool> used_{};
};

}  // namespace reprise::locators
