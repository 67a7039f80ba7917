// Threads that wait until some shared state has become what they want. Who changes the state asks on their behalf and
// wakes only those who have it: a page tells some forty things while it loads, and most are not what anyone waits for.
//
// Guarded by the mutex of that state: every member is called under it.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include <reprise/cdp/deadline.hpp>

namespace reprise::cdp {

class Waiters {
public:
    // Who may ask whether a condition holds. `waiter` is for conditions of our callers: their code stays on their
    // thread.
    enum class AskedBy { anyone, waiter };

    // Until `ready()` holds; false: it did not before the deadline. What `ready` throws is thrown here. Once it was
    // true it is not asked again: it may take what it has found.
    template <class Ready>
    bool wait(std::unique_lock<std::mutex>& lock, Deadline deadline, Ready&& ready,
              AskedBy asked_by = AskedBy::anyone) {
        if (asked_by == AskedBy::anyone) {
            if (ready()) return true;
            Waiter waiter{.ready = std::ref(ready)};
            return block(lock, deadline, waiter) || ready();
        }
        while (!ready()) {
            Waiter waiter{.ready = [] { return true; }};
            if (!block(lock, deadline, waiter)) return ready();
        }
        return true;
    }

    // The state has changed.
    void changed();

private:
    struct Waiter {
        std::function<bool()> ready;
        std::condition_variable woken{};
        bool done{};
        std::exception_ptr error{};
    };
    bool block(std::unique_lock<std::mutex>& lock, Deadline deadline, Waiter& waiter);

    std::vector<Waiter*> waiting_;
};

}  // namespace reprise::cdp
