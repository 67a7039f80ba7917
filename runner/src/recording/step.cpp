#include <reprise/runner/step.hpp>

#include <array>
#include <cstddef>

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace reprise::runner {
namespace {

// In the order of the enumerators.
constexpr std::array k_events{"click",      "dblclick", "rightclick", "hover",   "type",      "input",
                              "change",     "select",   "check",      "uncheck", "press",     "keydown",
                              "scroll",     "drag",     "drop",       "upload",  "submit",    "navigate",
                              "back",       "forward",  "reload",     "wait",    "assert",    "extract",
                              "screenshot", "dialog",   "download",   "newtab",  "switchtab", "closetab"};
constexpr std::array k_wait_conditions{"visible", "hidden", "attached",    "detached",
                                       "url",     "load",   "networkidle", "duration"};
constexpr std::array k_assert_kinds{"visible", "hidden", "text",      "value",  "url",
                                    "title",   "count",  "attribute", "checked"};
constexpr std::array k_text_operators{"equals", "contains", "matches"};
constexpr std::array k_extract_sources{"text", "value", "attribute", "url", "title", "count", "html"};

static_assert(k_events.size() == static_cast<std::size_t>(Event::closetab) + 1);
static_assert(k_wait_conditions.size() == static_cast<std::size_t>(WaitCondition::duration) + 1);
static_assert(k_assert_kinds.size() == static_cast<std::size_t>(AssertKind::checked) + 1);
static_assert(k_extract_sources.size() == static_cast<std::size_t>(ExtractFrom::html) + 1);

}  // namespace

std::string_view to_string(Event event) {
    return k_events[static_cast<std::size_t>(event)];
}
std::string_view to_string(WaitCondition condition) {
    return k_wait_conditions[static_cast<std::size_t>(condition)];
}
std::string_view to_string(AssertKind kind) {
    return k_assert_kinds[static_cast<std::size_t>(kind)];
}
std::string_view to_string(TextOperator op) {
    return k_text_operators[static_cast<std::size_t>(op)];
}
std::string_view to_string(ExtractFrom from) {
    return k_extract_sources[static_cast<std::size_t>(from)];
}

std::optional<Event> event_from_string(std::string_view name) {
    for (std::size_t i = 0; i < k_events.size(); ++i) {
        if (name == k_events[i]) return static_cast<Event>(i);
    }
    return std::nullopt;
}

DialogReply dialog_reply(const DialogDetails& details, const std::optional<std::string>& value) {
    if (details.action == DialogAction::dismiss) return {DialogAction::dismiss, std::nullopt};
    if (details.action == DialogAction::accept) return {DialogAction::accept, value == "accept" ? std::nullopt : value};
    if (value == "dismiss") return {DialogAction::dismiss, std::nullopt};
    if (!value || value == "accept") return {DialogAction::accept, std::nullopt};
    return {DialogAction::accept, value};
}

const boost::json::object& metadata_of(const Step& step) {
    static const boost::json::object k_none;
    const auto* object = step.source ? step.source->if_object() : nullptr;
    const auto* metadata = object != nullptr ? object->if_contains("metadata") : nullptr;
    return metadata != nullptr && metadata->is_object() ? metadata->get_object() : k_none;
}

std::string name_of(const Step& step) {
    if (step.label.empty()) return fmt::format("step {} ({})", step.number, to_string(step.event));
    return fmt::format("step {} \"{}\"", step.number, step.label);
}

bool is_password_field(const Step& step) {
    return step.bundle && step.bundle->input_type == "password";
}

}  // namespace reprise::runner
