// What is wrong with a recording, a data file or settings, and where.
//
// Plain values; thread-safe as such.
#pragma once

#include <string>
#include <vector>

#include <reprise/cdp/error.hpp>

namespace reprise::runner {

enum class Severity { error, warning };

// One finding. `text` reads: the step or row, the member as written, what it is, what was expected.
struct Problem {
    Severity severity{Severity::error};
    std::string file{};
    int line{};    // from 1; 0: the finding has no place in the file
    int column{};  // from 1, in characters
    std::string text{};
    std::string excerpt{};  // the offending line and a caret below it; empty: the text says enough
};

// "checkout.json:12:5: step 2 "Email": …", followed by the excerpt if there is one. Warnings say "warning: ".
std::string to_string(const Problem& problem);

// A recording, a data file or settings cannot be used. `what()` holds every problem, one per line, in file order.
class DataError : public Error {
public:
    explicit DataError(Problem problem);
    explicit DataError(std::vector<Problem> problems);  // at least one
    const char* type() const noexcept override { return "DataError"; }

    const std::vector<Problem>& problems() const noexcept { return problems_; }
    // Of the first problem.
    const std::string& file() const noexcept { return problems_.front().file; }
    int line() const noexcept { return problems_.front().line; }
    int column() const noexcept { return problems_.front().column; }
    const std::string& text() const noexcept { return problems_.front().text; }

private:
    std::vector<Problem> problems_;
};

}  // namespace reprise::runner
