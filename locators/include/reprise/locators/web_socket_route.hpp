// WebSockets of pages answered by the test, or watched and changed on their way to the server.
//
//     page.route_web_socket("/prices", [](const WebSocketRoute& socket) {
//         socket.on_message([socket](const WebSocketMessage& message) { socket.send("you said " + message.data); });
//     });
//     context.route_web_socket("wss://**", [](const WebSocketRoute& socket) {
//         const auto server = socket.connect_to_server();
//         server.on_message([socket](const WebSocketMessage& message) {
//             if (message.data != "noise") socket.send(message);
//         });
//     });
//
// The page has a WebSocket that opens when the handler has returned, or with the server's, once that was connected to.
// Thread contract: that of routes (route.hpp): handlers of both run one after the other on one thread of the context's
// own, and must not use pages and locators. A WebSocketRoute may be kept, and used from any thread; handlers may hold
// it. Errors: what a handler throws breaks the WebSocket off, and is thrown as RouteError by the next call on a page of
// the context, or by Context::close().
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reprise::locators {

struct WebSocketMessage {
    std::string data{};  // UTF-8, or bytes
    bool binary{};
};

struct WebSocketClose {
    std::optional<int> code{};  // nothing: none was given, or is given
    std::string reason{};       // UTF-8, at most 123 bytes
};

class RoutedWebSocket;

// One end of a WebSocket: the page's, or, from connect_to_server(), the server's. Nothing happens to an end that has
// closed, or whose document has gone.
//
// Like Playwright's WebSocketRoute, except that on_close() hears of what the page or the server does, not of close();
// that a page which closes its WebSocket gets its event "close" even when a handler of on_close() does nothing about
// it; and that a closure without a code is told as one (1005).
class WebSocketRoute {
public:
    enum class End { page, server };
    WebSocketRoute(std::shared_ptr<RoutedWebSocket> socket, End end) noexcept : socket_{std::move(socket)}, end_{end} {}

    const std::string& url() const;                     // absolute: "wss://shop.example/prices"
    const std::vector<std::string>& protocols() const;  // that the page has asked for; the first one is granted

    // To the page, or to the server, in the order of the calls; kept until the server's end is open. Throws UsageError
    // for a text that is no UTF-8.
    void send(std::string_view text) const;
    void send_binary(std::string_view bytes) const;
    void send(const WebSocketMessage& message) const;

    // What the page, or the server, sends is given to `handler`, in place of the other end. Without one it is passed
    // on to the other end, or dropped where no server is connected to. In place of an earlier handler.
    void on_message(std::function<void(const WebSocketMessage&)> handler) const;
    // The page, or the server, has closed its end; a page also by going elsewhere (code 1001). Without a handler the
    // other end is closed, too.
    void on_close(std::function<void(const WebSocketClose&)> handler) const;

    // Closes this end and, unless it has a handler of on_close(), the other one. Codes: to the page 1000 to 4999, where
    // 1006 is a connection that breaks off; to the server 1000, or 3000 to 4999. Throws UsageError for others.
    void close(const WebSocketClose& with = {}) const;

    // Opens a WebSocket from the page to the server at url(), as the page would have, and gives its end. Once only, and
    // of the page's end: UsageError otherwise.
    WebSocketRoute connect_to_server() const;

private:
    std::shared_ptr<RoutedWebSocket> socket_;
    End end_{};
};

}  // namespace reprise::locators
