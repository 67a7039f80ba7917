#include "cli/jobs_create.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/runner/data_source.hpp>
#include <reprise/runner/recording.hpp>
#include <reprise/runner/settings.hpp>
#include <reprise/runner/variable_mapping.hpp>

#include "cli/recordings_command.hpp"
#include "recording/members.hpp"
#include "worker/job.hpp"

namespace reprise::runner {
namespace {

namespace json = boost::json;

struct Source {
    Recording recording;
    std::string id;  // in the portal; empty: a file
};

Source find_recording(Portal& portal, const std::string& what) {
    if (std::filesystem::exists(what)) return {read_recording(what), {}};
    if (reporters::supabase::is_uuid(what)) return {recording_of(portal.get(Entity::recording, what)), what};
    throw std::invalid_argument(
        fmt::format("\"{}\" is neither a file nor the id of a recording: see reprise recordings list", what));
}

json::object mapping_of(const JobsOptions& options, const Recording& recording) {
    json::object mapping;
    for (const auto& text : options.maps) {
        const auto at = text.find('=');
        if (at == std::string::npos || at == 0 || at + 1 == text.size()) {
            throw std::invalid_argument(
                fmt::format("--map \"{}\": expected COLUMN=LABEL, such as --map mail=\"Email Address\"", text));
        }
        mapping[text.substr(0, at)] = text.substr(at + 1);
    }
    if (!mapping.empty()) return mapping;
    for (const auto& [column, label] : recording.field_mapping) mapping[column] = label;
    for (const auto& [from, to] : recording.variable_mapping) mapping[from] = to;
    return mapping;
}

// The recording with the job's mapping in place of its own.
Recording with_mapping(const Recording& recording, const json::object& mapping) {
    auto document = recording.source->as_object();
    for (const char* name : {"variableMapping", "variable_mapping", "fieldMapping", "field_mapping"}) {
        document.erase(name);
    }
    if (!mapping.empty()) document["variable_mapping"] = mapping;
    return parse_recording(json::serialize(document), recording.path);
}

std::vector<Problem> problems_of(const Recording& recording, const DataSet* data) {
    auto problems = validate(recording);
    if (data == nullptr) return problems;
    const auto found = validate(recording, *data);
    problems.insert(problems.end(), found.begin(), found.end());
    for (const auto& row : data->rows) {
        try {
            plan_row(recording, data, &row);
        } catch (const DataError& error) {
            problems.insert(problems.end(), error.problems().begin(), error.problems().end());
        }
    }
    return problems;
}

json::array rows_of(const DataSet& data) {
    json::array rows;
    for (const auto& row : data.rows) {
        json::object cells;
        for (std::size_t i = 0; i < data.columns.size(); ++i) {
            if (row.values[i]) cells[data.columns[i]] = *row.values[i];
        }
        rows.push_back(std::move(cells));
    }
    return rows;
}

// What the recording's file says, and over it what the command line says.
json::object settings_of(const JobsOptions& options, const Recording& recording) {
    json::object settings;
    const auto& document = recording.source->as_object();
    if (const auto* own = object_member(document, "settings")) settings = *own;
    for (const char* name : {"replay", "aiHealing"}) {
        if (const auto* own = object_member(document, name)) settings[name] = *own;
    }
    if (options.retries) settings["retryCount"] = *options.retries;
    if (options.timeout_ms) settings["timeout"] = *options.timeout_ms;
    return settings;
}

json::object job_row(const JobsOptions& options, const Recording& recording, const DataSet* data,
                     const json::object& mapping) {
    const auto settings = reprise::runner::settings_of(recording);
    return {{"id", reporters::supabase::make_uuid()},
            {"name", options.name.empty() ? recording.name : options.name},
            {"csv_data", data != nullptr ? rows_of(*data) : json::array{}},
            {"variable_mapping", mapping},
            {"total_rows", data != nullptr ? data->rows.size() : 1},
            {"current_row", 0},
            {"completed_rows", 0},
            {"failed_rows", 0},
            {"status", "pending"},
            {"settings", settings_of(options, recording)},
            {"concurrency", options.concurrency.value_or(settings.concurrency)},
            {"stop_on_error", options.stop_on_error || settings.stop_on_error}};
}

// A worker of ours would not take it; others may.
void warn_of_refusal(const json::object& job, const Recording& recording) {
    Claim claim;
    claim.job = job;
    claim.recording = recording.source->as_object();
    try {
        read_job(claim, HostRules::any(), {});
    } catch (const JobRefused& error) {
        fmt::print(stderr, "reprise: warning: a worker will fail this job: {}\n", error.what());
    }
}

}  // namespace

ExitCode create_job(Portal& portal, const JobsOptions& options) {
    auto source = find_recording(portal, options.recording);
    const auto mapping = mapping_of(options, source.recording);
    const auto recording = with_mapping(source.recording, mapping);
    std::unique_ptr<DataSet> data;
    if (!options.data.empty()) {
        data = std::make_unique<DataSet>(read_data(options.data, {.secret_columns = secret_columns(recording)}));
    }
    bool wrong = false;
    for (const auto& problem : problems_of(recording, data.get())) {
        fmt::print(stderr, "{}\n", to_string(problem));
        wrong = wrong || problem.severity == Severity::error;
    }
    if (wrong) return ExitCode::bad_input;
    auto job = job_row(options, recording, data.get(), mapping);
    warn_of_refusal(job, recording);
    job["user_id"] = portal.owner();
    if (source.id.empty()) source.id = create_recording(portal, source.recording, {});
    job["recording_id"] = source.id;
    portal.insert(Entity::job, job);
    const auto id = text_in(job, "id");
    if (options.watch) {
        fmt::print(stderr, "job {}\n", id);
        return watch_job(portal, id, options.portal.json);
    }
    if (options.portal.json) {
        fmt::print("{}", format_json(json::object{{"id", id},
                                                  {"recording_id", source.id},
                                                  {"name", job.at("name")},
                                                  {"total_rows", job.at("total_rows")}}));
    } else {
        fmt::print("{}  {}: {} rows\n", id, text_in(job, "name"), number_in(job, "total_rows"));
    }
    return ExitCode::passed;
}

}  // namespace reprise::runner
