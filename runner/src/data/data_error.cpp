#include <reprise/runner/data_error.hpp>

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace reprise::runner {
namespace {

std::vector<Problem> in_file_order(std::vector<Problem> problems) {
    if (problems.empty()) throw UsageError("DataError: made without a problem");
    std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
        return std::tie(a.line, a.column) < std::tie(b.line, b.column);
    });
    return problems;
}

std::string join(const std::vector<Problem>& problems) {
    std::string text;
    for (const Problem& problem : problems) text += (text.empty() ? "" : "\n") + to_string(problem);
    return text;
}

}  // namespace

std::string to_string(const Problem& problem) {
    std::string text = problem.file;
    if (problem.line > 0) text += fmt::format(":{}:{}", problem.line, problem.column);
    if (!text.empty()) text += ": ";
    if (problem.severity == Severity::warning) text += "warning: ";
    text += problem.text;
    if (!problem.excerpt.empty()) text += "\n" + problem.excerpt;
    return text;
}

DataError::DataError(Problem problem) : DataError(std::vector{std::move(problem)}) {}

// The base class is built from the sorted list, so both are sorted: the cost is nothing beside a failed run.
DataError::DataError(std::vector<Problem> problems)
    : Error(join(in_file_order(problems))), problems_{in_file_order(std::move(problems))} {}

}  // namespace reprise::runner
