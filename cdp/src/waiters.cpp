#include "waiters.hpp"

namespace reprise::cdp {

void Waiters::changed() {
    for (auto* waiter : waiting_) {
        if (waiter->done) continue;
        try {
            waiter->done = waiter->ready();
        } catch (...) {  // the waiter's to hear
            waiter->error = std::current_exception();
            waiter->done = true;
        }
        if (waiter->done) waiter->woken.notify_one();
    }
}

bool Waiters::block(std::unique_lock<std::mutex>& lock, Deadline deadline, Waiter& waiter) {
    waiting_.push_back(&waiter);
    waiter.woken.wait_until(lock, deadline.at(), [&] { return waiter.done; });
    std::erase(waiting_, &waiter);
    if (waiter.error) std::rethrow_exception(waiter.error);
    return waiter.done;
}

}  // namespace reprise::cdp
