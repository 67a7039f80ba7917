#include "engine/row_execution.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <reprise/locators/error.hpp>

#include "engine/step_runner.hpp"

namespace reprise::runner {
namespace {

using reporters::Status;
using std::chrono::milliseconds;

milliseconds since(cdp::Deadline::Clock::time_point start) {
    return std::chrono::duration_cast<milliseconds>(cdp::Deadline::Clock::now() - start);
}

// Why the attempt ended, from what was thrown.
Status classify(const std::exception& error, const cdp::Browser& browser, cdp::Deadline deadline, bool interrupted) {
    if (interrupted) return Status::interrupted;
    if (!browser.connected()) return Status::crashed;
    if (dynamic_cast<const cdp::TargetCrashed*>(&error) != nullptr) return Status::crashed;
    if (dynamic_cast<const cdp::LaunchError*>(&error) != nullptr) return Status::crashed;
    if (deadline.passed()) return Status::timed_out;
    return Status::failed;
}

reporters::Failure to_failure(const std::exception& error, const cdp::Browser& browser) {
    const auto* ours = dynamic_cast<const Error*>(&error);
    reporters::Failure failure{.type = ours != nullptr ? ours->type() : "Error", .message = error.what()};
    if (const auto cause = browser.end_cause(); !cause.empty() && failure.message.find(cause) == std::string::npos) {
        failure.message += "\n  " + cause;
    }
    return failure;
}

void keep_screenshot(StepRunner& runner, const AttachmentFolder& folder) {
    try {
        runner.attachments.push_back(folder.save("failure.png", "image/png", runner.page().screenshot()));
    } catch (const std::exception& error) {
        runner.notes.push_back(fmt::format("no screenshot: {}", error.what()));
    }
}

void save_heal_pictures(StepRunner& runner, const AttachmentFolder& folder) {
    for (const auto& [name, png] : runner.healer().take_pictures()) {
        try {
            runner.attachments.push_back(folder.save(name, "image/png", png));
        } catch (const std::exception& error) {
            runner.notes.push_back(fmt::format("no picture of a heal: {}", error.what()));
        }
    }
}

// Those of a context that is closed: they are whole.
void keep_films(reporters::AttemptResult& result, const std::filesystem::path& films, const AttachmentFolder& folder,
                KeepMode mode) {
    try {
        auto files = films_in(films);
        if (mode != KeepMode::on && result.status == Status::passed) files.clear();
        for (std::size_t i = 0; i < files.size(); ++i) {
            const auto name = i == 0 ? std::string("video.webm") : fmt::format("video-{}.webm", i + 1);
            result.attachments.push_back(folder.take(name, "video/webm", files[i]));
        }
        std::filesystem::remove_all(films);
    } catch (const std::exception& error) {
        result.notes.push_back(fmt::format("no video: {}", error.what()));
    }
}

void note_dialogs(StepRunner& runner) {
    for (const auto& dialog : runner.page().target().dialogs()) {
        if (dialog.expected) continue;
        runner.notes.push_back(
            fmt::format("{} \"{}\" was {}: no dialog step expected it", dialog.type, dialog.message,
                        dialog.answer.action == cdp::DialogAction::accept ? "accepted" : "dismissed"));
    }
}

}  // namespace

bool downloads(const Recording& recording) {
    return std::ranges::any_of(recording.steps, [](const Step& step) { return step.event == Event::download; });
}

PreparedPage prepare_page(const cdp::Browser& browser, const PageNeeds& needs) {
    locators::ContextOptions options;
    if (!needs.downloads.empty()) {
        std::filesystem::create_directories(needs.downloads);
        options.downloads_folder = std::filesystem::absolute(needs.downloads);
    }
    if (!needs.films.empty()) options.record_video = locators::RecordVideo{.folder = needs.films};
    auto context = locators::new_context(browser, options);
    auto page = locators::Page::open(context);
    page.target().await_ready(cdp::Deadline::after(page.options().timeout));
    return {browser, std::move(context), std::move(page), needs.films};
}

reporters::AttemptResult run_attempt(const PlannedTest& test, const PreparedPage& prepared,
                                     const AttemptOptions& options) {
    const auto& settings = test.suite->settings;
    const auto start = cdp::Deadline::Clock::now();
    const auto deadline = cdp::Deadline::after(settings.job.timeout);
    reporters::AttemptResult result{.attempt = options.attempt,
                                    .status = Status::passed,
                                    .started_at = std::chrono::system_clock::now(),
                                    .worker = options.worker};
    const AttachmentFolder folder{options.output, fmt::format("attachments/{}/", test.test.id),
                                  fmt::format("a{}-", options.attempt)};
    const locators::PageOptions page_options{.timeout = settings.replay.wait_timeout,
                                             .expect_timeout = settings.replay.wait_timeout};
    StepRunner runner{test,
                      prepared.context,
                      locators::Page{prepared.context, prepared.page.target(), page_options},
                      BaseUrl{test.suite->recording.starting_url, options.base_url},
                      folder,
                      deadline,
                      *options.memory};
    std::optional<int> failed_step;
    std::string failed_label;
    try {
        runner.open_starting_page();
        const auto& steps = test.suite->recording.steps;
        for (std::size_t index = 0; index < steps.size(); ++index) {
            if (options.interrupted()) throw Error("interrupted");
            if (deadline.passed()) {
                throw cdp::TimeoutError(fmt::format("the row did not end within {} ms", settings.job.timeout.count()));
            }
            reporters::StepResult step{.step_number = steps[index].number,
                                       .label = steps[index].label,
                                       .event = std::string(to_string(steps[index].event))};
            const auto step_start = cdp::Deadline::Clock::now();
            const auto finish = [&] {
                step.duration = since(step_start);
                options.on_step(step);
                result.steps.push_back(step);
            };
            try {
                runner.run(index, step);
            } catch (const std::exception& error) {
                step.error = error.what();
                step.healing_attempted = runner.healer().attempted();
                failed_step = step.step_number;
                failed_label = step.label;
                finish();
                throw;
            }
            step.success = true;
            finish();
        }
    } catch (const std::exception& error) {
        result.status = classify(error, prepared.browser, deadline, options.interrupted());
        result.failure = to_failure(error, prepared.browser);
        result.failure->step_number = failed_step;
        result.failure->step_label = failed_label;
        if (settings.job.screenshot_on_error && result.status != Status::crashed &&
            result.status != Status::interrupted) {
            keep_screenshot(runner, folder);
        }
    }
    save_heal_pictures(runner, folder);
    runner.healer().row_ended(result.status == Status::passed);
    result.healing = runner.healer().take_logs();
    note_dialogs(runner);
    result.attachments = std::move(runner.attachments);
    result.extracted_data = std::move(runner.extracted);
    result.notes = std::move(runner.notes);
    try {
        prepared.context.close();
    } catch (const std::exception& error) {  // a film that could not be written is not the row's fault
        result.notes.emplace_back(error.what());
    }
    if (!prepared.films.empty()) keep_films(result, prepared.films, folder, options.video);
    result.duration = since(start);
    return result;
}

}  // namespace reprise::runner
