#include <reprise/cdp/session.hpp>

#include <boost/json/value.hpp>

#include "session/connection.hpp"

namespace reprise::cdp {

boost::json::value PendingAnswer::get(Deadline deadline) {
    return call_->wait(deadline);
}
bool PendingAnswer::settled() const {
    return call_->settled();
}

Session::Session(std::shared_ptr<Connection> connection, std::string id)
    : connection_{std::move(connection)}, id_{std::move(id)} {}

boost::json::value Session::send_raw(std::string_view method, std::string_view params, Deadline deadline) const {
    return connection_->post(id_, method, params)->wait(deadline);
}

PendingAnswer Session::post_raw(std::string_view method, std::string_view params) const {
    return PendingAnswer{connection_->post(id_, method, params)};
}

CommandBatch& CommandBatch::add_raw(std::string_view method, std::string params) {
    calls_.emplace_back(method, std::move(params));
    return *this;
}

std::vector<PendingAnswer> CommandBatch::post() {
    std::vector<Connection::Call> calls;
    for (auto& [method, params] : calls_) calls.push_back({session_.id_, method, std::move(params)});
    calls_.clear();
    std::vector<PendingAnswer> answers;
    for (auto& call : session_.connection_->post_all(calls)) answers.emplace_back(std::move(call));
    return answers;
}

}  // namespace reprise::cdp
