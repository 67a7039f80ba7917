#include "replay_rows.hpp"

#include <algorithm>

#include <boost/json/serialize.hpp>

#include "ablation.hpp"
#include "replay_script.hpp"

namespace reprise::bench {
namespace {

namespace json = boost::json;
using locators::Fingerprint;

// Half of the default: what is refused is refused after a whole step's time.
constexpr int k_step_ms = 2'500;
constexpr int k_state_ms = 15'000;
constexpr std::string_view k_ready = "ready to be replayed";

json::array texts_json(const std::vector<std::string>& texts) {
    json::array list;
    for (const auto& text : texts) list.emplace_back(text);
    return list;
}

bool is_wait(const json::value& step) {
    return step.as_array().at(0).as_string() == "wait";
}

// Bring the page into its state, or wait until its script has done so.
json::array steps_before(const Row& row) {
    json::array steps;
    const auto add = [&](json::object step) {
        step["stepNumber"] = steps.size() + 1;
        steps.push_back(std::move(step));
    };
    if (is_scripted(row)) {
        add({{"event", "assert"},
             {"metadata", json::object{{"kind", "title"}, {"expected", k_ready}, {"timeout", k_state_ms}}}});
        return steps;
    }
    for (const auto& step : row.place().prep) {
        add({{"event", "wait"},
             {"metadata", json::object{{"condition", "duration"}, {"milliseconds", step.as_array().at(1)}}}});
    }
    return steps;
}

json::object box_json(const locators::BoundingBox& box) {
    return {{"left", box.left}, {"top", box.top}, {"width", box.width}, {"height", box.height}};
}

json::object bundle_of(const Fingerprint& target, const Place& before) {
    json::object bundle;
    const auto add = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) bundle[name] = value;
    };
    add("xpath", target.xpath);
    add("id", target.id);
    add("name", target.name);
    add("className", target.class_name);
    add("aria", target.aria_label);
    add("role", target.role);
    add("placeholder", target.placeholder);
    add("tag", target.tag);
    add("visibleText", target.text);
    if (!target.data.empty()) {
        json::object data;
        for (const auto& [name, value] : target.data) data[name] = value;
        bundle["dataAttrs"] = std::move(data);
    }
    if (target.box.width > 0) bundle["bounding"] = box_json(target.box);
    bundle["iframeChain"] = texts_json(before.frames);
    bundle["shadowHosts"] = texts_json(before.shadow);
    return bundle;
}

// What a person would call it.
std::string label_of(const Fingerprint& target) {
    for (const auto* text : {&target.label, &target.aria_label, &target.text, &target.placeholder, &target.name}) {
        if (!text->empty()) return *text;
    }
    return target.tag;
}

}  // namespace

std::string crop_name(const Row& row) {
    return "crops/" + row.key + ".png";
}

namespace {

json::object step_of(const Row& row) {
    const auto& target = row.decision->target;
    json::array page;
    for (const auto& print : row.decision->page) page.push_back(to_json(print));
    json::object metadata{{"elementTag", target.tag}};
    if (!target.type.empty()) metadata["elementType"] = target.type;
    metadata["fingerprint"] = to_json(target);
    if (!row.decision->crop.empty()) metadata["crop"] = crop_name(row);
    if (!page.empty()) metadata["snapshot"] = std::move(page);
    return {{"event", "click"},
            {"label", label_of(target)},
            {"bundle", bundle_of(target, row.pair->before)},
            {"metadata", std::move(metadata)}};
}

}  // namespace

std::string_view to_string(Asked asked) {
    switch (asked) {
        case Asked::as_is:
            return "as is";
        case Asked::ablated:
            return "ablated";
        case Asked::unchanged:
            return "unchanged";
    }
    return "";
}

bool Row::has(std::string_view clue) const {
    const auto& [before, after] = std::tie(pair->before, pair->after);
    return clue == "frame" ? !before.frames.empty() || !after.frames.empty()
                           : !before.shadow.empty() || !after.shadow.empty();
}

bool is_scripted(const Row& row) {
    return row.asked == Asked::ablated || !std::ranges::all_of(row.place().prep, is_wait);
}

std::string script_of(const Row& row) {
    const auto& place = row.place();
    json::object settings{{"key", row.key},
                          {"frames", texts_json(place.frames)},
                          {"shadow", texts_json(place.shadow)},
                          {"selector", place.selector},
                          {"prep", place.prep}};
    if (is_scripted(row)) settings["title"] = k_ready;
    if (row.asked == Asked::ablated) settings["cut"] = take_out(place);
    std::string script{replay_script};
    const std::string name = "= ROW;";
    script.replace(script.find(name), name.size(), "= " + json::serialize(settings) + ";");
    // Within a page, these would end the script.
    for (std::size_t at = 0; (at = script.find("</", at)) != std::string::npos; at += 3) script.replace(at, 2, "<\\/");
    return script;
}

json::object recording_of(const Row& row, const std::string& origin) {
    auto steps = steps_before(row);
    auto step = step_of(row);
    step["stepNumber"] = steps.size() + 1;
    steps.push_back(std::move(step));
    return {{"name", row.key},
            {"starting_url", origin + "/" + row.place().page},
            {"replay", json::object{{"waitTimeout", k_step_ms}}},
            {"settings", json::object{{"screenshotOnError", false}}},
            {"steps", std::move(steps)}};
}

}  // namespace reprise::bench
