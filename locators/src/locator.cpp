#include <reprise/locators/locator.hpp>

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/cdp/command.hpp>
#include <reprise/cdp/protocol/dom.hpp>
#include <reprise/locators/error.hpp>

#include "element_call.hpp"
#include "input.hpp"

namespace reprise::locators {
namespace json = boost::json;
namespace {

bool is_true(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_bool() && value->get_bool();
}

std::string string_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

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
    std::string hit;
};

// What the page script's listeners saw. The report comes through the binding, sent inside the event: a page that
// navigates away in its handler cannot take it back.
Verdict verdict(ElementCall& call, const std::string& token, std::string_view event) {
    auto message = call.page().target.take_message(token);
    json::object report;
    if (message) report = json::parse(*message).as_object();
    Verdict result{is_true(report, "clicked"), is_true(report, "pressed"), is_true(report, "swallowed"),
                   string_of(report, "hit")};
    if (result.clicked) return result;
    const auto answer = call.ask_again("landed", fmt::format(R"("token":"{}","expect":"{}")", token, event));
    if (answer.empty()) return result;  // the document has gone: what the binding said is all there is
    result = {is_true(answer, "clicked"), is_true(answer, "pressed"), is_true(answer, "swallowed"),
              string_of(answer, "hit")};
    // The press itself removed the target: a menu that acts on mousedown. Nothing was left to click.
    if (result.pressed && !result.clicked && !is_true(answer, "connected")) result.clicked = true;
    return result;
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
        std::string blocker;
        const auto point = call.to_page(point_of(answer), blocker);
        if (point) {
            dispatch_click(call.page().target, *point, aim.click, call.deadline());
            call.page().target.settle_navigation(call.deadline());
            const auto seen = verdict(call, token, event);
            if (seen.clicked) return answer;
            if (!seen.swallowed && seen.pressed) {
                call.fail_after_dispatch(fmt::format("the button went down on the element, but the {} landed on {}",
                                                     event, seen.hit.empty() ? "nothing" : seen.hit));
            }
            if (!seen.swallowed) call.fail_after_dispatch("the click did not arrive at the element");
            call.note(fmt::format("{} was in the way at the moment of the click: nothing was clicked - trying again",
                                  seen.hit));
        } else {
            call.ask_again("landed", fmt::format(R"("token":"{}")", token));
            call.note(fmt::format("{} covers the frame - trying again", blocker));
        }
        slow = true;
        if (call.deadline().passed()) {
            throw TimeoutError(call.explain(fmt::format("the element was never under the pointer within {} ms",
                                                        call.deadline().timeout().count())));
        }
    }
}

std::string checks(const char* list) {
    return fmt::format(R"(,"checks":[{}])", list);
}
constexpr auto k_click_checks = R"("visible","stable","enabled","receives")";

}  // namespace

ActionResult Locator::click(const ClickOptions& options) const {
    ElementCall call{*this, options.count > 1 ? ".double_click()" : ".click()", page_->deadline(options.timeout)};
    return to_result(aim_and_click(call, {checks(k_click_checks), options}));
}

ActionResult Locator::double_click(ClickOptions options) const {
    options.count = 2;
    return click(options);
}

ActionResult Locator::set_checked(bool wanted, const ActionOptions& options) const {
    ElementCall call{*this, wanted ? ".check()" : ".uncheck()", page_->deadline(options.timeout)};
    const auto arguments = checks(k_click_checks) + fmt::format(R"(,"checked":{})", wanted);
    const auto answer = aim_and_click(call, {arguments, {.force = options.force}});
    if (is_true(answer, "done")) return to_result(answer);
    const auto now = call.ask_again("checked_state", "");
    if (!now.empty() && now.contains("checked") && is_true(now, "checked") != wanted) {
        call.fail_after_dispatch(fmt::format("the click did not change the state: the element is still {}",
                                             wanted ? "not checked" : "checked"));
    }
    return to_result(answer);
}

ActionResult Locator::check(const ActionOptions& options) const {
    return set_checked(true, options);
}
ActionResult Locator::uncheck(const ActionOptions& options) const {
    return set_checked(false, options);
}

ActionResult Locator::hover(const ActionOptions& options) const {
    ElementCall call{*this, ".hover()", page_->deadline(options.timeout)};
    bool slow = false;
    while (true) {
        const auto token = call.page().next_token();
        const auto answer =
            call.demand("act", fmt::format(R"("action":"aim","arm":"hover","token":"{}","slow":{},"force":{}{})", token,
                                           slow, options.force, checks(R"("visible","stable","receives")")));
        std::string blocker;
        const auto point = call.to_page(point_of(answer), blocker);
        if (point) {
            dispatch_move(call.page().target, *point, call.deadline());
            const auto seen = call.ask_again("landed", fmt::format(R"("token":"{}","expect":"hover")", token));
            if (seen.empty() || is_true(seen, "clicked") || is_true(seen, "hovered")) return to_result(answer);
            call.note(fmt::format("the pointer came upon {} - trying again", string_of(seen, "hit")));
        }
        slow = true;
        if (call.deadline().passed()) throw TimeoutError(call.explain("the pointer never came upon the element"));
    }
}

ActionResult Locator::simple(std::string_view text, std::string arguments, std::optional<Milliseconds> timeout) const {
    ElementCall call{*this, text, page_->deadline(timeout)};
    return to_result(call.demand("act", arguments));
}

ActionResult Locator::fill(std::string_view value, const FillOptions& options) const {
    const auto shown = options.secret ? std::string("\"***\"") : json_text(value);
    return simple(fmt::format(".fill({})", shown),
                  fmt::format(R"("action":"fill","value":{},"secret":{},"force":{}{})", json_text(value),
                              options.secret, options.force, checks(R"("visible","enabled","editable")")),
                  options.timeout);
}

ActionResult Locator::type(std::string_view text, const FillOptions& options) const {
    const auto shown = options.secret ? std::string("\"***\"") : json_text(text);
    ElementCall call{*this, fmt::format(".type({})", shown), page_->deadline(options.timeout)};
    const auto answer = call.demand("act", R"("action":"focus","caret":"end")");
    dispatch_text(call.page().target, text, call.deadline());
    const auto after = call.ask_again("focus_kept", "");
    if (!after.empty() && !is_true(after, "kept")) {
        call.fail_after_dispatch(fmt::format("the focus moved to {} while typing", string_of(after, "focused")));
    }
    return to_result(answer);
}

ActionResult Locator::press(std::string_view keys, const ActionOptions& options) const {
    ElementCall call{*this, fmt::format(".press(\"{}\")", keys), page_->deadline(options.timeout)};
    const auto answer = call.demand("act", R"("action":"focus")");
    dispatch_chord(call.page().target, keys, call.deadline());
    call.page().target.settle_navigation(call.deadline());
    return to_result(answer);
}

ActionResult Locator::select(const std::vector<SelectOption>& wanted, const ActionOptions& options) const {
    std::string list;
    std::string shown;
    for (const auto& option : wanted) {
        std::string one;
        const auto add = [&](const char* key, const std::string& json) {
            one += fmt::format(R"({}"{}":{})", one.empty() ? "" : ",", key, json);
            shown += (shown.empty() ? "" : ", ") + json;
        };
        if (option.value_or_label) add("any", json_text(*option.value_or_label));
        if (option.value) add("value", json_text(*option.value));
        if (option.label) add("label", json_text(*option.label));
        if (option.index) add("index", std::to_string(*option.index));
        list += (list.empty() ? "{" : ",{") + one + "}";
    }
    return simple(fmt::format(".select({})", shown),
                  fmt::format(R"("action":"select","options":[{}],"force":{}{})", list, options.force,
                              checks(R"("visible","enabled")")),
                  options.timeout);
}

ActionResult Locator::focus(const ActionOptions& options) const {
    return simple(".focus()", R"("action":"focus")", options.timeout);
}

ActionResult Locator::blur(const ActionOptions& options) const {
    return simple(".blur()", R"("action":"blur")", options.timeout);
}

ActionResult Locator::submit(const ActionOptions& options) const {
    ElementCall call{*this, ".submit()", page_->deadline(options.timeout)};
    const auto answer = call.demand("act", R"("action":"submit")");
    call.page().target.settle_navigation(call.deadline());
    return to_result(answer);
}

ActionResult Locator::scroll_into_view(const ActionOptions& options) const {
    return simple(".scroll_into_view()", R"("action":"scroll_into_view")" + checks(R"("stable")"), options.timeout);
}

ActionResult Locator::scroll_to(Point offset, const ActionOptions& options) const {
    return simple(fmt::format(".scroll_to({}, {})", offset.x, offset.y),
                  fmt::format(R"("action":"scroll_to","x":{},"y":{})", offset.x, offset.y), options.timeout);
}

ActionResult Locator::set_files(const std::vector<std::string>& paths, const ActionOptions& options) const {
    ElementCall call{*this, fmt::format(".set_files({} files)", paths.size()), page_->deadline(options.timeout)};
    const auto element = call.element();
    try {
        element.session.send(cdp::dom::SetFileInputFiles{.files = paths, .objectId = element.object_id},
                             call.deadline());
    } catch (const cdp::ProtocolError& error) {
        throw ActionError(call.explain(error.what()));
    }
    return {};
}

ActionResult Locator::drag_to(const Locator& target, const ActionOptions& options) const {
    ElementCall call{*this, fmt::format(".drag_to({})", target.text()), page_->deadline(options.timeout)};
    const auto aim = [&](ElementCall& which) {
        const auto answer =
            which.demand("act", R"("action":"aim","arm":"none")" + checks(R"("visible","stable","receives")"));
        std::string blocker;
        const auto point = which.to_page(point_of(answer), blocker);
        if (!point) throw ActionError(which.explain(blocker + " covers the frame"));
        return std::pair{*point, answer};
    };
    ElementCall onto{target, "", call.deadline()};
    const auto to = aim(onto).first;
    const auto [from, answer] = aim(call);
    dispatch_drag(call.page().target, from, to, call.deadline());
    return to_result(answer);
}

ActionResult Locator::drag_by(Point offset, const ActionOptions& options) const {
    ElementCall call{*this, fmt::format(".drag_by({}, {})", offset.x, offset.y), page_->deadline(options.timeout)};
    const auto answer =
        call.demand("act", R"("action":"aim","arm":"none")" + checks(R"("visible","stable","receives")"));
    std::string blocker;
    const auto from = call.to_page(point_of(answer), blocker);
    if (!from) throw ActionError(call.explain(blocker + " covers the frame"));
    dispatch_drag(call.page().target, *from, {from->x + offset.x, from->y + offset.y}, call.deadline());
    return to_result(answer);
}

ActionResult Locator::wait_for(ElementState state, std::optional<Milliseconds> timeout) const {
    static constexpr std::string_view k_names[] = {"attached", "detached", "visible", "hidden"};
    const auto name = k_names[static_cast<int>(state)];
    ElementCall call{*this, fmt::format(".wait_for({})", name), page_->deadline(timeout)};
    return to_result(call.demand("wait", fmt::format(R"("state":"{}")", name)));
}

int Locator::count() const {
    ElementCall call{*this, ".count()", page_->deadline({})};
    return static_cast<int>(call.ask("query", R"("what":"count")").at("value").to_number<int>());
}

bool Locator::is_visible() const {
    ElementCall call{*this, ".is_visible()", page_->deadline({})};
    return is_true(call.ask("query", R"("what":"is_visible")"), "value");
}

std::vector<std::string> Locator::all_inner_texts() const {
    ElementCall call{*this, ".all_inner_texts()", page_->deadline({})};
    std::vector<std::string> texts;
    for (const auto& value : call.ask("query", R"("what":"all_inner_texts")").at("value").as_array()) {
        texts.emplace_back(value.as_string());
    }
    return texts;
}

std::string Locator::read(std::string_view text, std::string arguments, const ActionOptions& options) const {
    ElementCall call{*this, text, page_->deadline(options.timeout)};
    const auto answer = call.demand("read", arguments);
    return string_of(answer, "value");
}

std::string Locator::text_content(const ActionOptions& options) const {
    return read(".text_content()", R"("what":"text_content")", options);
}
std::string Locator::inner_text(const ActionOptions& options) const {
    return read(".inner_text()", R"("what":"inner_text")", options);
}
std::string Locator::inner_html(const ActionOptions& options) const {
    return read(".inner_html()", R"("what":"inner_html")", options);
}
std::string Locator::input_value(const ActionOptions& options) const {
    return read(".input_value()", R"("what":"input_value")", options);
}

std::optional<std::string> Locator::attribute(std::string_view name, const ActionOptions& options) const {
    ElementCall call{*this, fmt::format(".attribute(\"{}\")", name), page_->deadline(options.timeout)};
    const auto answer = call.demand("read", fmt::format(R"("what":"attribute","name":{})", json_text(name)));
    const auto* value = answer.if_contains("value");
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string(value->get_string());
}

bool Locator::is_checked(const ActionOptions& options) const {
    ElementCall call{*this, ".is_checked()", page_->deadline(options.timeout)};
    return is_true(call.demand("read", R"("what":"is_checked")"), "value");
}

}  // namespace reprise::locators
