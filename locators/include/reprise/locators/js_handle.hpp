// An object of a page, held there: not its value, but itself. For what has no value (an element, a window, a function)
// and for what is to be used again.
//
//     auto cart = page.evaluate_handle("window.cart");
//     cart.evaluate_value("(cart, item) => cart.add(item)", "ticket");
//     page.evaluate_value("(cart) => render(cart)", cart);
//
// To act on elements use locators: they find their element anew. Thread contract: a cheap value; calls on one page from
// one thread at a time. The page lets go of the object when the last copy goes; nobody waits for that. Errors: when the
// object's document has gone, calls throw cdp::DocumentGone; an object is of use in its own frame only.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <reprise/locators/action_options.hpp>
#include <reprise/locators/js_value.hpp>

namespace reprise::locators {

class JsHandle {
public:
    explicit JsHandle(std::shared_ptr<const HeldObject> held) noexcept : held_{std::move(held)} {}

    // Calls `function` with the object, and with `argument`: "(cart, item) => cart.add(item)".
    JsValue evaluate_value(std::string_view function, const JsValue& argument = {},
                           CallSite site = CallSite::here()) const;
    template <typename T>
    T evaluate_as(std::string_view function, const JsValue& argument = {}, CallSite site = CallSite::here()) const {
        return evaluate_value(function, argument, site).template as<T>();
    }
    JsHandle evaluate_handle(std::string_view function, const JsValue& argument = {},
                             CallSite site = CallSite::here()) const;
    // The object's value, as evaluate_value would give it.
    JsValue value(CallSite site = CallSite::here()) const;
    // A member; of an object that has none of this name: a handle of undefined.
    JsHandle property(std::string_view name, CallSite site = CallSite::here()) const;
    // Its own enumerable ones. Those with a getter are read by it.
    std::map<std::string, JsHandle> properties(CallSite site = CallSite::here()) const;
    bool is_element() const noexcept;
    std::string shown() const;  // as a console would: "div#cart.open", "Array(3)", "7"

private:
    friend class JsValue;
    std::shared_ptr<const HeldObject> held_;
};

}  // namespace reprise::locators
