// A point in time by which an operation must have finished. Made once, in the outermost call, and passed down.
//
//     auto deadline = Deadline::after(5s);
//
// Thread-safe: immutable value. Steady clock: jumps of the wall clock change nothing.
#pragma once

#include <chrono>

namespace reprise::cdp {

class Deadline {
public:
    using Clock = std::chrono::steady_clock;

    // Never passes. For tests and shutdown only.
    static Deadline never() noexcept { return Deadline{Clock::time_point::max()}; }
    // Saturates: a timeout that overflows the clock counts as never; a negative one has passed already.
    static Deadline after(std::chrono::milliseconds timeout) noexcept;

    bool passed() const noexcept { return Clock::now() >= at_; }
    std::chrono::milliseconds remaining() const noexcept;                    // 0 ms once passed; rounded up
    std::chrono::milliseconds timeout() const noexcept { return timeout_; }  // as given, for error texts
    // The earlier of this and `timeout` from now: for one step of a longer wait.
    Deadline no_later_than(std::chrono::milliseconds timeout) const noexcept;
    // This deadline moved on by `margin`: for the outer side of a wait that the page itself ends.
    Deadline plus(std::chrono::milliseconds margin) const noexcept;
    Clock::time_point at() const noexcept { return at_; }

private:
    explicit Deadline(Clock::time_point at, std::chrono::milliseconds timeout = {}) noexcept
        : at_{at}, timeout_{timeout} {}

    Clock::time_point at_;
    std::chrono::milliseconds timeout_{};
};

}  // namespace reprise::cdp
