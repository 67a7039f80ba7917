#include "expectation.hpp"

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include <reprise/locators/error.hpp>
#include <reprise/locators/route.hpp>

#include "address.hpp"
#include "aria_template.hpp"
#include "element_call.hpp"
#include "js_property.hpp"
#include "observation.hpp"

namespace reprise::locators {
namespace json = boost::json;

std::string_view name_of(Expected kind) {
    static constexpr std::string_view k_names[] = {"visible",
                                                   "hidden",
                                                   "attached",
                                                   "detached",
                                                   "enabled",
                                                   "disabled",
                                                   "editable",
                                                   "checked",
                                                   "unchecked",
                                                   "focused",
                                                   "empty",
                                                   "text",
                                                   "contains_text",
                                                   "value",
                                                   "attribute",
                                                   "count",
                                                   "url",
                                                   "title",
                                                   "indeterminate",
                                                   "class",
                                                   "contains_class",
                                                   "css",
                                                   "id",
                                                   "role",
                                                   "accessible_name",
                                                   "accessible_description",
                                                   "in_viewport",
                                                   "values",
                                                   "texts",
                                                   "contains_texts",
                                                   "accessible_error",
                                                   "aria_snapshot",
                                                   "js_property"};
    return k_names[static_cast<int>(kind)];
}

namespace {

bool is_about_list(Expected kind) {
    return kind == Expected::values || kind == Expected::texts || kind == Expected::contains_texts;
}

bool may_be_part(const Expectation& expectation) {
    return expectation.contains || expectation.kind == Expected::contains_text ||
           expectation.kind == Expected::contains_texts;
}

std::string match_json(const Expectation& expectation, const std::string& text) {
    return fmt::format(R"({{"text":{},"exact":true,"contains":{},"ignore_case":{}}})", json_text(text),
                       may_be_part(expectation), expectation.ignore_case);
}

std::string regex_json(const Expectation& expectation, const std::string& source) {
    return fmt::format(R"({{"regex":{},"flags":"{}"}})", json_text(source), expectation.ignore_case ? "i" : "");
}

// An address as the browser has it: whole, and compared with `base` as all addresses of calls are.
std::string url_json(const Expectation& expectation, const std::string& base) {
    const auto whole = resolve_address(base, *expectation.text);
    if (whole.find(':') == std::string::npos && !whole.starts_with('*')) {
        throw ActionError(
            fmt::format("page.expect(url): {} is no whole address, which every page has, and the context has "
                        "no base_url to complete it; `contains` looks for a part",
                        json_text(whole)));
    }
    if (!expectation.glob) return match_json(expectation, whole);
    const auto [source, flags] = UrlMatch{*expectation.text}.based_on(base).script_pattern();
    return fmt::format(R"({{"regex":{},"flags":"{}"}})", json_text(source), expectation.ignore_case ? "i" : flags);
}

std::string expected_json(const Expectation& expectation, const std::string& base) {
    if (is_about_list(expectation.kind)) {
        std::string list;
        for (const auto& text : expectation.texts) {
            list += (list.empty() ? "" : ",") +
                    (expectation.regex ? regex_json(expectation, text) : match_json(expectation, text));
        }
        return "[" + list + "]";
    }
    if (expectation.kind == Expected::in_viewport) return fmt::format("{}", expectation.ratio.value_or(0));
    if (expectation.count) return std::to_string(*expectation.count);
    if (!expectation.text) return "null";
    if (expectation.kind == Expected::aria_snapshot) return aria_template_json(*expectation.text);
    const bool whole_url = expectation.kind == Expected::url && !expectation.regex && !expectation.contains;
    if (whole_url) return url_json(expectation, base);
    if (!expectation.regex) return match_json(expectation, *expectation.text);
    return regex_json(expectation, *expectation.text);
}

std::string regex_words(const Expectation& expectation, const std::string& source) {
    return "/" + source + (expectation.ignore_case ? "/i" : "/");
}

std::string expected_words(const Expectation& expectation) {
    std::string words = expectation.negate ? "not " : "";
    if (is_about_list(expectation.kind)) {
        std::string list;
        for (const auto& text : expectation.texts) {
            list += (list.empty() ? "" : ",") + (expectation.regex ? regex_words(expectation, text) : json_text(text));
        }
        return fmt::format("{}{}[{}]", words, may_be_part(expectation) && !expectation.regex ? "texts containing " : "",
                           list);
    }
    if (expectation.ratio) return fmt::format("{}{} of it in the viewport", words, *expectation.ratio);
    if (expectation.kind == Expected::in_viewport) return words + "in the viewport";
    if (expectation.count) return words + std::to_string(*expectation.count);
    if (!expectation.text) return words + std::string(name_of(expectation.kind));
    if (expectation.kind == Expected::js_property) return words + *expectation.text;
    if (expectation.regex) return words + regex_words(expectation, *expectation.text);
    return words + (may_be_part(expectation) ? "text containing " : "") + json_text(*expectation.text);
}

std::string received_words(const json::object& answer) {
    if (const auto shown = string_of(answer, "received_json"); !shown.empty()) return shown;
    const auto* value = answer.if_contains("received");
    if (value == nullptr) return "no answer";
    return value->is_string() ? json_text(value->get_string()) : json::serialize(*value);
}

std::string failure_words(const Expectation& expectation, const json::object& answer, Milliseconds timeout) {
    const auto* received = answer.if_contains("received");
    if (expectation.kind == Expected::aria_snapshot && received != nullptr && received->is_string()) {
        const auto& snapshot = received->get_string();
        if (expectation.negate) {
            return fmt::format("matches the template, which it should not, after {} ms", timeout.count());
        }
        return fmt::format("does not match the template after {} ms (- template, + received):\n{}", timeout.count(),
                           aria_difference(*expectation.text, {snapshot.data(), snapshot.size()}));
    }
    return fmt::format("expected {}, received {} after {} ms", expected_words(expectation), received_words(answer),
                       timeout.count());
}

std::string call_words(const Expectation& expectation) {
    auto what = std::string(name_of(expectation.kind));
    if (!expectation.attribute.empty()) what += fmt::format(" \"{}\"", expectation.attribute);
    if (!expectation.pseudo.empty()) what += " of " + expectation.pseudo;
    return fmt::format(".expect({}{})", expectation.negate ? "not " : "", what);
}

// Whether it is true where no element is.
bool holds_of_none(const Expectation& expectation) {
    switch (expectation.kind) {
        case Expected::hidden:
        case Expected::detached:
            return !expectation.negate;
        case Expected::visible:
        case Expected::attached:
            return expectation.negate;
        case Expected::count:
            return (expectation.count == 0) != expectation.negate;
        default:
            return false;
    }
}

std::string arguments_json(const Expectation& expectation, const std::string& base) {
    std::string arguments =
        fmt::format(R"("kind":"{}","expected":{},"name":{},"negate":{})", name_of(expectation.kind),
                    expected_json(expectation, base), json_text(expectation.attribute), expectation.negate);
    if (expectation.inner_text) arguments += R"(,"inner_text":true)";
    if (!expectation.pseudo.empty()) arguments += R"(,"pseudo":)" + json_text(expectation.pseudo);
    return arguments;
}

}  // namespace

ActionResult expect_in_page(const Scope& scope, const Expectation& expectation, Milliseconds default_timeout) {
    const auto timeout = expectation.timeout.value_or(default_timeout);
    const ActionOptions options{.timeout = timeout, .site = expectation.site};
    return observed(scope, call_words(expectation), options, [&](ElementCall& call) {
        call.look_at_least_once();
        if (holds_of_none(expectation)) call.absent_frames_will_do();
        const auto& base = call.page().base_url();
        const auto answer = expectation.kind == Expected::js_property
                                ? ask_for_property(call, expectation)
                                : call.ask("expect", arguments_json(expectation, base));
        const auto* pass = answer.if_contains("pass");
        if (pass != nullptr && pass->is_bool() && pass->get_bool()) return to_result(answer);
        if (answer.contains("error")) call.fail(answer);
        throw AssertionError(call.explain(failure_words(expectation, answer, timeout)));
    });
}

ActionResult Locator::expect(const Expectation& expectation) const {
    return expect_in_page(*this, expectation, page_->options.expect_timeout);
}

}  // namespace reprise::locators
