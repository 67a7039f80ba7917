#include "waiters.hpp"

#include <atomic>
#include <stdexcept>
#include <thread>

#include "support/expect_throw.hpp"

namespace reprise::cdp {
namespace {

using namespace std::chrono_literals;
using testing::StrEq;

// A number that one thread counts up and others wait for.
struct Counted {
    std::mutex mutex;
    Waiters waiters;
    int number{};

    void add_one() {
        const std::lock_guard lock{mutex};
        ++number;
        waiters.changed();
    }
};

TEST(Waiters, AskBeforeTheyWait) {
    Counted counted;
    std::unique_lock lock{counted.mutex};
    EXPECT_TRUE(counted.waiters.wait(lock, Deadline::after(0ms), [] { return true; }));
    EXPECT_FALSE(counted.waiters.wait(lock, Deadline::after(1ms), [] { return false; }));
}

TEST(Waiters, AreWokenByWhoeverMakesItSoAndByNoneBefore) {
    Counted counted;
    const auto caller = std::this_thread::get_id();
    int asked_by_waiter = 0;
    std::thread counting;
    std::unique_lock lock{counted.mutex};
    const bool reached = counted.waiters.wait(lock, Deadline::never(), [&] {
        if (std::this_thread::get_id() == caller && ++asked_by_waiter == 1) {
            counting = std::thread([&] {
                for (int i = 0; i < 100; ++i) counted.add_one();
            });
        }
        return counted.number == 100;
    });
    lock.unlock();
    counting.join();
    EXPECT_TRUE(reached);
    EXPECT_EQ(asked_by_waiter, 1);
}

TEST(Waiters, TakeWhatTheyHaveFoundOnlyOnce) {
    Counted counted;
    std::thread counting;
    int taken = 0;
    std::unique_lock lock{counted.mutex};
    counting = std::thread([&] { counted.add_one(); });
    EXPECT_TRUE(counted.waiters.wait(lock, Deadline::never(), [&] {
        if (counted.number == 0) return false;
        --counted.number;
        ++taken;
        return true;
    }));
    lock.unlock();
    counting.join();
    EXPECT_EQ(taken, 1);
    EXPECT_EQ(counted.number, 0);
}

TEST(Waiters, ThrowWhatTheirConditionThrowsWhereverItWasAsked) {
    Counted counted;
    std::unique_lock lock{counted.mutex};
    std::thread counting([&] { counted.add_one(); });
    const auto ended = [&]() -> bool {
        if (counted.number > 0) throw std::runtime_error("the page was closed");
        return false;
    };
    EXPECT_THROW_MSG(counted.waiters.wait(lock, Deadline::never(), ended), std::runtime_error,
                     StrEq("the page was closed"));
    lock.unlock();
    counting.join();
}

TEST(Waiters, ConditionsOfCallersAreAskedOnTheirOwnThread) {
    Counted counted;
    const auto caller = std::this_thread::get_id();
    std::atomic<int> elsewhere{0};
    std::unique_lock lock{counted.mutex};
    std::thread counting([&] {
        for (int i = 0; i < 50; ++i) counted.add_one();
    });
    EXPECT_TRUE(counted.waiters.wait(
        lock, Deadline::never(),
        [&] {
            if (std::this_thread::get_id() != caller) ++elsewhere;
            return counted.number == 50;
        },
        Waiters::AskedBy::waiter));
    lock.unlock();
    counting.join();
    EXPECT_EQ(elsewhere, 0);
}

TEST(Waiters, OneThatIsWokenLeavesTheOthersWaiting) {
    Counted counted;
    std::thread second([&] {
        std::unique_lock lock{counted.mutex};
        EXPECT_TRUE(counted.waiters.wait(lock, Deadline::never(), [&] { return counted.number >= 2; }));
    });
    {
        std::unique_lock lock{counted.mutex};
        std::thread counting([&] { counted.add_one(); });
        EXPECT_TRUE(counted.waiters.wait(lock, Deadline::never(), [&] { return counted.number >= 1; }));
        lock.unlock();
        counting.join();
    }
    counted.add_one();
    second.join();
    EXPECT_EQ(counted.number, 2);
}

}  // namespace
}  // namespace reprise::cdp
