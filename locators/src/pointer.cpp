// What is done with the pointer: aim, press, verify inside the event.
#include <fmt/format.h>
#include <boost/json/object.hpp>

#include <reprise/locators/error.hpp>
#include <reprise/locators/locator.hpp>

#include "aim.hpp"
#include "element_call.hpp"
#include "hands.hpp"
#include "input.hpp"
#include "observation.hpp"

namespace reprise::locators {
namespace json = boost::json;
namespace {

// Which event ends a click, as the page script watches for it.
std::string_view final_event(const ClickOptions& options) {
    if (options.button == MouseButton::right) return "contextmenu";
    if (options.button == MouseButton::middle) return "auxclick";
    return options.count > 1 ? "dblclick" : "click";
}

// The press took the element away. A menu that acts on the press is gone, and nothing was left to click; a page that
// drew itself anew has put another element there, which was never clicked.
void expect_gone(ElementCall& call) {
    const auto now = call.ask("query", R"("what":"count")");
    const auto* count = now.if_contains("value");
    if (count == nullptr || *count == 0) return;
    call.fail_after_dispatch("the page replaced the element while the button was down: the click was lost");
}

struct Press {
    std::string arguments;  // further members of act's argument
    ClickOptions click;
    std::string_view arm{"press"};
    std::string_view final_event;
    void (*send)(ElementCall& call, Point point, const ClickOptions& options);
};

void send_click(ElementCall& call, Point point, const ClickOptions& options) {
    auto& page = call.page();
    const HeldModifiers held{page, options.modifiers};
    if (options.steps > 1) move_pointer(page, point, options.steps, call.deadline());
    dispatch_click(page.target, point, options, page.hands.modifiers, call.deadline());
    page.hands.pointer = point;
}

// Of a press that is not, or no longer, on its way: what stays armed would swallow the next one. A call that throws
// while its events are on their way leaves the watch behind, for them.
void end_watch(ElementCall& call, const std::string& token) {
    verdict(call, token, {}, {});
}

// Where the press is to go; when that cannot be told, nobody watches for it.
std::optional<Point> point_of_press(ElementCall& call, const json::object& answer, const std::string& token) {
    try {
        return point_in_page(call, answer, token);
    } catch (const Error&) {
        try {
            end_watch(call, token);
        } catch (const Error&) {  // the page answers nothing
        }
        throw;
    }
}

// For each event Chromium looks anew which process's picture is under the pointer. While a frame of another process
// shows its first ones, the press may go to the frame and its release past it, to the document that holds the frame,
// where it was swallowed: as long as the frame's document waits for it, it is the same press that is ended here.
Verdict release_held(ElementCall& call, const Press& press, const json::object& answer, const std::string& token) {
    constexpr int k_tries = 5;
    Verdict seen{.pressed = true, .held = true};
    for (int tries = 0; seen.held && tries < k_tries && !call.deadline().passed(); ++tries) {
        call.note("the release went past the frame - releasing again");
        const auto point = point_of_press(call, answer, token);
        if (!point) break;
        auto& page = call.page();
        page.tell_pointer(*point);
        page.hands.pointer = *point;
        call.dispatch([&] {
            const HeldModifiers held{page, press.click.modifiers};
            release_button(page, press.click.button, press.click.count, call.deadline());
            page.target.settle_navigation(call.deadline());
        });
        seen = verdict(call, token, press.final_event, report_about(call, token), Release::due);
        seen.pressed = true;  // but a document that goes now may go by itself: only a click that it told of is one
    }
    if (seen.held) end_watch(call, token);
    return seen;
}

// Aim, press, verify: the whole of a click. The first attempt waits for no frame; when the page moved under the pointer
// the event was swallowed inside the page and nothing happened, so the second goes the slow way, after two equal
// frames.
json::object aim_and_press(ElementCall& call, const Press& press) {
    const auto& options = press.click;
    for (int tries = 0;; ++tries) {
        const auto token = call.page().next_token();
        const auto arguments = fmt::format(
            R"("action":"aim","arm":"{}","token":"{}","expect":"{}"{}{})", press.arm, token, press.final_event,
            aim_arguments(options.position, options.force, options.no_scroll, tries), press.arguments);
        auto answer = call.demand("act", arguments);
        if (is_true(answer, "done")) return answer;
        const auto point = point_of_press(call, answer, token);
        if (!point || options.trial) end_watch(call, token);
        if (point && options.trial) return answer;
        if (point) {
            call.page().tell_pointer(*point);
            call.dispatch([&] {
                press.send(call, *point, options);
                call.page().target.settle_navigation(call.deadline());
            });
            auto seen = verdict(call, token, press.final_event, report_about(call, token), Release::due);
            if (seen.held) seen = release_held(call, press, answer, token);
            if (seen.removed) expect_gone(call);
            if (seen.clicked || seen.removed || seen.left) return answer;
            if (!seen.swallowed && seen.pressed) {
                call.fail_after_dispatch(fmt::format("the button went down on the element, but the {} landed on {}",
                                                     press.final_event, seen.hit.empty() ? "nothing" : seen.hit));
            }
            if (!seen.swallowed) call.fail_after_dispatch("the click did not arrive at the element");
            call.note(fmt::format("{} was in the way at the moment of the click: nothing was clicked - trying again",
                                  seen.hit));
        }
        if (call.deadline().passed()) {
            throw TimeoutError(call.explain(fmt::format("the element was never under the pointer within {} ms",
                                                        call.deadline().timeout().count())));
        }
    }
}

json::object aim_and_click(ElementCall& call, const ClickOptions& options, std::string arguments) {
    return aim_and_press(
        call,
        {.arguments = std::move(arguments), .click = options, .final_event = final_event(options), .send = send_click});
}

constexpr auto k_click_checks = R"("visible","stable","enabled","receives")";

}  // namespace

ActionResult Locator::click(const ClickOptions& options) const {
    const auto text = options.count > 1 ? ".double_click()" : ".click()";
    return observed(*this, text, options,
                    [&](ElementCall& call) { return to_result(aim_and_click(call, options, checks(k_click_checks))); });
}

ActionResult Locator::double_click(ClickOptions options) const {
    options.count = 2;
    return click(options);
}

ActionResult Locator::tap(const TapOptions& options) const {
    return observed(*this, ".tap()", options, [&](ElementCall& call) {
        const ClickOptions touch{.modifiers = options.modifiers,
                                 .position = options.position,
                                 .force = options.force,
                                 .trial = options.trial,
                                 .no_scroll = options.no_scroll};
        const auto send = [](ElementCall& tap, Point point, const ClickOptions& how) {
            auto& page = tap.page();
            const HeldModifiers held{page, how.modifiers};
            dispatch_tap(page.target, point, page.hands.modifiers, tap.deadline());
            // The click that the browser makes of a tap comes after the touch has ended.
            if (is_true(tap.ask_again("tapped", ""), "lost")) {
                tap.fail_after_dispatch("the page replaced the element after the touch: the click was lost");
            }
        };
        return to_result(aim_and_press(call, {.arguments = checks(k_click_checks),
                                              .click = touch,
                                              .arm = "tap",
                                              .final_event = "touchend",
                                              .send = send}));
    });
}

ActionResult Locator::set_checked(bool checked, const CheckOptions& options) const {
    const auto text = checked ? ".check()" : ".uncheck()";
    return observed(*this, text, options, [&](ElementCall& call) {
        const ClickOptions click{.position = options.position,
                                 .force = options.force,
                                 .trial = options.trial,
                                 .no_scroll = options.no_scroll};
        const auto answer =
            aim_and_click(call, click, checks(k_click_checks) + fmt::format(R"(,"checked":{})", checked));
        if (is_true(answer, "done") || options.trial) return to_result(answer);
        const auto now = call.ask_again("checked_state", "");
        if (!now.empty() && now.contains("checked") && is_true(now, "checked") != checked) {
            call.fail_after_dispatch(fmt::format("the click did not change the state: the element is still {}",
                                                 checked ? "not checked" : "checked"));
        }
        return to_result(answer);
    });
}

ActionResult Locator::check(const CheckOptions& options) const {
    return set_checked(true, options);
}
ActionResult Locator::uncheck(const CheckOptions& options) const {
    return set_checked(false, options);
}

ActionResult Locator::hover(const HoverOptions& options) const {
    return observed(*this, ".hover()", options, [&](ElementCall& call) {
        const HeldModifiers held{call.page(), options.modifiers};
        for (int tries = 0;; ++tries) {
            const auto token = call.page().next_token();
            const auto answer =
                call.demand("act", fmt::format(R"("action":"aim","arm":"hover","token":"{}","in_steps":{}{}{})", token,
                                               options.steps > 1,
                                               aim_arguments(options.position, options.force, options.no_scroll, tries),
                                               checks(R"("visible","stable","receives")")));
            const auto point = point_in_page(call, answer, "");
            const auto landed = fmt::format(R"("token":"{}","expect":"hover")", token);
            if (point && options.trial) {
                call.ask_again("landed", landed);  // ends the watch
                return to_result(answer);
            }
            if (point) {
                json::object seen;
                const auto look = [&] {
                    if (auto report = report_about(call, token); !report.empty()) seen = std::move(report);
                    return is_true(seen, "hovered") || (options.steps <= 1 && !seen.empty());
                };
                call.dispatch([&] { move_pointer(call.page(), *point, options.steps, call.deadline(), look); });
                // What is carried along sends the page no mouse events.
                const bool carries = call.page().hands.dragged.has_value();
                if ((!look() || options.steps > 1) && !carries) {
                    if (auto all = call.ask_again("landed", landed); !all.empty()) seen = std::move(all);
                }
                if (seen.empty()) look();
                if (carries || is_true(seen, "hovered")) return to_result(answer);
                const auto hit = string_of(seen, "hit");
                call.note(fmt::format("the pointer came upon {} - trying again", hit.empty() ? "nothing" : hit));
            } else {
                call.ask_again("landed", landed);  // ends the watch
            }
            if (call.deadline().passed()) throw TimeoutError(call.explain("the pointer never came upon the element"));
        }
    });
}

}  // namespace reprise::locators
