// Who wants to know what is done to a page: each call on a Page or a Locator, when it begins and when it ends. For
// traces and logs.
//
//     struct Printer : CallObserver {
//         void on_call_finished(const Call& call) override { fmt::print("{}\n", call.text); }
//     };
//     auto page = Page::open(context, {.observer = std::make_shared<Printer>()});
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <reprise/cdp/error.hpp>
#include <reprise/locators/action_options.hpp>

namespace reprise::locators {

// One call as its user wrote it. Values marked secret are "***" in all texts.
struct Call {
    std::uint64_t id{};  // from 1; unique among the calls that one observer is told of
    std::string text{};  // page.get_by_role(button, "Save").click()
    CallSite site{};     // where it is written
    std::string page{};  // the page's target id
    std::chrono::system_clock::time_point started{};
    std::chrono::microseconds duration{};  // the rest is known when the call has finished
    std::string error_type{};              // Error::type(); empty: it succeeded
    std::string error{};
    std::optional<Point> point{};  // where the pointer went (a drag: whence), px of the viewport
};

// Thread contract: called on the thread that makes the call, while it is made; thread-safe when pages of several
// threads share it. Calls that it makes on the page itself are not reported. Must not throw.
class CallObserver {
public:
    virtual ~CallObserver() = default;
    virtual void on_call_started(const Call& /*call*/) {}
    virtual void on_call_finished(const Call& /*call*/) {}

private:
    friend class Observation;
    std::atomic<std::uint64_t> calls_{0};
};

}  // namespace reprise::locators
