#include "web_socket_routes.hpp"

#include <charconv>
#include <random>

#include <fmt/format.h>

#include <reprise/cdp/base64.hpp>
#include <reprise/cdp/command.hpp>
#include <reprise/cdp/protocol/page.hpp>
#include <reprise/cdp/protocol/runtime.hpp>
#include <reprise/locators/page.hpp>

#include "address.hpp"
#include "context_state.hpp"
#include "element_call.hpp"
#include "page_state.hpp"
#include "web_socket_script.hpp"

namespace reprise::locators {
namespace {

// Of all pages of a context: what a handler has not come to yet.
constexpr std::size_t k_most_waiting = 100'000;
constexpr std::size_t k_most_waiting_bytes = std::size_t{64} << 20;
constexpr std::size_t k_most_sockets = 1'000;
constexpr std::size_t k_longest_number = 15;

std::string_view next_word(std::string_view& text) {
    const auto space = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    return word;
}

std::optional<int> to_int(std::string_view text) {
    int number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional{number} : std::nullopt;
}

bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= k_longest_number &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<int> to_code(std::string_view text) {
    const auto code = to_int(text);
    return code == 0 || code == 1005 ? std::nullopt : code;
}

void route_web_socket(ContextState& context, const UrlMatch& url, WebSocketRoutes::Handler handler,
                      const std::string& page) {
    const auto script =
        context.web_sockets->add(page, url.based_on(web_socket_base(context.base_url)), std::move(handler));
    context.set_up_later(cdp::runtime::AddBinding{.name = context.web_sockets->binding()}, page, "web_socket_binding");
    context.set_up_later(cdp::page::AddScriptToEvaluateOnNewDocument{.source = script}, page);
    context.run_everywhere(script, page);
}

}  // namespace

std::string WebSocketRoutes::binding() const {
    const std::lock_guard lock{mutex_};
    return key_ + "send";
}

std::string WebSocketRoutes::add(const std::string& page, const UrlMatch& match, Handler handler) {
    auto call = fmt::format("{}.route_web_socket({})", page.empty() ? "context" : "page", match.shown());
    if (!handler) throw UsageError(call + ": there is no handler");
    if (router_->closing())
        throw cdp::ConnectionClosed(call + ": the context was closed, or has let go of its handlers");
    const std::lock_guard lock{mutex_};
    if (key_.empty()) {
        std::random_device device;
        key_ = fmt::format("w{:08x}{:08x}", device(), device());
    }
    const auto id = static_cast<int>(routes_.size()) + 1;
    const auto [source, flags] = match.script_pattern();
    routes_.emplace(id, Route{std::make_shared<RouteEntry>(
                                  RouteEntry{.page = page, .match = match, .handler = {}, .call = std::move(call)}),
                              std::move(handler)});
    used_ = true;
    return fmt::format("({})({}, {});globalThis.{}?.add({}, {}, {}, {});", web_socket_script, json_text(key_),
                       json_text(key_ + "send"), key_, id, !page.empty(), json_text(source), json_text(flags));
}

// What comes from a page is not trusted: what does not fit is dropped.
void WebSocketRoutes::on_binding_on_io_thread(const cdp::BindingCall& call) {
    if (!used_) return;
    std::string_view text = call.payload;
    const auto number = next_word(text);
    const auto kind = next_word(text);
    if (!is_number(number)) return;
    const std::lock_guard lock{mutex_};
    if (call.name != key_ + "send") return;
    const Key key{call.session.id(), call.context, std::string(number)};
    const auto found = sockets_.find(key);
    if (found != sockets_.end()) {
        if (!found->second.broken) take(found->second, kind, text, call.payload.size());
    } else if (kind == "n") {
        open(call, std::string(number), text);
    } else if (kind == "r") {
        const auto route = routes_.find(to_int(next_word(text)).value_or(0));
        if (route == routes_.end()) return;
        router_->report(
            fmt::format("{}: JavaScript does not take the expression: {}", route->second.entry->call, text));
    }
}

void WebSocketRoutes::open(const cdp::BindingCall& call, const std::string& number, std::string_view text) {
    const auto found = routes_.find(to_int(next_word(text)).value_or(0));
    if (found == routes_.end()) return;
    const auto& [entry, handler] = found->second;
    if (!entry->page.empty() && entry->page != call.page) return;
    const std::string url{next_word(text)};
    std::vector<std::string> protocols;
    while (!text.empty()) protocols.emplace_back(next_word(text));
    Key key{call.session.id(), call.context, number};
    auto socket = std::make_shared<RoutedWebSocket>(RoutedWebSocket::Place{call.session, call.context, key_, number},
                                                    url, std::move(protocols), [weak = weak_from_this(), key] {
                                                        if (const auto self = weak.lock()) self->forget(key);
                                                    });
    auto& routed = sockets_.emplace(std::move(key), Routed{std::move(socket), entry}).first->second;
    if (sockets_.size() > k_most_sockets) {
        return break_off(routed, fmt::format("more than {} WebSockets are open", k_most_sockets));
    }
    handle_later(
        routed,
        [handler = handler](RoutedWebSocket& opened) {
            handler(WebSocketRoute{opened.shared_from_this(), WebSocketRoute::End::page});
            opened.ready();
        },
        0);
}

void WebSocketRoutes::take(Routed& routed, std::string_view kind, std::string_view text, std::size_t bytes) {
    using End = WebSocketRoute::End;
    if (kind == "t" || kind == "b" || kind == "T" || kind == "B") {
        const auto end = kind == "t" || kind == "b" ? End::page : End::server;
        WebSocketMessage message{.data = std::string(text), .binary = kind == "b" || kind == "B"};
        if (message.binary) {
            auto decoded = cdp::decode_whole_base64(text);
            if (!decoded) return;
            message.data = std::move(*decoded);
        }
        return handle_later(
            routed, [end, message = std::move(message)](RoutedWebSocket& socket) { socket.on_message(end, message); },
            bytes);
    }
    if (kind == "c" || kind == "C") {
        const auto code = to_code(next_word(text));
        const bool clean = kind == "c" || next_word(text) == "1";
        const bool failed = next_word(text) == "1" || !clean;
        RoutedWebSocket::Closure closure{.with = {.code = code, .reason = std::string(text)}, .failed = failed};
        return handle_later(
            routed,
            [end = kind == "c" ? End::page : End::server, closure = std::move(closure)](RoutedWebSocket& socket) {
                socket.on_closed(end, closure);
            },
            bytes);
    }
    if (kind == "x") {
        break_off(routed, fmt::format("a message of the page has {} bytes, which is too much", text));
    }
}

void WebSocketRoutes::handle_later(Routed& routed, std::function<void(RoutedWebSocket&)> work, std::size_t bytes) {
    if (waiting_ >= k_most_waiting || waiting_bytes_ + bytes > k_most_waiting_bytes) {
        return break_off(routed, fmt::format("more than {} messages, or {} MB of them, wait for their handler",
                                             k_most_waiting, k_most_waiting_bytes >> 20));
    }
    handle_later_always(routed, std::move(work), bytes);
}

void WebSocketRoutes::handle_later_always(const Routed& routed, std::function<void(RoutedWebSocket&)> work,
                                          std::size_t bytes) {
    ++waiting_;
    waiting_bytes_ += bytes;
    router_->run_later(routed.entry, [self = shared_from_this(), socket = routed.socket, entry = routed.entry,
                                      work = std::move(work), bytes] {
        {
            const std::lock_guard lock{self->mutex_};
            --self->waiting_;
            self->waiting_bytes_ -= bytes;
        }
        const auto failed = [&](std::string_view what) {
            self->router_->report(fmt::format("{}: the handler threw \"{}\" for {}; the WebSocket was broken off",
                                              entry->call, what, socket->url));
            socket->break_off();
        };
        try {
            work(*socket);
        } catch (const std::exception& error) {
            failed(error.what());
        } catch (...) {
            failed("something that is no std::exception");
        }
    });
}

void WebSocketRoutes::break_off(Routed& routed, const std::string& why) {
    routed.broken = true;
    router_->report(
        fmt::format("{}: {} ({}); the WebSocket was broken off", routed.entry->call, why, routed.socket->url));
    // On the routes' thread: its end takes our lock.
    router_->run_later(routed.entry, [socket = routed.socket] { socket->break_off(); });
}

void WebSocketRoutes::on_context_gone_on_io_thread(const std::string& session, int context) {
    if (!used_) return;
    const std::lock_guard lock{mutex_};
    for (auto& [key, routed] : sockets_) {
        if (std::get<0>(key) != session || (context != 0 && std::get<1>(key) != context)) continue;
        routed.broken = true;
        handle_later_always(
            routed, [](RoutedWebSocket& socket) { socket.on_document_gone(); }, 0);
    }
}

void WebSocketRoutes::forget(const Key& key) {
    Routed gone;  // released outside the lock
    const std::lock_guard lock{mutex_};
    if (const auto found = sockets_.find(key); found != sockets_.end()) {
        gone = std::move(found->second);
        sockets_.erase(found);
    }
}

void WebSocketRoutes::close() noexcept {
    decltype(routes_) routes;  // released outside the lock: they may hold what holds us
    decltype(sockets_) sockets;
    {
        const std::lock_guard lock{mutex_};
        routes.swap(routes_);
        sockets.swap(sockets_);
        used_ = false;
    }
    for (auto& [key, routed] : sockets) routed.socket->break_off();
}

void Context::route_web_socket(const UrlMatch& url, std::function<void(const WebSocketRoute&)> handler) const {
    locators::route_web_socket(*state_, url, std::move(handler), {});
}
void Page::route_web_socket(const UrlMatch& url, std::function<void(const WebSocketRoute&)> handler) const {
    locators::route_web_socket(*page_->context.state_, url, std::move(handler), page_->target.id());
}

}  // namespace reprise::locators
