#include <reprise/locators/js_handle.hpp>

#include <fmt/format.h>

#include <reprise/cdp/command.hpp>
#include <reprise/cdp/protocol/runtime.hpp>
#include <reprise/locators/page.hpp>

#include "held_object.hpp"
#include "observation.hpp"
#include "script_call.hpp"

namespace reprise::locators {
namespace {

// Runs `function(object, argument)` where the object is.
cdp::RemoteValue call_on(const HeldObject& held, std::string_view function, const JsValue& argument, cdp::Want want,
                         const std::string& call, cdp::Deadline deadline) {
    try {
        const auto given = js_text(argument);
        std::string names;
        for (std::size_t i = 0; i < given.objects.size(); ++i) names += fmt::format(",h{}", i);
        const auto text = fmt::format("(object{}) => ({}\n)(object,{})", names, function, given.text);
        return cdp::call_remote_on(held.place->host(), *held.remote.handle, text, given.objects, want, deadline);
    } catch (const cdp::DocumentGone& error) {
        throw cdp::DocumentGone(fmt::format("{}: the document of this object is gone ({})", call, error.what()));
    } catch (const ValueError& error) {
        throw ValueError(fmt::format("{}: {}", call, error.what()));
    } catch (const cdp::ConnectionClosed& error) {
        throw cdp::ConnectionClosed(fmt::format("{}: {}", call, error.what()));
    } catch (const cdp::ProtocolError& error) {
        if (error.browser_text().find("same JavaScript world") == std::string::npos) throw;
        throw Error(fmt::format("{}: a handle among the arguments is of another document, frame or worker", call));
    }
}

template <class Body>
auto on_handle(const HeldObject& held, const std::string& call, CallSite site, const Body& body) {
    return observed(
        *held.place, site, [&] { return call; },
        [&] {
            if (!held.remote.handle) {
                throw ValueError(
                    fmt::format("{}: the handle holds {}, which is no object", call, held.primitive.shown()));
            }
            return body(held.place->deadline());
        });
}

}  // namespace

JsValue JsHandle::evaluate_value(std::string_view function, const JsValue& argument, CallSite site) const {
    const auto text = "handle" + script_call_text("evaluate_value", function);
    return on_handle(*held_, text, site, [&](cdp::Deadline deadline) {
        const auto remote = call_on(*held_, function, argument, cdp::Want::value, text, deadline);
        try {
            return read_remote(held_->place->host(), remote, deadline);
        } catch (const ValueError& error) {
            throw ValueError(fmt::format("{}: {}", text, error.what()));
        }
    });
}

JsHandle JsHandle::evaluate_handle(std::string_view function, const JsValue& argument, CallSite site) const {
    const auto text = "handle" + script_call_text("evaluate_handle", function);
    return on_handle(*held_, text, site, [&](cdp::Deadline deadline) {
        return to_handle(held_->place, call_on(*held_, function, argument, cdp::Want::handle, text, deadline),
                         deadline);
    });
}

JsValue JsHandle::value(CallSite site) const {
    if (!held_->remote.handle) return held_->primitive;
    return evaluate_value("(object) => object", {}, site);
}

JsHandle JsHandle::property(std::string_view name, CallSite site) const {
    return evaluate_handle("(object, name) => object[name]", name, site);
}

std::map<std::string, JsHandle> JsHandle::properties(CallSite site) const {
    const std::string text = "handle.properties()";
    return on_handle(*held_, text, site, [&](cdp::Deadline deadline) {
        const cdp::runtime::GetProperties command{.objectId = held_->remote.handle->object_id, .ownProperties = true};
        std::map<std::string, JsHandle> found;
        try {
            const auto& session = held_->remote.handle->session;
            const auto answer = session.send(command, deadline);
            // What the browser hands out beside them must be let go of.
            const auto release = [&](const auto& value) {
                if (value && value->objectId) cdp::release_remote({*value->objectId, session});
            };
            for (const auto& one : answer.result) release(one.value);
            if (answer.internalProperties) {
                for (const auto& one : *answer.internalProperties) release(one.value);
            }
            for (const auto& one : answer.result) {
                if (one.enumerable) found.emplace(one.name, property(one.name, site));
            }
        } catch (const cdp::ProtocolError& error) {
            throw cdp::DocumentGone(
                fmt::format("{}: the document of this object is gone ({})", text, error.browser_text()));
        }
        return found;
    });
}

bool JsHandle::is_element() const noexcept {
    return held_->remote.subtype == "node";
}

std::string JsHandle::shown() const {
    return held_->remote.handle ? held_->remote.description : held_->primitive.shown();
}

}  // namespace reprise::locators
