// Commands that were added to the set-up of a context's pages while it was open: told to every session that is there,
// and to those to come.
//
// Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <reprise/cdp/browser_context.hpp>

#include "session/connection.hpp"

namespace reprise::cdp {

class LaterSetUp {
public:
    struct Member {
        std::string session, page;
        bool is_main{};
        bool is_worker{};
    };

    // `post` gets the commands for a new session. Later ones are told to it when that has returned, never in between.
    template <class Post>
    void join(Member member, Post&& post) {
        const std::lock_guard lock{mutex_};
        members_.push_back(std::move(member));
        std::vector<Connection::Call> calls;
        for (const auto& entry : entries_) add_call(entry, members_.back(), calls);
        post(std::move(calls));
    }
    void leave(const std::string& session) {
        const std::lock_guard lock{mutex_};
        std::erase_if(members_, [&](const Member& member) { return member.session == session; });
    }
    // Tells all sessions; the answers are awaited by the caller. In place of an earlier command with the same key.
    std::vector<std::shared_ptr<PendingCall>> add(LaterCommand command, Connection& connection) {
        const std::lock_guard lock{mutex_};
        std::vector<Connection::Call> calls, of_workers;  // workers may be busy, and know not all of it
        for (const auto& member : members_) add_call(command, member, member.is_worker ? of_workers : calls);
        if (!command.key.empty()) {
            std::erase_if(entries_, [&](const LaterCommand& entry) {
                return entry.key == command.key && entry.page == command.page;
            });
        }
        entries_.push_back(std::move(command));
        connection.post_all(of_workers);
        return connection.post_all(calls);
    }

private:
    static void add_call(const LaterCommand& entry, const Member& member, std::vector<Connection::Call>& calls) {
        if (!entry.page.empty() && entry.page != member.page) return;
        if (entry.command.sessions == SetUpCommand::Sessions::pages && !member.is_main) return;
        if (member.is_worker && !entry.command.for_workers()) return;
        calls.push_back({member.session, entry.command.method, entry.command.params});
    }

    std::mutex mutex_;
    std::vector<LaterCommand> entries_;  // guarded by mutex_
    std::vector<Member> members_;        // guarded by mutex_
};

}  // namespace reprise::cdp
