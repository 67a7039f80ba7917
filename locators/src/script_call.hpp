// One script of a user's, in the page's own world of a frame.
#pragma once

#include <string>
#include <string_view>

#include <reprise/locators/js_handle.hpp>
#include <reprise/locators/js_value.hpp>

#include "element_call.hpp"
#include "js_text.hpp"

namespace reprise::locators {

struct Script {
    std::string_view source;
    const JsValue* argument{};  // set: `source` is a function, and is called with it
};

// "name(source)", shortened, for errors and observers.
std::string script_call_text(std::string_view name, std::string_view source);

// Throws ValueError, which begins with the call.
cdp::RemoteValue run_script(ElementCall& call, const cdp::FrameId& frame, const Script& script, cdp::Want want);
JsValue read_script_value(ElementCall& call, const cdp::RemoteValue& remote);
JsHandle to_handle(PageState& page, cdp::RemoteValue remote, cdp::Deadline deadline);
// Chromium's words for objects that are not of the document at hand, in ours.
[[noreturn]] void throw_foreign(const ElementCall& call, const cdp::ProtocolError& error);

}  // namespace reprise::locators
