#include "recording/members.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "recording/json_writer.hpp"

namespace reprise::runner {

using boost::json::object;
using boost::json::value;

std::string to_snake_case(std::string_view camel) {
    std::string snake;
    bool after_lower = false;
    for (const char c : camel) {
        const bool is_upper = c >= 'A' && c <= 'Z';
        if (is_upper && after_lower) snake += '_';
        snake += is_upper ? static_cast<char>(c - 'A' + 'a') : c;
        after_lower = c >= 'a' && c <= 'z';
    }
    return snake;
}

const value* find_member(const object& object, std::string_view camel) {
    const value* found = object.if_contains(camel);
    if (found == nullptr) found = object.if_contains(to_snake_case(camel));
    return found != nullptr && !found->is_null() ? found : nullptr;
}

const object* object_member(const object& object, std::string_view camel) {
    const value* found = find_member(object, camel);
    return found != nullptr ? found->if_object() : nullptr;
}

const boost::json::array* array_member(const object& object, std::string_view camel) {
    const value* found = find_member(object, camel);
    return found != nullptr ? found->if_array() : nullptr;
}

std::optional<std::string> text_member(const object& object, std::string_view camel) {
    const value* found = find_member(object, camel);
    return found != nullptr ? std::optional(text_of(*found)) : std::nullopt;
}

std::optional<double> number_member(const object& object, std::string_view camel) {
    const value* found = find_member(object, camel);
    return found != nullptr ? std::optional(found->to_number<double>()) : std::nullopt;
}

std::optional<std::int64_t> integer_member(const object& object, std::string_view camel) {
    const value* found = find_member(object, camel);
    if (found == nullptr) return std::nullopt;
    // 1.0 is an integer in JSON Schema; timestamps may have a fraction.
    return found->is_double() ? static_cast<std::int64_t>(found->get_double()) : found->to_number<std::int64_t>();
}

std::optional<bool> bool_member(const object& object, std::string_view camel) {
    const value* found = find_member(object, camel);
    return found != nullptr ? std::optional(found->get_bool()) : std::nullopt;
}

std::string text_of(const value& value) {
    if (value.is_string()) return std::string(value.get_string());
    return scalar_text(value);
}

}  // namespace reprise::runner
