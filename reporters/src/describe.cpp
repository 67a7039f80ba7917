#include "describe.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "names.hpp"

namespace reprise::reporters {

namespace fs = std::filesystem;

std::string place_of(const TestCase& test) {
    if (!test.data_path.empty()) return fmt::format("{}:{}", test.data_path, test.data_line);
    if (!test.recording_path.empty()) return test.recording_path;
    return test.source_path.empty() ? "" : fmt::format("{}:{}", test.source_path, test.source_line);
}

std::string step_of(const Failure& failure) {
    return failure.step_number ? fmt::format("step {} \"{}\"", *failure.step_number, failure.step_label) : "";
}

std::string_view first_line(std::string_view text) {
    return text.substr(0, text.find_first_of("\r\n"));
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

Milliseconds duration_of(const TestResult& result) {
    Milliseconds sum{0};
    for (const auto& attempt : result.attempts) sum += std::max(attempt.duration, Milliseconds{0});
    return sum;
}

int healed_steps(const TestResult& result) {
    if (result.attempts.empty()) return 0;
    const auto& steps = result.attempts.back().steps;
    return static_cast<int>(
        std::count_if(steps.begin(), steps.end(), [](const StepResult& step) { return step.healing_success; }));
}

Failure failure_of(const AttemptResult& attempt) {
    if (attempt.failure) return *attempt.failure;
    return {.type = std::string(name_of(attempt.status)),
            .message = fmt::format("attempt {} ended as {}", attempt.attempt, name_of(attempt.status))};
}

TestResult unfinished_result(const TestCase& test, const RunInfo& info) {
    AttemptResult attempt{.status = Status::interrupted, .started_at = info.started_at};
    attempt.failure = Failure{.type = "Unfinished", .message = "the run ended before this row finished"};
    return {.test = test, .outcome = Outcome::interrupted, .attempts = {attempt}};
}

std::string attachment_path(const fs::path& output_folder, const Attachment& attachment) {
    const fs::path file = (output_folder / attachment.path).lexically_normal();
    if (file.is_relative()) return file.generic_string();
    std::error_code ignored;
    const fs::path below = file.lexically_relative(fs::current_path(ignored));
    const bool outside = below.empty() || *below.begin() == "..";
    return (outside ? file : below).generic_string();
}

}  // namespace reprise::reporters
