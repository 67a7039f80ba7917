// What every worker is sent before its first statement runs, be it a page's or a context's own. Nobody waits for the
// answers: a worker may end at once.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "page/interception.hpp"
#include "page/later_set_up.hpp"
#include "worker/worker_core.hpp"

namespace reprise::cdp {

// `share`: of the context; `page`: whose worker it is, or empty.
template <class Share>
void set_up_worker(Connection& connection, const Share& share, const std::string& session, const std::string& page,
                   Interception::Role role, bool keeps_bodies) {
    share.later->join({session, page, false, true}, [&](std::vector<Connection::Call> later) {
        std::vector<Connection::Call> calls;
        for (const auto& command : share.options->set_up) {
            if (command.for_workers()) calls.push_back({session, command.method, command.params});
        }
        for (auto& one : later) calls.push_back(std::move(one));
        share.interception->join(session, page, role, [&](std::vector<Connection::Call> rules) {
            for (auto& one : rules) calls.push_back(std::move(one));
            connection.post_all(WorkerCore::set_up_calls(session, keeps_bodies, std::move(calls)));
        });
    });
}

}  // namespace reprise::cdp
