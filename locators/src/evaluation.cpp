// Scripts of users: values out and in, handles.
#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

#include "held_object.hpp"
#include "observation.hpp"
#include "script_call.hpp"

namespace reprise::locators {
namespace json = boost::json;
namespace {

template <class Body>
auto in_document(const DocumentScope& scope, std::string_view name, std::string_view source, CallSite site,
                 const Body& body) {
    return observed(scope, script_call_text(name, source), ActionOptions{.site = site},
                    [&](ElementCall& call) { return body(call, call.enter()); });
}

JsValue value_in(const DocumentScope& scope, std::string_view name, const Script& script, CallSite site) {
    return in_document(scope, name, script.source, site, [&](ElementCall& call, const cdp::FrameId& frame) {
        return read_script_value(call, run_script(call, frame, script, cdp::Want::value));
    });
}

json::value json_in(const DocumentScope& scope, const Script& script, CallSite site) {
    return in_document(scope, "evaluate", script.source, site, [&](ElementCall& call, const cdp::FrameId& frame) {
        const auto value = read_script_value(call, run_script(call, frame, script, cdp::Want::value));
        return telling_call(call, [&] { return to_plain_json(value); });
    });
}

}  // namespace

std::string script_call_text(std::string_view name, std::string_view source) {
    constexpr std::size_t k_most = 100;
    auto end = std::min(source.size(), k_most);
    while (end < source.size() && (static_cast<unsigned char>(source[end]) & 0xC0) == 0x80) --end;
    return fmt::format(".{}({})", name,
                       json_text(std::string(source.substr(0, end)) + (end < source.size() ? "…" : "")));
}

std::string calling_if_written(std::string_view source) {
    return fmt::format(
        R"js(function () {{
  const own = Function.prototype.toString.call(this);
  let text = {}.trim().replace(/;+$/, '');
  while (text !== own && text[0] === '(' && text.endsWith(')')) text = text.slice(1, -1).trim();
  return text === own && !/^class\b/.test(own) ? this() : this;
}})js",
        json_text(source));
}

std::optional<std::string> as_function_expression(std::string_view source) {
    constexpr std::string_view k_space = " \t\r\n";
    const auto without_space = [&](std::string_view text) {
        return text.substr(std::min(text.find_first_not_of(k_space), text.size()));
    };
    const auto text = without_space(source.substr(0, source.find_last_not_of(" \t\r\n;") + 1));
    const auto head = text.starts_with("async") ? without_space(text.substr(5)) : text;
    if (!head.starts_with("function")) return std::nullopt;
    return fmt::format("({}\n)", text);
}

std::string parameters(const JsText& argument) {
    std::string names;
    for (std::size_t i = 0; i < argument.objects.size(); ++i) names += fmt::format("{}h{}", i > 0 ? "," : "", i);
    return names;
}

json::value to_plain_json(const JsValue& value) {
    return value.get_if<JsValue::Opaque>() != nullptr ? json::value{} : value.to_json();
}

void throw_foreign(const std::string& call, const cdp::ProtocolError& error) {
    if (error.browser_text().find("same JavaScript world") == std::string::npos &&
        error.browser_text().find("Could not find object") == std::string::npos) {
        throw error;
    }
    throw ActionError(fmt::format("{}: a handle among the arguments is of another document, frame or worker ({})", call,
                                  error.browser_text()));
}

cdp::RemoteValue run_script(ElementCall& call, const cdp::FrameId& frame, const Script& script, cdp::Want want) {
    const auto& target = call.page().target;
    const auto evaluate = [&](const std::string& text) {
        return cdp::evaluate_remote(target, frame, cdp::World::page, text, want, call.deadline());
    };
    if (script.argument == nullptr) {
        return run_expression(script.source, evaluate, [&](const cdp::RemoteHandle& function, const std::string& text) {
            return cdp::call_remote_on(target, function, text, {}, want, call.deadline());
        });
    }
    return telling_call(call, [&] {
        return send_script(script, evaluate, [&](const std::string& function, const std::vector<std::string>& objects) {
            return cdp::call_remote(target, frame, cdp::World::page, function, objects, want, call.deadline());
        });
    });
}

JsValue read_script_value(ElementCall& call, const cdp::RemoteValue& remote) {
    return telling_call(call, [&] { return read_remote(call.page().target, remote, call.deadline()); });
}

JsHandle to_handle(PageState& page, cdp::RemoteValue remote, cdp::Deadline deadline) {
    return to_handle(std::make_shared<const ScriptPlace>(page.shared_from_this()), std::move(remote), deadline);
}

JsHandle to_handle(std::shared_ptr<const ScriptPlace> place, cdp::RemoteValue remote, cdp::Deadline deadline) {
    auto primitive = remote.handle ? JsValue{} : read_remote(place->host(), remote, deadline);
    return JsHandle{std::make_shared<const HeldObject>(std::move(place), std::move(remote), std::move(primitive))};
}

json::value DocumentScope::evaluate(std::string_view expression, CallSite site) const {
    return json_in(*this, {expression}, site);
}

json::value DocumentScope::evaluate(std::string_view function, const json::value& argument, CallSite site) const {
    const JsValue given{argument};
    return json_in(*this, {function, &given}, site);
}

std::string DocumentScope::content(CallSite site) const {
    constexpr std::string_view k_document =
        "(document.doctype ? new XMLSerializer().serializeToString(document.doctype) : '') + "
        "(document.documentElement?.outerHTML ?? '')";
    return observed(*this, ".content()", ActionOptions{.site = site}, [&](ElementCall& call) {
        const auto& target = call.page().target;
        const auto html = target.evaluate(call.enter(), cdp::World::isolated, k_document, call.deadline());
        return std::string(html.as_string());
    });
}

JsValue DocumentScope::evaluate_value(std::string_view expression, CallSite site) const {
    return value_in(*this, "evaluate_value", {expression}, site);
}

JsValue DocumentScope::evaluate_value(std::string_view function, const JsValue& argument, CallSite site) const {
    return value_in(*this, "evaluate_value", {function, &argument}, site);
}

JsHandle DocumentScope::evaluate_handle(std::string_view expression, CallSite site) const {
    return in_document(*this, "evaluate_handle", expression, site, [&](ElementCall& call, const cdp::FrameId& frame) {
        return to_handle(call.page(), run_script(call, frame, {expression}, cdp::Want::handle), call.deadline());
    });
}

JsHandle DocumentScope::evaluate_handle(std::string_view function, const JsValue& argument, CallSite site) const {
    return in_document(*this, "evaluate_handle", function, site, [&](ElementCall& call, const cdp::FrameId& frame) {
        return to_handle(call.page(), run_script(call, frame, {function, &argument}, cdp::Want::handle),
                         call.deadline());
    });
}

namespace {

// An object that is released at the end of the block.
class Released {
public:
    explicit Released(cdp::RemoteHandle handle) : handle{std::move(handle)} {}
    Released(const Released&) = delete;
    Released& operator=(const Released&) = delete;
    ~Released() { cdp::release_remote(handle); }
    const cdp::RemoteHandle handle;
};

// The element that the locator finds, as the page's own world knows it.
cdp::RemoteHandle find_element(ElementCall& call) {
    const Released ours{call.hold(R"("action":"hold")")};
    return call.page().target.in_page_world(call.last_frame(), ours.handle, call.deadline());
}

}  // namespace

cdp::RemoteValue run_on_element(ElementCall& call, std::string_view function, const JsValue& argument, cdp::Want want) {
    const Released element{find_element(call)};
    return telling_call(call, [&] {
        const auto given = js_text(argument);
        const auto text = fmt::format("(element{}{}) => ({}\n)(element,{})", given.objects.empty() ? "" : ",",
                                      parameters(given), function, given.text);
        return cdp::call_remote_on(call.page().target, element.handle, text, given.objects, want, call.deadline());
    });
}

json::value Locator::evaluate(std::string_view function, const ActionOptions& options) const {
    return evaluate(function, nullptr, options);
}

json::value Locator::evaluate(std::string_view function, const json::value& argument,
                              const ActionOptions& options) const {
    return observed(*this, fmt::format(".evaluate({})", json_text(function)), options, [&](ElementCall& call) {
        const auto value = read_script_value(call, run_on_element(call, function, JsValue{argument}, cdp::Want::value));
        return telling_call(call, [&] { return to_plain_json(value); });
    });
}

JsValue Locator::evaluate_value(std::string_view function, const ActionOptions& options) const {
    return evaluate_value(function, JsValue{}, options);
}

JsHandle Locator::evaluate_handle(std::string_view function, const ActionOptions& options) const {
    return evaluate_handle(function, JsValue{}, options);
}

JsValue Locator::evaluate_value(std::string_view function, const JsValue& argument,
                                const ActionOptions& options) const {
    return observed(*this, script_call_text("evaluate_value", function), options, [&](ElementCall& call) {
        return read_script_value(call, run_on_element(call, function, argument, cdp::Want::value));
    });
}

JsHandle Locator::evaluate_handle(std::string_view function, const JsValue& argument,
                                  const ActionOptions& options) const {
    return observed(*this, script_call_text("evaluate_handle", function), options, [&](ElementCall& call) {
        return to_handle(call.page(), run_on_element(call, function, argument, cdp::Want::handle), call.deadline());
    });
}

JsHandle Locator::element_handle(const ActionOptions& options) const {
    return observed(*this, ".element_handle()", options, [&](ElementCall& call) {
        const Released element{find_element(call)};
        auto remote = cdp::call_remote_on(call.page().target, element.handle, "function() { return this; }", {},
                                          cdp::Want::handle, call.deadline());
        return to_handle(call.page(), std::move(remote), call.deadline());
    });
}

JsValue Locator::evaluate_all(std::string_view function, CallSite site) const {
    return evaluate_all(function, JsValue{}, site);
}

JsValue Locator::evaluate_all(std::string_view function, const JsValue& argument, CallSite site) const {
    return observed(*this, script_call_text("evaluate_all", function), ActionOptions{.site = site},
                    [&](ElementCall& call) {
                        const auto& target = call.page().target;
                        const auto answer = call.ask("query", R"("what":"hold_all")");
                        if (answer.contains("message")) call.fail(answer);
                        const auto told = cdp::evaluate_remote(target, call.last_frame(), cdp::World::isolated,
                                                               "reprise.held_all()", cdp::Want::value, call.deadline());
                        if (told.handle) cdp::release_remote(*told.handle);
                        std::vector<int> nodes;
                        for (const auto& node : told.value.at("value").as_array()) {
                            if (const auto id = cdp::backend_node_of(node)) nodes.push_back(*id);
                        }
                        std::vector<std::shared_ptr<Released>> elements;
                        std::vector<std::string> ids;
                        for (auto& element :
                             cdp::resolve_nodes(target, call.last_frame(), cdp::World::page, nodes, call.deadline())) {
                            ids.push_back(element.object_id);
                            elements.push_back(std::make_shared<Released>(std::move(element)));
                        }
                        return telling_call(call, [&] {
                            const auto given = js_text(argument);
                            auto objects = given.objects;
                            objects.insert(objects.end(), ids.begin(), ids.end());
                            const auto text = fmt::format("({}{}...elements) => ({}\n)(elements,{})", parameters(given),
                                                          given.objects.empty() ? "" : ",", function, given.text);
                            return read_remote(target,
                                               cdp::call_remote(target, call.last_frame(), cdp::World::page, text,
                                                                objects, cdp::Want::value, call.deadline()),
                                               call.deadline());
                        });
                    });
}

}  // namespace reprise::locators
