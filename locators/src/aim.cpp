// Where a press is to go, and whether it arrived: what the page script's listeners saw.
#include "aim.hpp"

#include <fmt/format.h>
#include <boost/json/parse.hpp>

namespace reprise::locators {
namespace json = boost::json;
namespace {

Point point_of(const json::object& answer) {
    const auto& point = answer.at("point").as_object();
    return {point.at("x").to_number<double>(), point.at("y").to_number<double>()};
}

Verdict read(const json::object& seen) {
    return {.clicked = is_true(seen, "clicked"),
            .pressed = is_true(seen, "pressed"),
            .swallowed = is_true(seen, "swallowed"),
            .hit = string_of(seen, "hit")};
}

// What the element's own document has seen; `told`: what it has told of it before.
Verdict ask_element(ElementCall& call, const std::string& token, std::string_view event, const std::string& landed,
                    const Verdict& told) {
    const auto answer = call.ask_again("landed", landed);
    if (answer.empty()) {
        // The watch has ended: what it told is here by now, since answers and reports of a page keep their order. Or
        // the document has gone; when the press had arrived, it was the press that ended it: there is no release to
        // see. Of two clicks the second may be missing.
        const auto late = report_about(call, token);
        auto result = late.empty() ? told : read(late);
        result.assumed = !result.clicked && result.pressed && event != "dblclick";
        result.clicked = result.clicked || result.assumed;
        return result;
    }
    auto result = read(answer);
    const bool unfinished = result.pressed && !result.clicked;
    result.removed = unfinished && !is_true(answer, "connected");
    result.left =
        unfinished && !result.removed && event != "dblclick" && is_true(answer, "left") && !is_true(answer, "strayed");
    return result;
}

}  // namespace

json::object report_about(ElementCall& call, const std::string& token) {
    const auto message = call.page().target.take_message(token);
    return message ? json::parse(*message).as_object() : json::object{};
}

Verdict verdict(ElementCall& call, const std::string& token, std::string_view event, const json::object& report) {
    const auto landed = fmt::format(R"("token":"{}","expect":"{}")", token, event);
    const auto above = call.ask_above("landed", landed);  // always: they are armed until they are asked
    auto result = read(report);
    if (!result.clicked) result = ask_element(call, token, event, landed, result);
    call.disarmed();
    if (result.clicked) return result;
    for (const auto& holder : above) {
        if (!is_true(holder, "swallowed") || result.pressed) continue;
        result.swallowed = true;
        result.hit = string_of(holder, "hit");
    }
    return result;
}

std::optional<Spot> spot_of(ElementCall& call, const json::object& answer, const ElementCall::Through& through) {
    std::optional<Spot> spot;
    std::string blocker;
    try {
        call.dispatch([&] { spot = call.to_page(point_of(answer), through, blocker); });
        if (!spot) call.note(fmt::format("{} covers the frame - trying again", blocker));
    } catch (const cdp::DocumentGone& gone) {
        call.note(fmt::format("{} - trying again", gone.what()));
    }
    return spot;
}

std::string aim_arguments(const std::optional<Point>& position, bool force, bool no_scroll, int tries) {
    auto text = fmt::format(R"(,"slow":{},"tries":{},"force":{},"no_scroll":{})", tries > 0, tries, force, no_scroll);
    if (position) text += fmt::format(R"(,"position":{{"x":{},"y":{}}})", position->x, position->y);
    return text;
}

}  // namespace reprise::locators
