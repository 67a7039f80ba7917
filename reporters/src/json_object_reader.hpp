// Takes typed members out of a JSON object, with an error that names the member.
//
// Thread contract: one thread at a time.
#pragma once

#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "time_text.hpp"

namespace reprise::reporters {

class JsonObjectReader {
public:
    explicit JsonObjectReader(const boost::json::object& object) : object_(object) {}

    std::string text(std::string_view name) const { return as_text(member(name), name); }

    template <class Integer>
    Integer integer(std::string_view name) const {
        const auto* number = member(name).if_int64();
        if (number == nullptr || !std::in_range<Integer>(*number)) refuse(name, "an integer in range");
        return static_cast<Integer>(*number);
    }

    double number(std::string_view name) const {
        const auto& value = member(name);
        if (!value.is_number()) refuse(name, "a number");
        return value.to_number<double>();
    }

    bool flag(std::string_view name) const {
        const auto* value = member(name).if_bool();
        if (value == nullptr) refuse(name, "true or false");
        return *value;
    }

    Milliseconds duration(std::string_view name) const { return Milliseconds{integer<std::int64_t>(name)}; }

    WallTime time(std::string_view name) const {
        const auto time = parse_iso_time(text(name));
        if (!time) refuse(name, "a time such as 2026-05-04T03:02:01.250Z");
        return *time;
    }

    // `names`: a table of names.hpp.
    template <class Enum, class Names>
    Enum word(std::string_view name, const Names& names) const {
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (names.at(i) == text(name)) return static_cast<Enum>(i);
        }
        refuse(name, fmt::format("one of {}", fmt::join(names, ", ")));
    }

    const boost::json::object& object(std::string_view name) const {
        const auto* value = member(name).if_object();
        if (value == nullptr) refuse(name, "an object");
        return *value;
    }

    const boost::json::object* object_if_present(std::string_view name) const {
        return object_.contains(name) ? &object(name) : nullptr;
    }

    // The list, or none when the member is not there: journals of an earlier release.
    template <class Read>
    auto list_if_present(std::string_view name, Read read) const {
        return object_.contains(name) ? list(name, read) : decltype(list(name, read)){};
    }

    // `read` makes an element from a JSON object.
    template <class Read>
    auto list(std::string_view name, Read read) const {
        std::vector<decltype(read(std::declval<const boost::json::object&>()))> out;
        for (const auto& element : array(name)) {
            const auto* value = element.if_object();
            if (value == nullptr) refuse(name, "an array of objects");
            out.push_back(read(*value));
        }
        return out;
    }

    std::vector<std::string> texts(std::string_view name) const {
        std::vector<std::string> out;
        for (const auto& element : array(name)) out.push_back(as_text(element, name));
        return out;
    }

    StringMap map(std::string_view name) const {
        StringMap out;
        for (const auto& [key, value] : object(name)) out.emplace_back(key, as_text(value, name));
        return out;
    }

private:
    const boost::json::value& member(std::string_view name) const {
        const auto* value = object_.if_contains(name);
        if (value == nullptr) throw std::runtime_error(fmt::format("member \"{}\" is missing", name));
        return *value;
    }

    const boost::json::array& array(std::string_view name) const {
        const auto* value = member(name).if_array();
        if (value == nullptr) refuse(name, "an array");
        return *value;
    }

    static std::string as_text(const boost::json::value& value, std::string_view name) {
        const auto* text = value.if_string();
        if (text == nullptr) refuse(name, "text");
        return {text->data(), text->size()};
    }

    [[noreturn]] static void refuse(std::string_view name, std::string_view expected) {
        throw std::runtime_error(fmt::format("member \"{}\" is not {}", name, expected));
    }

    const boost::json::object& object_;
};

}  // namespace reprise::reporters
