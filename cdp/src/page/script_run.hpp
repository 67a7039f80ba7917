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

// A session of the host may end while a call on it is under way: the host says what that means.
template <class Call>
auto telling_end(const ScriptHost& host, const std::string& session, Call&& call) {
    try {
        return call();
    } catch (const ConnectionClosed&) {
        host.throw_end_of(session);
        throw;
    }
}

}  // namespace reprise::cdp
