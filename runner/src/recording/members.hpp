// Members of the canonical JSON in either key style, after the schema has vouched for their types.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

namespace reprise::runner {

// "isInShadowDOM" → "is_in_shadow_dom"
std::string to_snake_case(std::string_view camel);

// The member called `camel` or its snake_case form; null when absent or JSON's null.
const boost::json::value* find_member(const boost::json::object& object, std::string_view camel);

const boost::json::object* object_member(const boost::json::object& object, std::string_view camel);
const boost::json::array* array_member(const boost::json::object& object, std::string_view camel);
// Numbers and booleans as text.
std::optional<std::string> text_member(const boost::json::object& object, std::string_view camel);
std::optional<double> number_member(const boost::json::object& object, std::string_view camel);
std::optional<std::int64_t> integer_member(const boost::json::object& object, std::string_view camel);
std::optional<bool> bool_member(const boost::json::object& object, std::string_view camel);

std::string text_of(const boost::json::value& value);

}  // namespace reprise::runner
