#include "session/multiplexer.hpp"

#include <algorithm>

#include "session/message.hpp"

namespace reprise::cdp {

std::optional<TerminalCause> Multiplexer::open(std::string session, std::weak_ptr<SessionListener> listener) {
    if (!all_ended_) sessions_[std::move(session)].listener = std::move(listener);
    return all_ended_;
}

Multiplexer::Posted Multiplexer::post(const std::string& session, std::string_view method, std::string_view params) {
    Posted posted{.call = std::make_shared<PendingCall>(std::string(method)), .bytes = {}};
    if (all_ended_) {
        posted.refusal = all_ended_;
        return posted;
    }
    const auto open = sessions_.find(session);
    if (open == sessions_.end()) {
        const auto ended = std::ranges::find(ended_, session, &decltype(ended_)::value_type::first);
        posted.refusal = ended != ended_.end()
                             ? ended->second
                             : TerminalCause{TerminalCause::Kind::closed, "the page was closed or never attached"};
        return posted;
    }
    ++open->second.posted;
    const auto id = next_id_++;
    calls_.emplace(id, OpenCall{session, posted.call});
    posted.bytes = encode_call(id, session, method, params);
    return posted;
}

std::string Multiplexer::send_unheard(const std::string& session, std::string_view method, std::string_view params) {
    return all_ended_ ? std::string() : encode_call(next_id_++, session, method, params);
}

std::shared_ptr<PendingCall> Multiplexer::take(std::uint64_t id) {
    const auto found = calls_.find(id);
    if (found == calls_.end()) return nullptr;
    auto call = std::move(found->second.call);
    calls_.erase(found);
    return call;
}

std::shared_ptr<SessionListener> Multiplexer::listener(const std::string& session) const {
    const auto found = sessions_.find(session);
    return found == sessions_.end() ? nullptr : found->second.listener.lock();
}

std::uint64_t Multiplexer::posted(const std::string& session) const {
    const auto found = sessions_.find(session);
    return found == sessions_.end() ? 0 : found->second.posted;
}

void Multiplexer::give_reason(const std::string& session, const std::string& reason) {
    const auto found = sessions_.find(session);
    if (found != sessions_.end()) found->second.close_reason = reason;
}

Multiplexer::Ended Multiplexer::end(const std::string& session, const TerminalCause& cause) {
    Ended ended{.cause = cause};
    const auto found = sessions_.find(session);
    if (found == sessions_.end()) return ended;
    const auto& reason = found->second.close_reason;
    if (cause.kind == TerminalCause::Kind::closed && !reason.empty()) ended.cause.text += ": " + reason;
    ended.listeners.emplace_back(session, std::move(found->second.listener));
    sessions_.erase(found);
    ended_.emplace_back(session, ended.cause);
    if (ended_.size() > k_remembered_ends) ended_.pop_front();
    for (auto call = calls_.begin(); call != calls_.end();) {
        if (call->second.session == session) {
            ended.calls.push_back(std::move(call->second.call));
            call = calls_.erase(call);
        } else {
            ++call;
        }
    }
    return ended;
}

Multiplexer::Ended Multiplexer::end_all(const TerminalCause& cause) {
    Ended ended{.cause = cause};
    if (all_ended_) return ended;
    all_ended_ = cause;
    for (auto& [id, open] : calls_) ended.calls.push_back(std::move(open.call));
    for (auto& [session, open] : sessions_) ended.listeners.emplace_back(session, std::move(open.listener));
    calls_.clear();
    sessions_.clear();
    return ended;
}

}  // namespace reprise::cdp
