// Commands that were added to the set-up of a context's pages while it was open: told to every session that is there,
// and to those to come.
//
// Thread-safe.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
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
        for (const auto& entry : entries_) add_call(entry.command, members_.back(), calls);
        post(std::move(calls));
    }
    void leave(const std::string& session) {
        const std::lock_guard lock{mutex_};
        std::erase_if(members_, [&](const Member& member) { return member.session == session; });
    }
    struct Added {
        std::vector<std::shared_ptr<PendingCall>> calls{};  // to the sessions that are there
        std::uint64_t number{};
        std::optional<LaterCommand> replaced{};
    };
    // Tells all sessions; the answers are awaited by the caller. In place of an earlier command with the same key.
    Added add(LaterCommand command, Connection& connection) {
        const std::lock_guard lock{mutex_};
        std::vector<Connection::Call> calls, of_workers;  // workers may be busy, and know not all of it
        for (const auto& member : members_) add_call(command, member, member.is_worker ? of_workers : calls);
        Added added{.number = ++last_number_};
        const auto same = [&](const Entry& entry) {
            return !command.key.empty() && entry.command.key == command.key && entry.command.page == command.page;
        };
        if (const auto found = std::ranges::find_if(entries_, same); found != entries_.end()) {
            added.replaced = std::move(found->command);
            entries_.erase(found);
        }
        entries_.push_back({added.number, std::move(command)});
        connection.post_all(of_workers);
        added.calls = connection.post_all(calls);
        return added;
    }
    // The browser has refused it: pages to come are set up as if it had never been given.
    void take_back(Added added) {
        const std::lock_guard lock{mutex_};
        const auto found = std::ranges::find(entries_, added.number, &Entry::number);
        if (found == entries_.end()) return;  // another has taken its place
        if (added.replaced) {
            found->command = std::move(*added.replaced);
        } else {
            entries_.erase(found);
        }
    }

private:
    struct Entry {
        std::uint64_t number{};
        LaterCommand command;
    };
    static void add_call(const LaterCommand& later, const Member& member, std::vector<Connection::Call>& calls) {
        if (!later.page.empty() && later.page != member.page) return;
        if (later.command.sessions == SetUpCommand::Sessions::pages && !member.is_main) return;
        if (member.is_worker && !later.command.for_workers()) return;
        calls.push_back({member.session, later.command.method, later.command.params});
    }

    std::mutex mutex_;
    std::vector<Entry> entries_;   // guarded by mutex_
    std::uint64_t last_number_{};  // guarded by mutex_
    std::vector<Member> members_;  // guarded by mutex_
};

}  // namespace reprise::cdp
