// What is done with the pointer: aim, press, verify inside the event.
#include <fmt/format.h>
#include <boost/json/object.hpp>

#include <reprise/cdp/error.hpp>
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
    return options.count == 2 ? "dblclick" : "click";
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
    // False: nothing was pressed, since the frame had gone.
    bool (*send)(ElementCall& call, const Spot& spot, const ClickOptions& options);
};

std::string document_of(ElementCall& call) {
    const auto frame = call.page().target.frame(call.last_frame());
    return frame ? frame->loader : std::string();
}

[[noreturn]] void fail_replaced(ElementCall& call) {
    call.fail_after_dispatch("the document was replaced while the button was down: the click was lost");
}

bool send_click(ElementCall& call, const Spot& spot, const ClickOptions& options) {
    auto& page = call.page();
    const HeldModifiers held{page, options.modifiers};
    if (options.steps > 1 && !spot.in_frame) move_pointer(page, spot.in_page, options.steps, call.deadline());
    page.hands.pointer = spot.in_page;
    bool lost = false;
    const auto hold = [&] {
        page.target.settle_navigation(call.deadline());  // the press's own
        const auto document = document_of(call);
        page.target.pause(options.delay, call.deadline());
        lost = lost || document_of(call) != document;
    };
    const bool sent = dispatch_click(page.target, spot, options, page.hands.modifiers, hold, call.deadline());
    if (lost) fail_replaced(call);
    return sent;
}

// Browsers tell late of what goes on in a busy page. A frame that was there after the page had answered the press, and
// was removed before the click, was not removed by the press.
void expect_removed_by_press(ElementCall& call, const Verdict& seen, const std::string& token) {
    const bool outlived_press = call.page().target.take_message(token + " outlived").has_value();
    if (seen.assumed && outlived_press && document_of(call).empty()) fail_replaced(call);
}

// Of a press that is not, or no longer, on its way: what stays armed would swallow the next one.
void end_watch(ElementCall& call, const std::string& token) {
    verdict(call, token, {}, {});
}

// Over a frame of another process the page brings the pointer, so that what it leaves hears of it. A frame that goes
// at that moment may take the browser's answer along.
void come_over_frame(ElementCall& call, const ClickOptions& options, const Spot& spot) {
    call.dispatch([&] {
        const HeldModifiers held{call.page(), options.modifiers};
        try {
            move_pointer(call.page(), spot.in_page, options.steps, call.deadline(), [] { return true; });
        } catch (const cdp::ProtocolError& error) {
            call.note(fmt::format("the pointer did not come over the frame ({})", error.what()));
        }
    });
}

// Where the press is to go. In a frame of another process the spot is looked for again when the pointer is there: what
// it has shown may cover the frame, and the frame may have another document.
std::optional<Spot> spot_of_press(ElementCall& call, const Press& press, const json::object& answer,
                                  const std::string& token) {
    const ElementCall::Through through{.token = token, .no_scroll = press.click.no_scroll};
    auto spot = spot_of(call, answer, through);
    if (!spot || !spot->in_frame || press.click.trial) return spot;
    if (press.arm != "tap") {
        come_over_frame(call, press.click, *spot);
        spot = spot_of(call, answer, through);
    }
    const auto watching = call.ask_again("watching", fmt::format(R"("token":"{}")", token));
    if (!spot || is_true(watching, "watching")) return spot;
    call.note("the document was replaced - trying again");
    return std::nullopt;
}

// Aim, press, verify: the whole of a click. The first attempt waits for no frame; when the page moved under the pointer
// the event was swallowed inside the page and nothing happened, so the second goes the slow way, after two equal
// frames.
json::object aim_and_press(ElementCall& call, const Press& press) {
    const auto& options = press.click;
    for (int tries = 0;; ++tries) {
        const auto token = call.page().next_token();
        const auto arguments =
            fmt::format(R"("action":"aim","arm":"{}","token":"{}","expect":"{}","count":{},"lasts":{}{}{})", press.arm,
                        token, press.final_event, options.count, options.delay.count() > 0,
                        aim_arguments(options.position, options.force, options.no_scroll, tries), press.arguments);
        auto answer = call.arm(arguments);
        if (is_true(answer, "done")) {
            call.disarmed();
            return answer;
        }
        const auto spot = spot_of_press(call, press, answer, token);
        if (!spot || options.trial) end_watch(call, token);
        if (spot && options.trial) return answer;
        if (spot) {
            call.page().tell_pointer(spot->in_page);
            bool sent = false;
            call.dispatch([&] {
                sent = press.send(call, *spot, options);
                call.page().target.settle_navigation(call.deadline());
            });
            const auto seen = verdict(call, token, press.final_event, report_about(call, token));
            expect_removed_by_press(call, seen, token);
            if (seen.removed) expect_gone(call);
            if (seen.clicked || seen.removed || seen.left) return answer;
            if (!seen.swallowed && seen.pressed) {
                call.fail_after_dispatch(fmt::format("the button went down on the element, but the {} landed on {}",
                                                     press.final_event, seen.hit.empty() ? "nothing" : seen.hit));
            }
            if (sent && !seen.swallowed) call.fail_after_dispatch("the click did not arrive at the element");
            call.note(sent ? fmt::format("{} was in the way at the moment of the click: nothing was clicked - trying "
                                         "again",
                                         seen.hit)
                           : "the frame was removed - trying again");
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
    const auto text = options.count > 2    ? fmt::format(".click({{.count = {}}})", options.count)
                      : options.count == 2 ? ".double_click()"
                                           : ".click()";
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
        const auto send = [](ElementCall& tap, const Spot& spot, const ClickOptions& how) {
            auto& page = tap.page();
            const HeldModifiers held{page, how.modifiers};
            if (!dispatch_tap(page.target, spot, page.hands.modifiers, tap.deadline())) return false;
            // The click that the browser makes of a tap comes after the touch has ended.
            if (is_true(tap.ask_again("tapped", ""), "lost")) {
                tap.fail_after_dispatch("the page moved or replaced the element after the touch: the click was lost");
            }
            return true;
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
            const auto spot = spot_of(call, answer, {.no_scroll = options.no_scroll});
            const auto landed = fmt::format(R"("token":"{}","expect":"hover")", token);
            if (spot && options.trial) {
                call.ask_again("landed", landed);  // ends the watch
                return to_result(answer);
            }
            if (spot) {
                json::object seen;
                const auto look = [&] {
                    if (auto report = report_about(call, token); !report.empty()) seen = std::move(report);
                    return is_true(seen, "hovered") || (options.steps <= 1 && !seen.empty());
                };
                call.dispatch([&] { move_pointer(call.page(), spot->in_page, options.steps, call.deadline(), look); });
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
