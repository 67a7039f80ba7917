#include <reprise/cdp/page_target.hpp>

#include <utility>

#include <boost/json/parse.hpp>

#include <reprise/cdp/error.hpp>
#include <reprise/cdp/protocol/dom.hpp>
#include <reprise/cdp/protocol/page.hpp>
#include <reprise/cdp/protocol/runtime.hpp>
#include <reprise/cdp/protocol/target.hpp>

#include "page/json_member.hpp"
#include "page/page_core.hpp"
#include "page/script_run.hpp"

namespace reprise::cdp {
namespace json = boost::json;

PageTarget::PageTarget(std::shared_ptr<PageCore> core) noexcept : core_{std::move(core)} {}

const std::string& PageTarget::opener() const noexcept {
    return core_->opener();
}

const std::string& PageTarget::id() const noexcept {
    return core_->target();
}
Session PageTarget::session() const {
    return core_->main_session();
}
std::optional<Session> PageTarget::session_of(const FrameId& frame) const {
    const auto id = core_->read([&] { return core_->frames.session_of(frame); });
    return id.empty() ? std::nullopt : std::optional{core_->session(id)};
}
const ScriptHost& PageTarget::script_host() const noexcept {
    return *core_;
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
    return telling_end(*core_, context.session, [&] {
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
    return telling_end(*core_, context.session, [&] {
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
    return telling_end(*core_, handle.session.id(), [&] {
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
    return telling_end(*core_, context.session, [&] {
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
    const auto answer = telling_end(*core_, element.session.id(), [&] {
        try {
            return element.session.send(dom::DescribeNode{.objectId = element.object_id}, deadline);
        } catch (const ProtocolError& error) {
            if (means_document_gone(error)) throw DocumentGone("the document was replaced");
            throw;
        }
    });
    const auto* node = answer.node.if_object();
    if (node == nullptr) return std::nullopt;
    auto id = string_member(*node, "frameId");
    if (!id.empty()) return id;
    // Taken out of its document since it was found: it may come back.
    if (const auto name = string_member(*node, "nodeName"); name == "IFRAME" || name == "FRAME") {
        throw DocumentGone("the frame was removed from the page");
    }
    return std::nullopt;
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
    return telling_end(*core_, context.session, [&] {
        try {
            return adopt_closed_roots(core_->session(context.session), context.id, frame, function, deadline);
        } catch (const ProtocolError& error) {
            if (means_document_gone(error)) throw DocumentGone("the document was replaced");
            throw;
        }
    });
}

void PageTarget::bring_to_front(Deadline deadline) const {
    session().send(page::BringToFront{}, deadline);
}

void PageTarget::close(const std::string& reason) const {
    core_->give_reason(reason);
    core_->session("").post(target::CloseTarget{.targetId = core_->target()});
}

void PageTarget::close_as_user(const std::string& reason) const {
    core_->give_reason(reason);
    session().post(page::Close{});
}

void PageTarget::wait_for_end(Deadline deadline) const {
    try {
        core_->wait(deadline, "the page was not closed", [] { return false; });
    } catch (const ConnectionClosed&) {
    } catch (const TargetCrashed&) {
    }
}

}  // namespace reprise::cdp
