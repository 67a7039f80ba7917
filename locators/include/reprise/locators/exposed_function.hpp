// A C++ function that pages call.
//
//     context.expose_function("add", [](int a, int b) { return a + b; });
//     context.expose_function("log", [&](const std::vector<JsValue>& arguments) { lines.push(arguments); });
//
// Parameters and results are what JsValue::as() and JsValue's constructors take; an argument that the page left out is
// undefined (nullopt for an optional). Thread contract: functions run one after the other on a thread of the context's
// own, never on that of the test: what they share with it needs a lock or an atomic, and must outlive the context. They
// must not use pages and locators. What a function throws, an argument that does not fit included, rejects the page's
// promise with its text. At most 10,000 calls wait: further ones are rejected.
#pragma once

#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>
#include <vector>

#include <reprise/locators/js_value.hpp>

namespace reprise::locators {

class ExposedFunction {
public:
    using Arguments = std::vector<JsValue>;

    template <typename Callable>
    requires(!std::same_as<std::decay_t<Callable>, ExposedFunction>)
        ExposedFunction(Callable&& callable)  // NOLINT: implicit by intent
        : call_{wrap(std::function{std::forward<Callable>(callable)})} {}

    JsValue operator()(const Arguments& arguments) const { return call_(arguments); }

private:
    using Call = std::function<JsValue(const Arguments&)>;

    template <typename Body>
    static JsValue result_of(const Body& body) {
        if constexpr (std::is_void_v<decltype(body())>) {
            body();
            return {};
        } else {
            return JsValue{body()};
        }
    }
    template <typename Result>
    static Call wrap(std::function<Result(const Arguments&)> function) {
        return [function = std::move(function)](const Arguments& arguments) {
            return result_of([&] { return function(arguments); });
        };
    }
    template <typename Result, typename... Parameters>
    static Call wrap(std::function<Result(Parameters...)> function) {
        return [function = std::move(function)](const Arguments& arguments) {
            return with(function, arguments, std::index_sequence_for<Parameters...>{});
        };
    }
    template <typename Result, typename... Parameters, std::size_t... Index>
    static JsValue with(const std::function<Result(Parameters...)>& function,
                        [[maybe_unused]] const Arguments& arguments, std::index_sequence<Index...>) {
        static const JsValue k_left_out;
        [[maybe_unused]] const auto argument = [&](std::size_t i) -> const JsValue& {
            return i < arguments.size() ? arguments[i] : k_left_out;
        };
        return result_of([&] {
            return function(
                argument(Index).template as<std::decay_t<Parameters>>("argument " + std::to_string(Index + 1))...);
        });
    }

    Call call_;
};

}  // namespace reprise::locators
