// What is done with keys on an element: focus, press, verify inside the events.
#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include <reprise/locators/error.hpp>
#include <reprise/locators/locator.hpp>

#include "element_call.hpp"
#include "input.hpp"
#include "observation.hpp"

namespace reprise::locators {
namespace json = boost::json;
namespace {

struct Keys {
    std::string_view kind;  // "type" or "press", as the page script watches for them
    TextKeys expected;
    std::string arguments{};  // further members of act's argument
    std::function<void()> send;
};

enum class Delivery { done, nothing_happened };

// What the page script's listeners saw. It reports through the binding, inside the events: a page that a key has sent
// away cannot take that back.
Delivery verify(ElementCall& call, const Keys& keys, const std::string& token) {
    json::object report;
    const auto is_done = [&] {
        if (const auto message = call.page().target.take_message(token)) report = json::parse(*message).as_object();
        return is_true(report, "done") && keys.expected.keys_only;
    };
    if (is_done()) {
        call.disarmed();
        return Delivery::done;
    }
    auto seen = call.ask_again("typed", fmt::format(R"("token":"{}")", token));
    call.disarmed();
    // Answers and reports of a page keep their order: what had not come yet is here now.
    if (is_done()) return Delivery::done;
    const bool gone = !is_true(seen, "armed");
    if (gone) seen = report;
    const auto arrived = static_cast<int>(number_of(seen, "arrived"));
    const auto hit = string_of(seen, "hit");
    if (is_true(seen, "strayed")) {
        if (arrived == 0 && !is_true(seen, "leaked")) {
            call.note(fmt::format("the focus had moved to {}: no key was pressed - trying again", hit));
            return Delivery::nothing_happened;
        }
        call.fail_after_dispatch(
            fmt::format("the focus moved to {} while typing: {} of {} keys arrived", hit, arrived, keys.expected.keys));
    }
    if (arrived < keys.expected.keys) {
        call.fail_after_dispatch(fmt::format("only {} of {} keys arrived at the element{}", arrived, keys.expected.keys,
                                             gone ? ": the document was replaced" : ""));
    }
    if (!gone && keys.kind == "type" && !is_true(seen, "kept")) {
        call.fail_after_dispatch(fmt::format("the focus moved to {} while typing", string_of(seen, "focused")));
    }
    return Delivery::done;
}

// The first attempt waits for no frame. When the focus was taken away before the first key, that was swallowed inside
// of the page and nothing has happened: the second attempt sees first that the focus stays.
ActionResult press_keys(ElementCall& call, const Keys& keys) {
    for (bool slow = false;; slow = true) {
        const auto token = PageState::next_token();
        const auto answer =
            call.arm(fmt::format(R"("action":"focus","arm":"{}","token":"{}","expected":{},"keys_only":{},"slow":{}{})",
                                 keys.kind, token, keys.expected.keys, keys.expected.keys_only, slow, keys.arguments));
        call.dispatch(keys.send);
        if (verify(call, keys, token) == Delivery::done) return to_result(answer);
        if (call.deadline().passed()) {
            throw TimeoutError(call.explain(
                fmt::format("the element never kept the focus within {} ms", call.deadline().timeout().count())));
        }
    }
}

}  // namespace

ActionResult Locator::type(std::string_view typed, const TypeOptions& options) const {
    return type_as("type", typed, options);
}

ActionResult Locator::press_sequentially(std::string_view typed, const TypeOptions& options) const {
    return type_as("press_sequentially", typed, options);
}

ActionResult Locator::type_as(std::string_view name, std::string_view typed, const TypeOptions& options) const {
    const auto shown = options.secret ? std::string("\"***\"") : json_text(typed);
    return observed(*this, fmt::format(".{}({})", name, shown), options, [&](ElementCall& call) {
        auto& page = call.page();
        return press_keys(
            call,
            {.kind = "type",
             .expected = keys_of(typed),
             .arguments = fmt::format(R"(,"caret":"end","secret":{})", options.secret),
             .send = [&] { dispatch_text(page.target, typed, page.hands.modifiers, options.delay, call.deadline()); }});
    });
}

ActionResult Locator::press(std::string_view keys, const ActionOptions& options) const {
    return observed(*this, fmt::format(".press(\"{}\")", keys), options, [&](ElementCall& call) {
        auto& page = call.page();
        return press_keys(call, {.kind = "press",
                                 .expected = {.keys = static_cast<int>(parse_chord(keys).size()), .keys_only = true},
                                 .send = [&] {
                                     dispatch_chord(page.target, keys, call.deadline(), page.hands.modifiers);
                                     page.target.settle_navigation(call.deadline());
                                 }});
    });
}

}  // namespace reprise::locators
