#include <reprise/locators/locator.hpp>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <reprise/locators/error.hpp>

#include "element_call.hpp"
#include "observation.hpp"

namespace reprise::locators {
namespace {

// What matches now, without waiting for more. Where a frame on the way is missing, nothing does.
boost::json::value look(ElementCall& call, std::string_view what) {
    auto answer = call.ask("query", fmt::format(R"("what":"{}")", what));
    if (auto* value = answer.if_contains("value")) return std::move(*value);
    if (string_of(answer, "error") != "timeout") call.fail(answer);
    if (what == "count") return 0;
    if (what == "is_visible") return false;
    return boost::json::array{};
}

}  // namespace

std::string aria_snapshot_arguments(const AriaSnapshotOptions& options) {
    if (options.depth && *options.depth < 1) throw UsageError("aria_snapshot(): depth is 1 or more");
    return fmt::format(R"("what":"aria_snapshot","depth":{},"boxes":{},"refs":{})", options.depth.value_or(0),
                       options.boxes, options.refs);
}

ActionResult Locator::simple(std::string_view text, std::string_view arguments, std::optional<Milliseconds> timeout,
                             CallSite site) const {
    return observed(*this, text, ActionOptions{.timeout = timeout, .site = site},
                    [&](ElementCall& call) { return to_result(call.demand("act", arguments)); });
}

ActionResult Locator::fill_as(std::string_view text, std::string_view value, const FillOptions& options) const {
    return simple(text,
                  fmt::format(R"("action":"fill","value":{},"secret":{},"force":{}{})", json_text(value),
                              options.secret, options.force, checks(R"("visible","enabled","editable")")),
                  options.timeout, options.site);
}

ActionResult Locator::fill(std::string_view value, const FillOptions& options) const {
    const auto shown = options.secret ? std::string("\"***\"") : json_text(value);
    return fill_as(fmt::format(".fill({})", shown), value, options);
}

ActionResult Locator::clear(const FillOptions& options) const {
    return fill_as(".clear()", "", options);
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
                  options.timeout, options.site);
}

ActionResult Locator::focus(const ActionOptions& options) const {
    return simple(".focus()", R"("action":"focus")", options.timeout, options.site);
}

ActionResult Locator::blur(const ActionOptions& options) const {
    return simple(".blur()", R"("action":"blur")", options.timeout, options.site);
}

ActionResult Locator::select_text(const ActionOptions& options) const {
    return simple(".select_text()",
                  fmt::format(R"("action":"select_text","force":{}{})", options.force, checks(R"("visible")")),
                  options.timeout, options.site);
}

ActionResult Locator::dispatch_event(std::string_view type, const ActionOptions& options) const {
    return dispatch_event(type, boost::json::object{}, options);
}

ActionResult Locator::dispatch_event(std::string_view type, const boost::json::value& init,
                                     const ActionOptions& options) const {
    return observed(*this, fmt::format(".dispatch_event({})", json_text(type)), options, [&](ElementCall& call) {
        const auto answer = call.demand("act", fmt::format(R"("action":"dispatch_event","type":{},"init":{})",
                                                           json_text(type), boost::json::serialize(init)));
        call.dispatch([&] { call.page().target.settle_navigation(call.deadline()); });
        return to_result(answer);
    });
}

ActionResult Locator::submit(const SubmitOptions& options) const {
    return observed(*this, ".submit()", options, [&](ElementCall& call) {
        const auto answer = call.demand("act", fmt::format(R"("action":"submit","once":{})", options.once));
        call.dispatch([&] { call.page().target.settle_navigation(call.deadline()); });
        return to_result(answer);
    });
}

ActionResult Locator::scroll_into_view(const ActionOptions& options) const {
    return simple(".scroll_into_view()", R"("action":"scroll_into_view")" + checks(R"("stable")"), options.timeout,
                  options.site);
}

ActionResult Locator::scroll_to(Point offset, const ActionOptions& options) const {
    return simple(fmt::format(".scroll_to({}, {})", offset.x, offset.y),
                  fmt::format(R"("action":"scroll_to","x":{},"y":{})", offset.x, offset.y), options.timeout,
                  options.site);
}

ActionResult Locator::wait_for(ElementState state, std::optional<Milliseconds> timeout, CallSite site) const {
    static constexpr std::string_view k_names[] = {"attached", "detached", "visible", "hidden"};
    const auto name = k_names[static_cast<int>(state)];
    return observed(*this, fmt::format(".wait_for({})", name), ActionOptions{.timeout = timeout, .site = site},
                    [&](ElementCall& call) {
                        if (state == ElementState::detached || state == ElementState::hidden)
                            call.absent_frames_will_do();
                        return to_result(call.demand("wait", fmt::format(R"("state":"{}")", name)));
                    });
}

int Locator::count(CallSite site) const {
    return observed(*this, ".count()", ActionOptions{.site = site},
                    [&](ElementCall& call) { return static_cast<int>(look(call, "count").to_number<int>()); });
}

bool Locator::is_visible(CallSite site) const {
    return observed(*this, ".is_visible()", ActionOptions{.site = site},
                    [&](ElementCall& call) { return look(call, "is_visible").as_bool(); });
}

std::vector<std::string> Locator::all_texts(std::string_view what, CallSite site) const {
    return observed(*this, fmt::format(".{}()", what), ActionOptions{.site = site}, [&](ElementCall& call) {
        std::vector<std::string> texts;
        const auto found = look(call, what);
        for (const auto& text : found.as_array()) texts.emplace_back(text.as_string());
        return texts;
    });
}

std::vector<std::string> Locator::all_inner_texts(CallSite site) const {
    return all_texts("all_inner_texts", site);
}

std::vector<std::string> Locator::all_text_contents(CallSite site) const {
    return all_texts("all_text_contents", site);
}

std::vector<Locator> Locator::all(CallSite site) const {
    std::vector<Locator> each;
    const int matches = count(site);
    each.reserve(static_cast<std::size_t>(matches));
    for (int i = 0; i < matches; ++i) each.push_back(nth(i));
    return each;
}

std::string Locator::read(std::string_view text, std::string_view arguments, const ActionOptions& options) const {
    return observed(*this, text, options, [&](ElementCall& call) {
        const auto answer = call.demand("read", arguments);
        return string_of(answer, "value");
    });
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

std::string Locator::aria_snapshot(const AriaSnapshotOptions& options) const {
    return read(".aria_snapshot()", aria_snapshot_arguments(options),
                {.timeout = options.timeout, .site = options.site});
}

std::optional<std::string> Locator::attribute(std::string_view name, const ActionOptions& options) const {
    const auto text = fmt::format(".attribute(\"{}\")", name);
    return observed(*this, text, options, [&](ElementCall& call) -> std::optional<std::string> {
        const auto answer = call.demand("read", fmt::format(R"("what":"attribute","name":{})", json_text(name)));
        const auto* value = answer.if_contains("value");
        if (value == nullptr || !value->is_string()) return std::nullopt;
        return std::string(value->get_string());
    });
}

Fingerprint Locator::fingerprint(const ActionOptions& options) const {
    return observed(*this, ".fingerprint()", options, [&](ElementCall& call) {
        const auto answer = call.demand("read", R"("what":"fingerprint")");
        const auto* value = answer.if_contains("value");
        return value != nullptr && value->is_object() ? fingerprint_from(value->get_object()) : Fingerprint{};
    });
}

bool Locator::is_so(std::string_view what, const ActionOptions& options) const {
    return observed(*this, fmt::format(".{}()", what), options, [&](ElementCall& call) {
        return is_true(call.demand("read", fmt::format(R"("what":"{}")", what)), "value");
    });
}

bool Locator::is_checked(const ActionOptions& options) const {
    return is_so("is_checked", options);
}
bool Locator::is_enabled(const ActionOptions& options) const {
    return is_so("is_enabled", options);
}
bool Locator::is_editable(const ActionOptions& options) const {
    return is_so("is_editable", options);
}

}  // namespace reprise::locators
