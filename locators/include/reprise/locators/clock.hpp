// The time that pages see, under the test's control: Date, timers, animation frames, idle callbacks and
// performance.now(), in all documents of all pages of the context, those to come included.
//
//     context.clock().install({.time = std::chrono::sys_days{2026y / 2 / 28} + 23h});
//     page.navigate("/");
//     context.clock().fast_forward(2h);
//
// Locators, expectations and waits go by the real time. Intl and the document's timeline (CSS animations) are left as
// they are. Thread-safe; what it waits for in pages has 30 s. Errors that timers throw are page errors.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include <reprise/locators/action_options.hpp>

namespace reprise::locators {

class ContextState;

struct ClockOptions {
    std::optional<std::chrono::system_clock::time_point> time{};  // default: now
};

class Clock {
public:
    using Time = std::chrono::system_clock::time_point;

    explicit Clock(std::shared_ptr<ContextState> context) noexcept : context_{std::move(context)} {}

    // Puts the controlled clock in place of the page's; it goes on from `time` at the pace of the real one. All other
    // calls do so by themselves, from now. Timers that run already stay real.
    void install(const ClockOptions& options = {}) const;
    // Jumps: what is due by then runs once, as after a laptop's lid was shut. Like run_for(): throws UsageError for a
    // negative time.
    void fast_forward(Milliseconds duration) const;
    // Runs all that is due in that time, one after the other, each at its time.
    void run_for(Milliseconds duration) const;
    // Jumps to `time`, as fast_forward() does, and stands still. Throws UsageError when that is in the past of the
    // clock.
    void pause_at(Time time) const;
    void resume() const;
    // Date always says `time`; timers run on.
    void set_fixed_time(Time time) const;
    // Date goes on from `time`; timers take no notice.
    void set_system_time(Time time) const;

private:
    void apply(const char* operation, double argument) const;

    std::shared_ptr<ContextState> context_;
};

}  // namespace reprise::locators
