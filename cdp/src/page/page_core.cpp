#include "page/page_core.hpp"

#include <random>
#include <utility>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include <reprise/cdp/error.hpp>
#include <reprise/cdp/protocol/page.hpp>
#include <reprise/cdp/protocol/runtime.hpp>
#include <reprise/cdp/protocol/target.hpp>

#include "page/json_member.hpp"

namespace reprise::cdp {
namespace json = boost::json;
namespace {

constexpr std::size_t k_most_messages = 64;  // a hostile page cannot reach the binding; a bug of ours could
constexpr std::size_t k_largest_message_bytes = 64U << 10;
constexpr std::size_t k_most_dialogs = 50;  // while nothing is asked of the page; one that shows more is closed

// A name that no page can guess: the binding is ours alone.
std::string make_binding_name() {
    static std::mutex mutex;
    static std::mt19937_64 random{std::random_device{}()};
    const std::lock_guard lock{mutex};
    return fmt::format("r{:016x}", random());
}

}  // namespace

PageCore::PageCore(std::shared_ptr<Connection> connection, std::string target, std::string session, ContextShare share)
    : PageCore{std::move(connection), std::move(target), std::move(session), std::move(share), make_binding_name()} {}

PageCore::PageCore(std::shared_ptr<Connection> connection, std::string target, std::string session, ContextShare share,
                   std::string binding)
    : frames{target, session, "reprise " + binding},
      connection_{std::move(connection)},
      target_{std::move(target)},
      session_{std::move(session)},
      share_{std::move(share)},
      binding_{std::move(binding)},
      world_{"reprise " + binding_} {}

std::shared_ptr<PageCore> PageCore::attach(std::shared_ptr<Connection> connection, std::string target,
                                           std::string session, ContextShare share, Place place) {
    std::shared_ptr<PageCore> core{
        new PageCore(std::move(connection), std::move(target), std::move(session), std::move(share))};
    core->origin_ = place.origin;
    core->opener_ = std::move(place.opener);
    core->script_is_due_ = core->share_.options->isolated_script && core->origin_ == Origin::new_page &&
                           core->opener_.empty() && (place.url.empty() || place.url.starts_with("about:blank"));
    core->keeps_bodies_ = core->share_.observers->keeps_bodies();
    if (!place.url.empty()) core->frames.attach_remote(core->target_, {}, core->session_, place.url);
    core->connection_->open_session(core->session_, core);
    auto calls = core->set_up(core->session_);
    const std::lock_guard lock{core->set_up_mutex_};
    core->set_up_.insert(core->set_up_.begin(), calls.begin(), calls.end());
    return core;
}

void PageCore::let_go() {
    if (ended()) return;
    connection_->post("", target::DetachFromTarget::method,
                      to_json_text(target::DetachFromTarget{.sessionId = session_}));
}

void PageCore::on_event_on_io_thread(const std::string& session, std::string_view method, const json::object& params) {
    if (method == "Target.attachedToTarget") return on_attached_on_io_thread(session, params);
    if (method == "Page.javascriptDialogOpening") return on_dialog_on_io_thread(session, params);
    if (method == "Runtime.bindingCalled") return on_message_on_io_thread(session, params);
    if (method == "Page.screencastFrame") return on_screencast_frame_on_io_thread(session, params);
    if (method == "Runtime.executionContextDestroyed") {
        tell_context_gone_on_io_thread(session, static_cast<int>(number_member(params, "executionContextId")));
    } else if (method == "Runtime.executionContextsCleared") {
        tell_context_gone_on_io_thread(session, 0);
    }
    const auto worker = session == session_ ? nullptr : worker_of(session);
    if (method == "Inspector.targetCrashed") {
        if (!worker) return crash_on_io_thread();
        return connection_->end_session(session, {TerminalCause::Kind::closed, "the worker was ended"});
    }
    if (share_.interception->on_event_on_io_thread(connection_, session, target_, method, params)) return;
    if (worker && worker->on_event_on_io_thread(method, params)) return;
    const auto writer = worker ? ConsoleWriter{worker->place().target, worker->place().url} : ConsoleWriter{};
    if (note_on_io_thread(session, method, params, writer)) return;
    PageObservers::News news;
    std::vector<FrameEvent> of_frames;
    {
        const std::lock_guard lock{mutex_};
        if (method == "CSS.styleSheetAdded") {  // while coverage is taken
            if (const auto* header = object_member(params, "header")) {
                style_sheets[string_member(*header, "styleSheetId")] = string_member(*header, "sourceURL");
            }
            return;
        }
        if (method == "Page.fileChooserOpened") {
            file_choosers.push_back({.frame = string_member(params, "frameId"),
                                     .field = static_cast<int>(number_member(params, "backendNodeId")),
                                     .multiple = string_member(params, "mode") == "selectMultiple"});
            waiters_.changed();
            return;
        }
        if (method == "Input.dragIntercepted") {
            if (const auto* data = params.if_contains("data")) drag_data = *data;
        }
        const bool of_network = network.on_event(session, method, params);
        if (of_network || !network.changes().empty()) news = share_.observers->collect(network);
        if (!of_network) {
            frames.note_events(share_.observers->any());
            if (worker || !frames.on_event(session, method, params)) return;
            of_frames = frames.take_events();
        }
        waiters_.changed();
    }
    share_.observers->tell_on_io_thread(target_, news, [this](const std::string& id) { return this->session(id); });
    for (const auto& event : of_frames) share_.observers->tell_on_io_thread(target_, event);
}

bool PageCore::note_on_io_thread(const std::string& session, std::string_view method, const json::object& params,
                                 const ConsoleWriter& writer) {
    const bool told = share_.observers->any();
    std::optional<PageEvent> event;
    {
        const std::lock_guard lock{mutex_};
        const auto messages_before = console.messages_seen();
        const auto errors_before = console.errors_seen();
        const auto sockets_before = web_sockets.seen();
        if (console.on_event(method, params, writer)) {  // nobody waits for these
            if (told && console.messages_seen() > messages_before) event = console.last_message();
            if (told && console.errors_seen() > errors_before) event = console.last_error();
        } else if (web_sockets.on_event(session, method, params)) {
            if (told && web_sockets.seen() > sockets_before) event = web_sockets.records().back();
            waiters_.changed();
        } else {
            return false;
        }
    }
    if (event) share_.observers->tell_on_io_thread(target_, *event);
    return true;
}

void PageCore::on_attached_on_io_thread(const std::string& parent_session, const json::object& params) {
    const auto child = string_member(params, "sessionId");
    const auto* info = object_member(params, "targetInfo");
    if (child.empty() || info == nullptr) return;
    const auto type = string_member(*info, "type");
    if (type == "worker") return on_worker_on_io_thread(parent_session, params);
    if (type != "iframe") {
        // Not ours to drive, but left paused it would stall the page. Service workers run when the context is ready.
        if (!share_.service_workers->expects(string_member(*info, "targetId"))) {
            connection_->post_unheard(child, runtime::RunIfWaitingForDebugger::method, "{}");
        }
        connection_->post(parent_session, target::DetachFromTarget::method,
                          to_json_text(target::DetachFromTarget{.sessionId = child}));
        return;
    }
    {
        const std::lock_guard lock{mutex_};
        frames.attach_remote(string_member(*info, "targetId"), string_member(*info, "parentFrameId"), child,
                             string_member(*info, "url"));
        child_sessions_.push_back(child);
    }
    connection_->open_session(child, shared_from_this());
    auto calls = set_up(child);
    if (origin_ == Origin::adopted) {
        const std::lock_guard lock{set_up_mutex_};
        set_up_.insert(set_up_.end(), calls.begin(), calls.end());
    }
    const std::lock_guard lock{mutex_};
    waiters_.changed();
}

void PageCore::on_dialog_on_io_thread(const std::string& session, const json::object& params) {
    Dialog dialog{.type = string_member(params, "type"),
                  .message = string_member(params, "message"),
                  .url = string_member(params, "url")};
    const bool too_many = too_many_dialogs_on_io_thread();
    auto answer = read([this]() -> std::optional<DialogAnswer> {
        if (next_answers.empty()) return std::nullopt;
        return std::move(next_answers.extract(next_answers.begin()).mapped());
    });
    if (const auto listener = answer ? nullptr : share_.options->dialog_listener.lock()) {
        answer = listener->answer_on_io_thread(target_, dialog);
    }
    dialog.expected = answer.has_value();
    const bool asks = dialog.type == "confirm" || dialog.type == "prompt";
    dialog.answer =
        answer ? std::move(*answer) : DialogAnswer{.action = asks ? DialogAction::dismiss : DialogAction::accept};
    if (!too_many) read([&] { dialogs.push_back(dialog); });
    if (!too_many && share_.observers->any()) share_.observers->tell_on_io_thread(target_, dialog);
    connection_->post(session, page::HandleJavaScriptDialog::method,
                      to_json_text(page::HandleJavaScriptDialog{.accept = dialog.answer.action == DialogAction::accept,
                                                                .promptText = dialog.answer.text}));
    ++calls_at_dialog_;  // our own answer
    if (too_many) {
        connection_->post("", target::CloseTarget::method, to_json_text(target::CloseTarget{.targetId = target_}));
        connection_->end_session(
            session_,
            {TerminalCause::Kind::closed,
             fmt::format("the page showed more than {} dialogs within one call: it was closed", k_most_dialogs)});
    }
    const std::lock_guard lock{mutex_};
    waiters_.changed();
}

// A page that asks again and again answers nothing else: no call on it returns.
bool PageCore::too_many_dialogs_on_io_thread() {
    auto calls = connection_->posted(session_);
    for (const auto& child : read([this] { return child_sessions_; })) calls += connection_->posted(child);
    if (calls != std::exchange(calls_at_dialog_, calls)) dialogs_in_call_ = 0;
    return ++dialogs_in_call_ > k_most_dialogs;
}

void PageCore::on_screencast_frame_on_io_thread(const std::string& session, const json::object& params) {
    const auto listener = share_.options->screencast_listener.lock();
    if (!listener) return;
    ScreencastFrame frame{.data = string_member(params, "data"),
                          .number = static_cast<int>(number_member(params, "sessionId"))};
    if (const auto* facts = object_member(params, "metadata")) frame.time_s = number_member(*facts, "timestamp");
    listener->on_frame_on_io_thread(this->session(session), target_, std::move(frame));
}

void PageCore::on_message_on_io_thread(const std::string& session, const json::object& params) {
    const auto payload = string_member(params, "payload");
    if (auto name = string_member(params, "name"); name != binding_) {
        if (const auto listener = share_.options->binding_listener.lock()) {
            listener->on_binding_on_io_thread({.session = this->session(session),
                                               .page = target_,
                                               .context = static_cast<int>(number_member(params, "executionContextId")),
                                               .name = std::move(name),
                                               .payload = payload});
        }
        return;
    }
    if (payload.size() > k_largest_message_bytes) return;
    json::error_code error;
    const auto value = json::parse(payload, error);
    if (error || !value.is_object()) return;
    const auto token = string_member(value.get_object(), "token");
    const std::lock_guard lock{mutex_};
    if (messages.size() >= k_most_messages) messages.erase(messages.begin());
    messages[token] = payload;
    waiters_.changed();
}

void PageCore::tell_context_gone_on_io_thread(const std::string& session, int context) {
    if (const auto listener = share_.options->binding_listener.lock()) {
        listener->on_context_gone_on_io_thread(session, context);
    }
}

void PageCore::crash_on_io_thread() {
    end({TerminalCause::Kind::crashed, "the page's process crashed"});
}

void PageCore::end(const TerminalCause& cause) {
    std::vector<std::string> sessions;
    {
        const std::lock_guard lock{mutex_};
        sessions = child_sessions_;
    }
    for (const auto& child : sessions) connection_->end_session(child, cause);
    connection_->end_session(session_, cause);
}

void PageCore::on_session_end_on_io_thread(const std::string& session, const TerminalCause& cause) {
    share_.interception->leave_on_io_thread(session);
    share_.later->leave(session);
    tell_context_gone_on_io_thread(session, 0);
    PageObservers::News news;
    {
        const std::lock_guard lock{mutex_};
        const bool of_frame = session != session_ && !worker_sessions_.contains(session);
        network.forget(session, of_frame ? NetworkTracker::Gone::frame : NetworkTracker::Gone::process);
        news = share_.observers->collect(network);
        if (session == session_) {
            if (!end_) end_ = cause;
        } else if (const auto worker = worker_sessions_.find(session); worker != worker_sessions_.end()) {
            worker->second->end(cause);
            worker_sessions_.erase(worker);
        } else {
            frames.detach_session(session);
            std::erase(child_sessions_, session);
        }
        waiters_.changed();
    }
    share_.observers->tell_on_io_thread(target_, news, [this](const std::string& id) { return this->session(id); });
    end_workers_of_on_io_thread(session, cause);
    if (session != session_) return;
    if (share_.observers->any()) {
        share_.observers->tell_on_io_thread(target_, PageEnded{.page = PageTarget{shared_from_this()},
                                                               .crashed = cause.kind == TerminalCause::Kind::crashed});
    }
    if (const auto listener = share_.options->screencast_listener.lock()) listener->on_page_end_on_io_thread(target_);
}

void PageCore::throw_end_of(const std::string& session) const {
    if (session != session_ && !ended()) throw DocumentGone("the frame was removed");
}

void PageCore::throw_if_ended() const {
    if (!end_) return;
    if (end_->kind == TerminalCause::Kind::crashed) throw TargetCrashed(end_->text);
    throw ConnectionClosed(end_->text);
}

void PageCore::throw_timeout(const char* what, Deadline deadline) {
    throw TimeoutError(fmt::format("{} after {} ms", what, deadline.timeout().count()));
}

}  // namespace reprise::cdp
