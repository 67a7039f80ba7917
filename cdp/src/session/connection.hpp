// A browser connection: one transport, many sessions over it.
//
// Thread-safe. Listeners are called on the I/O thread and must not wait for an answer there.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "session/multiplexer.hpp"
#include "transport/transport.hpp"

namespace reprise::cdp {

class SessionListener {
public:
    SessionListener() = default;
    SessionListener(const SessionListener&) = delete;
    SessionListener& operator=(const SessionListener&) = delete;
    virtual ~SessionListener() = default;
    virtual void on_event_on_io_thread(const std::string& session, std::string_view method,
                                       const boost::json::object& params) = 0;
    virtual void on_session_end_on_io_thread(const std::string& session, const TerminalCause& cause) = 0;
};

class Connection : public std::enable_shared_from_this<Connection> {
public:
    static std::shared_ptr<Connection> over(std::unique_ptr<Transport> transport);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // `params` is JSON text of an object. Never blocks, never throws for a dead session: the call then fails at once.
    std::shared_ptr<PendingCall> post(const std::string& session, std::string_view method, std::string_view params);

    // Several calls, one write: they reach the browser together and in order.
    struct Call {
        std::string session;
        std::string_view method;
        std::string params;
    };
    std::vector<std::shared_ptr<PendingCall>> post_all(const std::vector<Call>& calls);

    // On a session that is not open and never will be: sent, and the answer ignored.
    void post_unheard(const std::string& session, std::string_view method, std::string_view params);

    // How many calls were posted on a session that is open.
    std::uint64_t posted(const std::string& session) const;

    // A listener that comes after the end is told of it at once, on the caller's thread.
    void open_session(const std::string& session, const std::shared_ptr<SessionListener>& listener);
    void end_session(const std::string& session, const TerminalCause& cause);
    // Put into the cause when the session is closed, by whomever.
    void give_reason(const std::string& session, const std::string& reason);
    // Ends the connection and waits until the I/O thread has finished: no listener is called afterwards. Not from a
    // listener. Idempotent.
    void shut_down() noexcept;
    std::string last_words() const { return transport_->last_words(); }

private:
    explicit Connection(std::unique_ptr<Transport> transport) : transport_{std::move(transport)} {}
    void on_message_on_io_thread(std::string_view text);
    void on_event_on_io_thread(struct Incoming& incoming);
    static void tell(const Multiplexer::Ended& ended);

    std::unique_ptr<Transport> transport_;
    std::mutex shut_down_mutex_;
    mutable std::mutex mutex_;
    Multiplexer multiplexer_;  // guarded by mutex_
};

}  // namespace reprise::cdp
