// Running a script in a document, and what its end means: shared by what evaluates, by value or by handle.
#pragma once

#include <string>
#include <utility>

#include <reprise/cdp/command.hpp>
#include <reprise/cdp/error.hpp>
#include <reprise/cdp/protocol/runtime.hpp>

#include "page/page_core.hpp"

namespace reprise::cdp {

// Whether Chromium's words mean "the document you speak of is no more".
bool means_document_gone(const ProtocolError& error);

[[noreturn]] void throw_script_error(const runtime::ExceptionDetails& details);

// Sends `command`, an Evaluate or a CallFunctionOn. Throws ScriptError, DocumentGone.
template <class Command>
runtime::RemoteObject run(const Session& session, const Command& command, Deadline deadline) {
    try {
        auto answer = session.send(command, deadline);
        if (answer.exceptionDetails) throw_script_error(*answer.exceptionDetails);
        return std::move(answer.result);
    } catch (const ProtocolError& error) {
        if (means_document_gone(error)) throw DocumentGone("the document was replaced while a script ran in it");
        throw;
    }
}

boost::json::value value_of(runtime::RemoteObject object);

// Waits until the frame has a document. Throws DocumentGone when it has been removed.
FrameTracker::Context context_of(PageCore& core, const FrameId& frame, World world, Deadline deadline);

// A frame in a process of its own goes with its session; the page itself may be well.
template <class Call>
auto unless_frame_gone(PageCore& core, const std::string& session, Call&& call) {
    try {
        return call();
    } catch (const ConnectionClosed&) {
        if (session != core.main_session().id() && !core.ended()) throw DocumentGone("the frame was removed");
        throw;
    }
}

}  // namespace reprise::cdp
