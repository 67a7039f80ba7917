#include "engine/slots.hpp"

#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace reprise::runner {

void run_slots(int count, const std::function<void(int slot)>& work, const std::function<void()>& stop) {
    std::vector<std::thread> slots;
    std::exception_ptr failure;
    std::mutex mutex;
    for (int slot = 0; slot < count; ++slot) {
        slots.emplace_back([&, slot] {
            try {
                work(slot);
            } catch (...) {
                stop();
                const std::lock_guard lock{mutex};
                if (!failure) failure = std::current_exception();
            }
        });
    }
    for (auto& slot : slots) slot.join();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace reprise::runner
