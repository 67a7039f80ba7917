// Brings an interrupt to what runs, also when it comes before anything does.
#pragma once

#include <functional>
#include <mutex>

namespace reprise::runner {

// Thread-safe.
class Interruption {
public:
    void happened() {
        const std::lock_guard lock{mutex_};
        happened_ = true;
        if (end_) end_();
    }
    // `end`: what ends it; empty: nothing runs any more.
    void ends(std::function<void()> end) {
        const std::lock_guard lock{mutex_};
        end_ = std::move(end);
        if (happened_ && end_) end_();
    }

private:
    std::mutex mutex_;
    std::function<void()> end_;  // guarded by mutex_
    bool happened_{};            // guarded by mutex_
};

}  // namespace reprise::runner
