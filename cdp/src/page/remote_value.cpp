#include <reprise/cdp/remote_value.hpp>

#include <boost/json/serialize.hpp>

#include <reprise/cdp/protocol/dom.hpp>

#include "page/json_member.hpp"
#include "page/script_run.hpp"
#include "worker/worker_core.hpp"

namespace reprise::cdp {
namespace json = boost::json;
namespace {

runtime::SerializationOptions deep() {
    return {.serialization = "deep", .additionalParameters = json::object{{"maxNodeDepth", 0}}};
}

// What a browser says that does not serialize deeply, or was asked for a handle only.
json::value shallow(const runtime::RemoteObject& object) {
    if (object.objectId) return nullptr;
    json::object value{{"type", object.type}};
    if (object.subtype == "null") value["type"] = "null";
    if (object.unserializableValue) {
        auto text = *object.unserializableValue;
        if (object.type == "bigint") text.pop_back();  // "12n"
        value["value"] = text;
    } else if (object.value && object.type != "undefined" && object.subtype != "null") {
        value["value"] = *object.value;
    }
    return value;
}

RemoteValue to_value(runtime::RemoteObject object, const Session& session) {
    RemoteValue value{.value = shallow(object),
                      .type = object.type,
                      .subtype = object.subtype.value_or(""),
                      .class_name = object.className.value_or(""),
                      .description = object.description.value_or("")};
    if (object.deepSerializedValue) value.value = std::move(*object.deepSerializedValue);
    if (object.objectId) value.handle = RemoteHandle{*object.objectId, session};
    return value;
}

template <class Command>
RemoteValue send(const Session& session, Command command, Want want, Deadline deadline) {
    command.awaitPromise = true;
    if (want == Want::value) command.serializationOptions = deep();
    try {
        return to_value(run(session, command, deadline), session);
    } catch (const ProtocolError& error) {
        if (error.browser_text().find("stack limit exceeded") == std::string::npos) throw;
        throw ScriptError(
            "the value is nested too deeply for the browser's protocol (about 70 objects, or 100 arrays, within each "
            "other); let the script return JSON.stringify(value), or a handle");
    }
}

std::vector<runtime::CallArgument> to_arguments(const std::vector<std::string>& objects) {
    std::vector<runtime::CallArgument> arguments;
    for (const auto& object : objects) arguments.push_back({.objectId = object});
    return arguments;
}

std::optional<bool> gesture_of(World world) {
    return world == World::page ? std::optional{true} : std::nullopt;
}

}  // namespace

RemoteValue evaluate_remote(const PageTarget& page, const FrameId& frame, World world, std::string_view expression,
                            Want want, Deadline deadline) {
    auto& core = page.core();
    const auto context = context_of(core, frame, world, deadline);
    return telling_end(core, context.session, [&] {
        return send(core.session(context.session),
                    runtime::Evaluate{.expression = std::string(expression),
                                      .uniqueContextId = context.unique_id,
                                      .userGesture = gesture_of(world)},
                    want, deadline);
    });
}

RemoteValue call_remote(const PageTarget& page, const FrameId& frame, World world, std::string_view function,
                        const std::vector<std::string>& objects, Want want, Deadline deadline) {
    auto& core = page.core();
    const auto context = context_of(core, frame, world, deadline);
    return telling_end(core, context.session, [&] {
        return send(core.session(context.session),
                    runtime::CallFunctionOn{.functionDeclaration = std::string(function),
                                            .arguments = to_arguments(objects),
                                            .uniqueContextId = context.unique_id,
                                            .userGesture = gesture_of(world)},
                    want, deadline);
    });
}

namespace {

// What Chromium says of a document that is replaced it says of a worker that ends, too, a moment before its end.
template <class Call>
RemoteValue in_worker(const WorkerTarget& worker, Call&& call) {
    return telling_end(worker.script_host(), worker.session().id(), [&] {
        try {
            return call();
        } catch (const DocumentGone&) {
            worker.script_host().throw_end_of(worker.session().id());
            throw;
        }
    });
}

}  // namespace

RemoteValue evaluate_remote(const WorkerTarget& worker, std::string_view expression, Want want, Deadline deadline) {
    const auto context = worker.core().await_context(deadline);
    return in_worker(worker, [&] {
        return send(worker.session(),
                    runtime::Evaluate{.expression = std::string(expression), .uniqueContextId = context}, want,
                    deadline);
    });
}

RemoteValue call_remote(const WorkerTarget& worker, std::string_view function, const std::vector<std::string>& objects,
                        Want want, Deadline deadline) {
    const auto context = worker.core().await_context(deadline);
    return in_worker(worker, [&] {
        return send(worker.session(),
                    runtime::CallFunctionOn{.functionDeclaration = std::string(function),
                                            .arguments = to_arguments(objects),
                                            .uniqueContextId = context},
                    want, deadline);
    });
}

RemoteValue call_remote_on(const PageTarget& page, const RemoteHandle& self, std::string_view function,
                           const std::vector<std::string>& objects, Want want, Deadline deadline) {
    return call_remote_on(page.core(), self, function, objects, want, deadline);
}

RemoteValue call_remote_on(const ScriptHost& host, const RemoteHandle& self, std::string_view function,
                           const std::vector<std::string>& objects, Want want, Deadline deadline) {
    auto all = objects;
    all.insert(all.begin(), self.object_id);
    return telling_end(host, self.session.id(), [&] {
        return send(self.session,
                    runtime::CallFunctionOn{.functionDeclaration = std::string(function),
                                            .objectId = self.object_id,
                                            .arguments = to_arguments(all),
                                            .userGesture = true},
                    want, deadline);
    });
}

RemoteValue evaluate_in_context(const Session& session, int context, std::string_view expression, Want want,
                                Deadline deadline) {
    return send(session, runtime::Evaluate{.expression = std::string(expression), .contextId = context}, want,
                deadline);
}

std::vector<RemoteHandle> resolve_nodes(const PageTarget& page, const FrameId& frame, World world,
                                        const std::vector<int>& nodes, Deadline deadline) {
    auto& core = page.core();
    const auto context = context_of(core, frame, world, deadline);
    const auto session = core.session(context.session);
    CommandBatch batch{session};
    for (const auto node : nodes) {
        batch.add(dom::ResolveNode{.backendNodeId = node, .executionContextId = context.id});
    }
    std::vector<RemoteHandle> handles;
    try {
        for (auto& answer : batch.post()) {
            const auto resolved = decode_answer<dom::ResolveNode>(answer.get(deadline));
            handles.push_back({resolved.object.objectId.value_or(""), session});
        }
    } catch (const ProtocolError& error) {
        for (const auto& handle : handles) release_remote(handle);
        if (means_document_gone(error)) throw DocumentGone("the document was replaced");
        throw;
    }
    return handles;
}

std::optional<int> backend_node_of(const json::value& told) {
    const auto* object = told.if_object();
    const auto* node = object != nullptr ? object_member(*object, "value") : nullptr;
    if (node == nullptr || !node->contains("backendNodeId")) return std::nullopt;
    return static_cast<int>(number_member(*node, "backendNodeId"));
}

void release_remote(const RemoteHandle& handle) noexcept {
    try {
        handle.session.post(runtime::ReleaseObject{.objectId = handle.object_id});
    } catch (const std::exception&) {  // no memory for the message: the object goes with its document
    }
}

}  // namespace reprise::cdp
