// Counts rows by outcome.
#pragma once

#include <reprise/reporters/event.hpp>

namespace reprise::reporters {

inline void count(Counts& counts, Outcome outcome) {
    ++counts.total;
    switch (outcome) {
        case Outcome::passed:
            ++counts.passed;
            break;
        case Outcome::failed:
            ++counts.failed;
            break;
        case Outcome::flaky:
            ++counts.flaky;
            break;
        case Outcome::skipped:
            ++counts.skipped;
            break;
        case Outcome::interrupted:
            ++counts.interrupted;
            break;
    }
}

}  // namespace reprise::reporters
