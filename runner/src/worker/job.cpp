#include "worker/job.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include "engine/base_url.hpp"

namespace reprise::runner {
namespace {

namespace json = boost::json;

constexpr std::size_t k_most_problems = 10;  // in one text

const json::object* filled_object(const json::object& row, std::string_view name) {
    const auto* value = row.if_contains(name);
    const auto* object = value != nullptr ? value->if_object() : nullptr;
    return object != nullptr && !object->empty() ? object : nullptr;
}

// What a recording or data would be replaced by there: variables of this worker.
void refuse_environment(const std::string& text, std::string_view what) {
    const auto at = text.find("${env:");
    if (at == std::string::npos) return;
    const auto end = std::min(text.find('}', at), at + 40);
    throw JobRefused(
        fmt::format("{} holds {}: environment variables of the worker are not given to jobs; put the "
                    "value into the job's data",
                    what, text.substr(at, end - at + 1)));
}

std::string recording_text(const Claim& claim, const JobLimits& limits) {
    if (claim.recording.empty()) throw JobRefused("the job's recording does not exist any more");
    auto document = claim.recording;
    for (const char* column : {"variable_mapping", "field_mapping"}) {
        const auto* mapping = filled_object(claim.job, column);
        if (mapping == nullptr) continue;
        for (const char* name : {"variableMapping", "field_mapping", "fieldMapping"}) document.erase(name);
        document["variable_mapping"] = *mapping;
        break;
    }
    auto text = json::serialize(document);
    if (text.size() > limits.recording_bytes) {
        throw JobRefused(fmt::format("the recording has {} bytes; this worker takes {} (--max-recording-bytes)",
                                     text.size(), limits.recording_bytes));
    }
    refuse_environment(text, "the recording");
    return text;
}

std::unique_ptr<DataSet> read_rows(const Claim& claim, const Recording& recording, const JobLimits& limits) {
    const auto* data = claim.job.if_contains("csv_data");
    if (data == nullptr || data->is_null() || (data->is_array() && data->get_array().empty())) return nullptr;
    if (data->is_array() && data->get_array().size() > limits.rows) {
        throw JobRefused(fmt::format("the job has {} rows; this worker takes {} (--max-rows)", data->get_array().size(),
                                     limits.rows));
    }
    const auto text = json::serialize(*data);
    if (text.size() > limits.data_bytes) {
        throw JobRefused(fmt::format("the job's csv_data has {} bytes; this worker takes {} (--max-data-bytes)",
                                     text.size(), limits.data_bytes));
    }
    refuse_environment(text, "csv_data");
    // Rows are known by their position: names from the data would become names of files here.
    auto not_names = secret_columns(recording);
    not_names.insert(not_names.end(), {"id", "test_id"});
    return std::make_unique<DataSet>(
        parse_data(text, DataFormat::json, "csv_data", {.secret_columns = std::move(not_names)}));
}

Settings settings_for(const Claim& claim, const Recording& recording, const JobLimits& limits) {
    auto settings = settings_of(recording);
    json::object document;
    if (const auto* own = filled_object(claim.job, "settings")) {
        document["settings"] = *own;
        for (const char* name : {"replay", "aiHealing", "ai_healing"}) {
            if (const auto* member = filled_object(*own, name)) document[name] = *member;
        }
    }
    for (const char* name : {"concurrency", "stop_on_error"}) {
        if (const auto* value = claim.job.if_contains(name)) document[name] = *value;
    }
    apply_settings(settings, document, "job");
    settings.job.timeout =
        std::min(settings.job.timeout, std::chrono::duration_cast<std::chrono::milliseconds>(limits.time));
    return settings;
}

void check_uploads(const Recording& recording) {
    for (const auto& step : recording.steps) {
        const bool file_field = step.bundle && step.bundle->input_type.value_or("") == "file";
        if (step.event != Event::upload && !file_field) continue;
        throw JobRefused(fmt::format("{} uploads a file: jobs get no files of the worker", name_of(step)));
    }
}

// All addresses that a row would be led to by the recording; where pages lead is the browser's to refuse.
void check_addresses(const PlannedTest& test, const HostRules& hosts, std::vector<std::string>& problems) {
    const BaseUrl base{test.suite->recording.starting_url, std::nullopt};
    const auto check = [&](const std::string& url, const std::string& what) {
        if (url.empty()) return;
        const auto refusal = hosts.refusal(base.apply(url));
        if (!refusal) return;
        auto text = fmt::format("{}: {}", what, *refusal);
        if (std::ranges::find(problems, text) == problems.end()) problems.push_back(std::move(text));
    };
    check(test.plan.starting_url, "starting_url");
    const auto& steps = test.suite->recording.steps;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto& plan = test.plan.steps[i];
        if (steps[i].event == Event::navigate) {
            check(plan.url.value_or(plan.value.value_or(test.plan.starting_url)), name_of(steps[i]));
        } else if (steps[i].event == Event::newtab) {
            const auto& details = std::get<TabDetails>(steps[i].details);
            check(plan.url ? *plan.url : details.url.value_or(""), name_of(steps[i]));
        }
    }
}

std::string joined(const std::vector<std::string>& problems) {
    const auto shown = std::min(problems.size(), k_most_problems);
    auto text =
        fmt::format("{}", fmt::join(problems.begin(), problems.begin() + static_cast<std::ptrdiff_t>(shown), "\n"));
    if (shown < problems.size()) text += fmt::format("\nand {} more", problems.size() - shown);
    return text;
}

std::vector<PlannedTest> plan_rows(const std::shared_ptr<Suite>& suite, const HostRules& hosts) {
    std::vector<PlannedTest> tests;
    std::vector<std::string> problems;
    const auto add = [&](const Row* row) {
        try {
            auto test = plan_test(suite, row);
            test.test.row_id = fmt::format("r{:04}", test.test.row_index + 1);
            test.test.id = suite->name + "/" + test.test.row_id;
            check_addresses(test, hosts, problems);
            tests.push_back(std::move(test));
        } catch (const DataError& error) {
            for (const auto& problem : error.problems()) problems.push_back(problem.text);
        }
    };
    if (!suite->data) add(nullptr);
    if (suite->data) {
        for (const auto& row : suite->data->rows) add(&row);
    }
    if (!problems.empty()) throw JobRefused(joined(problems));
    return tests;
}

Job read(const Claim& claim, const HostRules& hosts, const JobLimits& limits) {
    auto suite = std::make_shared<Suite>();
    suite->name = "job";
    suite->recording = parse_recording(recording_text(claim, limits), "recording");
    if (suite->recording.steps.size() > limits.steps) {
        throw JobRefused(fmt::format("the recording has {} steps; this worker takes {} (--max-steps)",
                                     suite->recording.steps.size(), limits.steps));
    }
    check_uploads(suite->recording);
    suite->data = read_rows(claim, suite->recording, limits);
    suite->settings = settings_for(claim, suite->recording, limits);
    Job job;
    auto tests = plan_rows(suite, hosts);
    job.total_rows = tests.size();
    std::erase_if(tests, [&](const auto& test) { return claim.finished_rows.contains(test.test.row_index); });
    job.tests = std::move(tests);
    job.secrets = secrets_of(suite->recording, suite->data.get());
    job.concurrency = std::clamp(suite->settings.concurrency, 1, limits.concurrency);
    job.stop_on_error = suite->settings.stop_on_error;
    if (job.concurrency < suite->settings.concurrency) {
        job.notes.push_back(fmt::format("{} rows run at a time, not {}: the worker's limit (--max-rows-at-a-time)",
                                        job.concurrency, suite->settings.concurrency));
    }
    return job;
}

}  // namespace

Job read_job(const Claim& claim, const HostRules& hosts, const JobLimits& limits) {
    try {
        return read(claim, hosts, limits);
    } catch (const DataError& error) {
        std::vector<std::string> problems;
        for (const auto& problem : error.problems()) problems.push_back(to_string(problem));
        throw JobRefused(joined(problems));
    }
}

}  // namespace reprise::runner
