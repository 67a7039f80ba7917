#include "engine/earlier_run.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include <reprise/reporters/redactor.hpp>
#include <reprise/runner/data_error.hpp>

namespace reprise::runner {
namespace {

namespace fs = std::filesystem;
using reporters::Outcome;
using reporters::TestCase;

std::string rows(std::size_t number) {
    return fmt::format("{} row{}", number, number == 1 ? "" : "s");
}

// As it would stand in the journal now.
bool same_data(const TestCase& recorded, TestCase now, const reporters::Redactor& redactor) {
    for (auto& [column, value] : now.row_data) value = redactor.redact(value);
    return recorded.row_data == now.row_data && recorded.total_steps == now.total_steps;
}

bool has_finished(Outcome outcome) {
    return outcome == Outcome::passed || outcome == Outcome::flaky || outcome == Outcome::failed;
}

}  // namespace

fs::path earlier_run_folder(const fs::path& output) {
    if (output != k_default_output) return output;
    std::error_code none;
    const auto target = fs::read_symlink(output / "latest", none);
    return none ? output / "latest" : output / target;
}

reporters::JournalView read_earlier_journal(const fs::path& file, const std::string& wanted_by) {
    std::error_code ignored;
    if (!fs::exists(file, ignored)) {
        throw DataError(
            Problem{.file = file.generic_string(),
                    .text = fmt::format("is not there: {} needs the journal of an earlier run", wanted_by)});
    }
    try {
        return reporters::JournalView{file};
    } catch (const std::exception& error) {
        throw DataError(Problem{.text = fmt::format("{}: {}", wanted_by, error.what())});
    }
}

std::set<std::string> unsuccessful_rows(const reporters::JournalView& journal) {
    std::set<std::string> ids;
    journal.for_each_test([&](const reporters::TestResult& result) {
        if (result.outcome == Outcome::failed || result.outcome == Outcome::interrupted) ids.insert(result.test.id);
    });
    for (const auto& test : journal.unfinished()) ids.insert(test.id);
    return ids;
}

Resumption resume_run(const fs::path& folder, Selection& selection) {
    Resumption resumption{
        .folder = folder, .journal = read_earlier_journal(folder / "journal.jsonl", "--resume"), .kept = {}};
    reporters::Redactor redactor;
    for (const auto& secret : selection.secrets) redactor.add(secret);
    std::map<std::string, const TestCase*> selected;
    for (const auto& planned : selection.tests) selected.emplace(planned.test.id, &planned.test);
    std::size_t changed = 0;
    std::size_t foreign = 0;
    resumption.journal.for_each_test([&](const reporters::TestResult& result) {
        const auto now = selected.find(result.test.id);
        if (now == selected.end()) {
            ++foreign;
            resumption.kept.insert(result.test.id);
        } else if (has_finished(result.outcome)) {
            if (same_data(result.test, *now->second, redactor)) {
                resumption.kept.insert(result.test.id);
            } else {
                ++changed;
            }
        }
    });
    std::erase_if(selection.tests,
                  [&](const PlannedTest& planned) { return resumption.kept.contains(planned.test.id); });
    if (changed > 0) {
        selection.warnings.push_back(fmt::format("{} had finished, but {} run again: data or steps have changed since",
                                                 rows(changed), changed == 1 ? "was" : "were"));
    }
    if (foreign > 0) {
        selection.warnings.push_back(
            fmt::format("{} of the run that was continued {} not selected now; the results stay in the reports",
                        rows(foreign), foreign == 1 ? "is" : "are"));
    }
    return resumption;
}

}  // namespace reprise::runner
