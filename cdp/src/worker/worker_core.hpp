// The shared state of one worker: whether its script is there, and its end.
//
// Thread-safe. Events arrive on the I/O thread; it never waits.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include <reprise/cdp/deadline.hpp>
#include <reprise/cdp/session.hpp>

#include "page/script_host.hpp"
#include "session/connection.hpp"

namespace reprise::cdp {

class WorkerCore : public ScriptHost {
public:
    struct Place {
        std::string target{}, session{};
        std::string parent{};  // the session that told of it
        std::string url{};
        std::size_t number{};  // from 1, counted over the page's life
    };
    // `waits`: it is held by the browser before its first statement, until RunIfWaitingForDebugger.
    WorkerCore(std::shared_ptr<Connection> connection, Place place, bool waits)
        : connection_{std::move(connection)}, place_{std::move(place)}, loaded_{!waits} {}

    // The calls that every worker is sent before it runs, Network.enable and `more` among them.
    static std::vector<Connection::Call> set_up_calls(const std::string& session, bool keeps_bodies,
                                                      std::vector<Connection::Call> more);

    // True when the event was one of the worker's life.
    bool on_event_on_io_thread(std::string_view method, const boost::json::object& params);
    void end(const TerminalCause& cause);
    void throw_end_of(const std::string& session) const override;

    // Waits until the script has run once, so that what it defines is there: the context to evaluate in. Throws
    // ConnectionClosed when the worker ends, or has ended.
    std::string await_context(Deadline deadline) const;
    void wait_for_end(Deadline deadline) const;
    bool ended() const;

    const Place& place() const noexcept { return place_; }
    Session session() const { return Session{connection_, place_.session}; }

private:
    void throw_end() const;  // under the lock

    const std::shared_ptr<Connection> connection_;
    const Place place_;
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    bool loaded_;                       // guarded by mutex_
    std::string context_;               // guarded by mutex_; empty: none yet
    std::optional<TerminalCause> end_;  // guarded by mutex_
};

}  // namespace reprise::cdp
