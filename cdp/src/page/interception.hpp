// Which requests of a context are held, told to every session of its pages: those that are there, and those to come.
//
// Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include <reprise/cdp/interception.hpp>

#include "session/connection.hpp"

namespace reprise::cdp {

class Interception {
public:
    explicit Interception(std::weak_ptr<RequestListener> listener) : listener_{std::move(listener)} {}

    // `post` gets the commands that the rules mean for a new session of the page `target`. Later rules are told to the
    // session when it has returned, and never in between.
    // Requests of a page's workers are held on the page's sessions; but the cache is the worker's own.
    enum class Role { holder, worker };
    template <class Post>
    void join(const std::string& session, const std::string& target, Role role, Post&& post) {
        const std::lock_guard lock{mutex_};
        sessions_.push_back({session, target, role});
        post(calls_for(sessions_.back(), Change::first));
    }
    void leave_on_io_thread(const std::string& session);
    // Tells all sessions; the answers are awaited by the caller.
    std::vector<std::shared_ptr<PendingCall>> set_rules(InterceptionRules rules, Connection& connection);

    // True when the event was one of held requests.
    bool on_event_on_io_thread(const std::shared_ptr<Connection>& connection, const std::string& session,
                               const std::string& target, std::string_view method, const boost::json::object& params);

private:
    struct Member {
        std::string session, target;
        Role role;
    };
    enum class Change { first, later };
    std::vector<Connection::Call> calls_for(const Member& member, Change change) const;

    const std::weak_ptr<RequestListener> listener_;
    mutable std::mutex mutex_;
    InterceptionRules rules_;       // guarded by mutex_
    std::vector<Member> sessions_;  // guarded by mutex_
};

}  // namespace reprise::cdp
