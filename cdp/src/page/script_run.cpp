#include "page/script_run.hpp"

#include <array>

#include <boost/json/serialize.hpp>

namespace reprise::cdp {
namespace json = boost::json;

bool means_document_gone(const ProtocolError& error) {
    static constexpr std::array<std::string_view, 10> k_texts{"Cannot find context",
                                                              "context was destroyed",
                                                              "navigated or closed",
                                                              "Session with given id not found",
                                                              "uniqueContextId not found",
                                                              "Promise was collected",
                                                              "Cannot find default execution context",
                                                              "Could not find object",
                                                              "does not belong to the document",
                                                              "No node with given id"};
    for (const auto text : k_texts) {
        if (error.browser_text().find(text) != std::string::npos) return true;
    }
    return false;
}

void throw_script_error(const runtime::ExceptionDetails& details) {
    std::string text = details.text;
    if (details.exception && details.exception->description) {
        text = *details.exception->description;
    } else if (details.exception && details.exception->value) {
        text += " " + json::serialize(*details.exception->value);
    }
    throw ScriptError(text);
}

json::value value_of(runtime::RemoteObject object) {
    if (object.value) return std::move(*object.value);
    return nullptr;
}

FrameTracker::Context context_of(PageCore& core, const FrameId& frame, World world, Deadline deadline) {
    core.await_set_up(deadline);
    try {
        core.run_script_if_due(deadline);
    } catch (const ProtocolError& error) {
        if (means_document_gone(error)) throw DocumentGone("the page was closed");
        throw;
    }
    std::optional<FrameTracker::Context> context;
    bool detached = false;
    core.wait(deadline, "the frame has no document", [&] {
        context = core.frames.context(frame, world);
        detached = !core.frames.frame(frame);
        return context.has_value() || detached;
    });
    if (detached) throw DocumentGone("the frame was removed from the page");
    return std::move(*context);
}

}  // namespace reprise::cdp
