// One script of a user's, in the page's own world of a frame.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>
#include <reprise/locators/js_handle.hpp>
#include <reprise/locators/js_value.hpp>

#include "element_call.hpp"
#include "js_text.hpp"
#include "script_place.hpp"

namespace reprise::locators {

struct Script {
    std::string_view source;
    const JsValue* argument{};  // set: `source` is a function, and is called with it
};

// Chromium's words for objects that are not of the document at hand, in ours.
[[noreturn]] void throw_foreign(const std::string& call, const cdp::ProtocolError& error);

// "name(source)", shortened, for errors and observers.
std::string script_call_text(std::string_view name, std::string_view source);

// The parameters that js_text() has named.
std::string parameters(const JsText& argument);

// The text of a function that calls its `this` when `source` is the text of that, and else gives it back.
std::string calling_if_written(std::string_view source);

// "function seed() { ... }", which would be a statement without a value, in parentheses; nothing: `source` begins
// otherwise.
std::optional<std::string> as_function_expression(std::string_view source);

// Has `evaluate(expression)` run the source. When that is written as a function, "() => seed()", the function is called
// by `call_on(function, text)`: its result is what was meant. One that the source only leads to ("window.onload",
// "x = () => 1") is not called.
template <class Evaluate, class CallOn>
cdp::RemoteValue run_expression(std::string_view source, const Evaluate& evaluate, const CallOn& call_on) {
    auto given = [&] {
        try {
            if (const auto function = as_function_expression(source)) return evaluate(*function);
        } catch (const cdp::ScriptError& error) {  // of its compiler: more follows the function
            if (std::string_view(error.what()).find("SyntaxError") == std::string_view::npos) throw;
        }
        return evaluate(std::string(source));
    }();
    if (given.type != "function" || !given.handle) return given;
    struct Released {
        explicit Released(const cdp::RemoteHandle& held) noexcept : handle{held} {}
        Released(const Released&) = delete;
        Released& operator=(const Released&) = delete;
        ~Released() { cdp::release_remote(handle); }
        const cdp::RemoteHandle& handle;
    };
    const Released released{*given.handle};
    return call_on(*given.handle, calling_if_written(source));
}
// Has `evaluate(expression)`, or `call(function, objects)`, run the script with its argument, which it has.
template <class Evaluate, class Call>
cdp::RemoteValue send_script(const Script& script, const Evaluate& evaluate, const Call& call) {
    const auto argument = js_text(*script.argument);
    const auto text = fmt::format("({}\n)({})", script.source, argument.text);
    if (argument.objects.empty()) return evaluate(text);
    return call(fmt::format("({}) => {}", parameters(argument), text), argument.objects);
}

// ValueErrors name a part of the value: the call, `text()`, is put before them.
template <class Text, class Body>
auto telling_call(const Text& text, const Body& body) {
    try {
        return body();
    } catch (const ValueError& error) {
        throw ValueError(fmt::format("{}: {}", text(), error.what()));
    } catch (const cdp::ProtocolError& error) {
        throw_foreign(text(), error);
    }
}

template <class Body>
auto telling_call(const ElementCall& call, const Body& body) {
    return telling_call([&] { return call.text(); }, body);
}

// As JSON; what has no value is null.
boost::json::value to_plain_json(const JsValue& value);

// Throws ValueError, which begins with the call.
cdp::RemoteValue run_script(ElementCall& call, const cdp::FrameId& frame, const Script& script, cdp::Want want);
// Calls `function(element, argument)` with the element that the locator finds, as the page's own world knows it.
cdp::RemoteValue run_on_element(ElementCall& call, std::string_view function, const JsValue& argument, cdp::Want want);
JsValue read_script_value(ElementCall& call, const cdp::RemoteValue& remote);
JsHandle to_handle(PageState& page, cdp::RemoteValue remote, cdp::Deadline deadline);
JsHandle to_handle(std::shared_ptr<const ScriptPlace> place, cdp::RemoteValue remote, cdp::Deadline deadline);

}  // namespace reprise::locators
