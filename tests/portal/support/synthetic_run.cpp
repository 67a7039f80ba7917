#include "portal/support/synthetic_run.hpp"

#include <boost/json/array.hpp>

namespace reprise::tests {

namespace json = boost::json;
using namespace reporters;
using std::chrono::milliseconds;

namespace {

const WallTime k_start = std::chrono::sys_days{std::chrono::year{2026} / 1 / 2} + std::chrono::hours{3};

StepResult step_of(int row, int number, bool success) {
    return {.step_number = number + 1,
            .label = fmt::format("Field {}", number),
            .event = number == 0 ? "navigate" : "click",
            .success = success,
            .duration = milliseconds{20 + row % 7},
            .strategy = "data-testid",
            .message = success ? "Element found by data-testid, 7 of 7 clues agree" : "",
            .error = success ? "" : "TimeoutError: element still disabled after 5000 ms\n  call log"};
}

}  // namespace

TestCase SyntheticRun::test(int row) const {
    return {.id = fmt::format("{}/r{:04}", suite, row + 1),
            .suite = suite,
            .row_id = fmt::format("r{:04}", row + 1),
            .ordinal = static_cast<std::size_t>(row),
            .recording_path = "recordings/" + suite + ".json",
            .recording_name = "Order",
            .data_path = "data/" + suite + ".csv",
            .data_line = row + 2,
            .row_index = row,
            .row_data = {{"name", fmt::format("Ada {}", row)}, {"city", "Zürich"}},
            .total_steps = static_cast<std::size_t>(steps)};
}

TestResult SyntheticRun::result(int row) const {
    const bool failed = fails(row);
    const bool ended_by_user = interrupted && row == rows - 1;
    AttemptResult attempt{.attempt = 1,
                          .status = ended_by_user ? Status::interrupted
                                    : failed      ? Status::failed
                                                  : Status::passed,
                          .started_at = k_start + milliseconds{100 * row},
                          .duration = milliseconds{90},
                          .worker = row % 2};
    for (int step = 0; step < steps; ++step) {
        const bool last = step == steps - 1;
        attempt.steps.push_back(step_of(row, step, !(failed && last)));
    }
    if (failed) {
        attempt.failure = Failure{.type = "TimeoutError",
                                  .message = "element still disabled after 5000 ms\n  call log",
                                  .step_number = steps,
                                  .step_label = fmt::format("Field {}", steps - 1)};
        attempt.attachments.push_back(
            {.name = "failure.png", .content_type = "image/png", .path = "attachments/failure.png"});
    }
    if (row == 1) {
        attempt.healing.push_back({.step_number = 2,
                                   .step_label = "Field 1",
                                   .method = "structural",
                                   .confidence = 91.4,
                                   .original_selector = "#save",
                                   .healed_selector = "#store",
                                   .element = "<button id=\"store\">Save</button>",
                                   .page_url = "https://shop.test/order",
                                   .page_title = "Order",
                                   .applied = true,
                                   .success = true});
    }
    attempt.extracted_data = {{"number", fmt::format("{}", 1000 + row)}};
    return {.test = test(row),
            .outcome = ended_by_user ? Outcome::interrupted
                       : failed      ? Outcome::failed
                                     : Outcome::passed,
            .attempts = {attempt}};
}

supabase::PublishedSuite SyntheticRun::published() const {
    supabase::PublishedSuite published{.name = suite,
                                       .recording_name = "Order",
                                       .recording_path = "recordings/" + suite + ".json",
                                       .settings = {{"headless", true}, {"timeout", 30000}}};
    json::object document{{"name", "Order"},
                          {"startingUrl", "https://shop.test/"},
                          {"steps", json::parse(R"([{"stepNumber": 1, "event": "navigate"},
                                                    {"stepNumber": 2, "event": "click", "label": "Save"}])")},
                          {"variables", json::object{{"name", {{"label", "Name"}}}}}};
    if (!recording_id.empty()) document["id"] = recording_id;
    if (!user_id.empty()) document["user_id"] = user_id;
    published.recording = std::move(document);
    for (int row = 0; row < rows; ++row) published.rows.push_back(test(row));
    return published;
}

void SyntheticRun::play(EventStream& events, const std::filesystem::path& folder) const {
    events.run_started({.run_id = run_id,
                        .started_at = k_start,
                        .total_tests = static_cast<std::size_t>(rows),
                        .workers = 2,
                        .output_folder = folder.generic_string()});
    for (int row = 0; row < rows; ++row) {
        if (before_row) before_row(row);
        const auto whole = result(row);
        events.test_started(whole.test, row % 2);
        for (const auto& step : whole.attempts.front().steps) events.step_finished(whole.test, step);
        events.attempt_finished(whole.test, whole.attempts.front());
        events.test_finished(whole);
    }
    events.run_finished(interrupted, {});
}

supabase::PublishReport SyntheticRun::publish(const std::filesystem::path& folder, const supabase::Settings& settings,
                                              const supabase::PublishOptions& options) const {
    EventStream events{std::make_shared<Journal>(folder / "journal.jsonl")};
    const auto publisher =
        std::make_shared<supabase::Publisher>(settings, folder, std::vector{published()}, events.redactor(), options);
    events.add(publisher);
    play(events, folder);
    return publisher->finish();
}

void SyntheticRun::journal(const std::filesystem::path& folder) const {
    EventStream events{std::make_shared<Journal>(folder / "journal.jsonl")};
    play(events, folder);
}

}  // namespace reprise::tests
