// One WebSocket of a page that a route has taken: what its ends are to do, and what they have told. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/cdp/browser_context.hpp>
#include <reprise/locators/web_socket_route.hpp>

namespace reprise::locators {

class RoutedWebSocket : public std::enable_shared_from_this<RoutedWebSocket> {
public:
    using End = WebSocketRoute::End;
    using MessageHandler = std::function<void(const WebSocketMessage&)>;
    using CloseHandler = std::function<void(const WebSocketClose&)>;

    // Where it is: the number of the WebSocket in a document, whose scripts know it by `key`.
    struct Place {
        cdp::Session session;
        int context{};
        std::string key{};
        std::string number{};
    };
    // `on_end`: both ends are closed now; called once, from any thread.
    RoutedWebSocket(Place place, std::string socket_url, std::vector<std::string> socket_protocols,
                    std::function<void()> on_end);

    void send(End end, std::string_view data, bool binary);
    void close(End end, const WebSocketClose& with);
    void connect();
    void set_handler(End end, MessageHandler handler);
    void set_handler(End end, CloseHandler handler);

    // On the routes' thread.
    void ready();  // the route's handler has returned
    void on_message(End end, const WebSocketMessage& message);
    struct Closure {
        WebSocketClose with{};
        bool failed{};
    };
    void on_closed(End end, const Closure& closure);
    void on_document_gone();
    // Of both ends; handlers are let go of.
    void break_off() noexcept;

    const std::string url;
    const std::vector<std::string> protocols;

private:
    struct Side {
        MessageHandler on_message{};
        CloseHandler on_close{};
        bool closed{};  // or told to close
    };
    Side& side(End end) { return end == End::page ? page_ : server_; }  // under the lock
    void tell(const std::string& command) const;
    void close_side(End end, const Closure& closure);
    void end_if_closed();

    const Place place_;
    std::function<void()> on_end_;  // guarded by mutex_
    std::mutex mutex_;
    Side page_;               // guarded by mutex_
    Side server_;             // guarded by mutex_
    bool connected_{};        // guarded by mutex_; has been, or was tried
    bool server_gone_{true};  // guarded by mutex_; there is none, or it has closed
    bool page_asks_{};        // guarded by mutex_; to close: its event is due
    bool ended_{};            // guarded by mutex_
};

}  // namespace reprise::locators
