#include "session/connection.hpp"

#include <boost/json/object.hpp>

#include "session/message.hpp"

namespace reprise::cdp {
namespace json = boost::json;

std::shared_ptr<Connection> Connection::over(std::unique_ptr<Transport> transport) {
    std::shared_ptr<Connection> connection{new Connection(std::move(transport))};
    // A plain pointer: the transport's thread has ended before the connection goes.
    auto* raw = connection.get();
    raw->transport_->start({.on_message = [raw](std::string_view text) { raw->on_message_on_io_thread(text); },
                            .on_closed =
                                [raw](std::string cause) {
                                    const TerminalCause why{TerminalCause::Kind::closed, std::move(cause)};
                                    Multiplexer::Ended ended;
                                    {
                                        const std::lock_guard lock{raw->mutex_};
                                        ended = raw->multiplexer_.end_all(why);
                                    }
                                    tell(ended);
                                }});
    return connection;
}

Connection::~Connection() {
    shut_down();
}

void Connection::shut_down() noexcept {
    const std::lock_guard lock{shut_down_mutex_};
    transport_->stop();
}

// Listeners first: who wakes from a failed call finds the cause already known.
void Connection::tell(const Multiplexer::Ended& ended) {
    for (const auto& [session, weak] : ended.listeners) {
        if (const auto listener = weak.lock()) listener->on_session_end_on_io_thread(session, ended.cause);
    }
    for (const auto& call : ended.calls) call->end(ended.cause);
}

std::shared_ptr<PendingCall> Connection::post(const std::string& session, std::string_view method,
                                              std::string_view params) {
    const std::lock_guard lock{mutex_};
    auto posted = multiplexer_.post(session, method, params);
    if (posted.refusal) {
        posted.call->end(*posted.refusal);
    } else {
        posted.bytes += '\0';
        transport_->write(std::move(posted.bytes));
    }
    return posted.call;
}

std::vector<std::shared_ptr<PendingCall>> Connection::post_all(const std::vector<Call>& calls) {
    std::vector<std::shared_ptr<PendingCall>> pending;
    std::string bytes;
    const std::lock_guard lock{mutex_};
    for (const auto& [session, method, params] : calls) {
        auto posted = multiplexer_.post(session, method, params);
        if (posted.refusal) {
            posted.call->end(*posted.refusal);
        } else {
            bytes += posted.bytes;
            bytes += '\0';
        }
        pending.push_back(std::move(posted.call));
    }
    if (!bytes.empty()) transport_->write(std::move(bytes));
    return pending;
}

void Connection::post_unheard(const std::string& session, std::string_view method, std::string_view params) {
    const std::lock_guard lock{mutex_};
    auto bytes = multiplexer_.send_unheard(session, method, params);
    if (bytes.empty()) return;
    bytes += '\0';
    transport_->write(std::move(bytes));
}

std::uint64_t Connection::posted(const std::string& session) const {
    const std::lock_guard lock{mutex_};
    return multiplexer_.posted(session);
}

void Connection::open_session(const std::string& session, const std::shared_ptr<SessionListener>& listener) {
    std::optional<TerminalCause> ended;
    {
        const std::lock_guard lock{mutex_};
        ended = multiplexer_.open(session, listener);
    }
    if (ended) listener->on_session_end_on_io_thread(session, *ended);
}

void Connection::end_session(const std::string& session, const TerminalCause& cause) {
    Multiplexer::Ended ended;
    {
        const std::lock_guard lock{mutex_};
        ended = multiplexer_.end(session, cause);
    }
    tell(ended);
}

void Connection::give_reason(const std::string& session, const std::string& reason) {
    const std::lock_guard lock{mutex_};
    multiplexer_.give_reason(session, reason);
}

void Connection::on_message_on_io_thread(std::string_view text) {
    auto incoming = decode(text);
    if (!incoming) return;  // not readable and nobody's answer: the deadline of whoever waits for it will tell
    if (!incoming->id) {
        on_event_on_io_thread(*incoming);
        return;
    }
    std::shared_ptr<PendingCall> call;
    {
        const std::lock_guard lock{mutex_};
        call = multiplexer_.take(*incoming->id);
    }
    if (!call) return;
    if (!incoming->is_error) {
        call->succeed(std::move(incoming->payload));
        return;
    }
    int code = 0;
    std::string message = "no reason given";
    if (const auto* error = incoming->payload.if_object()) {
        if (const auto* value = error->if_contains("code"); value != nullptr && value->is_int64()) {
            code = static_cast<int>(value->get_int64());
        }
        if (const auto* value = error->if_contains("message"); value != nullptr && value->is_string()) {
            message = value->get_string();
        }
    }
    call->refuse(code, std::move(message));
}

void Connection::on_event_on_io_thread(Incoming& incoming) {
    static const json::object k_none;
    const auto* params = incoming.payload.if_object();
    if (params == nullptr) params = &k_none;
    std::shared_ptr<SessionListener> listener;
    {
        const std::lock_guard lock{mutex_};
        listener = multiplexer_.listener(incoming.session);
    }
    if (listener) listener->on_event_on_io_thread(incoming.session, incoming.method, *params);
    if (incoming.method == "Target.detachedFromTarget") {
        if (const auto* session = params->if_contains("sessionId"); session != nullptr && session->is_string()) {
            end_session(std::string(session->get_string()), {TerminalCause::Kind::closed, "the page was closed"});
        }
    }
}

}  // namespace reprise::cdp
