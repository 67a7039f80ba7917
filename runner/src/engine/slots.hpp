// Threads that work side by side until there is nothing left to do.
#pragma once

#include <functional>

namespace reprise::runner {

// Calls work(slot) on a thread for each slot, 0 to count - 1, and returns when all have ended. What one of them throws
// is thrown on, the first of several; `stop` is called at once then, so that the others end: the journal could not be
// written, or it is a defect, and nothing that runs on could be kept.
void run_slots(int count, const std::function<void(int slot)>& work, const std::function<void()>& stop);

}  // namespace reprise::runner
