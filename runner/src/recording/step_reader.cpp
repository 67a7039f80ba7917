#include "recording/step_reader.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "recording/members.hpp"

namespace reprise::runner {
namespace {

using boost::json::object;
using boost::json::value;
using locators::Bundle;
using locators::PathEntry;

// The enumerator whose name is the member's word; `fallback` when there is none.
template <class Enum>
Enum enum_member(const object& json, std::string_view name, Enum last, Enum fallback) {
    const auto word = text_member(json, name);
    for (int i = 0; word && i <= static_cast<int>(last); ++i) {
        if (*word == to_string(static_cast<Enum>(i))) return static_cast<Enum>(i);
    }
    return fallback;
}

void read_selector(std::string_view text, std::optional<std::string>& css, std::optional<std::string>& xpath) {
    const auto take = [&](std::string_view prefix) {
        if (!text.starts_with(prefix)) return false;
        text.remove_prefix(prefix.size());
        return true;
    };
    const bool is_css = take("css=");
    const bool is_xpath =
        !is_css && (take("xpath=") || text.starts_with('/') || text.starts_with('(') || text.starts_with("./"));
    auto& target = is_xpath ? xpath : css;
    if (!target && !text.empty()) target = std::string(text);
}

PathEntry read_path_entry(const value& json) {
    PathEntry entry;
    if (json.is_string()) {
        read_selector(json.get_string(), entry.css, entry.xpath);
    } else if (const auto* members = json.if_object()) {
        entry.css = text_member(*members, "css");
        entry.xpath = text_member(*members, "xpath");
        entry.id = text_member(*members, "id");
        entry.name = text_member(*members, "name");
        entry.src = text_member(*members, "src");
        if (const auto index = integer_member(*members, "index")) entry.index = static_cast<int>(*index);
        if (const auto selector = text_member(*members, "selector")) read_selector(*selector, entry.css, entry.xpath);
    } else {
        entry.index = json.to_number<int>();
    }
    return entry;
}

std::vector<PathEntry> read_path(const object& json, std::string_view name) {
    std::vector<PathEntry> path;
    if (const auto* entries = array_member(json, name)) {
        for (const value& entry : *entries) path.push_back(read_path_entry(entry));
    }
    return path;
}

// Recorders write "" for an attribute that is not there.
std::optional<std::string> clue(const object& json, std::string_view name) {
    auto text = text_member(json, name);
    if (text && text->empty()) text.reset();
    return text;
}

bool has_clue(const Bundle& bundle) {
    const std::array clues{&bundle.id,  &bundle.name,        &bundle.class_name,   &bundle.aria, &bundle.role,
                           &bundle.css, &bundle.placeholder, &bundle.visible_text, &bundle.xpath};
    return !bundle.data_attrs.empty() || bundle.bounding ||
           std::any_of(clues.begin(), clues.end(), [](const auto* one) { return one->has_value(); });
}

std::optional<std::chrono::milliseconds> milliseconds_member(const object& json, std::string_view name) {
    const auto number = integer_member(json, name);
    return number ? std::optional(std::chrono::milliseconds{*number}) : std::nullopt;
}

std::optional<Offset> read_offset(const object& json, std::string_view x_name, std::string_view y_name) {
    const auto x = number_member(json, x_name);
    const auto y = number_member(json, y_name);
    if (!x && !y) return std::nullopt;
    return Offset{x.value_or(0), y.value_or(0)};
}

class DetailsReader {
public:
    DetailsReader(Step& step, const object& metadata, std::vector<std::string>& errors)
        : step_{step}, metadata_{metadata}, errors_{errors} {}

    StepDetails read() {
        switch (step_.event) {
            case Event::wait:
                return read_wait();
            case Event::assert_:
                return read_assert();
            case Event::extract:
                return ExtractDetails{text_member(metadata_, "as").value_or(""),
                                      enum_member(metadata_, "from", ExtractFrom::html, ExtractFrom::text),
                                      text_member(metadata_, "attribute").value_or("")};
            case Event::scroll:
                return read_scroll();
            case Event::drag:
                return read_drag();
            case Event::upload:
                return read_upload();
            case Event::dialog:
                return read_dialog();
            case Event::download:
                return DownloadDetails{text_member(metadata_, "suggestedFilename")};
            case Event::newtab:
            case Event::switchtab:
            case Event::closetab:
                return read_tab();
            default:
                return std::monostate{};
        }
    }

private:
    TextOperator read_operator() const {
        return enum_member(metadata_, "operator", TextOperator::matches, TextOperator::equals);
    }

    WaitDetails read_wait() {
        WaitDetails wait{.condition = enum_member(metadata_, "condition", WaitCondition::duration, {}),
                         .op = read_operator()};
        const auto milliseconds = milliseconds_member(metadata_, "milliseconds");
        if (wait.condition == WaitCondition::duration) {
            wait.duration = milliseconds.value_or(std::chrono::milliseconds{});
        } else if (!step_.timeout) {
            step_.timeout = milliseconds;
        }
        if (wait.condition == WaitCondition::url && !step_.value) {
            if (step_.navigation) step_.value = step_.navigation->url;
            if (!step_.value) errors_.push_back("waits for an address, but has no \"value\"");
        }
        return wait;
    }

    AssertDetails read_assert() {
        if (auto expected = text_member(metadata_, "expected")) step_.value = std::move(expected);
        return {enum_member(metadata_, "kind", AssertKind::checked, {}), read_operator(),
                text_member(metadata_, "attribute").value_or(""), bool_member(metadata_, "negate").value_or(false)};
    }

    ScrollDetails read_scroll() {
        auto position = read_offset(metadata_, "x", "y");
        const auto* recorded = object_member(metadata_, "scrollPosition");
        if (!position && recorded != nullptr) position = read_offset(*recorded, "x", "y");
        if (!position && !step_.bundle)
            errors_.push_back("scrolls to nothing: give \"metadata.x\", \"metadata.y\" or a \"bundle\"");
        return {position};
    }

    DragDetails read_drag() {
        DragDetails drag{.target = std::nullopt, .distance = read_offset(metadata_, "dx", "dy")};
        if (const auto* target = object_member(metadata_, "target")) {
            drag.target = read_bundle(*target);
            if (!has_clue(*drag.target)) errors_.push_back("\"metadata.target\" holds nothing to find an element by");
        }
        return drag;
    }

    UploadDetails read_upload() {
        UploadDetails upload;
        if (const auto* files = array_member(metadata_, "files")) {
            for (const value& file : *files) upload.files.push_back(text_of(file));
        } else if (step_.value && !step_.value->empty()) {
            upload.files.push_back(*step_.value);
        }
        return upload;
    }

    DialogDetails read_dialog() {
        DialogDetails dialog{text_member(metadata_, "dialogType").value_or(""), text_member(metadata_, "message"), {}};
        if (const auto action = text_member(metadata_, "action")) {
            dialog.action = *action == "dismiss" ? DialogAction::dismiss : DialogAction::accept;
        }
        return dialog;
    }

    TabDetails read_tab() {
        TabDetails tab{integer_member(metadata_, "tabId"), text_member(metadata_, "url")};
        if (!tab.tab_id) tab.tab_id = step_.tab_id;
        if (!tab.url && step_.navigation) tab.url = step_.navigation->url;
        if (step_.event == Event::switchtab && !tab.tab_id && !tab.url) {
            errors_.push_back("switches to no tab: give \"tabId\" or \"metadata.url\"");
        }
        return tab;
    }

    Step& step_;
    const object& metadata_;
    std::vector<std::string>& errors_;
};

}  // namespace

Bundle read_bundle(const object& json) {
    Bundle bundle;
    bundle.id = clue(json, "id");
    bundle.name = clue(json, "name");
    bundle.class_name = clue(json, "className");
    bundle.aria = clue(json, "aria");
    bundle.role = clue(json, "role");
    bundle.placeholder = clue(json, "placeholder");
    bundle.tag = clue(json, "tag");
    bundle.visible_text = clue(json, "visibleText");
    bundle.xpath = clue(json, "xpath");
    bundle.css = clue(json, "css");
    if (const auto* attributes = object_member(json, "dataAttrs")) {
        for (const auto& [name, text] : *attributes) {
            if (!text.is_null()) bundle.data_attrs.emplace_back(name, text_of(text));
        }
    }
    if (const auto* box = object_member(json, "bounding")) {
        bundle.bounding.emplace(number_member(*box, "left").value_or(0), number_member(*box, "top").value_or(0),
                                number_member(*box, "width").value_or(0), number_member(*box, "height").value_or(0));
    }
    bundle.iframe_chain = read_path(json, "iframeChain");
    bundle.shadow_hosts = read_path(json, "shadowHosts");
    bundle.is_closed_shadow = bool_member(json, "isClosedShadow").value_or(false);
    return bundle;
}

Step read_step(const object& json, std::vector<std::string>& errors) {
    static const object k_no_metadata;
    Step step;
    step.number = static_cast<int>(integer_member(json, "stepNumber").value_or(0));
    step.label = text_member(json, "label").value_or("");
    step.event = event_from_string(text_member(json, "event").value_or("")).value();
    step.selector = clue(json, "selector");
    step.value = text_member(json, "value");
    step.x = number_member(json, "x");
    step.y = number_member(json, "y");
    step.page = text_member(json, "page").value_or("");
    if (const auto* navigation = object_member(json, "navigation")) {
        step.navigation = Navigation{text_member(*navigation, "type").value_or(""), clue(*navigation, "url")};
    }
    step.tab_id = integer_member(json, "tabId");
    step.timestamp = integer_member(json, "timestamp");
    const auto* metadata = object_member(json, "metadata");
    if (metadata == nullptr) metadata = &k_no_metadata;
    step.timeout = milliseconds_member(*metadata, "timeout");

    const auto* bundle = object_member(json, "bundle");
    if (bundle != nullptr || step.selector) {
        step.bundle = bundle != nullptr ? read_bundle(*bundle) : Bundle{};
        if (!step.bundle->xpath && !step.bundle->css && step.selector) {
            read_selector(*step.selector, step.bundle->css, step.bundle->xpath);
        }
        if (!has_clue(*step.bundle)) {
            // Recorders write empty bundles for steps that have no element.
            step.bundle.reset();
        } else {
            if (!step.bundle->tag) step.bundle->tag = clue(*metadata, "elementTag");
            step.bundle->input_type = clue(*metadata, "elementType");
        }
    }
    step.details = DetailsReader(step, *metadata, errors).read();
    const bool presses_a_key = step.event == Event::press || step.event == Event::keydown;
    if (presses_a_key && step.value.value_or("").empty())
        errors.push_back("has no \"value\", expected a key or a chord");
    if (step.event == Event::navigate && !step.value && !(step.navigation && step.navigation->url)) {
        errors.push_back("leads nowhere: give \"value\" or \"navigation.url\"");
    }
    return step;
}

}  // namespace reprise::runner
