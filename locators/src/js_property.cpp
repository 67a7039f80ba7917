#include "js_property.hpp"

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include "element_call.hpp"

namespace reprise::locators {
namespace {

namespace json = boost::json;

// No event tells that a property changes, so it is looked at again and again; by our time, not by the page's, which may
// stand still.
constexpr Milliseconds k_pause{50};
constexpr std::string_view k_look_at_property = R"js(({ name, expected, negate }, element) => {
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
  const value = name.split('.').reduce((holder, key) => (holder === null || holder === undefined ? undefined : holder[key]), element);
  return { pass: same(value, expected) !== negate, shown: shown(value) };
})js";

}  // namespace

json::object ask_for_property(ElementCall& call, const Expectation& expectation) {
    std::string received = "no element";
    const auto& target = call.page().target;
    do {
        try {
            const auto ours = call.hold(R"("action":"hold")");
            const auto element = target.in_page_world(call.last_frame(), ours, call.answer_by());
            release(ours);
            const auto answer = target.call_with(
                element, k_look_at_property,
                fmt::format(R"({{"name":{},"expected":{},"negate":{}}})", json_text(expectation.attribute),
                            expectation.text.value_or("null"), expectation.negate),
                call.answer_by());
            release(element);
            const auto& seen = answer.as_object();
            received = string_of(seen, "shown");
            if (is_true(seen, "pass")) return {{"pass", true}};
            call.note(fmt::format("received {} - waiting", received));
            target.pause(k_pause, call.deadline());
        } catch (const cdp::DocumentGone& gone) {
            call.note(fmt::format("{} - trying again", gone.what()));
        } catch (const cdp::TimeoutError&) {
            break;  // no element in time; the call log says so
        }
    } while (!call.deadline().passed());
    return {{"pass", false}, {"received_json", received}};
}

}  // namespace reprise::locators
