// Which call waits for which answer, on which session, and how each of them ends. No socket, no thread: it is told what
// happened and says who is to be told.
//
// Invariants: an id is answered at most once; a session has exactly one terminal cause, which fails every call that is
// open at that moment and every call made after it. A call on a session that was never opened fails at once, too.
//
// One thread at a time (Connection holds the lock).
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "session/pending_call.hpp"

namespace reprise::cdp {

class SessionListener;

class Multiplexer {
public:
    struct Posted {
        std::shared_ptr<PendingCall> call;
        std::string bytes;                       // to be written, without the NUL; empty: refused, see refusal
        std::optional<TerminalCause> refusal{};  // the session is not open
    };
    struct Ended {
        std::vector<std::shared_ptr<PendingCall>> calls{};
        std::vector<std::pair<std::string, std::weak_ptr<SessionListener>>> listeners{};
        TerminalCause cause{};
    };

    // The root session is "". Opening a session that is open replaces its listener.
    // The cause when all has ended already: nothing is opened.
    std::optional<TerminalCause> open(std::string session, std::weak_ptr<SessionListener> listener);
    bool is_open(const std::string& session) const { return sessions_.contains(session); }

    Posted post(const std::string& session, std::string_view method, std::string_view params);
    // For a session that nobody listens to (a worker that is only let go): the call is sent, its answer ignored.
    std::string send_unheard(const std::string& session, std::string_view method, std::string_view params);
    // The call that this answer settles; null for an id that nobody waits for (answered twice, or never asked).
    std::shared_ptr<PendingCall> take(std::uint64_t id);
    std::shared_ptr<SessionListener> listener(const std::string& session) const;
    // How many calls were posted on a session that is open; 0 for others.
    std::uint64_t posted(const std::string& session) const;

    // Put into the cause when the session is closed.
    void give_reason(const std::string& session, const std::string& reason);
    Ended end(const std::string& session, const TerminalCause& cause);
    Ended end_all(const TerminalCause& cause);

    std::size_t open_calls() const noexcept { return calls_.size(); }

private:
    struct OpenCall {
        std::string session;
        std::shared_ptr<PendingCall> call;
    };
    std::uint64_t next_id_{1};
    // A call that its waiter has given up stays until it is answered or its session ends: a browser that answers
    // nothing any more ends with its run.
    std::unordered_map<std::uint64_t, OpenCall> calls_;
    struct OpenSession {
        std::weak_ptr<SessionListener> listener;
        std::uint64_t posted{};
        std::string close_reason{};
    };
    std::map<std::string, OpenSession> sessions_;
    // Why the last sessions ended: a run has thousands, and nobody asks about those of rows long past.
    static constexpr std::size_t k_remembered_ends = 256;
    std::deque<std::pair<std::string, TerminalCause>> ended_;
    std::optional<TerminalCause> all_ended_;
};

}  // namespace reprise::cdp
