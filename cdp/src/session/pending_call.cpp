#include "session/pending_call.hpp"

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>

namespace reprise::cdp {

void PendingCall::succeed(boost::json::value result) {
    const std::lock_guard lock{mutex_};
    if (settled_) return;
    result_ = std::move(result);
    settle();
}

void PendingCall::refuse(int code, std::string browser_text) {
    const std::lock_guard lock{mutex_};
    if (settled_) return;
    refusal_ = Refusal{code, std::move(browser_text)};
    settle();
}

void PendingCall::end(TerminalCause cause) {
    const std::lock_guard lock{mutex_};
    if (settled_) return;
    cause_ = std::move(cause);
    settle();
}

void PendingCall::settle() {
    settled_ = true;
    changed_.notify_all();
}

bool PendingCall::settled() const {
    const std::lock_guard lock{mutex_};
    return settled_;
}

boost::json::value PendingCall::wait(Deadline deadline) {
    std::unique_lock lock{mutex_};
    wait_locked(lock, deadline);
    return std::move(result_);
}

void PendingCall::wait_settled(Deadline deadline) {
    std::unique_lock lock{mutex_};
    wait_locked(lock, deadline);
}

bool PendingCall::wait_until_settled(Deadline deadline) const {
    std::unique_lock lock{mutex_};
    return changed_.wait_until(lock, deadline.at(), [this] { return settled_; });
}

void PendingCall::wait_locked(std::unique_lock<std::mutex>& lock, Deadline deadline) {
    if (!changed_.wait_until(lock, deadline.at(), [this] { return settled_; })) {
        throw TimeoutError(
            fmt::format("{}: no answer from the browser after {} ms", method_, deadline.timeout().count()));
    }
    if (cause_) {
        const auto text = fmt::format("{}: {}", method_, cause_->text);
        if (cause_->kind == TerminalCause::Kind::crashed) throw TargetCrashed(text);
        throw ConnectionClosed(text);
    }
    if (refusal_) throw ProtocolError(method_, refusal_->code, refusal_->text);
}

}  // namespace reprise::cdp
