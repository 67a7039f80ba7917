#include "cli/jobs_command.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>

#include <reprise/runner/recording.hpp>

#include "cli/jobs_create.hpp"

namespace reprise::runner {
namespace {

namespace json = boost::json;
using reporters::supabase::Dialect;
using reporters::supabase::PortalError;
using reporters::supabase::query_value;

constexpr std::chrono::milliseconds k_between_looks{500};
constexpr std::size_t k_most_failures_shown = 10;

std::int64_t rows_ended(const json::object& job) {
    return number_in(job, "completed_rows") + number_in(job, "failed_rows");
}

std::string progress_of(const json::object& job) {
    const auto failed = number_in(job, "failed_rows");
    return fmt::format("{}: {} of {} rows{}", text_in(job, "status"), rows_ended(job), number_in(job, "total_rows"),
                       failed > 0 ? fmt::format(", {} failed", failed) : "");
}

ExitCode list(Portal& portal, const JobsOptions& options) {
    std::string query;
    if (!options.status.empty()) {
        const auto state = portal.dialect.state(Entity::job, options.status);
        if (state.empty()) throw std::invalid_argument(fmt::format("jobs of this portal are never {}", options.status));
        query = "status=eq." + query_value(state);
    }
    if (!options.of_recording.empty()) {
        query += fmt::format("{}recording_id=eq.{}", query.empty() ? "" : "&", query_value(options.of_recording));
    }
    const auto rows = portal.list(Entity::job, query, options.limit, options.offset);
    if (options.portal.json) {
        fmt::print("{}", format_json(rows));
        return ExitCode::passed;
    }
    if (rows.empty()) fmt::print("no jobs\n");
    std::vector<std::vector<std::string>> table;
    if (!rows.empty()) table.push_back({"ID", "STATUS", "ROWS", "FAILED", "CREATED", "NAME"});
    for (const auto& value : rows) {
        const auto& row = value.as_object();
        table.push_back({text_in(row, "id"), text_in(row, "status"),
                         fmt::format("{}/{}", rows_ended(row), number_in(row, "total_rows")),
                         std::to_string(number_in(row, "failed_rows")), short_time(row, "created_at"),
                         text_in(row, "name")});
    }
    print_table(table);
    if (rows.size() == options.limit) {
        fmt::print("there may be more: --offset {}\n", options.offset + options.limit);
    }
    return ExitCode::passed;
}

json::array results_of(Portal& portal, const std::string& id) {
    auto rows = portal.client.select(std::string(Dialect::table(Entity::result)),
                                     fmt::format("execution_job_id=eq.{}&order=row_index,id", id));
    for (auto& row : rows) row = portal.dialect.read(Entity::result, row.as_object());
    return rows;
}

ExitCode get(Portal& portal, const JobsOptions& options) {
    auto job = portal.get(Entity::job, options.id);
    auto results = results_of(portal, options.id);
    if (options.portal.json) {
        job["results"] = std::move(results);
        fmt::print("{}", format_json(job));
        return ExitCode::passed;
    }
    print_table({{"id", text_in(job, "id")},
                 {"name", text_in(job, "name")},
                 {"recording", text_in(job, "recording_id")},
                 {"status", progress_of(job)},
                 {"worker", text_in(job, "vdi_instance_id")},
                 {"created", short_time(job, "created_at")},
                 {"ended", short_time(job, "completed_at")},
                 {"error", text_in(job, "error_message")}});
    std::vector<std::vector<std::string>> table;
    if (!results.empty()) table.push_back({"ROW", "STATUS", "MS", "ERROR"});
    for (const auto& value : results) {
        const auto& row = value.as_object();
        auto error = text_in(row, "error_message");
        error = error.substr(0, error.find('\n'));
        if (const auto step = number_in(row, "error_step_number"); step > 0)
            error = fmt::format("step {}: {}", step, error);
        table.push_back({std::to_string(number_in(row, "row_index") + 1), text_in(row, "status"),
                         std::to_string(number_in(row, "duration")), error});
    }
    print_table(table);
    return ExitCode::passed;
}

// Where the portal has no function for it, the row is set, unless it has ended meanwhile.
std::string cancel_in(Portal& portal, const std::string& id) {
    try {
        const auto answer = portal.client.call("cancel_execution_job", {{"job_id", id}});
        if (const auto* object = answer.if_object()) return text_in(*object, "status");
    } catch (const PortalError& error) {
        if (error.kind() != PortalError::Kind::missing_function) throw;
        const auto paused = portal.dialect.state(Entity::job, "paused");
        portal.client.update(std::string(Dialect::table(Entity::job)),
                             fmt::format("id=eq.{}&status=in.(pending,running{})", id, paused.empty() ? "" : ",paused"),
                             {{"status", "cancelled"}});
    }
    return text_in(portal.get(Entity::job, id), "status");
}

ExitCode cancel(Portal& portal, const JobsOptions& options) {
    portal.get(Entity::job, options.id);  // says that there is none
    const auto state = cancel_in(portal, options.id);
    if (options.portal.json) {
        fmt::print("{}", format_json(json::object{{"id", options.id}, {"status", state}}));
    } else if (state == "cancelled") {
        fmt::print("{} is cancelled\n", options.id);
    }
    if (state == "cancelled") return ExitCode::passed;
    fmt::print(stderr, "reprise: {} was not cancelled: it is {} already\n", options.id, state);
    return ExitCode::failed;
}

// One line that changes on a terminal, a line for each change elsewhere.
class ProgressLine {
public:
    void show(const std::string& text) {
        if (text == shown_) return;
        if (terminal_) {
            fmt::print(stderr, "\r\x1b[K{}", text);
        } else {
            fmt::print(stderr, "{}\n", text);
        }
        std::fflush(stderr);
        shown_ = text;
    }
    ~ProgressLine() {
        if (terminal_ && !shown_.empty()) fmt::print(stderr, "\n");
    }

private:
    const bool terminal_{::isatty(STDERR_FILENO) == 1};
    std::string shown_;
};

void print_failures(Portal& portal, const std::string& id) {
    std::size_t shown = 0;
    for (const auto& value : results_of(portal, id)) {
        const auto& row = value.as_object();
        if (text_in(row, "status") != "failed") continue;
        if (++shown > k_most_failures_shown) {
            fmt::print("  more: reprise jobs get {}\n", id);
            return;
        }
        auto error = text_in(row, "error_message");
        fmt::print("  row {}: {}\n", number_in(row, "row_index") + 1, error.substr(0, error.find('\n')));
    }
}

}  // namespace

ExitCode watch_job(Portal& portal, const std::string& id, bool json_wanted) {
    json::object job;
    {
        ProgressLine line;
        while (true) {
            job = portal.get(Entity::job, id);
            line.show(progress_of(job));
            const auto state = text_in(job, "status");
            if (state == "completed" || state == "failed" || state == "cancelled") break;
            std::this_thread::sleep_for(k_between_looks);
        }
    }
    const auto state = text_in(job, "status");
    if (json_wanted) {
        fmt::print("{}", format_json(job));
    } else {
        const auto error = text_in(job, "error_message");
        fmt::print("{} {}{}\n", id, progress_of(job), error.empty() ? "" : " - " + error);
        print_failures(portal, id);
    }
    // Some portals complete jobs whose rows have failed.
    return state == "completed" && number_in(job, "failed_rows") == 0 ? ExitCode::passed : ExitCode::failed;
}

CLI::App* add_jobs_command(CLI::App& app, JobsOptions& options) {
    auto* command = app.add_subcommand("jobs", "Jobs of a portal: list, get, create, cancel, watch");
    command->require_subcommand(1);
    add_portal_options(*command, options.portal);
    auto* list = command->add_subcommand("list", "Newest first");
    list->add_option("--status", options.status, "Only those")
        ->check(CLI::IsMember({"pending", "running", "paused", "completed", "failed", "cancelled"}))
        ->type_name("STATE");
    list->add_option("--recording", options.of_recording, "Only those of this recording")->type_name("ID");
    list->add_option("--limit", options.limit, "So many (default 20)")->check(CLI::Range(1, 1000))->type_name("N");
    list->add_option("--offset", options.offset, "After so many")->check(CLI::NonNegativeNumber)->type_name("N");
    const auto with_id = [&](const char* name, const char* description) {
        auto* sub = command->add_subcommand(name, description);
        sub->add_option("id", options.id, "As in the list")->required()->type_name("ID");
        return sub;
    };
    auto* get = with_id("get", "One, with its rows");
    auto* cancel = with_id("cancel", "End one: no further row is run");
    auto* watch = with_id("watch", "Follow one to its end; exit code 0 when it completed, else 1");
    auto* create = command->add_subcommand("create", "Queue a recording with data rows");
    create->add_option("recording", options.recording, "Id of the portal's recording, or a recording's file")
        ->required()
        ->type_name("ID|FILE");
    create->add_option("--data,-d", options.data, "Rows: CSV, TSV, JSON, JSON Lines")
        ->check(CLI::ExistingFile)
        ->type_name("FILE");
    create->add_option("--map", options.maps, "Which column fills which field; repeatable")->type_name("COLUMN=LABEL");
    create->add_option("--name", options.name, "Default: the recording's")->type_name("TEXT");
    create->add_option("--concurrency", options.concurrency, "Rows at a time (default 1)")
        ->check(CLI::Range(1, 10))
        ->type_name("N");
    create->add_option("--retries", options.retries, "More attempts of a failed row (default 2)")
        ->check(CLI::Range(0, 100))
        ->type_name("N");
    create->add_option("--timeout", options.timeout_ms, "Deadline of a row (default 30000)")
        ->check(CLI::PositiveNumber)
        ->type_name("MS");
    create->add_flag("--stop-on-error", options.stop_on_error, "No further row after one that failed");
    create->add_flag("--watch", options.watch, "And follow it to its end");
    for (auto* sub : {list, get, create, cancel, watch}) add_json_option(*sub, options.portal);
    return command;
}

ExitCode jobs(const CLI::App& command, const JobsOptions& options) {
    return with_portal_errors([&] {
        Portal portal{options.portal};
        if (command.got_subcommand("list")) return list(portal, options);
        if (command.got_subcommand("get")) return get(portal, options);
        if (command.got_subcommand("create")) return create_job(portal, options);
        if (command.got_subcommand("cancel")) return cancel(portal, options);
        return watch_job(portal, options.id, options.portal.json);
    });
}

}  // namespace reprise::runner
