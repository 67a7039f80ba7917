#include "worker/worker_core.hpp"

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>
#include <reprise/cdp/protocol/log.hpp>
#include <reprise/cdp/protocol/network.hpp>
#include <reprise/cdp/protocol/runtime.hpp>
#include <reprise/cdp/protocol/target.hpp>
#include <reprise/cdp/worker_target.hpp>

#include "page/json_member.hpp"
#include "page/network_values.hpp"

namespace reprise::cdp {
namespace json = boost::json;

std::vector<Connection::Call> WorkerCore::set_up_calls(const std::string& session, bool keeps_bodies,
                                                       std::vector<Connection::Call> more) {
    const auto call = [&](const auto& command) {
        return Connection::Call{session, std::remove_cvref_t<decltype(command)>::method, to_json_text(command)};
    };
    std::vector<Connection::Call> calls{
        call(runtime::Enable{}),
        call(log::Enable{}),
        call(network_enable(keeps_bodies)),
        call(target::SetAutoAttach{.autoAttach = true, .waitForDebuggerOnStart = true, .flatten = true}),
    };
    for (auto& one : more) calls.push_back(std::move(one));
    calls.push_back(call(runtime::RunIfWaitingForDebugger{}));
    return calls;
}

bool WorkerCore::on_event_on_io_thread(std::string_view method, const json::object& params) {
    if (method == "Inspector.workerScriptLoaded") {
        const std::lock_guard lock{mutex_};
        loaded_ = true;
        changed_.notify_all();
        return true;
    }
    if (method == "Runtime.executionContextCreated") {
        const auto* context = object_member(params, "context");
        const std::lock_guard lock{mutex_};
        if (context != nullptr && context_.empty()) context_ = string_member(*context, "uniqueId");
        changed_.notify_all();
        return true;
    }
    return false;
}

void WorkerCore::end(const TerminalCause& cause) {
    const std::lock_guard lock{mutex_};
    if (!end_) end_ = cause;
    changed_.notify_all();
}

void WorkerCore::throw_end() const {
    if (!end_) return;
    const auto text = fmt::format("the worker {} has ended", place_.url);
    if (end_->kind == TerminalCause::Kind::crashed) throw TargetCrashed(fmt::format("{}: {}", text, end_->text));
    throw ConnectionClosed(text);
}

void WorkerCore::throw_end_of(const std::string&) const {
    // The browser may refuse a call a moment before it tells of the end.
    constexpr std::chrono::milliseconds k_moment{500};
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, k_moment, [this] { return end_.has_value(); });
    throw_end();
}

std::string WorkerCore::await_context(Deadline deadline) const {
    std::unique_lock lock{mutex_};
    const auto ready = [this] { return end_ || (loaded_ && !context_.empty()); };
    if (!changed_.wait_until(lock, deadline.at(), ready)) {
        throw TimeoutError(fmt::format("the script of the worker {} has not run through after {} ms", place_.url,
                                       deadline.timeout().count()));
    }
    throw_end();
    return context_;
}

void WorkerCore::wait_for_end(Deadline deadline) const {
    std::unique_lock lock{mutex_};
    const auto ended = [this] { return end_.has_value(); };
    if (!changed_.wait_until(lock, deadline.at(), ended)) {
        throw TimeoutError(
            fmt::format("the worker {} has not ended after {} ms", place_.url, deadline.timeout().count()));
    }
}

bool WorkerCore::ended() const {
    const std::lock_guard lock{mutex_};
    return end_.has_value();
}

const std::string& WorkerTarget::id() const noexcept {
    return core_->place().target;
}
const std::string& WorkerTarget::url() const noexcept {
    return core_->place().url;
}
Session WorkerTarget::session() const {
    return core_->session();
}
bool WorkerTarget::alive() const {
    return !core_->ended();
}
void WorkerTarget::wait_for_end(Deadline deadline) const {
    core_->wait_for_end(deadline);
}
const ScriptHost& WorkerTarget::script_host() const noexcept {
    return *core_;
}

}  // namespace reprise::cdp
