#include <reprise/runner/row_tests.hpp>

#include <optional>
#include <string>

#include <fmt/format.h>

#include "engine/row_runner.hpp"
#include "engine/selection.hpp"
#include "healing/memory.hpp"

namespace reprise::runner {

struct RowTests::State {
    Selection selection;
    std::vector<reporters::TestCase> tests;
    std::vector<Problem> problems;
    std::filesystem::path history;
    std::unique_ptr<HealingMemory> memory;  // made for the first row that runs

    // Why nothing can be remembered there; none: it can.
    std::optional<std::string> remember_in(const std::filesystem::path& folder) {
        if (memory && history == folder) return std::nullopt;
        history = folder;
        std::optional<std::string> problem;
        std::shared_ptr<History> opened;
        try {
            if (!folder.empty()) opened = std::make_shared<History>(folder);
        } catch (const std::exception& error) {
            problem = fmt::format("nothing is remembered of this run: {}", error.what());
        }
        memory = std::make_unique<HealingMemory>(std::move(opened));
        return problem;
    }
};

RowTests::RowTests(const RunOptions& options) : state_{std::make_unique<State>()} {
    try {
        state_->selection = select_tests(options, &state_->problems);
    } catch (const DataError& error) {
        state_->problems.insert(state_->problems.end(), error.problems().begin(), error.problems().end());
    } catch (const std::exception& error) {
        state_->problems.push_back({.text = error.what()});
    }
    for (const auto& planned : state_->selection.tests) state_->tests.push_back(planned.test);
}

RowTests::~RowTests() = default;
RowTests::RowTests(RowTests&&) noexcept = default;
RowTests& RowTests::operator=(RowTests&&) noexcept = default;

const std::vector<reporters::TestCase>& RowTests::tests() const {
    return state_->tests;
}

const std::vector<Problem>& RowTests::problems() const {
    return state_->problems;
}

const std::vector<std::string>& RowTests::secrets() const {
    return state_->selection.secrets;
}

reporters::TestResult RowTests::run(std::size_t index, reporters::EventStream& events,
                                    const Surroundings& surroundings) {
    auto planned = state_->selection.tests.at(index);
    if (!surroundings.id.empty()) planned.test.id = surroundings.id;
    const auto forgotten = state_->remember_in(surroundings.history);
    const RowRunner rows{events,
                         {.output = surroundings.output,
                          .base_url = surroundings.base_url,
                          .memory = state_->memory.get(),
                          .video = surroundings.video,
                          .browser = [&](int) { return surroundings.browser(); },
                          .interrupted = [] { return false; }}};
    auto result = rows.run(planned, 0);
    if (forgotten) result.attempts.back().notes.push_back(*forgotten);
    if (auto problem = state_->memory->take_problem()) result.attempts.back().notes.push_back(std::move(*problem));
    return result;
}

}  // namespace reprise::runner
