// What every session of a page is sent before anything of the page runs in it, and what is added to that later.
#include <utility>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include <reprise/cdp/error.hpp>
#include <reprise/cdp/protocol/emulation.hpp>
#include <reprise/cdp/protocol/log.hpp>
#include <reprise/cdp/protocol/network.hpp>
#include <reprise/cdp/protocol/page.hpp>
#include <reprise/cdp/protocol/runtime.hpp>
#include <reprise/cdp/protocol/target.hpp>

#include "page/json_member.hpp"
#include "page/network_values.hpp"
#include "page/page_core.hpp"

namespace reprise::cdp {
namespace json = boost::json;
namespace {

template <class Command>
Connection::Call call(const std::string& session, const Command& command) {
    return {session, Command::method, to_json_text(command)};
}

}  // namespace

IsolatedScript::IsolatedScript(std::string_view function) {
    const auto quoted = json::serialize(json::string(function));
    escaped_ = quoted.substr(1, quoted.size() - 2);
}

std::vector<PageCore::SetUpCall> PageCore::set_up(const std::string& session) {
    std::vector<SetUpCall> posted;
    share_.later->join({session, target_, session == session_, false}, [&](std::vector<Connection::Call> later) {
        share_.interception->join(
            session, target_, Interception::Role::holder, [&](std::vector<Connection::Call> calls) {
                for (auto& call : calls) later.push_back(std::move(call));
                for (auto& call : connection_->post_all(set_up_calls(session, std::move(later)))) {
                    posted.push_back({session, std::move(call)});
                }
            });
    });
    return posted;
}

void PageCore::await_set_up(Deadline deadline) {
    while (true) {
        std::vector<SetUpCall> calls;
        {
            const std::lock_guard lock{set_up_mutex_};
            calls = set_up_;
        }
        if (calls.empty()) return;
        // Outside of the lock: whoever else waits has a deadline of their own. The answers come in this order, or
        // nearly: who waits for the last one sleeps once, and not twenty times.
        calls.back().call->wait_until_settled(deadline);
        for (const auto& call : calls) await_set_up(call, deadline);
        const std::lock_guard lock{set_up_mutex_};
        if (set_up_.empty() || set_up_.front().call != calls.front().call) continue;  // another waiter has taken them
        for (const auto& call : calls) adopt_frames(call, deadline);
        // Those of frames that were attached meanwhile come behind them.
        set_up_.erase(set_up_.begin(), set_up_.begin() + static_cast<std::ptrdiff_t>(calls.size()));
    }
}

void PageCore::await_set_up(const SetUpCall& sent, Deadline deadline) {
    try {
        sent.call->wait_settled(deadline);
    } catch (const ProtocolError& error) {
        // A popup in its opener's process finds it done: the process, not the page, has the locale.
        if (error.browser_text().find("locale override is already in effect") == std::string::npos) throw;
    } catch (const ConnectionClosed&) {
        if (sent.session == session_ || ended()) throw;  // a frame that has gone needs none
    }
}

void PageCore::adopt_frames(const SetUpCall& sent, Deadline deadline) {
    if (sent.call->method() != page::GetFrameTree::method) return;
    json::value answer;
    try {
        answer = sent.call->wait(deadline);
    } catch (const ConnectionClosed&) {
        return;
    }
    const auto* tree = answer.is_object() ? object_member(answer.get_object(), "frameTree") : nullptr;
    if (tree == nullptr) return;
    const std::lock_guard facts{mutex_};
    frames.adopt(sent.session, *tree);
    waiters_.changed();
}

void PageCore::keep_bodies(Deadline deadline) {
    for (const auto& sent : post_keep_bodies()) sent->wait_settled(deadline);
}

std::vector<std::shared_ptr<PendingCall>> PageCore::post_keep_bodies() {
    if (keeps_bodies_.exchange(true)) return {};
    auto sessions = read([this] { return child_sessions_; });
    sessions.push_back(session_);
    const auto of_page = sessions.size();
    for (const auto& worker : read([this] { return worker_sessions_; })) sessions.push_back(worker.first);
    std::vector<Connection::Call> calls;
    for (const auto& session : sessions) {
        calls.push_back(call(session, network_enable(true)));
    }
    auto sent = connection_->post_all(calls);
    sent.resize(of_page);  // workers may end, or be busy
    return sent;
}

void PageCore::intercept_file_choosers(bool on, Deadline deadline) {
    const int others = on ? file_chooser_waiters_.fetch_add(1) : file_chooser_waiters_.fetch_sub(1) - 1;
    if (others > 0) return;
    auto sessions = read([this] { return child_sessions_; });
    sessions.push_back(session_);
    std::vector<Connection::Call> calls;
    for (const auto& session : sessions) {
        calls.push_back(call(session, page::SetInterceptFileChooserDialog{.enabled = on}));
    }
    for (const auto& sent : connection_->post_all(calls)) sent->wait_settled(deadline);
}

// Parameters of page::AddScriptToEvaluateOnNewDocument, around a text of 80 KB that is escaped already. A document that
// has the script gets it anew with Start::with_every_document, and not with Start::now.
std::string PageCore::script_params(Start start) const {
    const auto& script = share_.options->isolated_script;
    const auto ran = "globalThis['" + binding_ + " ran']";
    std::string params = R"({"source":")";
    if (start == Start::now) params.append(ran).append("||");
    if (script) params.append("(").append(script->escaped()).append(")('").append(binding_).append("');");
    params.append(ran).append(R"(=true","worldName":")").append(world_).append(R"(","runImmediately":)");
    return params.append(start == Start::with_next_document ? "false}" : "true}");
}

void PageCore::run_script_if_due(Deadline deadline) {
    if (!script_is_due_) return;
    std::shared_ptr<PendingCall> run;
    {
        const std::lock_guard lock{set_up_mutex_};
        if (!script_is_due_) return;
        if (!script_run_ && read([this] { return frames.context(frames.main(), World::isolated).has_value(); })) {
            script_is_due_ = false;
            return;
        }
        // Registered once more, to be run now, and taken back when it has. Whoever comes meanwhile waits for the same.
        if (!script_run_) {
            script_run_ =
                connection_->post(session_, page::AddScriptToEvaluateOnNewDocument::method, script_params(Start::now));
        }
        run = script_run_;
    }
    run->wait_settled(deadline);
    if (!script_is_due_.exchange(false)) return;
    const auto answer = run->wait(deadline);
    const auto identifier = answer.is_object() ? string_member(answer.get_object(), "identifier") : std::string();
    connection_->post(session_, page::RemoveScriptToEvaluateOnNewDocument::method,
                      to_json_text(page::RemoveScriptToEvaluateOnNewDocument{.identifier = identifier}));
}

std::vector<Connection::Call> PageCore::set_up_calls(const std::string& session,
                                                     std::vector<Connection::Call> later) const {
    std::vector<Connection::Call> calls{
        call(session, page::Enable{}),
        // On and off: what a document that is already there has reached is told once. Left on, the first picture of a
        // page of 10,000 elements takes 80 ms longer, since every element is watched for paint events.
        call(session, page::SetLifecycleEventsEnabled{.enabled = true}),
        call(session, page::SetLifecycleEventsEnabled{.enabled = false}),
        call(session, runtime::AddBinding{.name = binding_, .executionContextName = world_}),
        // Before the script: the world of a page that has just been made begins here, and the script would run in it.
        call(session, runtime::Enable{}),
        {session, page::AddScriptToEvaluateOnNewDocument::method,
         script_params(session == session_ && script_is_due_ ? Start::with_next_document : Start::with_every_document)},
        call(session, log::Enable{}),
        call(session, network_enable(keeps_bodies_)),
        call(session, emulation::SetFocusEmulationEnabled{.enabled = true}),
        call(session, target::SetAutoAttach{.autoAttach = true, .waitForDebuggerOnStart = true, .flatten = true}),
    };
    for (const auto& command : share_.options->set_up) {
        if (command.sessions == SetUpCommand::Sessions::all || session == session_)
            calls.push_back({session, command.method, command.params});
    }
    if (file_chooser_waiters_ > 0) calls.push_back(call(session, page::SetInterceptFileChooserDialog{.enabled = true}));
    // What a page has become before it could be listened to; a frame in another process may hold frames, too.
    if (session == session_ || origin_ == Origin::adopted) calls.push_back(call(session, page::GetFrameTree{}));
    for (auto& one : later) calls.push_back(std::move(one));
    calls.push_back(call(session, runtime::RunIfWaitingForDebugger{}));
    return calls;
}

}  // namespace reprise::cdp
