// Conversion between Boost.Describe'd structs and JSON, as Chromium wants it: an empty optional is left out (Chromium
// refuses null), an unknown member is ignored (newer browsers add some), a missing required member is an error that
// names it.
//
// Boost.JSON's own conversion does the opposite on all three counts; hence these functions. Thread-safe: pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/members.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/algorithm.hpp>

#include <reprise/cdp/error.hpp>

namespace reprise::cdp {

template <class T>
inline constexpr bool is_optional_v = false;
template <class T>
inline constexpr bool is_optional_v<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector_v = false;
template <class T>
inline constexpr bool is_vector_v<std::vector<T>> = true;

template <class T>
void append_json(std::string& out, const T& value);

template <class T>
void append_members(std::string& out, const T& value) {
    using Members = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;
    bool first = true;
    boost::mp11::mp_for_each<Members>([&](auto member) {
        const auto& field = value.*member.pointer;
        if constexpr (is_optional_v<std::decay_t<decltype(field)>>) {
            if (!field) return;
        }
        if (!first) out += ',';
        first = false;
        out += '"';
        out += member.name;
        out += "\":";
        append_json(out, field);
    });
}

// Appends `value` as JSON text.
template <class T>
void append_json(std::string& out, const T& value) {
    if constexpr (is_optional_v<T>) {
        append_json(out, *value);
    } else if constexpr (is_vector_v<T>) {
        out += '[';
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (i > 0) out += ',';
            append_json(out, value[i]);
        }
        out += ']';
    } else if constexpr (std::is_enum_v<T>) {
        out += '"';
        out += boost::describe::enum_to_string(value, "");
        out += '"';
    } else if constexpr (std::is_same_v<T, bool>) {
        out += value ? "true" : "false";
    } else if constexpr (std::is_integral_v<T>) {
        out += std::to_string(value);
    } else if constexpr (std::is_convertible_v<T, std::string_view>) {
        out += boost::json::serialize(boost::json::string(std::string_view(value)));
    } else if constexpr (boost::describe::has_describe_members<T>::value) {
        out += '{';
        append_members(out, value);
        out += '}';
    } else {
        out += boost::json::serialize(boost::json::value(value));
    }
}

// Reads `json` into `out`. Throws Error: "frameId: expected a string".
template <class T>
void read_json(const boost::json::value& json, T& out, std::string_view name) {
    const auto wrong = [&](const char* expected) -> Error {
        return Error(std::string(name) + ": expected " + expected);
    };
    if constexpr (is_optional_v<T>) {
        if (json.is_null()) {
            out.reset();
        } else {
            read_json(json, out.emplace(), name);
        }
    } else if constexpr (std::is_same_v<T, boost::json::value>) {
        out = json;
    } else if constexpr (is_vector_v<T>) {
        if (!json.is_array()) throw wrong("an array");
        out.clear();
        for (const auto& element : json.get_array()) read_json(element, out.emplace_back(), name);
    } else if constexpr (std::is_enum_v<T>) {
        if (!json.is_string()) throw wrong("a string");
        if (!boost::describe::enum_from_string(std::string(json.get_string()).c_str(), out))
            throw wrong("a known word");
    } else if constexpr (std::is_same_v<T, bool>) {
        if (!json.is_bool()) throw wrong("a boolean");
        out = json.get_bool();
    } else if constexpr (std::is_arithmetic_v<T>) {
        if (!json.is_number()) throw wrong("a number");
        boost::json::error_code error;
        out = json.to_number<T>(error);
        if (error) throw wrong("a number in range");
    } else if constexpr (std::is_same_v<T, std::string>) {
        if (!json.is_string()) throw wrong("a string");
        out = json.get_string();
    } else {
        static_assert(boost::describe::has_describe_members<T>::value,
                      "describe the struct with BOOST_DESCRIBE_STRUCT");
        const auto* object = json.if_object();
        if (object == nullptr) throw wrong("an object");
        using Members = boost::describe::describe_members<T, boost::describe::mod_public>;
        boost::mp11::mp_for_each<Members>([&](auto member) {
            auto& field = out.*member.pointer;
            const auto* value = object->if_contains(member.name);
            if (value != nullptr) {
                read_json(*value, field, member.name);
            } else if constexpr (!is_optional_v<std::decay_t<decltype(field)>>) {
                throw Error(std::string(name) + ": \"" + member.name + "\" is missing");
            }
        });
    }
}

template <class T>
std::string to_json_text(const T& value) {
    std::string text;
    append_json(text, value);
    return text;
}

}  // namespace reprise::cdp
