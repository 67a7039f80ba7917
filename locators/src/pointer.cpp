// What is done with the pointer: aim, press, verify inside the event.
#include <functional>

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

Point point_of(const json::object& answer) {
    const auto& point = answer.at("point").as_object();
    return {point.at("x").to_number<double>(), point.at("y").to_number<double>()};
}

// Which event ends a click, as the page script watches for it.
std::string_view final_event(const ClickOptions& options) {
    if (options.button == MouseButton::right) return "contextmenu";
    if (options.button == MouseButton::middle) return "auxclick";
    return options.count > 1 ? "dblclick" : "click";
}

struct Verdict {
    bool clicked{}, pressed{}, swallowed{};
    bool removed{};  // pressed, and no longer in the document: no click could follow
    bool left{};     // pressed, and by that hidden or covered when the button went up
    std::string hit;
};

// What the page script's listeners have told through the binding, inside of the event: a page that navigates away in
// its handler cannot take it back. Empty: nothing.
json::object report_about(ElementCall& call, const std::string& token) {
    const auto message = call.page().target.take_message(token);
    return message ? json::parse(*message).as_object() : json::object{};
}

// What they saw in all; they watch no longer.
Verdict verdict(ElementCall& call, const std::string& token, std::string_view event, const json::object& report) {
    const auto landed = fmt::format(R"("token":"{}","expect":"{}")", token, event);
    const auto above = call.ask_above("landed", landed);  // always: they are armed until they are asked
    const auto read = [](const json::object& seen) {
        return Verdict{.clicked = is_true(seen, "clicked"),
                       .pressed = is_true(seen, "pressed"),
                       .swallowed = is_true(seen, "swallowed"),
                       .hit = string_of(seen, "hit")};
    };
    auto result = read(report);
    if (result.clicked) return result;
    const auto answer = call.ask_again("landed", landed);
    if (answer.empty()) {
        // The watch has ended: what it told is here by now, since answers and reports of a page keep their order. Or
        // the document has gone; when the press had arrived, it was the press that ended it: there is no release to
        // see.
        if (const auto late = report_about(call, token); !late.empty()) result = read(late);
        result.clicked = result.clicked || result.pressed;
    } else {
        result = read(answer);
        const bool unfinished = result.pressed && !result.clicked;
        result.removed = unfinished && !is_true(answer, "connected");
        result.left = unfinished && !result.removed && event != "dblclick" && is_true(answer, "left") &&
                      !is_true(answer, "strayed");
    }
    for (const auto& holder : above) {
        if (!is_true(holder, "swallowed") || result.pressed) continue;
        result.swallowed = true;
        result.hit = string_of(holder, "hit");
    }
    return result;
}

// Where in the page the answer's point lies. Empty: the frame is covered or has gone, which is noted; try again.
std::optional<Point> point_in_page(ElementCall& call, const json::object& answer, std::string_view token) {
    std::optional<Point> point;
    std::string blocker;
    try {
        call.dispatch([&] { point = call.to_page(point_of(answer), token, blocker); });
        if (!point) call.note(fmt::format("{} covers the frame - trying again", blocker));
    } catch (const cdp::DocumentGone& gone) {
        call.note(fmt::format("{} - trying again", gone.what()));
    }
    return point;
}

// The press took the element away. A menu that acts on the press is gone, and nothing was left to click; a page that
// drew itself anew has put another element there, which was never clicked.
void expect_gone(ElementCall& call) {
    const auto now = call.ask("query", R"("what":"count")");
    const auto* count = now.if_contains("value");
    if (count == nullptr || *count == 0) return;
    call.fail_after_dispatch("the page replaced the element while the button was down: the click was lost");
}

struct Aim {
    std::string arguments;  // further members of act's argument
    ClickOptions click;
};

// Aim, press, verify: the whole of a click. The first attempt waits for no frame; when the page moved under the pointer
// the event was swallowed inside the page and nothing happened, so the second goes the slow way, after two equal
// frames.
json::object aim_and_click(ElementCall& call, const Aim& aim) {
    bool slow = false;
    const auto event = final_event(aim.click);
    while (true) {
        const auto token = call.page().next_token();
        std::string arguments =
            fmt::format(R"("action":"aim","arm":"press","token":"{}","expect":"{}","slow":{},"force":{}{})", token,
                        event, slow, aim.click.force, aim.arguments);
        if (aim.click.position) {
            arguments += fmt::format(R"(,"position":{{"x":{},"y":{}}})", aim.click.position->x, aim.click.position->y);
        }
        auto answer = call.demand("act", arguments);
        if (is_true(answer, "done") || aim.click.trial) {
            if (aim.click.trial) call.ask_again("landed", fmt::format(R"("token":"{}")", token));
            return answer;
        }
        const auto point = point_in_page(call, answer, token);
        if (point) {
            call.page().note_pointer(*point);
            call.dispatch([&] {
                dispatch_click(call.page().target, *point, aim.click, call.deadline());
                call.page().target.settle_navigation(call.deadline());
            });
            const auto seen = verdict(call, token, event, report_about(call, token));
            if (seen.removed) expect_gone(call);
            if (seen.clicked || seen.removed || seen.left) return answer;
            if (!seen.swallowed && seen.pressed) {
                call.fail_after_dispatch(fmt::format("the button went down on the element, but the {} landed on {}",
                                                     event, seen.hit.empty() ? "nothing" : seen.hit));
            }
            if (!seen.swallowed) call.fail_after_dispatch("the click did not arrive at the element");
            call.note(fmt::format("{} was in the way at the moment of the click: nothing was clicked - trying again",
                                  seen.hit));
        } else {
            verdict(call, token, event, {});  // ends the watch
        }
        slow = true;
        if (call.deadline().passed()) {
            throw TimeoutError(call.explain(fmt::format("the element was never under the pointer within {} ms",
                                                        call.deadline().timeout().count())));
        }
    }
}

constexpr auto k_click_checks = R"("visible","stable","enabled","receives")";

}  // namespace

ActionResult Locator::click(const ClickOptions& options) const {
    const auto text = options.count > 1 ? ".double_click()" : ".click()";
    return observed(*this, text, options, [&](ElementCall& call) {
        return to_result(aim_and_click(call, {checks(k_click_checks), options}));
    });
}

ActionResult Locator::double_click(ClickOptions options) const {
    options.count = 2;
    return click(options);
}

ActionResult Locator::set_checked(bool wanted, const ActionOptions& options) const {
    const auto text = wanted ? ".check()" : ".uncheck()";
    return observed(*this, text, options, [&](ElementCall& call) {
        const auto arguments = checks(k_click_checks) + fmt::format(R"(,"checked":{})", wanted);
        const auto answer = aim_and_click(call, {arguments, {.force = options.force}});
        if (is_true(answer, "done")) return to_result(answer);
        const auto now = call.ask_again("checked_state", "");
        if (!now.empty() && now.contains("checked") && is_true(now, "checked") != wanted) {
            call.fail_after_dispatch(fmt::format("the click did not change the state: the element is still {}",
                                                 wanted ? "not checked" : "checked"));
        }
        return to_result(answer);
    });
}

ActionResult Locator::check(const ActionOptions& options) const {
    return set_checked(true, options);
}
ActionResult Locator::uncheck(const ActionOptions& options) const {
    return set_checked(false, options);
}

ActionResult Locator::hover(const ActionOptions& options) const {
    return observed(*this, ".hover()", options, [&](ElementCall& call) {
        bool slow = false;
        while (true) {
            const auto token = call.page().next_token();
            const auto answer =
                call.demand("act", fmt::format(R"("action":"aim","arm":"hover","token":"{}","slow":{},"force":{}{})",
                                               token, slow, options.force, checks(R"("visible","stable","receives")")));
            const auto point = point_in_page(call, answer, "");
            if (point) {
                call.page().note_pointer(*point);
                json::object seen;
                const auto look = [&] { return !(seen = report_about(call, token)).empty(); };
                call.dispatch([&] { dispatch_move(call.page().target, *point, look, call.deadline()); });
                if (seen.empty()) look();
                if (seen.empty()) seen = call.ask_again("landed", fmt::format(R"("token":"{}")", token));
                if (seen.empty()) seen = report_about(call, token);
                if (is_true(seen, "hovered")) return to_result(answer);
                const auto hit = string_of(seen, "hit");
                call.note(fmt::format("the pointer came upon {} - trying again", hit.empty() ? "nothing" : hit));
            }
            slow = true;
            if (call.deadline().passed()) throw TimeoutError(call.explain("the pointer never came upon the element"));
        }
    });
}

namespace {

Point aim_at(ElementCall& call, const std::string& arguments, json::object& answer) {
    answer = call.demand("act", R"("action":"aim",)" + arguments + checks(R"("visible","stable","receives")"));
    const auto point = point_in_page(call, answer, "");
    if (!point) throw ActionError(call.explain("the element's frame does not show there"));
    return *point;
}

// Presses on the element and keeps the button down; where. A press that something else would have got was swallowed
// inside of the page, so it is tried again.
Point press_for_drag(ElementCall& call, const std::string& more, json::object& answer) {
    while (true) {
        const auto token = call.page().next_token();
        const auto from =
            aim_at(call, fmt::format(R"("arm":"press","token":"{}","expect":"mouseup"{})", token, more), answer);
        call.page().note_pointer(from);
        call.dispatch([&] { dispatch_drag_start(call.page().target, from, call.deadline()); });
        auto report = report_about(call, token);
        if (report.empty()) report = call.ask_again("landed", fmt::format(R"("token":"{}","keep":true)", token));
        const bool pressed = is_true(report, "pressed");
        // Let go while it is still watched for: the release would click what got the press.
        if (!pressed) call.dispatch([&] { dispatch_release(call.page().target, from, call.deadline()); });
        const auto seen = verdict(call, token, "mouseup", report);
        if (pressed) return from;
        if (!seen.swallowed) call.fail_after_dispatch("the press did not arrive at the element");
        call.note(
            fmt::format("{} was in the way at the moment of the press: nothing was dragged - trying again", seen.hit));
        if (call.deadline().passed()) {
            throw TimeoutError(call.explain(fmt::format("the element was never under the pointer within {} ms",
                                                        call.deadline().timeout().count())));
        }
    }
}

// Presses on the element, brings the pointer to where `aim_at_end` says (asked while the button is down: the press may
// have scrolled or moved things), lets go, and checks that both ends arrived.
ActionResult drag(ElementCall& call, const std::string& more, const std::function<Point(Point)>& aim_at_end,
                  ElementCall& end) {
    const auto& page = call.page().target;
    json::object answer;
    const auto from = press_for_drag(call, more, answer);
    Point to;
    try {
        to = aim_at_end(from);
    } catch (const Error& error) {
        dispatch_release(page, from, call.deadline());
        call.fail_after_dispatch(error.what());
    }
    bool native = false;
    call.dispatch([&] {
        native = dispatch_drag_end(page, from, to, call.deadline());
        page.settle_navigation(call.deadline());
    });
    if (!native) {
        const auto own = call.ask_again("dragged", "");
        if (is_true(own, "due") && !is_true(own, "began")) {
            call.fail_after_dispatch(
                "the drag did not begin: the element was no longer under the pointer when it moved");
        }
    }
    const auto seen = end.ask_again("dropped", "");
    if (native && !seen.empty() && !is_true(seen, "dropped")) {
        const auto hit = string_of(seen, "hit");
        call.fail_after_dispatch(hit.empty() ? "the drop was not taken: no element there accepts it"
                                             : fmt::format("the drop was taken by {}", hit));
    }
    return to_result(answer);
}

}  // namespace

ActionResult Locator::drag_to(const Locator& target, const ActionOptions& options) const {
    const auto text = fmt::format(".drag_to({})", target.text());
    return observed(*this, text, options, [&](ElementCall& call) {
        ElementCall onto{target, "", call.deadline()};
        json::object answer;
        aim_at(onto, R"("arm":"none")", answer);  // nothing is pressed before there is somewhere to go
        return drag(
            call, "", [&](Point) { return aim_at(onto, R"("arm":"drop")", answer); }, onto);
    });
}

ActionResult Locator::drag_by(Point offset, const ActionOptions& options) const {
    const auto text = fmt::format(".drag_by({}, {})", offset.x, offset.y);
    return observed(*this, text, options, [&](ElementCall& call) {
        const auto end = [&](Point from) { return Point{from.x + offset.x, from.y + offset.y}; };
        return drag(call, R"(,"drop_anywhere":true)", end, call);
    });
}

}  // namespace reprise::locators
