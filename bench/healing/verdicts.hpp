// What a row's outcome means: the program's report held against what the page saw.
#pragma once

#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "replay_rows.hpp"
#include "replay_server.hpp"

namespace reprise::bench {

enum class Verdict {
    right,       // pressed the element
    wrong,       // pressed, or healed to, another one
    refused,     // said that it is not there
    stuck,       // found something, and could not press it
    unmeasured,  // the page could not be brought into the state that was asked about
};
std::string_view to_string(Verdict verdict);

struct Judgement {
    Verdict verdict{Verdict::unmeasured};
    bool healed{};                       // by comparison, not by the recorded clues
    std::optional<double> confidence{};  // of the comparison, 0-1, when there was one
    bool best_right{};                   // was its nearest element the right one
    int heals{};                         // in all steps
    double step_ms{};                    // of the step about the element
    std::string reason{};                // what was pressed, or why not
};

// `test`: the row's entry in report.json; null when the report has none.
Judgement judge(const Row& row, const Seen& seen, const boost::json::object* test);

}  // namespace reprise::bench
