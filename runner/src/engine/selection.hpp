// Which rows of which recordings are to be run: reading them, naming them, filtering them. No browser.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include <reprise/reporters/event.hpp>
#include <reprise/runner/data_source.hpp>
#include <reprise/runner/recording.hpp>
#include <reprise/runner/run.hpp>
#include <reprise/runner/settings.hpp>
#include <reprise/runner/variable_mapping.hpp>

namespace reprise::runner {

// A recording with its data, read once and shared by its rows.
struct Suite {
    std::string name;  // stable: the path without folder of invocation and extension
    Recording recording;
    std::unique_ptr<DataSet> data;  // null: runs once, on its own values
    Settings settings;
};

// One row to run.
struct PlannedTest {
    std::shared_ptr<const Suite> suite;
    const Row* row{};  // null: no data
    reporters::TestCase test;
    RowPlan plan;
};

template <class Test>
struct SelectionOf {
    std::vector<Test> tests;  // each with its TestCase as `test`
    std::size_t before_filters{};
    std::string why_empty{};  // when there are no tests
    bool empty_shard{};       // others have some: nothing is wrong
    std::vector<std::string> secrets;
    std::vector<std::string> warnings;
};
using Selection = SelectionOf<PlannedTest>;

// One row of the suite's data; null: the recording on its own values. Throws DataError.
PlannedTest plan_test(const std::shared_ptr<Suite>& suite, const Row* row);
// Throws DataError with all that is wrong: the browser has not been started by then. With `problems`, what is wrong
// with recordings, data and rows goes there, and the rest is selected.
Selection select_tests(const RunOptions& options, std::vector<Problem>* problems = nullptr);
// --grep as an expression; none: all are taken. Throws DataError when it is none.
std::optional<std::regex> grep_of(const RunOptions& options);
std::vector<Problem> check_all(const RunOptions& options);

}  // namespace reprise::runner
