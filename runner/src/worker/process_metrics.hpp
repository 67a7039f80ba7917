// What the worker costs the machine, read from /proc.
#pragma once

#include <cstdint>

namespace reprise::runner {

// One thread at a time.
class ProcessMetrics {
public:
    struct Reading {
        double cpu_percent{};  // of the whole machine, since the reading before; 0 at first
        double memory_mb{};    // resident, of this process and all that it has started
        int browsers{};
    };
    Reading read();

private:
    std::uint64_t busy_before_{}, total_before_{};
};

}  // namespace reprise::runner
