#include "recording/schema.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <regex>
#include <set>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <reprise/cdp/error.hpp>

#include "data/nearest_name.hpp"
#include "embedded_recording_schema.hpp"
#include "recording/json_writer.hpp"
#include "recording/members.hpp"

namespace reprise::runner {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

std::string_view type_name(const value& value) {
    switch (value.kind()) {
        case boost::json::kind::null:
            return "null";
        case boost::json::kind::bool_:
            return "boolean";
        case boost::json::kind::string:
            return "string";
        case boost::json::kind::array:
            return "array";
        case boost::json::kind::object:
            return "object";
        default:
            return "number";
    }
}

bool has_type(const value& value, std::string_view type) {
    if (type != "integer") return type_name(value) == type;
    if (value.is_double()) return std::trunc(value.get_double()) == value.get_double();
    return value.is_number();
}

std::string with_article(std::string_view type) {
    if (type == "null") return "null";
    const bool vowel = type == "array" || type == "object" || type == "integer";
    return fmt::format("{} {}", vowel ? "an" : "a", type);
}

std::string join_with_or(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
    }
    return text;
}

bool equal(const value& a, const value& b) {
    if (a.is_number() && b.is_number()) return a.to_number<double>() == b.to_number<double>();
    return a == b;
}

// What a message shows of a value: long texts are cut.
std::string shown(const value& value) {
    constexpr std::size_t k_longest = 60;
    std::string text = value.is_structured() ? with_article(type_name(value)) : scalar_text(value);
    if (text.size() <= k_longest) return text;
    std::size_t end = k_longest;
    while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end) + "…";
}

class Checker {
public:
    explicit Checker(const value& root) : root_{root} {}

    void check(const value& instance, const object& schema) {
        if (const auto* ref = schema.if_contains("$ref"))
            check(instance, resolve(std::string_view(ref->get_string()).substr(1)));
        if (const auto* type = schema.if_contains("type"); type != nullptr && !check_type(instance, *type)) return;
        check_value(instance, schema);
        if (const auto* members = instance.if_object()) check_object(*members, schema);
        if (const auto* elements = instance.if_array()) check_array(*elements, schema);
        check_combinations(instance, schema);
    }

    const object& resolve(std::string_view pointer) const {
        boost::json::error_code error;
        const value* target = root_.find_pointer(pointer, error);
        if (target == nullptr) throw UsageError(fmt::format("schema: nothing at {}", pointer));
        return target->as_object();
    }

    std::vector<SchemaFinding> findings;

private:
    void report(std::string text, FindingKind kind = FindingKind::violation) {
        findings.push_back({kind, path_, std::move(text)});
    }

    bool check_type(const value& instance, const value& type) {
        std::vector<std::string> expected;
        const auto matches = [&](const value& name) {
            const std::string_view word = name.get_string();
            if (has_type(instance, word)) return true;
            if (word != "null") expected.push_back(with_article(word));
            return false;
        };
        const auto* alternatives = type.if_array();
        if (alternatives == nullptr ? matches(type)
                                    : std::any_of(alternatives->begin(), alternatives->end(), matches)) {
            return true;
        }
        const bool fraction =
            instance.is_double() && std::find(expected.begin(), expected.end(), "an integer") != expected.end();
        report(fmt::format("is {}, expected {}", fraction ? scalar_text(instance) : with_article(type_name(instance)),
                           join_with_or(expected)));
        return false;
    }

    void check_value(const value& instance, const object& schema) {
        if (const auto* expected = schema.if_contains("const"); expected != nullptr && !equal(instance, *expected)) {
            report(fmt::format("is {}, expected {}", shown(instance), shown(*expected)));
        }
        if (const auto* known = schema.if_contains("enum")) check_enum(instance, known->get_array());
        if (instance.is_number()) {
            const double number = instance.to_number<double>();
            const auto* least = schema.if_contains("minimum");
            const auto* most = schema.if_contains("maximum");
            if (least != nullptr && number < least->to_number<double>()) {
                report(fmt::format("is {}, expected at least {}", shown(instance), shown(*least)));
            } else if (most != nullptr && number > most->to_number<double>()) {
                report(fmt::format("is {}, expected at most {}", shown(instance), shown(*most)));
            }
        }
        if (const auto* pattern = schema.if_contains("pattern"); pattern != nullptr && instance.is_string()) {
            // libstdc++ recurses for each character matched.
            constexpr std::size_t k_longest = 1000;
            const std::string text(instance.get_string());
            if (text.size() > k_longest || !std::regex_search(text, std::regex(pattern->get_string().c_str()))) {
                report(fmt::format("is {}, expected a match of {}", shown(instance), pattern->get_string().c_str()));
            }
        }
    }

    void check_enum(const value& instance, const array& known) {
        if (std::any_of(known.begin(), known.end(), [&](const value& one) { return equal(instance, one); })) return;
        constexpr std::size_t k_most_listed = 10;
        std::vector<std::string> words;
        for (const value& one : known) {
            if (one.is_string()) words.emplace_back(one.get_string());
        }
        if (words.size() <= k_most_listed || !instance.is_string()) {
            report(fmt::format("is {}, expected {}", shown(instance), join_with_or(words)));
            return;
        }
        const auto nearest = nearest_name(std::string_view(instance.get_string()), words, std::string::npos - 1);
        report(fmt::format("is {}, which is not known; the nearest known is \"{}\"", shown(instance), *nearest));
    }

    void check_object(const object& members, const object& schema) {
        if (const auto* required = schema.if_contains("required")) {
            for (const value& name : required->get_array()) {
                if (members.contains(name.get_string())) continue;
                path_.emplace_back(std::string(name.get_string()));
                report("is missing");
                path_.pop_back();
            }
        }
        const auto* properties = schema.if_contains("properties");
        const auto* others = schema.if_contains("additionalProperties");
        for (const auto& [name, member] : members) {
            const auto* rule = properties != nullptr ? properties->get_object().if_contains(name) : nullptr;
            if (rule == nullptr) rule = others;
            path_.emplace_back(std::string(name));
            if (rule != nullptr) {
                check(member, rule->as_object());
            } else if (properties != nullptr && condition_depth_ == 0) {
                suggest(name, members, properties->get_object());
            }
            path_.pop_back();
        }
    }

    void suggest(std::string_view name, const object& members, const object& properties) {
        constexpr std::size_t k_shortest = 4;
        if (name.size() < k_shortest) return;
        std::vector<std::string> absent;
        for (const auto& [known, rule] : properties) {
            if (!members.contains(known) && known.size() >= k_shortest) absent.emplace_back(known);
        }
        if (const auto nearest = nearest_name(name, absent, name.size() < 6 ? 1 : 2)) {
            report(fmt::format("is not a known member; did you mean \"{}\"?", *nearest), FindingKind::mistyped_member);
        }
    }

    void check_array(const array& elements, const object& schema) {
        const auto* items = schema.if_contains("items");
        if (items == nullptr) return;
        for (std::size_t i = 0; i < elements.size(); ++i) {
            path_.emplace_back(i);
            check(elements[i], items->as_object());
            path_.pop_back();
        }
    }

    void check_combinations(const value& instance, const object& schema) {
        if (const auto* all = schema.if_contains("allOf")) {
            for (const value& branch : all->get_array()) check(instance, branch.as_object());
        }
        if (const auto* any = schema.if_contains("anyOf")) check_any(instance, any->get_array());
        const auto* condition = schema.if_contains("if");
        if (condition != nullptr && satisfies(instance, condition->as_object())) {
            ++condition_depth_;
            check(instance, schema.at("then").as_object());
            --condition_depth_;
        }
    }

    bool satisfies(const value& instance, const object& schema) const {
        Checker trial(root_);
        trial.condition_depth_ = 1;
        trial.check(instance, schema);
        return trial.findings.empty();
    }

    // The schema offers alternatives only for members of which one must be there.
    void check_any(const value& instance, const array& branches) {
        std::vector<std::string> names;
        std::set<std::string> seen;
        for (const value& branch : branches) {
            if (satisfies(instance, branch.as_object())) return;
            for (const value& name : branch.at("required").as_array()) {
                const std::string member(name.get_string());
                if (seen.insert(to_snake_case(member)).second) names.push_back(member);
            }
        }
        path_.emplace_back(names.front());
        names.erase(names.begin());
        report(names.empty() ? "is missing" : fmt::format("is missing (or \"{}\")", fmt::join(names, "\", \"")));
        path_.pop_back();
    }

    const value& root_;
    JsonPath path_;
    int condition_depth_{};  // inside a condition the properties are a part of the known ones: no suggestions
};

}  // namespace

std::vector<SchemaFinding> check_schema(const value& document, const value& root, std::string_view pointer) {
    Checker checker(root);
    checker.check(document, checker.resolve(pointer));
    return std::move(checker.findings);
}

const value& recording_schema() {
    static const value k_schema = boost::json::parse(embedded_recording_schema);
    return k_schema;
}

}  // namespace reprise::runner
