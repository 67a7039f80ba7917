#include "recording/bundle_writer.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/runner/history.hpp>

namespace reprise::runner {
namespace {

namespace json = boost::json;
using locators::PathEntry;

void add(json::object& members, std::string_view name, const std::optional<std::string>& value) {
    if (value) members[name] = *value;
}

json::array path_json(const std::vector<PathEntry>& path) {
    json::array entries;
    for (const auto& entry : path) {
        json::object members;
        add(members, "css", entry.css);
        add(members, "xpath", entry.xpath);
        add(members, "id", entry.id);
        add(members, "name", entry.name);
        add(members, "src", entry.src);
        if (entry.index) members["index"] = *entry.index;
        entries.push_back(std::move(members));
    }
    return entries;
}

}  // namespace

json::object to_canonical(const locators::Bundle& bundle) {
    json::object members;
    add(members, "xpath", bundle.xpath);
    add(members, "id", bundle.id);
    add(members, "name", bundle.name);
    add(members, "className", bundle.class_name);
    add(members, "aria", bundle.aria);
    add(members, "role", bundle.role);
    add(members, "placeholder", bundle.placeholder);
    if (!bundle.data_attrs.empty()) {
        json::object data;
        for (const auto& [name, value] : bundle.data_attrs) data[name] = value;
        members["dataAttrs"] = std::move(data);
    }
    add(members, "tag", bundle.tag);
    add(members, "visibleText", bundle.visible_text);
    add(members, "css", bundle.css);
    if (bundle.bounding) {
        const auto& box = *bundle.bounding;
        members["bounding"] =
            json::object{{"left", box.left}, {"top", box.top}, {"width", box.width}, {"height", box.height}};
    }
    if (!bundle.iframe_chain.empty()) members["iframeChain"] = path_json(bundle.iframe_chain);
    if (!bundle.shadow_hosts.empty()) members["shadowHosts"] = path_json(bundle.shadow_hosts);
    if (bundle.is_closed_shadow) members["isClosedShadow"] = true;
    return members;
}

std::string hash_of(const locators::Bundle& bundle) {
    constexpr std::size_t k_digits = 32;
    return content_hash(json::serialize(to_canonical(bundle))).substr(0, k_digits);
}

}  // namespace reprise::runner
