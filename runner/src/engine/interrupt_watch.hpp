// Turns SIGINT, SIGTERM and SIGHUP into one call while it lives; a second signal ends the process as usual.
//
// Make it before the threads that must not receive the signals: they are blocked from then on.
#pragma once

#include <functional>
#include <thread>

namespace reprise::runner {

class InterruptWatch {
public:
    explicit InterruptWatch(std::function<void(int signal)> on_interrupt);
    InterruptWatch(const InterruptWatch&) = delete;
    InterruptWatch& operator=(const InterruptWatch&) = delete;
    ~InterruptWatch();

private:
    int signals_{-1};
    int stop_{-1};
    std::thread thread_;
};

}  // namespace reprise::runner
