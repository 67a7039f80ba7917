// What a script has given, told by V8 itself: no function that the page could have replaced has a part in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include <reprise/cdp/page_target.hpp>
#include <reprise/cdp/worker_target.hpp>

namespace reprise::cdp {

struct RemoteValue {
    // {"type": "number", "value": "NaN"}, as WebDriver BiDi writes values. Without "value": an object of a kind that is
    // not told ("typedarray", "error", "proxy", "platformobject", ...), or one that was told before
    // ("weakLocalObjectReference"). Null with Want::handle.
    boost::json::value value{};
    std::string type{};                    // JavaScript's typeof
    std::string subtype{};                 // "node", "array", "error", "proxy", ...; may be empty
    std::string class_name{};              // "Uint8Array"
    std::string description{};             // of an error: with its stack
    std::optional<RemoteHandle> handle{};  // of objects and symbols; stays in the page until it is released
};

enum class Want {
    value,   // RemoteValue::value, and the handle
    handle,  // the handle alone; primitive values have RemoteValue::value
};

// Evaluates `expression` in the frame's document; promises are awaited. Errors as of PageTarget::evaluate.
RemoteValue evaluate_remote(const PageTarget& page, const FrameId& frame, World world, std::string_view expression,
                            Want want, Deadline deadline);
// Calls `function` there, with `objects` (ids of handles) as its arguments.
RemoteValue call_remote(const PageTarget& page, const FrameId& frame, World world, std::string_view function,
                        const std::vector<std::string>& objects, Want want, Deadline deadline);
// Calls `function` with `self` as this, and as its first argument; `objects` follow.
RemoteValue call_remote_on(const ScriptHost& host, const RemoteHandle& self, std::string_view function,
                           const std::vector<std::string>& objects, Want want, Deadline deadline);
RemoteValue call_remote_on(const PageTarget& page, const RemoteHandle& self, std::string_view function,
                           const std::vector<std::string>& objects, Want want, Deadline deadline);
// The same in a worker, once its script has run through. Throw ConnectionClosed when it ends, or has ended.
RemoteValue evaluate_remote(const WorkerTarget& worker, std::string_view expression, Want want, Deadline deadline);
RemoteValue call_remote(const WorkerTarget& worker, std::string_view function, const std::vector<std::string>& objects,
                        Want want, Deadline deadline);
// Evaluates in the execution context with this id of `session`.
RemoteValue evaluate_in_context(const Session& session, int context, std::string_view expression, Want want,
                                Deadline deadline);
// The nodes with these backend ids as objects of a world of the frame; the commands go in one write.
std::vector<RemoteHandle> resolve_nodes(const PageTarget& page, const FrameId& frame, World world,
                                        const std::vector<int>& nodes, Deadline deadline);
// The backend id of a node that was told by Want::value; nullopt: it is none.
std::optional<int> backend_node_of(const boost::json::value& told);
// Without waiting for it, and without an error: the object may have gone with its document.
void release_remote(const RemoteHandle& handle) noexcept;

}  // namespace reprise::cdp
