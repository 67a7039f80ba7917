#include "aria_template.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/cdp/error.hpp>
#include <reprise/locators/selector.hpp>

namespace reprise::locators {
namespace {

namespace json = boost::json;

constexpr int k_deepest = 100;

[[noreturn]] void refuse(const YAML::Mark& mark, std::size_t offset, std::string_view what) {
    throw UsageError(fmt::format("aria snapshot template, line {}, column {}: {}", mark.line + 1,
                                 mark.column + 1 + static_cast<int>(offset), what));
}

bool is_role(std::string_view word) {
    static constexpr std::array k_roles{
#define REPRISE_ROLE(name) std::string_view{#name},
        REPRISE_ROLES(REPRISE_ROLE)
#undef REPRISE_ROLE
            std::string_view{"switch"},
        std::string_view{"iframe"}, std::string_view{"mark"}};
    return word != "switch_" && std::ranges::find(k_roles, word) != k_roles.end();
}

// `/.../` is a regular expression, all else the whole text.
json::object match_of(std::string_view text) {
    if (text.size() > 2 && text.front() == '/' && text.back() == '/') {
        return {{"regex", text.substr(1, text.size() - 2)}};
    }
    return {{"text", text}, {"exact", true}};
}

// Reads what stands before the colon: role "name" [state] [state=value].
class KeyReader {
public:
    explicit KeyReader(const YAML::Node& key) : mark_{key.Mark()}, text_{key.Scalar()} {}

    json::object read() {
        json::object item{{"role", role()}};
        json::object states;
        for (skip_space(); at_ < text_.size(); skip_space()) {
            const char next = text_[at_];
            if (next == '[') {
                state(states);
            } else if ((next == '"' || next == '/') && !item.contains("name")) {
                item["name"] = next == '"' ? json::object{{"text", quoted()}, {"exact", true}} : regex();
            } else {
                refuse(mark_, at_, fmt::format("expected a name (\"...\" or /.../) or a [state], not '{}'", next));
            }
        }
        if (!states.empty()) item["states"] = std::move(states);
        return item;
    }

private:
    void skip_space() {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    }
    std::string role() {
        const auto end = std::min(text_.find_first_of(" \"/["), text_.size());
        const auto word = text_.substr(0, end);
        if (!is_role(word)) refuse(mark_, 0, fmt::format("\"{}\" is not an ARIA role", word));
        at_ = end;
        return word;
    }
    std::string quoted() {
        std::string name;
        const auto start = at_++;
        while (at_ < text_.size() && text_[at_] != '"') {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
            name += text_[at_++];
        }
        if (at_ >= text_.size()) refuse(mark_, start, "the name has no closing \"");
        ++at_;
        return name;
    }
    json::object regex() {
        const auto start = at_++;
        while (at_ < text_.size() && text_[at_] != '/') at_ += text_[at_] == '\\' ? 2U : 1U;
        if (at_ >= text_.size()) refuse(mark_, start, "the regular expression has no closing /");
        return {{"regex", text_.substr(start + 1, at_++ - start - 1)}};
    }
    void state(json::object& states) {
        const auto start = at_ + 1;
        const auto end = text_.find(']', start);
        if (end == std::string::npos) refuse(mark_, at_, "the state has no closing ]");
        const auto inside = text_.substr(start, end - start);
        const auto equals = inside.find('=');
        const auto name = inside.substr(0, equals);
        const auto value = equals == std::string::npos ? "true" : inside.substr(equals + 1);
        static constexpr std::array<std::string_view, 6> k_states{"checked", "disabled", "expanded",
                                                                  "level",   "pressed",  "selected"};
        if (std::ranges::find(k_states, name) == k_states.end()) {
            refuse(mark_, start,
                   fmt::format("\"{}\" is no state; known are checked, disabled, expanded, level, pressed, selected",
                               name));
        }
        const bool number =
            !value.empty() && std::ranges::all_of(value, [](unsigned char c) { return std::isdigit(c) != 0; });
        const bool mixed = value == "mixed" && (name == "checked" || name == "pressed");
        const bool fits = name == "level" ? number : mixed || value == "true" || value == "false";
        if (!fits) refuse(mark_, start, fmt::format("[{}]: \"{}\" is no value of {}", inside, value, name));
        states[name] = value;
        at_ = end + 1;
    }

    YAML::Mark mark_;
    std::string text_;
    std::size_t at_{};
};

void read_list(const YAML::Node& list, json::object& into, int depth);

// `/children`, `/url` and `/placeholder` say something of what they stand in.
void read_property(const YAML::Node& key, const YAML::Node& value, json::object& into, int depth) {
    const auto& name = key.Scalar();
    if (!value.IsScalar()) refuse(key.Mark(), 0, fmt::format("{} takes a text", name));
    if (name == "/children") {
        const auto& mode = value.Scalar();
        if (mode != "contain" && mode != "equal" && mode != "deep-equal") {
            refuse(value.Mark(), 0, fmt::format("/children is contain, equal or deep-equal, not \"{}\"", mode));
        }
        into["mode"] = mode;
        return;
    }
    if (name != "/url" && name != "/placeholder") {
        refuse(key.Mark(), 0, fmt::format("\"{}\" is not known; /children, /url and /placeholder are", name));
    }
    if (depth == 0) refuse(key.Mark(), 0, fmt::format("{} stands below the element that it is of", name));
    auto& properties = into["properties"];
    if (!properties.is_object()) properties.emplace_object();
    if (!properties.as_object().emplace(name, match_of(value.Scalar())).second) {
        refuse(key.Mark(), 0, fmt::format("{} stands here twice", name));
    }
}

void read_item(const YAML::Node& item, json::object& into, int depth) {
    auto& children = into["children"].as_array();
    if (item.IsScalar()) {
        children.push_back(KeyReader{item}.read());
        return;
    }
    if (!item.IsMap() || item.size() != 1) {
        refuse(item.Mark(), 0, "expected one role, \"text: ...\" or \"/...: ...\" after the dash");
    }
    const auto key = item.begin()->first;
    const auto value = item.begin()->second;
    if (!key.IsScalar()) refuse(key.Mark(), 0, "expected a role before the colon");
    if (key.Scalar() == "text") {
        if (!value.IsScalar()) refuse(value.Mark(), 0, "text: takes a text");
        children.push_back(json::object{{"text", match_of(value.Scalar())}});
        return;
    }
    if (key.Scalar().starts_with('/')) {
        read_property(key, value, into, depth);
        return;
    }
    auto element = KeyReader{key}.read();
    if (value.IsScalar()) {
        element["children"] = json::array{json::object{{"text", match_of(value.Scalar())}}};
    } else if (value.IsSequence()) {
        read_list(value, element, depth + 1);
    } else if (!value.IsNull()) {
        refuse(value.Mark(), 0, "expected a text or a list below the role");
    }
    children.push_back(std::move(element));
}

void read_list(const YAML::Node& list, json::object& into, int depth) {
    if (depth > k_deepest) refuse(list.Mark(), 0, fmt::format("more than {} levels", k_deepest));
    into["children"].emplace_array();
    for (const auto& item : list) read_item(item, into, depth);
}

}  // namespace

std::string aria_template_json(std::string_view yaml) {
    YAML::Node top;
    try {
        top = YAML::Load(std::string(yaml));
    } catch (const YAML::Exception& error) {
        refuse(error.mark, 0, "is not YAML: " + error.msg);
    }
    if (!top.IsSequence()) {
        throw UsageError("aria snapshot template: expected a list, each line beginning with \"- \"");
    }
    json::object whole;
    read_list(top, whole, 0);
    return json::serialize(whole);
}

}  // namespace reprise::locators
