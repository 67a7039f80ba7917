#include "bundle_json.hpp"

#include <fmt/format.h>

#include "element_call.hpp"

namespace reprise::locators {
namespace {

class ObjectText {
public:
    void add(std::string_view name, const std::optional<std::string>& value) {
        if (value) add_raw(name, json_text(*value));
    }
    void add_raw(std::string_view name, std::string_view json) {
        // Appended, not formatted: a row has a hundred of these.
        text_ += text_.empty() ? "\"" : ",\"";
        text_ += name;
        text_ += "\":";
        text_ += json;
    }
    std::string take() { return "{" + text_ + "}"; }

private:
    std::string text_;
};

template <class Range, class Write>
std::string array(const Range& range, Write&& write) {
    std::string text;
    for (const auto& element : range) text += (text.empty() ? "" : ",") + write(element);
    return "[" + text + "]";
}

}  // namespace

std::string to_json(const PathEntry& entry) {
    ObjectText object;
    object.add("css", entry.css);
    object.add("xpath", entry.xpath);
    object.add("id", entry.id);
    object.add("name", entry.name);
    object.add("src", entry.src);
    if (entry.index) object.add_raw("index", std::to_string(*entry.index));
    return object.take();
}

std::string to_json(const Bundle& bundle, std::string_view label) {
    ObjectText object;
    object.add("id", bundle.id);
    object.add("name", bundle.name);
    object.add("class_name", bundle.class_name);
    object.add("aria", bundle.aria);
    object.add("role", bundle.role);
    object.add("placeholder", bundle.placeholder);
    object.add("tag", bundle.tag);
    object.add("input_type", bundle.input_type);
    object.add("visible_text", bundle.visible_text);
    object.add("xpath", bundle.xpath);
    object.add("css", bundle.css);
    object.add("near", bundle.near);
    object.add("icon", bundle.icon);
    object.add("known_as", bundle.known_as);
    if (!label.empty()) object.add("label", std::string(label));
    if (!bundle.data_attrs.empty()) {
        object.add_raw("data_attrs", array(bundle.data_attrs, [](const auto& attribute) {
                           return fmt::format("[{},{}]", json_text(attribute.first), json_text(attribute.second));
                       }));
    }
    if (bundle.bounding) {
        object.add_raw("bounding",
                       fmt::format(R"({{"left":{},"top":{},"width":{},"height":{}}})", bundle.bounding->left,
                                   bundle.bounding->top, bundle.bounding->width, bundle.bounding->height));
    }
    if (!bundle.shadow_hosts.empty()) {
        object.add_raw("shadow_hosts", array(bundle.shadow_hosts, [](const auto& host) { return to_json(host); }));
    }
    if (bundle.is_closed_shadow) object.add_raw("is_closed_shadow", "true");
    return object.take();
}

std::string describe(const Bundle& bundle) {
    for (const auto& [name, value] : bundle.data_attrs) {
        if (name == "data-testid") return fmt::format("data-testid=\"{}\"", value);
    }
    if (bundle.id) return fmt::format("id=\"{}\"", *bundle.id);
    if (bundle.aria) return fmt::format("aria=\"{}\"", *bundle.aria);
    if (bundle.name) return fmt::format("name=\"{}\"", *bundle.name);
    if (bundle.visible_text) return fmt::format("text=\"{}\"", *bundle.visible_text);
    if (bundle.xpath) return fmt::format("xpath=\"{}\"", *bundle.xpath);
    return bundle.tag.value_or("element");
}

}  // namespace reprise::locators
