// The controlled clock of a context: its name in the pages, and how many operations they have been told.
#pragma once

#include <mutex>
#include <string>

namespace reprise::locators {

struct ClockState {
    std::mutex mutex;  // operations reach the pages one after the other
    std::string key;   // a name that no page can guess; empty: not installed. Guarded by mutex
    int operations{};  // guarded by mutex
    // What time it is, as documents to come will work it out. Guarded by mutex.
    double origin{};  // ms since the epoch at tick 0
    double ticks{};   // ms that have passed on the clock
    double wall{};    // the real time at which `ticks` was right
    bool flows{true};
};

}  // namespace reprise::locators
