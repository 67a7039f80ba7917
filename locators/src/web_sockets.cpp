// WebSockets of a page, and waiting for them.
#include <reprise/locators/page.hpp>

#include <map>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>

#include "address.hpp"
#include "context_state.hpp"
#include "observation.hpp"
#include "page_state.hpp"

namespace reprise::locators {
namespace {

std::string opened_instead(const std::vector<cdp::WebSocketRecord>& sockets) {
    if (sockets.empty()) return "; the page has opened no WebSocket";
    std::string list = "; of its WebSockets there are:";
    for (const auto& socket : sockets) {
        list += fmt::format("\n  {} ({} frames{})", socket.url, socket.frames_seen, socket.closed ? ", closed" : "");
    }
    return list;
}

}  // namespace

std::vector<cdp::WebSocketRecord> Page::web_sockets() const {
    return page_->target.web_sockets();
}

cdp::WebSocketRecord Page::wait_for_web_socket(const UrlMatch& url, const std::function<void()>& action,
                                               const WaitOptions& options) const {
    const auto call = fmt::format("page.wait_for_web_socket({})", url.shown());
    const auto wanted = url.based_on(web_socket_base(page_->context.state_->base_url));
    const auto before = web_sockets();
    const auto last = before.empty() ? 0 : before.back().number;
    action();
    return observed(
        *page_, options.site, [&] { return call; },
        [&] {
            const auto deadline = page_->deadline(options.timeout);
            try {
                return page_->target.wait_for_web_socket(
                    [&](const cdp::WebSocketRecord& socket) {
                        return socket.number > last && wanted.matches(socket.url);
                    },
                    deadline);
            } catch (const cdp::TimeoutError&) {
                throw cdp::TimeoutError(fmt::format("{}: none was opened within {} ms{}", call,
                                                    deadline.timeout().count(), opened_instead(web_sockets())));
            }
        });
}

cdp::WebSocketFrame Page::wait_for_web_socket_frame(const UrlMatch& url, const std::function<void()>& action,
                                                    const std::function<bool(const cdp::WebSocketFrame&)>& wanted,
                                                    const WaitOptions& options) const {
    const auto call = fmt::format("page.wait_for_web_socket_frame({})", url.shown());
    const auto match = url.based_on(web_socket_base(page_->context.state_->base_url));
    const auto held = page_->target.hold_traffic();
    std::map<std::size_t, std::size_t> before;  // frames seen, by the socket's number
    for (const auto& socket : web_sockets()) before[socket.number] = socket.frames_seen;
    action();
    return observed(
        *page_, options.site, [&] { return call; },
        [&] {
            const auto deadline = page_->deadline(options.timeout);
            cdp::WebSocketFrame found;
            try {
                page_->target.wait_for_web_socket(
                    [&](const cdp::WebSocketRecord& socket) {
                        if (!match.matches(socket.url)) return false;
                        for (const auto& frame : socket.frames) {
                            if (frame.number <= before[socket.number] || (wanted && !wanted(frame))) continue;
                            found = frame;
                            return true;
                        }
                        return false;
                    },
                    deadline);
                return found;
            } catch (const cdp::TimeoutError&) {
                throw cdp::TimeoutError(fmt::format("{}: no such frame within {} ms{}", call,
                                                    deadline.timeout().count(), opened_instead(web_sockets())));
            }
        });
}

}  // namespace reprise::locators
