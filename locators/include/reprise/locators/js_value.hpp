// A value of JavaScript, on its way out of a page or into it.
//
//     auto price = page.evaluate_as<double>("cart.total");
//     auto since = page.evaluate_as<std::chrono::system_clock::time_point>("user.since");  // a Date
//     page.evaluate_value("(order) => cart.add(order)", JsValue::object({{"id", 7}, {"size", "XL"}}));
//
// Thread contract: a value; one thread at a time. Errors: what does not fit throws ValueError, which says where in the
// value, what is there, and what was asked for. Nothing is rounded, cut or made up.
#pragma once

#include <chrono>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <boost/json/value.hpp>

#include <reprise/cdp/error.hpp>
#include <reprise/locators/locator.hpp>

namespace reprise::locators {

class JsHandle;
class HeldObject;

// A value is not what was asked for, or cannot be brought over.
class ValueError : public Error {
public:
    using Error::Error;
    const char* type() const noexcept override { return "ValueError"; }
};

class JsValue {
public:
    struct Undefined {
        bool operator==(const Undefined&) const = default;
    };
    struct BigInt {
        std::string digits{};  // decimal, "-12"
        bool operator==(const BigInt&) const = default;
    };
    struct Date {
        double ms{};  // since 1970; NaN: an invalid one
        bool operator==(const Date&) const = default;
    };
    struct RegExp {
        std::string pattern{};
        std::string flags{};
        bool operator==(const RegExp&) const = default;
    };
    struct Url {
        std::string href{};
        bool operator==(const Url&) const = default;
    };
    struct ErrorObject {
        std::string name{};  // "TypeError"
        std::string message{};
        std::string stack{};
        bool operator==(const ErrorObject&) const = default;
    };
    // What has no value: an element, a window, a function, a promise. Comes out of pages only.
    struct Opaque {
        std::string what{};  // "a node", "a function", "a Blob"
        bool operator==(const Opaque&) const = default;
    };
    struct Member;
    using Array = std::vector<JsValue>;
    using Object = std::vector<Member>;  // in the page's order
    struct Map {
        std::vector<std::pair<JsValue, JsValue>> entries{};
    };
    struct Set {
        Array values{};
    };

    JsValue() noexcept = default;   // undefined
    JsValue(Undefined) noexcept {}  // NOLINT(google-explicit-constructor): implicit by intent, here and below
    JsValue(std::nullptr_t) noexcept : value_{nullptr} {}
    JsValue(const char* text) : value_{std::string(text)} {}
    JsValue(std::string text) : value_{std::move(text)} {}
    JsValue(std::string_view text) : value_{std::string(text)} {}
    JsValue(BigInt value) : value_{std::move(value)} {}
    JsValue(Date value) : value_{value} {}
    JsValue(RegExp value) : value_{std::move(value)} {}
    JsValue(Url value) : value_{std::move(value)} {}
    JsValue(ErrorObject value) : value_{std::move(value)} {}
    JsValue(Opaque value) : value_{std::move(value)} {}
    JsValue(Array values) : value_{std::move(values)} {}
    JsValue(Object members);
    JsValue(Map value);
    JsValue(Set value);
    JsValue(const JsHandle& handle);  // as an argument: the object itself
    JsValue(const boost::json::value& json);
    // Whole numbers beyond ±2^53, which a JavaScript number does not hold exactly, throw ValueError: use BigInt.
    template <typename T>
    requires std::integral<T> || std::floating_point<T> JsValue(T value) {
        if constexpr (std::is_same_v<T, bool>) {
            value_ = value;
        } else {
            if constexpr (std::integral<T>) check_exact(value < 0, magnitude(value));
            value_ = static_cast<double>(value);
        }
    }
    template <typename Duration>
    JsValue(std::chrono::time_point<std::chrono::system_clock, Duration> time)
        : value_{Date{std::floor(std::chrono::duration<double, std::milli>(time.time_since_epoch()).count())}} {}
    // nullopt is null, as in JSON.
    template <typename T>
    JsValue(const std::optional<T>& value) : JsValue{value ? JsValue{*value} : JsValue{nullptr}} {}
    template <typename T>
    requires(!std::same_as<T, JsValue>) JsValue(const std::vector<T>& values) {
        Array array;
        for (const auto& value : values) array.push_back(JsValue{static_cast<const T&>(value)});
        value_ = std::move(array);
    }
    template <typename T>
    JsValue(const std::map<std::string, T>& members) : JsValue{members_of(members)} {}
    template <typename T>
    JsValue(const std::unordered_map<std::string, T>& members) : JsValue{members_of(members)} {}

    static JsValue object(std::initializer_list<Member> members);
    static JsValue array(std::initializer_list<JsValue> values) { return JsValue{Array(values)}; }

    // The value as a C++ type: bool, numbers (whole ones must be whole, and in range), std::string, std::vector,
    // std::map and std::unordered_map with std::string keys, std::optional (null and undefined are nullopt),
    // system_clock::time_point (a Date), boost::json::value, and JsValue's own types.
    template <typename T>
    T as() const {
        return as<T>("the value");
    }
    template <typename T>
    T as(const std::string& path) const;

    // "undefined", "null", "boolean", "number", "string", "bigint", "Date", "RegExp", "URL", "Error", "Array",
    // "Object", "Map", "Set", "handle", or what an Opaque says.
    std::string kind() const;
    bool is_undefined() const noexcept { return std::holds_alternative<Undefined>(value_); }
    bool is_null() const noexcept { return std::holds_alternative<std::nullptr_t>(value_); }
    // The alternative, or null: value.get_if<JsValue::Map>().
    template <typename T>
    const T* get_if() const noexcept {
        if constexpr (std::is_same_v<T, Object> || std::is_same_v<T, Map> || std::is_same_v<T, Set>) {
            const auto* held = std::get_if<std::shared_ptr<const T>>(&value_);
            return held != nullptr ? held->get() : nullptr;
        } else {
            return std::get_if<T>(&value_);
        }
    }
    // Of an Array, an Object, a Map, a Set; 0 for all else.
    std::size_t size() const noexcept;
    // A member of an Object, an element of an Array. Throws ValueError when there is none.
    const JsValue& at(std::string_view name) const;
    const JsValue& at(std::size_t index) const;
    bool contains(std::string_view name) const noexcept;

    // As JSON.stringify would: a Date is its ISO text, a URL its text, undefined and functions are left out of objects
    // and null in arrays. What JSON has no form for (NaN, infinities, BigInt, RegExp, Error, Map, Set, elements) throws
    // ValueError, where JSON.stringify would write null or {}.
    boost::json::value to_json() const;
    // As a console would show it, shortened to `most` bytes: {a: 1, b: Date 2026-01-01T00:00:00.000Z}
    std::string shown(std::size_t most = 200) const;

    const std::shared_ptr<const HeldObject>* held() const noexcept {
        return std::get_if<std::shared_ptr<const HeldObject>>(&value_);
    }

private:
    template <typename T>
    static std::uint64_t magnitude(T value) {
        return value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
    }
    template <typename Members>
    static Object members_of(const Members& members);
    static void check_exact(bool negative, std::uint64_t magnitude);
    [[noreturn]] void wrong(const std::string& path, std::string_view wanted) const;
    double number(const std::string& path, std::string_view wanted) const;
    std::chrono::system_clock::time_point time(const std::string& path) const;
    boost::json::value to_json(const std::string& path) const;

    std::variant<Undefined, std::nullptr_t, bool, double, std::string, BigInt, Date, RegExp, Url, ErrorObject, Opaque,
                 Array, std::shared_ptr<const Object>, std::shared_ptr<const Map>, std::shared_ptr<const Set>,
                 std::shared_ptr<const HeldObject>>
        value_;
};

struct JsValue::Member {
    std::string name{};
    JsValue value{};
};

template <typename Members>
JsValue::Object JsValue::members_of(const Members& members) {
    Object object;
    for (const auto& [name, value] : members) object.push_back({name, JsValue{value}});
    return object;
}

namespace js_detail {
template <typename T>
struct Parts {};
template <typename T>
struct Parts<std::optional<T>> {
    using Optional = T;
};
template <typename T>
struct Parts<std::vector<T>> {
    using Element = T;
};
template <typename T>
struct Parts<std::map<std::string, T>> {
    using Mapped = T;
};
template <typename T>
struct Parts<std::unordered_map<std::string, T>> {
    using Mapped = T;
};
// ".name", or ["any name"].
std::string member_path(const std::string& path, std::string_view name);
}  // namespace js_detail

template <typename T>
T JsValue::as(const std::string& path) const {
    using Parts = js_detail::Parts<T>;
    if constexpr (std::is_same_v<T, JsValue>) {
        return *this;
    } else if constexpr (std::is_same_v<T, boost::json::value>) {
        return to_json(path);
    } else if constexpr (std::is_same_v<T, bool>) {
        if (const auto* value = std::get_if<bool>(&value_)) return *value;
        wrong(path, "a boolean");
    } else if constexpr (std::is_floating_point_v<T>) {
        return static_cast<T>(number(path, "a number"));
    } else if constexpr (std::is_integral_v<T>) {
        const auto value = number(path, "a whole number");
        // Both ends are powers of two, or next to one: as doubles they are exact when taken as "below the next".
        const bool fits = value >= static_cast<double>(std::numeric_limits<T>::min()) &&
                          value < std::ldexp(1.0, std::numeric_limits<T>::digits);
        if (value != std::floor(value) || !fits) wrong(path, "a whole number in the range asked for");
        return static_cast<T>(value);
    } else if constexpr (requires { typename Parts::Optional; }) {
        if (is_null() || is_undefined()) return std::nullopt;
        return as<typename Parts::Optional>(path);
    } else if constexpr (requires { typename Parts::Element; }) {
        const auto* values = get_if<Array>();
        if (const auto* set = get_if<Set>()) values = &set->values;
        if (values == nullptr) wrong(path, "an array");
        T result;
        for (std::size_t i = 0; i < values->size(); ++i) {
            result.push_back((*values)[i].template as<typename Parts::Element>(path + "[" + std::to_string(i) + "]"));
        }
        return result;
    } else if constexpr (requires { typename Parts::Mapped; }) {
        T result;
        if (const auto* object = get_if<Object>()) {
            for (const auto& [name, value] : *object) {
                result[name] = value.template as<typename Parts::Mapped>(js_detail::member_path(path, name));
            }
        } else if (const auto* map = get_if<Map>()) {
            for (const auto& [key, value] : map->entries) {
                const auto name = key.template as<std::string>("a key of " + path);
                result[name] = value.template as<typename Parts::Mapped>(js_detail::member_path(path, name));
            }
        } else {
            wrong(path, "an object");
        }
        return result;
    } else if constexpr (std::is_same_v<T, std::chrono::system_clock::time_point>) {
        return time(path);
    } else if constexpr (std::is_same_v<T, std::string>) {
        if (const auto* value = std::get_if<std::string>(&value_)) return *value;
        if (const auto* url = std::get_if<Url>(&value_)) return url->href;
        wrong(path, "a string");
    } else {
        if (const auto* value = get_if<T>()) return *value;
        wrong(path, "of the kind asked for");
    }
}

template <typename T>
T DocumentScope::evaluate_as(std::string_view expression, CallSite site) const {
    return evaluate_value(expression, site).as<T>();
}

template <typename T>
T DocumentScope::evaluate_as(std::string_view function, const JsValue& argument, CallSite site) const {
    return evaluate_value(function, argument, site).as<T>();
}

template <typename T>
T Locator::evaluate_as(std::string_view function, const ActionOptions& options) const {
    return evaluate_value(function, options).as<T>();
}

template <typename T>
T Locator::evaluate_as(std::string_view function, const JsValue& argument, const ActionOptions& options) const {
    return evaluate_value(function, argument, options).as<T>();
}

}  // namespace reprise::locators
