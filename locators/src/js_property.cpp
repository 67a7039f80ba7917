#include "js_property.hpp"

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include "element_call.hpp"

namespace reprise::locators {
namespace {

namespace json = boost::json;

constexpr Milliseconds k_margin{2'000};  // the page ends its wait on time, unless it is busy

// No event tells that a property changes, so it is looked at again and again, in the page.
constexpr std::string_view k_wait_for_property = R"js(async ({ name, expected, negate, timeout }, element) => {
  const same = (a, b) => {
    if (Object.is(a, b)) return true;
    if (typeof a !== 'object' || typeof b !== 'object' || !a || !b || Array.isArray(a) !== Array.isArray(b)) return false;
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
  };
  const shown = (value) => {
    try {
      return JSON.stringify(value) ?? String(value);
    } catch {
      return String(value);
    }
  };
  const end = performance.now() + timeout;
  for (;;) {
    const value = name.split('.').reduce((holder, key) => (holder === null || holder === undefined ? undefined : holder[key]), element);
    if (same(value, expected) !== negate) return { pass: true, shown: shown(value) };
    if (!element.isConnected) return { gone: true, shown: shown(value) };
    if (performance.now() >= end) return { pass: false, shown: shown(value) };
    await new Promise((done) => setTimeout(done, Math.min(50, Math.max(0, end - performance.now()))));
  }
})js";

}  // namespace

json::object ask_for_property(ElementCall& call, const Expectation& expectation) {
    std::string received = "no element";
    const auto& target = call.page().target;
    do {
        try {
            const auto ours = call.hold(R"("action":"hold")");
            const auto element = target.in_page_world(call.last_frame(), ours, call.deadline().plus(k_margin));
            const auto arguments =
                fmt::format(R"({{"name":{},"expected":{},"negate":{},"timeout":{}}})", json_text(expectation.attribute),
                            expectation.text.value_or("null"), expectation.negate, call.deadline().remaining().count());
            const auto answer =
                target.call_with(element, k_wait_for_property, arguments, call.deadline().plus(k_margin));
            const auto& seen = answer.as_object();
            received = string_of(seen, "shown");
            if (is_true(seen, "pass")) return {{"pass", true}};
            call.note(
                fmt::format("received {} - {}", received, is_true(seen, "gone") ? "gone, trying again" : "waiting"));
        } catch (const cdp::DocumentGone& gone) {
            call.note(fmt::format("{} - trying again", gone.what()));
        } catch (const cdp::TimeoutError&) {
            break;  // no element in time; the call log says so
        }
    } while (!call.deadline().passed());
    return {{"pass", false}, {"received_json", received}};
}

}  // namespace reprise::locators
