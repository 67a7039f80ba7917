#include <reprise/locators/js_value.hpp>

#include <algorithm>
#include <ctime>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include <reprise/locators/js_handle.hpp>

#include "element_call.hpp"

namespace reprise::locators {
namespace json = boost::json;
namespace {

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

bool is_identifier(std::string_view name) {
    const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$'; };
    const auto more = [&](char c) { return letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0; };
    return !name.empty() && letter(name.front()) && std::ranges::all_of(name, more);
}

std::string number_text(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
    return fmt::format("{}", value);
}

}  // namespace

std::string js_detail::member_path(const std::string& path, std::string_view name) {
    return is_identifier(name) ? fmt::format("{}.{}", path, name) : fmt::format("{}[{}]", path, json_text(name));
}

std::string iso_text(const JsValue::Date& date) {
    if (std::isnan(date.ms)) return "Invalid Date";
    const auto seconds = static_cast<std::time_t>(std::floor(date.ms / 1000));
    const auto ms = static_cast<int>(date.ms - static_cast<double>(seconds) * 1000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    const int year = parts.tm_year + 1900;
    const auto years = year >= 0 && year <= 9999 ? fmt::format("{:04}", year) : fmt::format("{:+07}", year);
    return fmt::format("{}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", years, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                       parts.tm_min, parts.tm_sec, ms);
}

JsValue::JsValue(Object members) : value_{std::make_shared<const Object>(std::move(members))} {}
JsValue::JsValue(Map value) : value_{std::make_shared<const Map>(std::move(value))} {}
JsValue::JsValue(Set value) : value_{std::make_shared<const Set>(std::move(value))} {}
JsValue::JsValue(const JsHandle& handle) : value_{handle.held_} {}

JsValue::JsValue(const json::value& value) {
    if (value.is_null()) {
        value_ = nullptr;
    } else if (value.is_bool()) {
        value_ = value.get_bool();
    } else if (value.is_int64()) {
        *this = JsValue{value.get_int64()};
    } else if (value.is_uint64()) {
        *this = JsValue{value.get_uint64()};
    } else if (value.is_double()) {
        value_ = value.get_double();
    } else if (value.is_string()) {
        value_ = std::string(value.get_string());
    } else if (value.is_array()) {
        Array array;
        for (const auto& element : value.get_array()) array.emplace_back(element);
        value_ = std::move(array);
    } else {
        Object object;
        for (const auto& [name, member] : value.get_object()) object.push_back({std::string(name), JsValue{member}});
        *this = JsValue{std::move(object)};
    }
}

JsValue JsValue::object(std::initializer_list<Member> members) {
    return JsValue{Object(members)};
}

void JsValue::check_exact(bool negative, std::uint64_t magnitude) {
    constexpr std::uint64_t k_most = std::uint64_t{1} << 53U;
    if (magnitude <= k_most) return;
    throw ValueError(
        fmt::format("{}{} is beyond ±2^53, what a JavaScript number holds exactly; JsValue::BigInt{{\"{}{}\"}} does",
                    negative ? "-" : "", magnitude, negative ? "-" : "", magnitude));
}

std::string JsValue::kind() const {
    static constexpr const char* k_names[] = {"undefined", "null",   "boolean", "number", "string", "bigint",
                                              "Date",      "RegExp", "URL",     "Error",  "",       "Array",
                                              "Object",    "Map",    "Set",     "handle"};
    if (const auto* opaque = std::get_if<Opaque>(&value_)) return opaque->what;
    return k_names[value_.index()];
}

void JsValue::wrong(const std::string& path, std::string_view wanted) const {
    const bool plain = is_null() || is_undefined() || std::holds_alternative<Opaque>(value_);
    throw ValueError(
        fmt::format("{} is {}, not {}", path, plain ? kind() : fmt::format("{} {}", kind(), shown(80)), wanted));
}

double JsValue::number(const std::string& path, std::string_view wanted) const {
    const auto* value = std::get_if<double>(&value_);
    if (value == nullptr) wrong(path, wanted);
    return *value;
}

std::chrono::system_clock::time_point JsValue::time(const std::string& path) const {
    const auto* date = std::get_if<Date>(&value_);
    if (date == nullptr || std::isnan(date->ms)) wrong(path, "a valid Date");
    using Clock = std::chrono::system_clock;
    const std::chrono::duration<double, std::milli> since{date->ms};
    constexpr auto k_most = std::chrono::duration<double, std::milli>(Clock::duration::max());
    if (std::abs(since.count()) >= k_most.count()) wrong(path, "a Date that the system's clock holds (1677 to 2262)");
    return Clock::time_point{std::chrono::duration_cast<Clock::duration>(
        std::chrono::milliseconds{static_cast<std::int64_t>(since.count())})};
}

std::size_t JsValue::size() const noexcept {
    if (const auto* array = get_if<Array>()) return array->size();
    if (const auto* object = get_if<Object>()) return object->size();
    if (const auto* map = get_if<Map>()) return map->entries.size();
    if (const auto* set = get_if<Set>()) return set->values.size();
    return 0;
}

bool JsValue::contains(std::string_view name) const noexcept {
    const auto* object = get_if<Object>();
    return object != nullptr && std::ranges::find(*object, name, &Member::name) != object->end();
}

const JsValue& JsValue::at(std::string_view name) const {
    const auto* object = get_if<Object>();
    if (object == nullptr) wrong("the value", "an object");
    const auto found = std::ranges::find(*object, name, &Member::name);
    if (found == object->end()) throw ValueError(fmt::format("the value has no member \"{}\": {}", name, shown()));
    return found->value;
}

const JsValue& JsValue::at(std::size_t index) const {
    const auto* array = get_if<Array>();
    if (array == nullptr) wrong("the value", "an array");
    if (index >= array->size()) {
        throw ValueError(fmt::format("the value has {} elements, there is no [{}]", array->size(), index));
    }
    return (*array)[index];
}

json::value JsValue::to_json() const {
    return to_json("the value");
}

json::value JsValue::to_json(const std::string& path) const {
    const auto none = [&]() -> json::value {
        throw ValueError(fmt::format("{} is {}, which JSON has no form for", path,
                                     std::holds_alternative<Opaque>(value_) ? kind() : shown(80)));
    };
    const auto skipped = [](const JsValue& value) {
        const auto* opaque = std::get_if<Opaque>(&value.value_);
        return value.is_undefined() ||
               (opaque != nullptr && (opaque->what == "a function" || opaque->what == "a symbol"));
    };
    if (skipped(*this)) return nullptr;
    return std::visit(Overloaded{[](Undefined) -> json::value { return nullptr; },
                                 [](std::nullptr_t) -> json::value { return nullptr; },
                                 [](bool value) -> json::value { return value; },
                                 [&](double value) -> json::value {
                                     if (!std::isfinite(value)) return none();
                                     constexpr double k_most = 9007199254740992.0;
                                     const bool whole = value == std::floor(value) && std::abs(value) <= k_most;
                                     if (whole && !(value == 0 && std::signbit(value)))
                                         return static_cast<std::int64_t>(value);
                                     return value;
                                 },
                                 [](const std::string& value) -> json::value { return json::string(value); },
                                 [&](const Date& value) -> json::value {
                                     return std::isnan(value.ms) ? json::value(nullptr) : json::value(iso_text(value));
                                 },
                                 [](const Url& value) -> json::value { return json::string(value.href); },
                                 [&](const Array& values) -> json::value {
                                     json::array array;
                                     for (std::size_t i = 0; i < values.size(); ++i) {
                                         array.push_back(values[i].to_json(fmt::format("{}[{}]", path, i)));
                                     }
                                     return array;
                                 },
                                 [&](const std::shared_ptr<const Object>& members) -> json::value {
                                     json::object object;
                                     for (const auto& [name, value] : *members) {
                                         if (!skipped(value))
                                             object[name] = value.to_json(js_detail::member_path(path, name));
                                     }
                                     return object;
                                 },
                                 [&](const auto&) -> json::value { return none(); }},
                      value_);
}

namespace {

void show(const JsValue& value, std::string& out, std::size_t most) {
    const auto list = [&](char open, char close, const auto& values, const auto& each) {
        out += open;
        bool first = true;
        for (const auto& one : values) {
            if (out.size() > most) break;
            if (!std::exchange(first, false)) out += ", ";
            each(one);
        }
        out += close;
    };
    const auto plain = [&](const JsValue& one) { show(one, out, most); };
    if (const auto* flag = value.get_if<bool>()) {
        out += *flag ? "true" : "false";
    } else if (const auto* number = value.get_if<double>()) {
        out += number_text(*number);
    } else if (const auto* text = value.get_if<std::string>()) {
        out += json_text(text->size() > most ? std::string_view(*text).substr(0, most + 1) : *text);
    } else if (const auto* big = value.get_if<JsValue::BigInt>()) {
        out += big->digits + "n";
    } else if (const auto* date = value.get_if<JsValue::Date>()) {
        out += "Date " + iso_text(*date);
    } else if (const auto* regexp = value.get_if<JsValue::RegExp>()) {
        out += "/" + regexp->pattern + "/" + regexp->flags;
    } else if (const auto* url = value.get_if<JsValue::Url>()) {
        out += "URL " + url->href;
    } else if (const auto* error = value.get_if<JsValue::ErrorObject>()) {
        out += error->name + ": " + error->message;
    } else if (const auto* array = value.get_if<JsValue::Array>()) {
        list('[', ']', *array, plain);
    } else if (const auto* object = value.get_if<JsValue::Object>()) {
        list('{', '}', *object, [&](const auto& member) {
            out += is_identifier(member.name) ? member.name : json_text(member.name);
            out += ": ";
            plain(member.value);
        });
    } else if (const auto* map = value.get_if<JsValue::Map>()) {
        out += "Map ";
        list('{', '}', map->entries, [&](const auto& entry) {
            plain(entry.first);
            out += " => ";
            plain(entry.second);
        });
    } else if (const auto* set = value.get_if<JsValue::Set>()) {
        out += "Set ";
        list('{', '}', set->values, plain);
    } else {
        out += value.kind();
    }
}

}  // namespace

std::string JsValue::shown(std::size_t most) const {
    std::string text;
    show(*this, text, most);
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;  // never within a character
    return text.substr(0, most) + "…";
}

}  // namespace reprise::locators
