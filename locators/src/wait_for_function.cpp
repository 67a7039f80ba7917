#include <fmt/format.h>

#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

#include "held_object.hpp"
#include "observation.hpp"
#include "script_call.hpp"

namespace reprise::locators {
namespace {

// Checks in the page's own world, woken by the page script's `tick` events on a node of its own: the page's timers may
// be replaced (a clock under control), or held up. Promises the first value that is true; undefined: what the probe is
// about has gone.
constexpr const char* k_watch = R"js((probe, gone = () => false) => {
  const node = document.createElement('template');
  const state = { __proto__: null, node, last: undefined, promise: undefined };
  let busy = false;
  state.promise = new Promise((resolve, reject) => {
    const end = (settle, result) => {
      node.setAttribute('done', '');
      settle(result);
    };
    const check = async () => {
      if (node.hasAttribute('done')) return;
      if (gone()) return end(resolve, undefined);
      if (busy) return;
      busy = true;
      try {
        const value = await probe();
        state.last = value;
        if (value) end(resolve, value);
      } catch (error) {
        if (gone()) end(resolve, undefined);
        else end(reject, error);
      }
      busy = false;
    };
    node.addEventListener('tick', check);
    check();
  });
  state.promise.catch(() => {});
  return state;
})js";

std::string probe_of(const Script& script) {
    if (script.argument != nullptr) {
        return fmt::format("(a) => {{ const f = ({}\n); return ({})(() => f(a)); }}", script.source, k_watch);
    }
    return fmt::format("(a) => ({})(() => {{ const v = ({}\n); return typeof v === 'function' ? v() : v; }})", k_watch,
                       script.source);
}

std::string last_value(const cdp::PageTarget& target, const cdp::RemoteHandle& watch) {
    constexpr Milliseconds k_patience{1'000};
    try {
        const auto deadline = cdp::Deadline::after(k_patience);
        const auto last =
            cdp::call_remote_on(target, watch, "function() { return this.last; }", {}, cdp::Want::value, deadline);
        return read_remote(target, last, deadline).shown();
    } catch (const Error& error) {
        return fmt::format("not known ({})", error.what());
    }
}

// What a watch in `frame` promises.
JsValue await_watch(ElementCall& call, const cdp::FrameId& frame, cdp::RemoteValue remote) {
    const auto& target = call.page().target;
    const HeldObject watch{std::make_shared<const ScriptPlace>(call.page().shared_from_this()), std::move(remote), {}};
    const auto& state = watch.remote.handle.value();
    const auto told =
        cdp::call_remote_on(target, state, "function() { return this.node; }", {}, cdp::Want::value, call.deadline());
    if (told.handle) cdp::release_remote(*told.handle);
    const auto node = cdp::backend_node_of(told.value).value_or(0);
    for (const auto& ours : cdp::resolve_nodes(target, frame, cdp::World::isolated, {node}, call.deadline())) {
        const auto wake = fmt::format("(node) => {{ reprise.tick(node, {{ timeout_ms: {} }}); }}",
                                      call.deadline().remaining().count());
        cdp::call_remote_on(target, ours, wake, {}, cdp::Want::handle, call.deadline());
        cdp::release_remote(ours);
    }
    try {
        const auto promised = cdp::call_remote_on(target, state, "function() { return this.promise; }", {},
                                                  cdp::Want::value, call.deadline());
        return read_script_value(call, promised);
    } catch (const cdp::TimeoutError&) {
        throw TimeoutError(fmt::format("{}: not true within {} ms; its last value: {}", call.text(),
                                       call.deadline().timeout().count(), last_value(target, state)));
    }
}

JsValue wait_in_document(ElementCall& call, const Script& script) {
    const JsValue none;
    const auto source = probe_of(script);
    const auto frame = call.enter();
    const auto* argument = script.argument != nullptr ? script.argument : &none;
    return await_watch(call, frame, run_script(call, frame, {source, argument}, cdp::Want::handle));
}

JsValue wait_on_element(ElementCall& call, const Script& script) {
    const auto source = fmt::format(
        "(e, a) => {{ const f = ({}\n); return ({})(() => f(e, a), () => !e.isConnected); }}", script.source, k_watch);
    auto watch = run_on_element(call, source, *script.argument, cdp::Want::handle);
    return await_watch(call, call.last_frame(), std::move(watch));
}

// `once(call)`: undefined when what it waits on has gone.
template <class Once>
JsValue wait(const Scope& scope, const Script& script, const WaitOptions& options, const Once& once) {
    return observed(scope, script_call_text("wait_for_function", script.source), options, [&](ElementCall& call) {
        while (true) {
            try {
                auto value = once(call, script);
                if (!value.is_undefined()) return value;
            } catch (const cdp::TimeoutError& error) {
                const std::string_view told = error.what();
                if (told.starts_with(call.text())) throw;
                throw TimeoutError(call.explain(told));  // before the function was first asked: the page is busy
            } catch (const cdp::DocumentGone& gone) {
                if (call.deadline().passed()) throw TimeoutError(call.explain(gone.what()));
            }
        }
    });
}

}  // namespace

JsValue DocumentScope::wait_for_function(std::string_view expression, const WaitOptions& options) const {
    return wait(*this, {expression}, options, wait_in_document);
}

JsValue DocumentScope::wait_for_function(std::string_view function, const JsValue& argument,
                                         const WaitOptions& options) const {
    return wait(*this, {function, &argument}, options, wait_in_document);
}

JsValue Locator::wait_for_function(std::string_view function, const WaitOptions& options) const {
    return wait_for_function(function, JsValue{}, options);
}

JsValue Locator::wait_for_function(std::string_view function, const JsValue& argument,
                                   const WaitOptions& options) const {
    return wait(*this, {function, &argument}, options, wait_on_element);
}

}  // namespace reprise::locators
