#include <reprise/cdp/deadline.hpp>

#include <algorithm>

namespace reprise::cdp {

using std::chrono::milliseconds;

Deadline Deadline::after(milliseconds timeout) noexcept {
    const auto now = Clock::now();
    const auto room = std::chrono::duration_cast<milliseconds>(Clock::time_point::max() - now);
    return timeout >= room ? never() : Deadline{now + timeout, timeout};
}

milliseconds Deadline::remaining() const noexcept {
    const auto now = Clock::now();
    return now >= at_ ? milliseconds{0} : std::chrono::ceil<milliseconds>(at_ - now);
}

Deadline Deadline::no_later_than(milliseconds timeout) const noexcept {
    const auto other = after(timeout);
    return other.at_ < at_ ? other : *this;
}

Deadline Deadline::plus(milliseconds margin) const noexcept {
    const auto room = std::chrono::duration_cast<milliseconds>(Clock::time_point::max() - at_);
    return margin >= room ? never() : Deadline{at_ + margin, timeout_};
}

}  // namespace reprise::cdp
