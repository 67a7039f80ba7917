#include "worker/service_workers.hpp"

#include <algorithm>
#include <utility>

#include <reprise/cdp/command.hpp>
#include <reprise/cdp/protocol/target.hpp>

#include "page/json_member.hpp"
#include "worker/set_up_worker.hpp"

namespace reprise::cdp {
namespace json = boost::json;

void ServiceWorkers::expect(const std::string& target) {
    const std::lock_guard lock{mutex_};
    expected_.insert(target);
}

bool ServiceWorkers::expects(const std::string& target) const {
    const std::lock_guard lock{mutex_};
    return expected_.contains(target);
}

std::shared_ptr<WorkerCore> ServiceWorkers::find(const std::string& session) const {
    const auto found = std::ranges::find_if(workers, [&](const auto& one) { return one->place().session == session; });
    return found == workers.end() ? nullptr : *found;
}

bool ServiceWorkers::attach_on_io_thread(const std::shared_ptr<Connection>& connection, const Share& share,
                                         const json::object& params) {
    const auto* info = object_member(params, "targetInfo");
    WorkerCore::Place place{.target = string_member(*info, "targetId"),
                            .session = string_member(params, "sessionId"),
                            .url = string_member(*info, "url")};
    {
        const std::lock_guard lock{mutex_};
        for (const auto& worker : workers) {
            if (worker->place().target == place.target && !worker->ended()) return false;
        }
        place.number = ++seen;
        expected_.insert(place.target);
        network.add_worker(place.session, place.session, place.target, {});
        workers.push_back(std::make_shared<WorkerCore>(connection, place, bool_member(params, "waitingForDebugger")));
        if (workers.size() > k_ended_workers && workers.front()->ended()) workers.pop_front();
    }
    connection_ = connection;
    share_ = share;
    connection->open_session(place.session, shared_from_this());
    set_up_worker(*connection_, share_, place.session, {}, Interception::Role::holder,
                  share_.observers->keeps_bodies());
    return true;
}

void ServiceWorkers::on_event_on_io_thread(const std::string& session, std::string_view method,
                                           const json::object& params) {
    if (share_.interception->on_event_on_io_thread(connection_, session, {}, method, params)) return;
    if (method == "Inspector.targetCrashed") {
        // The browser has ended it, as it does with those that have nothing to do. Our session would keep its remains.
        connection_->post("", target::DetachFromTarget::method,
                          to_json_text(target::DetachFromTarget{.sessionId = session}));
        return connection_->end_session(session, {TerminalCause::Kind::closed, "the service worker was ended"});
    }
    PageObservers::News news;
    {
        const std::lock_guard lock{mutex_};
        const auto worker = find(session);
        if (!worker || worker->on_event_on_io_thread(method, params)) return;
        if (console.on_event(method, params, {worker->place().target, worker->place().url})) return;
        if (network.on_event(session, method, params)) news = share_.observers->collect(network);
    }
    share_.observers->tell_on_io_thread({}, news, [this](const std::string& id) { return Session{connection_, id}; });
}

void ServiceWorkers::on_session_end_on_io_thread(const std::string& session, const TerminalCause& cause) {
    share_.interception->leave_on_io_thread(session);
    share_.later->leave(session);
    PageObservers::News news;
    {
        const std::lock_guard lock{mutex_};
        network.forget(session);
        news = share_.observers->collect(network);
        if (const auto worker = find(session)) {
            worker->end(cause);
            expected_.erase(worker->place().target);
        }
    }
    share_.observers->tell_on_io_thread({}, news, [this](const std::string& id) { return Session{connection_, id}; });
}

}  // namespace reprise::cdp
