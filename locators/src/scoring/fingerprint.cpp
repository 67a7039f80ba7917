#include <reprise/locators/fingerprint.hpp>

#include <array>
#include <string_view>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace reprise::locators {
namespace json = boost::json;
namespace {

// Our name first: it is the one written.
struct TextMember {
    std::array<std::string_view, 3> names;
    std::string Fingerprint::*member;
};
constexpr std::size_t k_longest = 400;

const std::array<TextMember, 22> k_texts{{
    {{"tag", "", ""}, &Fingerprint::tag},
    {{"type", "inputType", "input_type"}, &Fingerprint::type},
    {{"role", "", ""}, &Fingerprint::role},
    {{"implied_role", "impliedRole", ""}, &Fingerprint::implied_role},
    {{"id", "", ""}, &Fingerprint::id},
    {{"name", "", ""}, &Fingerprint::name},
    {{"class_name", "className", ""}, &Fingerprint::class_name},
    {{"aria-label", "aria", "aria_label"}, &Fingerprint::aria_label},
    {{"title", "", ""}, &Fingerprint::title},
    {{"alt", "", ""}, &Fingerprint::alt},
    {{"placeholder", "", ""}, &Fingerprint::placeholder},
    {{"href", "", ""}, &Fingerprint::href},
    {{"text", "visibleText", "visible_text"}, &Fingerprint::text},
    {{"accessible_name", "accessibleName", ""}, &Fingerprint::accessible_name},
    {{"label", "", ""}, &Fingerprint::label},
    {{"icon", "", ""}, &Fingerprint::icon},
    {{"heading", "", ""}, &Fingerprint::heading},
    {{"near", "neighborText", "neighbor_text"}, &Fingerprint::near},
    {{"wrapper", "", ""}, &Fingerprint::wrapper},
    {{"xpath", "", ""}, &Fingerprint::xpath},
    {{"id_xpath", "idxpath", "idXpath"}, &Fingerprint::id_xpath},
    {{"shadow", "", ""}, &Fingerprint::shadow},
}};

// At most `most` bytes, whole characters.
std::string clip(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    constexpr unsigned k_continuation = 0x80;
    constexpr unsigned k_mask = 0xc0;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & k_mask) == k_continuation) --most;
    return std::string(text.substr(0, most));
}

const json::value* find(const json::object& members, std::string_view name) {
    return name.empty() ? nullptr : members.if_contains(name);
}

double number(const json::object& members, std::string_view name) {
    const auto* value = members.if_contains(name);
    return value != nullptr && value->is_number() ? value->to_number<double>() : 0;
}

void read_data(Fingerprint& fingerprint, const json::object& members) {
    if (const auto* pairs = find(members, "data"); pairs != nullptr && pairs->is_array()) {
        for (const auto& pair : pairs->get_array()) {
            const auto* both = pair.if_array();
            if (both == nullptr || both->size() != 2 || !both->at(0).is_string() || !both->at(1).is_string()) continue;
            fingerprint.data.emplace_back(both->at(0).get_string(), both->at(1).get_string());
        }
    }
    for (const auto* name : {"dataAttrs", "data_attrs"}) {
        const auto* attributes = find(members, name);
        if (attributes == nullptr || !attributes->is_object()) continue;
        for (const auto& [key, value] : attributes->get_object()) {
            if (value.is_string()) fingerprint.data.emplace_back(key, value.get_string());
        }
    }
}

void read_box(Fingerprint& fingerprint, const json::object& members) {
    if (const auto* box = find(members, "box"); box != nullptr && box->is_array() && box->get_array().size() == 4) {
        std::array<double, 4> sides{};
        for (std::size_t i = 0; i < sides.size(); ++i) {
            const auto& side = box->get_array()[i];
            if (side.is_number()) sides[i] = side.to_number<double>();
        }
        fingerprint.box = {sides[0], sides[1], sides[2], sides[3]};
    }
    if (const auto* box = find(members, "bounding"); box != nullptr && box->is_object()) {
        const auto& sides = box->get_object();
        fingerprint.box = {number(sides, "left"), number(sides, "top"), number(sides, "width"),
                           number(sides, "height")};
    }
}

// Tags of the hosts, from whatever a recorder noted of them.
void read_shadow(Fingerprint& fingerprint, const json::object& members) {
    const auto* hosts = find(members, "shadowHosts");
    if (hosts == nullptr || !hosts->is_array()) return;
    for (const auto& host : hosts->get_array()) {
        std::string css = host.is_string() ? std::string(host.get_string()) : std::string("*");
        css = css.substr(css.find_last_of(" >") + 1);
        css = css.substr(0, css.find_first_of("#.[:"));
        fingerprint.shadow += (fingerprint.shadow.empty() ? "" : " ") + (css.empty() ? std::string("*") : css);
    }
}

}  // namespace

void add_members(Fingerprint& fingerprint, const json::object& members) {
    for (const auto& [names, member] : k_texts) {
        for (const auto name : names) {
            const auto* value = find(members, name);
            if (value == nullptr || !value->is_string() || value->get_string().empty()) continue;
            fingerprint.*member = clip(value->get_string(), k_longest);
            break;
        }
    }
    read_data(fingerprint, members);
    read_box(fingerprint, members);
    read_shadow(fingerprint, members);
    if (const auto* place = find(members, "ordinal");
        place != nullptr && place->is_array() && place->get_array().size() == 2 && place->get_array()[0].is_int64() &&
        place->get_array()[1].is_int64()) {
        fingerprint.ordinal = {static_cast<int>(place->get_array()[0].get_int64()),
                               static_cast<int>(place->get_array()[1].get_int64())};
    }
    if (const auto* varies = find(members, "text_varies"); varies != nullptr && varies->is_bool()) {
        fingerprint.text_varies = varies->get_bool();
    }
    if (const auto* inside = find(members, "inside"); inside != nullptr && inside->is_int64()) {
        fingerprint.inside = static_cast<std::size_t>(inside->get_int64());
    }
}

Fingerprint fingerprint_from(const json::object& members) {
    Fingerprint fingerprint;
    add_members(fingerprint, members);
    return fingerprint;
}

Fingerprint fingerprint_of(const Bundle& bundle) {
    Fingerprint fingerprint{.tag = bundle.tag.value_or(""),
                            .type = bundle.input_type.value_or(""),
                            .role = bundle.role.value_or(""),
                            .id = bundle.id.value_or(""),
                            .name = bundle.name.value_or(""),
                            .class_name = bundle.class_name.value_or(""),
                            .aria_label = bundle.aria.value_or(""),
                            .placeholder = bundle.placeholder.value_or(""),
                            .text = bundle.visible_text.value_or(""),
                            .xpath = bundle.xpath.value_or(""),
                            .data = bundle.data_attrs,
                            .box = bundle.bounding.value_or(BoundingBox{})};
    for (const auto& host : bundle.shadow_hosts) {
        auto css = host.css.value_or("*");
        css = css.substr(css.find_last_of(" >") + 1);
        fingerprint.shadow += (fingerprint.shadow.empty() ? "" : " ") + css.substr(0, css.find_first_of("#.[:"));
    }
    return fingerprint;
}

json::object to_json(const Fingerprint& fingerprint) {
    json::object members;
    for (const auto& [names, member] : k_texts) {
        if (!(fingerprint.*member).empty()) members[names[0]] = fingerprint.*member;
    }
    if (fingerprint.text_varies) members["text_varies"] = true;
    if (!fingerprint.data.empty()) {
        json::array pairs;
        for (const auto& [name, value] : fingerprint.data) pairs.push_back(json::array{name, value});
        members["data"] = std::move(pairs);
    }
    if (fingerprint.ordinal) {
        members["ordinal"] = json::array{fingerprint.ordinal->first, fingerprint.ordinal->second};
    }
    const auto& box = fingerprint.box;
    if (box.width > 0) members["box"] = json::array{box.left, box.top, box.width, box.height};
    return members;
}

std::string describe(const Fingerprint& fingerprint) {
    std::string text = "<" + (fingerprint.tag.empty() ? std::string("*") : fingerprint.tag);
    constexpr std::size_t k_clip = 40;
    const auto add = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) text += fmt::format(" {}=\"{}\"", name, clip(value, k_clip));
    };
    add("id", fingerprint.id);
    add("name", fingerprint.name);
    add("type", fingerprint.type);
    add("role", fingerprint.role);
    add("aria-label", fingerprint.aria_label);
    add("placeholder", fingerprint.placeholder);
    add("href", fingerprint.href);
    const auto& inner = fingerprint.text.empty() ? fingerprint.label : fingerprint.text;
    text += ">" + clip(inner, k_clip);
    return fingerprint.text.empty() ? text : text + fmt::format("</{}>", fingerprint.tag);
}

}  // namespace reprise::locators
