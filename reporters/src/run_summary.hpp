// The end of every live report: rows that did not simply pass, counts, duration, and where things lie.
//
// Thread contract: one thread at a time.
#pragma once

#include <string>
#include <vector>

#include <reprise/reporters/event.hpp>

#include "terminal.hpp"

namespace reprise::reporters {

// What a user needs in order to look into a row; far smaller than its result.
struct Problem {
    Outcome outcome{};
    std::string headline;                  // "login/r0002  data/users.csv:3  step 4 "Save""
    std::string error;                     // first line
    std::vector<std::string> attachments;  // paths
};

// Of a failed, flaky or interrupted row.
Problem problem_of(const TestResult& result, const std::string& output_folder);

class RunSummary {
public:
    void note(const TestResult& result, const std::string& output_folder);
    void print(Terminal& terminal, const RunInfo& info, const RunResult& result) const;

private:
    void print_problems(Terminal& terminal, Outcome outcome) const;

    std::vector<Problem> problems_;
    std::string noun_{"row"};  // of what ran
};

}  // namespace reprise::reporters
