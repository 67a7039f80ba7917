// The controlled clock of a context: its name in the pages, and how many operations they have been told.
#pragma once

#include <mutex>
#include <string>

namespace reprise::locators {

struct ClockState {
    std::mutex mutex;  // operations reach the pages one after the other
    std::string key;   // a name that no page can guess; empty: not installed. Guarded by mutex
    int operations{};  // guarded by mutex
};

}  // namespace reprise::locators
