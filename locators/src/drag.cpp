// Drags: a press that is verified, a way with the button down, and a drop that has to arrive.
#include <chrono>
#include <functional>

#include <fmt/format.h>

#include <reprise/locators/error.hpp>
#include <reprise/locators/locator.hpp>

#include "aim.hpp"
#include "element_call.hpp"
#include "hands.hpp"
#include "observation.hpp"

namespace reprise::locators {
namespace json = boost::json;
namespace {

struct End {
    std::string_view arm;  // "none", "press", "drop"
    std::string more{};    // further members of act's argument
    std::optional<Point> position{};
    bool force{};
    std::string token{};  // of a press
};

Point aim_at(ElementCall& call, const End& end, json::object& answer) {
    for (int tries = 0;; ++tries) {
        answer = call.arm(fmt::format(R"("action":"aim","arm":"{}","token":"{}","expect":"mouseup"{}{}{})", end.arm,
                                      end.token, aim_arguments(end.position, end.force, false, tries), end.more,
                                      checks(R"("visible","stable","receives")")));
        if (end.arm == "none") call.disarmed();
        // The browser itself finds who gets what is carried: a drag may lead out of its frame.
        const ElementCall::Through through{.token = end.token, .arms = ElementCall::Through::all};
        if (const auto spot = spot_of(call, answer, through)) return spot->in_page;
        if (end.arm == "press") verdict(call, end.token, "mouseup", {});  // ends the watch
        if (call.deadline().passed()) throw TimeoutError(call.explain("the element's frame does not show there"));
    }
}

// Lets go of what a drag that failed still holds.
class LetGo {
public:
    explicit LetGo(PageState& page) : page_{page} {}
    ~LetGo() {
        if ((page_.hands.buttons & k_left) == 0) return;
        try {
            const auto deadline = cdp::Deadline::after(std::chrono::seconds{5});  // the call's own may have passed
            cancel_drag(page_, deadline);
            release_button(page_, MouseButton::left, 1, deadline);
        } catch (const Error&) {
            // The page has gone; what made the drag fail is being told.
        }
        page_.hands.buttons &= ~k_left;
        page_.hands.dragged.reset();
    }
    LetGo(const LetGo&) = delete;
    LetGo& operator=(const LetGo&) = delete;

private:
    static constexpr int k_left = 1;
    PageState& page_;
};

// Presses on the element and keeps the button down; where. A press that something else would have got was swallowed
// inside of the page, so it is tried again.
Point press_for_drag(ElementCall& call, End start, json::object& answer) {
    auto& page = call.page();
    while (true) {
        start.token = page.next_token();
        const auto from = aim_at(call, start, answer);
        call.dispatch([&] {
            move_pointer(page, from, 1, call.deadline());
            press_button(page, MouseButton::left, 1, call.deadline());
        });
        auto report = report_about(call, start.token);
        if (report.empty()) report = call.ask_again("landed", fmt::format(R"("token":"{}","keep":true)", start.token));
        const bool pressed = is_true(report, "pressed");
        // Let go while it is still watched for: the release would click what got the press.
        if (!pressed) call.dispatch([&] { release_button(page, MouseButton::left, 1, call.deadline()); });
        const auto seen = verdict(call, start.token, "mouseup", report);
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

// `towards` tells where the drag will go. Presses on the element, starts the drag by a first move, brings the pointer
// to where `aim_at_end` says (asked while the button is down: press and move may have scrolled or moved things), lets
// go, and checks that both ends arrived.
struct Way {
    Point towards;
    int steps{1};
    std::function<Point(Point)> aim_at_end;
};

ActionResult drag(ElementCall& call, End start, const Way& way, ElementCall& end) {
    auto& page = call.page();
    json::object answer;
    const LetGo let_go{page};
    const auto from = press_for_drag(call, std::move(start), answer);
    Point to;
    try {
        move_pointer(page, {from.x + (way.towards.x >= from.x ? 8 : -8), from.y + (way.towards.y >= from.y ? 8 : -8)},
                     1, call.deadline());
        to = way.aim_at_end(from);
    } catch (const Error& error) {
        call.fail_after_dispatch(error.what());
    }
    bool native = false;
    call.dispatch([&] {
        move_pointer(page, to, way.steps, call.deadline());
        page.tell_pointer(from);
        native = page.hands.dragged.has_value();
        release_button(page, MouseButton::left, 1, call.deadline());
        page.target.settle_navigation(call.deadline());
    });
    const auto seen = end.ask_again("dropped", "");
    end.disarmed();
    if (!native) {
        const auto own = call.ask_again("dragged", "");
        if (is_true(own, "due") && !is_true(own, "began")) {
            call.fail_after_dispatch(
                "the drag did not begin: the element was no longer under the pointer when it moved");
        }
    }
    if (native && !seen.empty() && !is_true(seen, "dropped")) {
        const auto hit = string_of(seen, "hit");
        call.fail_after_dispatch(hit.empty() ? "the drop was not taken: no element there accepts it"
                                             : fmt::format("the drop was taken by {}", hit));
    }
    return to_result(answer);
}

}  // namespace

ActionResult Locator::drag_to(const Locator& target, const DragOptions& options) const {
    const auto text = fmt::format(".drag_to({})", target.text());
    return observed(*this, text, options, [&](ElementCall& call) {
        ElementCall onto{target, "", call.deadline()};
        json::object answer;
        const auto to = [&](std::string_view arm) {
            return aim_at(onto, {.arm = arm, .position = options.target_position, .force = options.force}, answer);
        };
        const auto towards = to("none");  // nothing is pressed before there is somewhere to go
        const End start{.arm = "press", .position = options.source_position, .force = options.force};
        if (options.trial) {
            aim_at(call, {.arm = "none", .position = options.source_position, .force = options.force}, answer);
            return to_result(answer);
        }
        const Way way{towards, options.steps, [&](Point) { return to("drop"); }};
        return drag(call, start, way, onto);
    });
}

ActionResult Locator::drag_by(Point offset, const DragOptions& options) const {
    const auto text = fmt::format(".drag_by({}, {})", offset.x, offset.y);
    return observed(*this, text, options, [&](ElementCall& call) {
        const auto end = [&](Point from) { return Point{from.x + offset.x, from.y + offset.y}; };
        const End start{.arm = "press",
                        .more = R"(,"drop_anywhere":true)",
                        .position = options.source_position,
                        .force = options.force};
        json::object answer;
        if (options.trial) {
            aim_at(call, {.arm = "none", .position = options.source_position, .force = options.force}, answer);
            return to_result(answer);
        }
        constexpr double k_far = 1e6;
        const Point towards{offset.x >= 0 ? k_far : -k_far, offset.y >= 0 ? k_far : -k_far};
        return drag(call, start, {towards, options.steps, end}, call);
    });
}

}  // namespace reprise::locators
