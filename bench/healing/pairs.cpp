#include "pairs.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace reprise::bench {
namespace {

namespace json = boost::json;

std::vector<std::string> texts(const json::object& members, std::string_view name) {
    std::vector<std::string> found;
    const auto* value = members.if_contains(name);
    if (value == nullptr || !value->is_array()) return found;
    for (const auto& entry : value->get_array()) found.emplace_back(entry.as_string());
    return found;
}

json::array steps(const json::object& members, std::string_view own) {
    for (const auto name : {own, std::string_view("prep")}) {
        const auto* value = members.if_contains(name);
        if (value != nullptr && value->is_array()) return value->get_array();
    }
    return {};
}

Pair read_pair(const json::object& entry, const std::string& set) {
    Pair pair;
    pair.id = text(entry, "id");
    pair.set = set;
    pair.tags = texts(entry, "tags");
    pair.before = {text(entry, "oldPage"), steps(entry, "oldPrep"), text(entry, "oldSelector"),
                   texts(entry, "oldFrames"), texts(entry, "oldShadow")};
    pair.after = {text(entry, "newPage"), steps(entry, "newPrep"), text(entry, "newSelector"),
                  texts(entry, "newFrames"), texts(entry, "newShadow")};
    if (pair.id.empty() || pair.before.selector.empty() || pair.after.page.empty()) {
        throw std::runtime_error(set + ": entry \"" + pair.id + "\" lacks id, oldSelector or newPage");
    }
    return pair;
}

}  // namespace

std::string text(const json::object& members, std::string_view name) {
    const auto* value = members.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::vector<Pair> read_pairs(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        if (file.path().extension() == ".json") files.push_back(file.path());
    }
    std::ranges::sort(files);
    std::vector<Pair> pairs;
    for (const auto& path : files) {
        std::ifstream file{path};
        std::ostringstream bytes;
        bytes << file.rdbuf();
        const auto document = json::parse(std::move(bytes).str());
        const auto& set = document.as_object();
        for (const auto& entry : set.at("entries").as_array()) {
            pairs.push_back(read_pair(entry.as_object(), path.stem().string()));
        }
    }
    return pairs;
}

}  // namespace reprise::bench
