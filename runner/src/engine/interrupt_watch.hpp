// Turns SIGINT, SIGTERM and SIGHUP into calls while it lives: the first `most`; a further signal ends the process as
// usual.
//
// Make it before the threads that must not receive the signals: they are blocked from then on.
#pragma once

#include <functional>
#include <thread>

namespace reprise::runner {

class InterruptWatch {
public:
    explicit InterruptWatch(std::function<void(int signal)> on_interrupt, int most = 1);
    InterruptWatch(const InterruptWatch&) = delete;
    InterruptWatch& operator=(const InterruptWatch&) = delete;
    ~InterruptWatch();

private:
    int signals_{-1};
    int stop_{-1};
    std::thread thread_;
};

}  // namespace reprise::runner
