#include <reprise/runner/heal_review.hpp>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/runner/recording.hpp>

#include "recording/bundle_writer.hpp"
#include "recording/members.hpp"
#include "recording/step_reader.hpp"

namespace reprise::runner {
namespace {

namespace json = boost::json;

bool is_empty(const json::value& value) {
    if (value.is_null()) return true;
    if (const auto* text = value.if_string()) return text->empty();
    if (const auto* object = value.if_object()) return object->empty();
    if (const auto* array = value.if_array()) return array->empty();
    return false;
}

json::value emptied(const json::value& value) {
    if (value.is_string()) return json::string();
    if (value.is_object()) return json::object();
    if (value.is_array()) return json::array();
    return value;
}

// The old bundle's members in their order and key style, with the healed values; what is no longer known is emptied,
// what the old one did not have is added.
json::object healed_bundle(const json::object& old, const json::object& healed) {
    json::object bundle;
    for (const auto& [name, value] : old) {
        const json::value* found = nullptr;
        for (const auto& [healed_name, healed_value] : healed) {
            if (name == healed_name || name == to_snake_case(healed_name)) found = &healed_value;
        }
        bundle[name] = found != nullptr ? *found : emptied(value);
    }
    for (const auto& [name, value] : healed) {
        if (find_member(bundle, name) == nullptr) bundle[name] = value;
    }
    return bundle;
}

// Whether `bundle` is the one that the heal is about. Steps that compare a text look for their element without it.
bool is_about(const StoredHeal& heal, const json::object& bundle) {
    auto recorded = read_bundle(bundle);
    if (hash_of(recorded) == heal.bundle) return true;
    recorded.visible_text.reset();
    return hash_of(recorded) == heal.bundle;
}

json::object* find_bundle(json::object& step, const StoredHeal& heal) {
    for (const auto* name : {"bundle", "locatorBundle", "locator_bundle"}) {
        auto* value = step.if_contains(name);
        if (value != nullptr && value->is_object() && is_about(heal, value->get_object())) return &value->get_object();
    }
    auto* metadata = step.if_contains("metadata");
    if (metadata == nullptr || !metadata->is_object()) return nullptr;
    for (const auto* name : {"target", "bundle"}) {
        auto* value = metadata->get_object().if_contains(name);
        if (value != nullptr && value->is_object() && is_about(heal, value->get_object())) return &value->get_object();
    }
    return nullptr;
}

// For people: no quotes around texts, whole numbers as such.
std::string shown(const json::value& value) {
    if (value.is_string()) return std::string(value.get_string());
    if (value.is_number()) return fmt::format("{:.10g}", value.to_number<double>());
    if (const auto* object = value.if_object()) {
        std::string text;
        for (const auto& [name, member] : *object) {
            text += fmt::format("{}{}={}", text.empty() ? "" : " ", std::string_view(name), shown(member));
        }
        return text;
    }
    return json::serialize(value);
}

json::object* find_step(json::value& document, const Recording& recording, int number) {
    auto* steps = document.get_object().if_contains("steps");
    if (steps == nullptr || !steps->is_array()) return nullptr;
    for (std::size_t i = 0; i < recording.steps.size() && i < steps->get_array().size(); ++i) {
        if (recording.steps[i].number == number) return steps->get_array()[i].if_object();
    }
    return nullptr;
}

}  // namespace

std::vector<std::string> diff_of(const StoredHeal& heal) {
    const auto old = json::parse(heal.log.original_bundle).as_object();
    const auto now = json::parse(heal.log.healed_bundle).as_object();
    std::vector<std::string> lines;
    for (const auto& [name, value] : old) {
        const auto* other = now.if_contains(name);
        if (other != nullptr && *other == value) continue;
        if (!is_empty(value)) lines.push_back(fmt::format("- {}: {}", std::string_view(name), shown(value)));
        if (other != nullptr && !is_empty(*other)) {
            lines.push_back(fmt::format("+ {}: {}", std::string_view(name), shown(*other)));
        }
    }
    for (const auto& [name, value] : now) {
        if (old.if_contains(name) == nullptr && !is_empty(value)) {
            lines.push_back(fmt::format("+ {}: {}", std::string_view(name), shown(value)));
        }
    }
    return lines;
}

void accept(History& history, const StoredHeal& heal) {
    const auto recording = read_recording(heal.recording_path);
    auto document = *recording.source;
    auto* step = find_step(document, recording, heal.log.step_number);
    auto* bundle = step != nullptr ? find_bundle(*step, heal) : nullptr;
    if (bundle == nullptr) {
        throw Error(fmt::format("heal {}: {} has changed since: step {} no longer holds the bundle that was healed",
                                heal.id, heal.recording_path, heal.log.step_number));
    }
    const auto old = *bundle;
    *bundle = healed_bundle(old, json::parse(heal.log.healed_bundle).as_object());
    auto& metadata = (*step)["metadata"];
    if (!metadata.is_object()) metadata = json::object();
    auto& kept = metadata.get_object()["bundle_history"];
    if (!kept.is_array()) kept = json::array();
    kept.get_array().push_back(json::object{{"replaced_at", heal.created_at},
                                            {"method", heal.log.method},
                                            {"confidence", static_cast<int>(heal.log.confidence)},
                                            {"bundle", old}});
    auto changed = parse_recording(format_json(document), heal.recording_path);
    write_recording(changed, heal.recording_path);
    history.set_state(heal.id, HealState::accepted);
}

void reject(History& history, const StoredHeal& heal) {
    history.set_state(heal.id, HealState::rejected);
}

}  // namespace reprise::runner
