// The words that stand for enumerators in the journal and in reports.
//
// Thread contract: pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include <reprise/reporters/event.hpp>

namespace reprise::reporters {

inline constexpr std::array<std::string_view, 6> k_status_names{"passed",  "failed",      "timed_out",
                                                                "crashed", "interrupted", "skipped"};
inline constexpr std::array<std::string_view, 5> k_outcome_names{"passed", "failed", "flaky", "skipped", "interrupted"};
inline constexpr std::array<std::string_view, 3> k_run_status_names{"passed", "failed", "interrupted"};

inline std::string_view name_of(Status status) {
    return k_status_names.at(static_cast<std::size_t>(status));
}
inline std::string_view name_of(Outcome outcome) {
    return k_outcome_names.at(static_cast<std::size_t>(outcome));
}
inline std::string_view name_of(RunStatus status) {
    return k_run_status_names.at(static_cast<std::size_t>(status));
}

}  // namespace reprise::reporters
