// Workers of a page: attached by the session of the document or worker that starts them, held by the browser until they
// are set up.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>
#include <reprise/cdp/page_target.hpp>
#include <reprise/cdp/worker_target.hpp>

#include "page/json_member.hpp"
#include "page/page_core.hpp"
#include "worker/set_up_worker.hpp"

namespace reprise::cdp {
namespace json = boost::json;

void PageCore::on_worker_on_io_thread(const std::string& parent_session, const json::object& params) {
    const auto* info = object_member(params, "targetInfo");
    WorkerCore::Place place{.target = string_member(*info, "targetId"),
                            .session = string_member(params, "sessionId"),
                            .parent = parent_session,
                            .url = string_member(*info, "url")};
    std::shared_ptr<WorkerCore> worker;
    {
        const std::lock_guard lock{mutex_};
        place.number = ++workers_seen;
        worker = std::make_shared<WorkerCore>(connection_, place, bool_member(params, "waitingForDebugger"));
        network.add_worker(place.session, parent_session, place.target, string_member(*info, "parentFrameId"));
        worker_sessions_[place.session] = worker;
        workers.push_back(worker);
        const auto ended = std::ranges::count_if(workers, [](const auto& one) { return one->ended(); });
        if (static_cast<std::size_t>(ended) > k_ended_workers) {
            workers.erase(std::ranges::find_if(workers, [](const auto& one) { return one->ended(); }));
        }
    }
    connection_->open_session(place.session, shared_from_this());
    set_up_worker(*connection_, share_, place.session, target_, Interception::Role::worker, keeps_bodies_);
    {
        const std::lock_guard lock{mutex_};
        waiters_.changed();
    }
    if (share_.observers->any()) {
        share_.observers->tell_on_io_thread(target_,
                                            WorkerStarted{PageTarget{shared_from_this()}, WorkerTarget{worker}});
    }
}

std::shared_ptr<WorkerCore> PageCore::worker_of(const std::string& session) const {
    const std::lock_guard lock{mutex_};
    const auto found = worker_sessions_.find(session);
    return found == worker_sessions_.end() ? nullptr : found->second;
}

// With a document's process, or a worker, go the workers that it has started; the browser does not tell of each.
void PageCore::end_workers_of_on_io_thread(const std::string& session, const TerminalCause& cause) {
    std::vector<std::string> sessions;
    {
        const std::lock_guard lock{mutex_};
        for (const auto& [id, worker] : worker_sessions_) {
            if (worker->place().parent == session) sessions.push_back(id);
        }
    }
    for (const auto& id : sessions) connection_->end_session(id, cause);
}

std::vector<WorkerTarget> workers(const PageTarget& page) {
    auto& core = page.core();
    return core.read([&] {
        std::vector<WorkerTarget> alive;
        for (const auto& worker : core.workers) {
            if (!worker->ended()) alive.emplace_back(worker);
        }
        return alive;
    });
}

std::size_t workers_seen(const PageTarget& page) {
    auto& core = page.core();
    return core.read([&] { return core.workers_seen; });
}

WorkerTarget wait_for_worker(const PageTarget& page, std::size_t seen,
                             const std::function<bool(const WorkerTarget&)>& wanted, Deadline deadline) {
    auto& core = page.core();
    std::shared_ptr<WorkerCore> found;
    core.wait(
        deadline, "no such worker was started",
        [&] {
            for (const auto& worker : core.workers) {
                if (worker->place().number <= seen || !wanted(WorkerTarget{worker})) continue;
                found = worker;
                return true;
            }
            return false;
        },
        Waiters::AskedBy::waiter);
    return WorkerTarget{std::move(found)};
}

}  // namespace reprise::cdp
