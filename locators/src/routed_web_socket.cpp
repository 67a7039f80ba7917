#include "routed_web_socket.hpp"

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include <reprise/cdp/base64.hpp>
#include <reprise/cdp/command.hpp>
#include <reprise/cdp/protocol/runtime.hpp>

#include "element_call.hpp"

namespace reprise::locators {
namespace {

constexpr int k_no_code = 1005;  // as the page is told that there was none
constexpr int k_broken_off = 1006;
constexpr int k_going_away = 1001;
constexpr std::size_t k_longest_reason_bytes = 123;

// What a script may close a WebSocket with.
bool is_for_scripts(int code) {
    return code == 1000 || (code >= 3000 && code <= 4999);
}

// As a literal of a script.
std::string utf8_text(std::string_view text, const char* call) {
    auto literal = json_text(text);
    boost::json::error_code error;
    boost::json::parse(literal, error);
    if (error) throw UsageError(fmt::format("{}: the text is not UTF-8", call));
    return literal;
}

void check(WebSocketRoute::End end, const WebSocketClose& with) {
    constexpr const char* k_call = "web_socket.close()";
    if (with.reason.size() > k_longest_reason_bytes) {
        throw UsageError(fmt::format("{}: the reason has {} bytes, of {} at most", k_call, with.reason.size(),
                                     k_longest_reason_bytes));
    }
    if (!with.code && !with.reason.empty()) {
        throw UsageError(fmt::format("{}: a reason needs a code", k_call));
    }
    if (!with.code) return;
    const bool fits =
        end == WebSocketRoute::End::server ? is_for_scripts(*with.code) : *with.code >= 1000 && *with.code <= 4999;
    if (fits) return;
    throw UsageError(fmt::format(
        "{}: {} is no code {}", k_call, *with.code,
        end == WebSocketRoute::End::server ? "for the server: 1000, or 3000 to 4999" : "for a page: 1000 to 4999"));
}

}  // namespace

RoutedWebSocket::RoutedWebSocket(Place place, std::string socket_url, std::vector<std::string> socket_protocols,
                                 std::function<void()> on_end)
    : url{std::move(socket_url)},
      protocols{std::move(socket_protocols)},
      place_{std::move(place)},
      on_end_{std::move(on_end)} {}

// Not waited for: the document may be gone, and nobody is left who would care.
void RoutedWebSocket::tell(const std::string& command) const {
    place_.session.post(cdp::runtime::Evaluate{
        .expression = fmt::format("globalThis.{}?.tell({}, {})", place_.key, place_.number, command),
        .contextId = place_.context});
}

void RoutedWebSocket::ready() {
    tell("'ready'");
}

void RoutedWebSocket::send(End end, std::string_view data, bool binary) {
    const auto literal = binary ? json_text(cdp::encode_base64(data)) : utf8_text(data, "web_socket.send()");
    const std::lock_guard lock{mutex_};  // in the order of the calls
    if (side(end).closed) return;
    tell(fmt::format("'{}{}', {}", end == End::server ? "server_" : "", binary ? "bytes" : "text", literal));
}

void RoutedWebSocket::connect() {
    const std::lock_guard lock{mutex_};
    if (std::exchange(connected_, true)) {
        throw UsageError("web_socket.connect_to_server(): it is connected to the server already");
    }
    server_gone_ = false;
    tell("'connect'");
}

void RoutedWebSocket::set_handler(End end, MessageHandler handler) {
    const std::lock_guard lock{mutex_};
    if (!ended_) side(end).on_message.swap(handler);
}

void RoutedWebSocket::set_handler(End end, CloseHandler handler) {
    const std::lock_guard lock{mutex_};
    if (!ended_) side(end).on_close.swap(handler);
}

void RoutedWebSocket::close_side(End end, const Closure& closure) {
    const std::lock_guard lock{mutex_};
    if (std::exchange(side(end).closed, true)) return;
    const auto code = closure.with.code.value_or(k_no_code);
    if (end == End::page) {
        tell(fmt::format("'close', {}, {}, {}", code, json_text(closure.with.reason),
                         closure.failed || code == k_broken_off));
    } else if (is_for_scripts(code)) {
        tell(fmt::format("'server_close', {}, {}", code, json_text(closure.with.reason)));
    } else {
        tell("'server_close'");
    }
}

void RoutedWebSocket::close(End end, const WebSocketClose& with) {
    check(end, with);
    utf8_text(with.reason, "web_socket.close()");
    close_side(end, {.with = with});
    // The page hears of the server's closing handshake, when that has ended.
    if (end == End::page) {
        bool both{};
        {
            const std::lock_guard lock{mutex_};
            both = connected_ && !page_.on_close;
        }
        if (both) close_side(End::server, {.with = with});
    }
    end_if_closed();
}

void RoutedWebSocket::on_message(End end, const WebSocketMessage& message) {
    MessageHandler handler;
    bool passes{};
    {
        const std::lock_guard lock{mutex_};
        handler = side(end).on_message;
        passes = end == End::server || connected_;
    }
    if (handler) return handler(message);
    if (passes) send(end == End::server ? End::page : End::server, message.data, message.binary);
}

void RoutedWebSocket::on_closed(End end, const Closure& closure) {
    CloseHandler handler;
    bool connected{};
    bool own{};  // the server answers our close()
    {
        const std::lock_guard lock{mutex_};
        if (end == End::page) page_asks_ = true;
        if (end == End::server) {
            own = server_.closed;
            server_.closed = server_gone_ = true;
        }
        if (end == End::page && page_.closed) return;  // both at once
        handler = side(end).on_close;
        connected = !server_gone_;
    }
    const bool heard = handler && !(own && end == End::server);
    if (heard) handler(closure.with);
    if (end == End::page) {
        if (!handler && connected) {
            close_side(End::server, closure);  // its answer closes the page's
        } else {
            close_side(End::page, closure);
        }
    } else {
        bool due{};
        {
            const std::lock_guard lock{mutex_};
            due = !handler || page_asks_;
        }
        if (due) close_side(End::page, closure);
    }
    end_if_closed();
}

void RoutedWebSocket::on_document_gone() {
    CloseHandler handler;
    {
        const std::lock_guard lock{mutex_};
        if (!std::exchange(page_.closed, true) && !page_asks_) handler = page_.on_close;
        server_.closed = server_gone_ = true;
    }
    if (handler) handler({.code = k_going_away});
    end_if_closed();
}

void RoutedWebSocket::break_off() noexcept {
    try {
        close_side(End::page, {.with = {.code = k_broken_off}, .failed = true});
        bool connected{};
        {
            const std::lock_guard lock{mutex_};
            connected = connected_;
            server_gone_ = true;
        }
        if (connected) close_side(End::server, {});
        end_if_closed();
    } catch (const std::exception&) {  // the browser has gone, and all of it
    }
}

// Handlers may hold what holds us: they are let go of when no more can come.
void RoutedWebSocket::end_if_closed() {
    Side page;
    Side server;
    std::function<void()> on_end;
    {
        const std::lock_guard lock{mutex_};
        if (!page_.closed || !server_gone_ || std::exchange(ended_, true)) return;
        std::swap(page.on_message, page_.on_message);
        std::swap(page.on_close, page_.on_close);
        std::swap(server.on_message, server_.on_message);
        std::swap(server.on_close, server_.on_close);
        on_end.swap(on_end_);
    }
    if (on_end) on_end();
}

const std::string& WebSocketRoute::url() const {
    return socket_->url;
}
const std::vector<std::string>& WebSocketRoute::protocols() const {
    return socket_->protocols;
}
void WebSocketRoute::send(std::string_view text) const {
    socket_->send(end_, text, false);
}
void WebSocketRoute::send_binary(std::string_view bytes) const {
    socket_->send(end_, bytes, true);
}
void WebSocketRoute::send(const WebSocketMessage& message) const {
    socket_->send(end_, message.data, message.binary);
}
void WebSocketRoute::on_message(std::function<void(const WebSocketMessage&)> handler) const {
    socket_->set_handler(end_, RoutedWebSocket::MessageHandler{std::move(handler)});
}
void WebSocketRoute::on_close(std::function<void(const WebSocketClose&)> handler) const {
    socket_->set_handler(end_, RoutedWebSocket::CloseHandler{std::move(handler)});
}
void WebSocketRoute::close(const WebSocketClose& with) const {
    socket_->close(end_, with);
}
WebSocketRoute WebSocketRoute::connect_to_server() const {
    if (end_ == End::server) throw UsageError("web_socket.connect_to_server(): this is the server's end");
    socket_->connect();
    return {socket_, End::server};
}

}  // namespace reprise::locators
