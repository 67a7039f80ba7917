// One public call, from its beginning to its end: tells the page's observer, and gives errors the place of the call.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include <reprise/locators/call_observer.hpp>

#include "element_call.hpp"
#include "page_state.hpp"

namespace reprise::locators {

class Observation {
public:
    // Active when the page has an observer and no other call on it is under way.
    // `page`: null: nobody observes.
    Observation(PageState* page, CallSite site) : page_{page}, site_{site} {}
    ~Observation();
    Observation(const Observation&) = delete;
    Observation& operator=(const Observation&) = delete;

    bool wanted() const noexcept {
        return page_ != nullptr && page_->options.observer != nullptr && page_->call_under_way == nullptr;
    }
    void start(std::string text);
    void finish();  // tells the observer
    // In a catch block: notes what was caught, and marks it with the place of the call.
    void fail();

private:
    PageState* page_;
    CallSite site_;
    Call call_;
    std::chrono::steady_clock::time_point start_{};
    bool active_{};
};

// PageOptions::slow_mo; `page`: null: none.
void rest_before_call(PageState* page);

// Runs `body`. `text()`, the call as written, is made only when somebody wants to know it.
template <typename Text, typename Body>
auto observed(PageState* page, CallSite site, const Text& text, const Body& body) {
    rest_before_call(page);
    Observation observation{page, site};
    if (observation.wanted()) observation.start(text());
    try {
        if constexpr (std::is_void_v<decltype(body())>) {
            body();
            observation.finish();
        } else {
            auto result = body();
            observation.finish();
            return result;
        }
    } catch (...) {
        observation.fail();
        throw;
    }
}

template <typename Text, typename Body>
auto observed(PageState& page, CallSite site, const Text& text, const Body& body) {
    return observed(&page, site, text, body);
}

// The same for a call that asks the page script about `scope`; of the options count the timeout and the site.
template <typename Options, typename Body>
auto observed(const Scope& scope, std::string_view call, const Options& options, const Body& body) {
    auto& page = ElementCall::page_of(scope);
    const auto text = [&] { return ElementCall::text_of(scope, call); };
    return observed(page, options.site, text, [&] {
        ElementCall element_call{scope, call, page.deadline(options.timeout)};
        return body(element_call);
    });
}

}  // namespace reprise::locators
