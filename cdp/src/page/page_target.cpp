#include <reprise/cdp/page_target.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include <reprise/cdp/base64.hpp>
#include <reprise/cdp/error.hpp>
#include <reprise/cdp/protocol/dom.hpp>
#include <reprise/cdp/protocol/input.hpp>
#include <reprise/cdp/protocol/network.hpp>
#include <reprise/cdp/protocol/page.hpp>
#include <reprise/cdp/protocol/runtime.hpp>
#include <reprise/cdp/protocol/target.hpp>

#include "page/json_member.hpp"
#include "page/page_core.hpp"
#include "page/script_run.hpp"

namespace reprise::cdp {
namespace json = boost::json;

PageTarget::PageTarget(std::shared_ptr<PageCore> core) noexcept : core_{std::move(core)} {}

const std::string& PageTarget::id() const noexcept {
    return core_->target();
}
Session PageTarget::session() const {
    return core_->main_session();
}
bool PageTarget::alive() const {
    return !core_->ended();
}
void PageTarget::await_ready(Deadline deadline) const {
    core_->await_set_up(deadline);
}
FrameId PageTarget::main_frame() const {
    return core_->target();
}

std::vector<FrameInfo> PageTarget::frames() const {
    return core_->read([this] { return core_->frames.frames(); });
}

std::optional<FrameInfo> PageTarget::frame(const FrameId& id) const {
    return core_->read([&] { return core_->frames.frame(id); });
}

std::string PageTarget::url() const {
    return core_->read([this] { return core_->frames.frame(core_->frames.main())->url; });
}

json::value PageTarget::evaluate(const FrameId& frame, World world, std::string_view expression,
                                 Deadline deadline) const {
    const auto context = context_of(*core_, frame, world, deadline);
    return unless_frame_gone(*core_, context.session, [&] {
        return value_of(run(core_->session(context.session),
                            runtime::Evaluate{.expression = std::string(expression),
                                              .uniqueContextId = context.unique_id,
                                              .returnByValue = true,
                                              .awaitPromise = true,
                                              .userGesture = world == World::page ? std::optional{true} : std::nullopt},
                            deadline));
    });
}

RemoteHandle PageTarget::evaluate_handle(const FrameId& frame, World world, std::string_view expression,
                                         Deadline deadline) const {
    const auto context = context_of(*core_, frame, world, deadline);
    return unless_frame_gone(*core_, context.session, [&] {
        const auto session = core_->session(context.session);
        const auto object =
            run(session,
                runtime::Evaluate{
                    .expression = std::string(expression), .uniqueContextId = context.unique_id, .awaitPromise = true},
                deadline);
        if (!object.objectId) throw ScriptError("the script gave no object");
        return RemoteHandle{*object.objectId, session};
    });
}

json::value PageTarget::call_with(const RemoteHandle& handle, std::string_view function, std::string_view argument_json,
                                  Deadline deadline) const {
    return unless_frame_gone(*core_, handle.session.id(), [&] {
        return value_of(run(handle.session,
                            runtime::CallFunctionOn{
                                .functionDeclaration = std::string(function),
                                .objectId = handle.object_id,
                                .arguments = std::vector<runtime::CallArgument>{{.value = json::parse(argument_json)},
                                                                                {.objectId = handle.object_id}},
                                .returnByValue = true,
                                .awaitPromise = true},
                            deadline));
    });
}

RemoteHandle PageTarget::in_page_world(const FrameId& frame, const RemoteHandle& element, Deadline deadline) const {
    const auto context = context_of(*core_, frame, World::page, deadline);
    return unless_frame_gone(*core_, context.session, [&] {
        try {
            const auto known = element.session.send(dom::DescribeNode{.objectId = element.object_id}, deadline);
            const auto* node = known.node.if_object();
            const auto resolved = element.session.send(
                dom::ResolveNode{
                    .backendNodeId = node != nullptr ? static_cast<int>(number_member(*node, "backendNodeId")) : 0,
                    .executionContextId = context.id},
                deadline);
            return RemoteHandle{resolved.object.objectId.value_or(""), element.session};
        } catch (const ProtocolError& error) {
            if (means_document_gone(error)) throw DocumentGone("the document was replaced");
            throw;
        }
    });
}

std::optional<FrameId> PageTarget::content_frame(const RemoteHandle& element, Deadline deadline) const {
    const auto answer = unless_frame_gone(*core_, element.session.id(), [&] {
        try {
            return element.session.send(dom::DescribeNode{.objectId = element.object_id}, deadline);
        } catch (const ProtocolError& error) {
            if (means_document_gone(error)) throw DocumentGone("the document was replaced");
            throw;
        }
    });
    const auto* node = answer.node.if_object();
    auto id = node != nullptr ? string_member(*node, "frameId") : std::string();
    return id.empty() ? std::nullopt : std::optional{std::move(id)};
}

RemoteHandle PageTarget::frame_owner(const FrameId& frame, Deadline deadline) const {
    const auto info = this->frame(frame);
    if (!info || info->parent.empty()) throw DocumentGone("the frame was removed from the page");
    const auto context = context_of(*core_, info->parent, World::isolated, deadline);
    const auto session = core_->session(context.session);
    try {
        const auto owner = session.send(dom::GetFrameOwner{.frameId = frame}, deadline);
        const auto resolved = session.send(
            dom::ResolveNode{.backendNodeId = owner.backendNodeId, .executionContextId = context.id}, deadline);
        return RemoteHandle{resolved.object.objectId.value_or(""), session};
    } catch (const ProtocolError&) {
        throw DocumentGone("the frame was removed from the page");
    } catch (const ConnectionClosed&) {  // the process of the frame above went; the page itself may be well
        if (core_->ended()) throw;
        throw DocumentGone("the frame was removed from the page");
    }
}

namespace {

struct ClosedRoot {
    int host{}, root{};
};

// Depth first, frames left out: their documents are asked for themselves.
void collect_closed_roots(const json::object& node, std::vector<ClosedRoot>& found) {
    if (const auto* roots = node.if_contains("shadowRoots"); roots != nullptr && roots->is_array()) {
        for (const auto& root : roots->get_array()) {
            if (!root.is_object()) continue;
            if (string_member(root.get_object(), "shadowRootType") == "closed") {
                found.push_back({static_cast<int>(number_member(node, "backendNodeId")),
                                 static_cast<int>(number_member(root.get_object(), "backendNodeId"))});
            }
            collect_closed_roots(root.get_object(), found);
        }
    }
    if (const auto* children = node.if_contains("children"); children != nullptr && children->is_array()) {
        for (const auto& child : children->get_array()) {
            if (child.is_object()) collect_closed_roots(child.get_object(), found);
        }
    }
}

// Same-process frames hang below their owners in the tree of the session.
const json::object* find_document(const json::object& node, const FrameId& frame) {
    if (string_member(node, "frameId") == frame) {
        if (const auto* document = object_member(node, "contentDocument")) return document;
    }
    for (const auto* list : {"children", "shadowRoots"}) {
        const auto* nodes = node.if_contains(list);
        if (nodes == nullptr || !nodes->is_array()) continue;
        for (const auto& child : nodes->get_array()) {
            if (const auto* found = child.is_object() ? find_document(child.get_object(), frame) : nullptr)
                return found;
        }
    }
    const auto* document = object_member(node, "contentDocument");
    return document != nullptr ? find_document(*document, frame) : nullptr;
}

int adopt_closed_roots(const Session& session, int context_id, const FrameId& frame, std::string_view function,
                       Deadline deadline) {
    const auto tree = session.send(dom::GetDocument{.depth = -1, .pierce = true}, deadline);
    const auto* root = tree.root.if_object();
    if (root == nullptr) return 0;
    const auto* document = find_document(*root, frame);
    std::vector<ClosedRoot> closed;
    collect_closed_roots(document != nullptr ? *document : *root, closed);
    const auto resolve = [&](int node) {
        const auto answer =
            session.send(dom::ResolveNode{.backendNodeId = node, .executionContextId = context_id}, deadline);
        return answer.object.objectId.value_or("");
    };
    for (const auto& [host, shadow_root] : closed) {
        run(session,
            runtime::CallFunctionOn{
                .functionDeclaration = std::string(function),
                .objectId = resolve(host),
                .arguments = std::vector<runtime::CallArgument>{{.objectId = resolve(host)},
                                                                {.objectId = resolve(shadow_root)}}},
            deadline);
    }
    return static_cast<int>(closed.size());
}

}  // namespace

int PageTarget::for_each_closed_shadow_root(const FrameId& frame, std::string_view function, Deadline deadline) const {
    const auto context = context_of(*core_, frame, World::isolated, deadline);
    return unless_frame_gone(*core_, context.session, [&] {
        try {
            return adopt_closed_roots(core_->session(context.session), context.id, frame, function, deadline);
        } catch (const ProtocolError& error) {
            if (means_document_gone(error)) throw DocumentGone("the document was replaced");
            throw;
        }
    });
}

void PageTarget::wait_for_load_state(LoadState state, Deadline deadline) const {
    core_->wait(deadline, "the page did not finish loading",
                [&] { return core_->frames.reached(core_->frames.main(), state); });
    if (state != LoadState::network_idle) return;
    constexpr std::chrono::milliseconds k_quiet{500};
    while (true) {
        std::chrono::steady_clock::time_point quiet_at{};
        core_->wait(deadline, "requests were still in flight", [&] { return core_->network.in_flight() == 0; });
        core_->read([&] { quiet_at = core_->network.quiet_since() + k_quiet; });
        if (Deadline::Clock::now() >= quiet_at) return;
        try {
            const auto pause = std::chrono::ceil<std::chrono::milliseconds>(quiet_at - Deadline::Clock::now());
            core_->wait(deadline.no_later_than(pause), "", [&] { return core_->network.in_flight() > 0; });
        } catch (const TimeoutError&) {
            if (deadline.passed()) throw TimeoutError("the page was not quiet for 500 ms before the deadline");
        }
    }
}

namespace {

// While one document takes the place of another there is, for a moment, no page to be asked.
template <class Command>
typename Command::Result send_to_active(PageCore& core, const Command& command, Deadline deadline) {
    constexpr std::chrono::milliseconds k_moment{50};
    while (true) {
        const auto commits = core.read([&] { return core.frames.commits(); });
        try {
            return core.main_session().send(command, deadline);
        } catch (const ProtocolError& error) {
            if (deadline.passed() || error.browser_text().find("Not attached to an active page") == std::string::npos)
                throw;
        }
        try {
            core.wait(deadline.no_later_than(k_moment), "", [&] { return core.frames.commits() > commits; });
        } catch (const TimeoutError&) {
            continue;
        }
    }
}

}  // namespace

std::optional<NetworkRequest> PageTarget::navigate(const std::string& url, LoadState until, Deadline deadline) const {
    core_->await_set_up(deadline);
    const auto moves = core_->read([this] { return core_->frames.moves(); });
    page::Navigate::Result answer;
    try {
        answer = send_to_active(*core_, page::Navigate{.url = url, .frameId = main_frame()}, deadline);
    } catch (const ProtocolError& error) {
        throw NavigationError(fmt::format("navigate to {}: {}", url, error.browser_text()));
    } catch (const TimeoutError&) {
        throw TimeoutError(fmt::format("navigate to {}: no response after {} ms", url, deadline.timeout().count()));
    }
    if (answer.errorText && !answer.errorText->empty()) {
        const bool of_certificate = answer.errorText->starts_with("net::ERR_CERT_");
        throw NavigationError(fmt::format("navigate to {}: {}{}", url, *answer.errorText,
                                          of_certificate ? ": the server's certificate is not trusted; a context with "
                                                           "ignore_https_errors takes it all the same"
                                                         : ""));
    }
    if (!answer.loaderId) {  // same document: only the fragment changed, which is told at once
        constexpr std::chrono::milliseconds k_moment{500};
        try {
            core_->wait(deadline.no_later_than(k_moment), "", [&] { return core_->frames.moves() > moves; });
        } catch (const TimeoutError&) {
            // It was there already.
        }
        return std::nullopt;
    }
    const auto loader = *answer.loaderId;
    try {
        unsigned commits = 0;
        bool superseded = false;
        core_->wait(deadline, "the page did not begin to load", [&] {
            const auto info = core_->frames.frame(core_->frames.main());
            commits = core_->frames.commits();
            if (info->loader == loader) return true;
            // Another navigation may have taken over (a script that redirects at once): its document is as good.
            superseded = core_->frames.navigation() == FrameTracker::Navigation::none && commits > 0 &&
                         info->loader != loader && core_->frames.reached(core_->frames.main(), LoadState::load);
            return superseded && commits > 1;
        });
        wait_for_load_state(until, deadline);
    } catch (const TimeoutError& error) {
        throw TimeoutError(fmt::format("navigate to {}: {}", url, error.what()));
    }
    return document_request();
}

std::optional<NetworkRequest> PageTarget::reload(LoadState until, Deadline deadline) const {
    const auto before = core_->read([this] { return core_->frames.commits(); });
    send_to_active(*core_, page::Reload{}, deadline);
    core_->wait(deadline, "reload: the page did not begin to load", [&] { return core_->frames.commits() > before; });
    wait_for_load_state(until, deadline);
    return document_request();
}

std::optional<NetworkRequest> PageTarget::document_request() const {
    return core_->read([this]() -> std::optional<NetworkRequest> {
        const auto loader = core_->frames.frame(core_->frames.main())->loader;
        const auto& kept = core_->network.requests();
        const auto found = std::find_if(kept.rbegin(), kept.rend(), [&](const NetworkRequest& request) {
            return request.navigation && request.id == loader;
        });
        return found == kept.rend() ? std::nullopt : std::optional{*found};
    });
}

bool PageTarget::step_history(int delta, LoadState until, Deadline deadline) const {
    const auto history = send_to_active(*core_, page::GetNavigationHistory{}, deadline);
    const int wanted = history.currentIndex + delta;
    if (wanted < 0 || wanted >= static_cast<int>(history.entries.size())) return false;
    const auto& entry = history.entries[static_cast<std::size_t>(wanted)];
    // The address tells nothing: several entries may have the same.
    const auto moves = [this] { return core_->frames.commits() + core_->frames.moves(); };
    const auto before = core_->read(moves);
    send_to_active(*core_, page::NavigateToHistoryEntry{.entryId = entry.id}, deadline);
    core_->wait(deadline, "the page did not go through its history", [&] { return moves() > before; });
    wait_for_load_state(until, deadline);
    return true;
}

void PageTarget::settle_navigation(Deadline deadline) const {
    using Navigation = FrameTracker::Navigation;
    // The round trip flushes what the renderer has announced so far. Page.enable is answered at once even while a
    // navigation is on its way; scripts would be held back until it commits.
    session().send(page::Enable{}, deadline);
    if (core_->read([this] { return core_->frames.navigation(); }) == Navigation::none) return;
    // A request that never starts (a javascript: address, a protocol handled elsewhere) must not hold us long.
    constexpr std::chrono::milliseconds k_patience{500};
    try {
        core_->wait(deadline.no_later_than(k_patience), "",
                    [this] { return core_->frames.navigation() != Navigation::requested; });
    } catch (const TimeoutError&) {
        core_->read([this] { core_->frames.forget_request(); });
        return;
    }
    core_->wait(deadline, "the navigation did not end",
                [this] { return core_->frames.navigation() == Navigation::none; });
}

void PageTarget::pause(std::chrono::milliseconds duration, Deadline deadline) const {
    try {
        core_->wait(deadline.no_later_than(duration), "", [] { return false; });
    } catch (const TimeoutError&) {
        // That is what was asked for; a page that ends meanwhile is not.
    }
}

int PageTarget::requests_in_flight() const {
    return core_->read([this] { return core_->network.in_flight(); });
}

void PageTarget::answer_next_dialog(DialogAnswer answer) const {
    core_->read([&] { core_->next_answers.push_back(std::move(answer)); });
}

std::vector<Dialog> PageTarget::dialogs() const {
    return core_->read([this] { return core_->dialogs; });
}

void PageTarget::wait_for_dialogs(std::size_t count, Deadline deadline) const {
    core_->wait(deadline, "no dialog was shown", [&] { return core_->dialogs.size() >= count; });
}

std::vector<ConsoleMessage> PageTarget::console_messages() const {
    return core_->read([this] { return core_->console.messages(); });
}

std::vector<PageError> PageTarget::page_errors() const {
    return core_->read([this] { return core_->console.errors(); });
}

void PageTarget::wait_for_url(const std::function<bool(const std::string&)>& wanted, Deadline deadline) const {
    core_->wait(deadline, "the address did not come", [&] {
        const auto main = core_->frames.frame(core_->frames.main());
        return main && wanted(main->url);
    });
}

std::vector<NetworkRequest> PageTarget::requests() const {
    return core_->read([this] {
        const auto& kept = core_->network.requests();
        return std::vector<NetworkRequest>{kept.begin(), kept.end()};
    });
}

std::size_t PageTarget::requests_seen() const {
    return core_->read([this] { return core_->network.seen(); });
}

namespace {

bool has_come_to(NetworkStage stage, const NetworkRequest& request) {
    switch (stage) {
        case NetworkStage::sent:
            return true;
        case NetworkStage::answered:
            return request.response || request.ended();
        case NetworkStage::ended:
            return request.ended();
        default:
            return request.complete;
    }
}

}  // namespace

NetworkRequest PageTarget::complete(const NetworkRequest& request, Deadline deadline) const {
    if (request.complete) return request;
    return wait_for_request(
        NetworkStage::complete, request.number - 1,
        [&](const NetworkRequest& other) { return other.number == request.number; }, deadline);
}

std::optional<std::string> PageTarget::post_data(const NetworkRequest& request, Deadline deadline) const {
    if (!request.has_post_data || request.post_data) return request.post_data;
    auto answer = core_->session(request.session).send(network::GetRequestPostData{.requestId = request.id}, deadline);
    return answer.base64Encoded ? decode_base64(answer.postData) : std::move(answer.postData);
}

NetworkRequest PageTarget::wait_for_request(NetworkStage stage, std::size_t after,
                                            const std::function<bool(const NetworkRequest&)>& wanted,
                                            Deadline deadline) const {
    NetworkRequest found;
    core_->wait(deadline, "no such request", [&] {
        for (const auto& request : core_->network.requests()) {
            if (request.number <= after || !has_come_to(stage, request) || !wanted(request)) continue;
            found = request;
            return true;
        }
        return false;
    });
    return found;
}

std::vector<WebSocketRecord> PageTarget::web_sockets() const {
    return core_->read([this] {
        const auto& kept = core_->web_sockets.records();
        return std::vector<WebSocketRecord>{kept.begin(), kept.end()};
    });
}

WebSocketRecord PageTarget::wait_for_web_socket(const std::function<bool(const WebSocketRecord&)>& wanted,
                                                Deadline deadline) const {
    WebSocketRecord found;
    core_->wait(deadline, "no such WebSocket", [&] {
        for (const auto& record : core_->web_sockets.records()) {
            if (!wanted(record)) continue;
            found = record;
            return true;
        }
        return false;
    });
    return found;
}

void PageTarget::keep_response_bodies(Deadline deadline) const {
    core_->await_set_up(deadline);
    core_->keep_bodies(deadline);
}

std::string PageTarget::response_body(const NetworkRequest& request, Deadline deadline) const {
    wait_for_request(
        NetworkStage::ended, request.number - 1,
        [&](const NetworkRequest& other) { return other.number == request.number; }, deadline);
    auto answer = core_->session(request.session).send(network::GetResponseBody{.requestId = request.id}, deadline);
    return answer.base64Encoded ? decode_base64(answer.body) : std::move(answer.body);
}

std::string PageTarget::wait_for_message(std::string_view token, Deadline deadline) const {
    std::string message;
    core_->wait(deadline, "the page script sent no message", [&] {
        const auto found = core_->messages.find(token);
        if (found == core_->messages.end()) return false;
        message = std::move(found->second);
        core_->messages.erase(found);
        return true;
    });
    return message;
}

std::optional<std::string> PageTarget::take_message(std::string_view token) const {
    return core_->read([&]() -> std::optional<std::string> {
        const auto found = core_->messages.find(token);
        if (found == core_->messages.end()) return std::nullopt;
        auto message = std::move(found->second);
        core_->messages.erase(found);
        return message;
    });
}

void PageTarget::intercept_drags(Deadline deadline) const {
    session().send(input::SetInterceptDrags{.enabled = true}, deadline);
    core_->read([this] { core_->drag_data.reset(); });
}

std::map<std::string, std::string> PageTarget::style_sheets() const {
    return core_->read([this] { return core_->style_sheets; });
}

void PageTarget::forget_style_sheets() const {
    core_->read([this] { core_->style_sheets.clear(); });
}

std::optional<json::value> PageTarget::take_drag_data(Deadline deadline) const {
    session().send(page::Enable{}, deadline);  // flush: the event comes before the answer
    return core_->read([this] { return std::exchange(core_->drag_data, std::nullopt); });
}

void PageTarget::intercept_file_choosers(bool on, Deadline deadline) const {
    core_->await_set_up(deadline);
    core_->intercept_file_choosers(on, deadline);
}

std::vector<FileChooserOpened> PageTarget::file_choosers() const {
    return core_->read([this] { return core_->file_choosers; });
}

FileChooserOpened PageTarget::wait_for_file_chooser(std::size_t count, Deadline deadline) const {
    core_->wait(deadline, "no file chooser was opened", [&] { return core_->file_choosers.size() > count; });
    return core_->read([&] { return core_->file_choosers[count]; });
}

RemoteHandle PageTarget::node(const FrameId& frame, int backend_node, Deadline deadline) const {
    const auto context = context_of(*core_, frame, World::isolated, deadline);
    const auto session = core_->session(context.session);
    try {
        const auto resolved =
            session.send(dom::ResolveNode{.backendNodeId = backend_node, .executionContextId = context.id}, deadline);
        return RemoteHandle{resolved.object.objectId.value_or(""), session};
    } catch (const ProtocolError&) {
        throw DocumentGone("the node has gone with its document");
    }
}

void PageTarget::bring_to_front(Deadline deadline) const {
    session().send(page::BringToFront{}, deadline);
}

void PageTarget::close() const {
    core_->session("").post(target::CloseTarget{.targetId = core_->target()});
}

}  // namespace reprise::cdp
