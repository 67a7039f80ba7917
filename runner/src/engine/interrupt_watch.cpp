#include "engine/interrupt_watch.hpp"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cstdint>

namespace reprise::runner {
namespace {

sigset_t watched() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
    return set;
}

}  // namespace

InterruptWatch::InterruptWatch(std::function<void(int)> on_interrupt, int most) {
    const auto set = watched();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    signals_ = ::signalfd(-1, &set, SFD_CLOEXEC);
    stop_ = ::eventfd(0, EFD_CLOEXEC);
    thread_ = std::thread([this, on_interrupt = std::move(on_interrupt), left = most]() mutable {
        pollfd waiting[2] = {{signals_, POLLIN, 0}, {stop_, POLLIN, 0}};
        while (::poll(waiting, 2, -1) >= 0 && waiting[1].revents == 0) {
            signalfd_siginfo info{};
            if (::read(signals_, &info, sizeof info) != sizeof info) continue;
            // The one after the last is nobody's to stop.
            const auto all = watched();
            if (--left == 0) ::pthread_sigmask(SIG_UNBLOCK, &all, nullptr);
            on_interrupt(static_cast<int>(info.ssi_signo));
        }
    });
}

InterruptWatch::~InterruptWatch() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(stop_, &one, sizeof one);
    thread_.join();
    ::close(signals_);
    ::close(stop_);
    const auto set = watched();
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace reprise::runner
