#include "engine/row_runner.hpp"

#include <unistd.h>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>

namespace reprise::runner {
namespace {

using reporters::Outcome;
using reporters::Status;

// A row whose browser died is tried once more in a new one, whatever the retries say: it is not the row's fault.
constexpr int k_retries_after_crash = 1;

Outcome outcome_of(const reporters::TestResult& result) {
    const auto status = result.attempts.back().status;
    if (status == Status::passed) return result.attempts.size() > 1 ? Outcome::flaky : Outcome::passed;
    return status == Status::interrupted ? Outcome::interrupted : Outcome::failed;
}

// Several processes, and several runners in each, may have one output folder.
std::filesystem::path films_folder(const RowRunOptions& options) {
    static std::atomic<int> runners{0};
    if (options.video == KeepMode::off) return {};
    return options.output / ".video" / fmt::format("{}-{}", ::getpid(), ++runners);
}

}  // namespace

RowRunner::RowRunner(reporters::EventStream& events, RowRunOptions options)
    : events_{events}, options_{std::move(options)}, films_{films_folder(options_)} {
    std::error_code ignored;
    if (!films_.empty()) std::filesystem::remove_all(films_, ignored);  // of a killed process with the same number
}

RowRunner::~RowRunner() {
    if (films_.empty()) return;
    std::error_code ignored;
    std::filesystem::remove_all(films_, ignored);
    std::filesystem::remove(films_.parent_path(), ignored);  // unless others have theirs there
}

PreparedPage RowRunner::prepare(int slot) const {
    return prepare(slot, {});
}

PreparedPage RowRunner::prepare(int slot, const std::filesystem::path& downloads) const {
    PageNeeds needs{.downloads = downloads};
    if (!films_.empty()) needs.films = films_ / std::to_string(++films_begun_);
    return prepare_page(options_.browser(slot), needs);
}

reporters::TestResult RowRunner::run(const PlannedTest& test, int slot, std::optional<PreparedPage> prepared) const {
    reporters::TestResult result{.test = test.test};
    int retries = test.suite->settings.job.retry_count;
    int crash_retries = k_retries_after_crash;
    while (true) {
        auto attempted = attempt(test, slot, static_cast<int>(result.attempts.size()) + 1, prepared);
        events_.attempt_finished(test.test, attempted);
        const auto status = attempted.status;
        result.attempts.push_back(std::move(attempted));
        if (status == Status::passed || status == Status::interrupted || options_.interrupted()) break;
        if (status == Status::crashed && crash_retries > 0) {
            --crash_retries;
            continue;
        }
        if (retries <= 0) break;
        --retries;
    }
    result.outcome = outcome_of(result);
    return result;
}

reporters::AttemptResult RowRunner::attempt(const PlannedTest& test, int slot, int number,
                                            std::optional<PreparedPage>& prepared) const {
    const auto downloads_folder = options_.output / "attachments" / test.test.id / "downloads";
    try {
        if (downloads(test.suite->recording)) prepared = prepare(slot, downloads_folder);
        if (!prepared || !prepared->browser.connected()) prepared = prepare(slot);
    } catch (const Error& error) {
        return {.attempt = number,
                .status = options_.interrupted() ? Status::interrupted : Status::crashed,
                .started_at = std::chrono::system_clock::now(),
                .worker = slot,
                .failure = reporters::Failure{.type = error.type(), .message = error.what()}};
    }
    const auto page = std::move(*prepared);
    prepared.reset();
    return run_attempt(test, page,
                       {.output = options_.output,
                        .base_url = options_.base_url,
                        .attempt = number,
                        .worker = slot,
                        .memory = options_.memory,
                        .video = options_.video,
                        .interrupted = options_.interrupted,
                        .on_step = [&](const reporters::StepResult& step) { events_.step_finished(test.test, step); }});
}

}  // namespace reprise::runner
