#include "cli/recordings_command.hpp"

#include <array>
#include <cstdio>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace reprise::runner {
namespace {

namespace json = boost::json;
using reporters::supabase::query_value;

ExitCode list(Portal& portal, const RecordingsOptions& options) {
    std::string query;
    if (!options.status.empty()) {
        query = "status=eq." + query_value(portal.dialect.state(Entity::recording, options.status));
    }
    if (!options.name.empty()) {
        query += fmt::format("{}name=ilike.{}", query.empty() ? "" : "&", query_value("*" + options.name + "*"));
    }
    const auto rows = portal.list(Entity::recording, query, options.limit, options.offset);
    if (options.portal.json) {
        fmt::print("{}", format_json(rows));
        return ExitCode::passed;
    }
    if (rows.empty()) fmt::print("no recordings\n");
    std::vector<std::vector<std::string>> table;
    if (!rows.empty()) table.push_back({"ID", "STATUS", "STEPS", "CREATED", "NAME"});
    for (const auto& value : rows) {
        const auto& row = value.as_object();
        const auto* steps = row.if_contains("steps");
        const auto count =
            steps != nullptr && steps->is_array() ? steps->get_array().size() : number_in(row, "step_count");
        table.push_back({text_in(row, "id"), text_in(row, "status"), std::to_string(count),
                         short_time(row, "created_at"), text_in(row, "name")});
    }
    print_table(table);
    if (rows.size() == options.limit) {
        fmt::print("there may be more: --offset {}\n", options.offset + options.limit);
    }
    return ExitCode::passed;
}

ExitCode get(Portal& portal, const RecordingsOptions& options) {
    const auto row = portal.get(Entity::recording, options.id);
    if (!options.output.empty()) {
        const auto recording = recording_of(row);
        write_recording(recording, options.output);
        fmt::print("{}\n", options.output);
        return ExitCode::passed;
    }
    if (options.portal.json) {
        fmt::print("{}", format_json(row));
        return ExitCode::passed;
    }
    print_table({{"id", text_in(row, "id")},
                 {"name", text_in(row, "name")},
                 {"description", text_in(row, "description")},
                 {"starts at", text_in(row, "starting_url")},
                 {"status", text_in(row, "status")},
                 {"created", short_time(row, "created_at")}});
    const auto* steps = row.if_contains("steps");
    if (steps == nullptr || !steps->is_array()) return ExitCode::passed;
    for (const auto& step : steps->get_array()) {
        if (!step.is_object()) continue;
        const auto& members = step.get_object();
        const auto number = members.contains("stepNumber") ? "stepNumber" : "step_number";
        fmt::print("{:>4}  {:<10}  {}\n", text_in(members, number), text_in(members, "event"),
                   text_in(members, "label"));
    }
    return ExitCode::passed;
}

ExitCode create(Portal& portal, const RecordingsOptions& options) {
    // All are looked at before one is made.
    std::vector<Recording> recordings;
    bool wrong = false;
    for (const auto& file : options.files) {
        try {
            recordings.push_back(read_recording(file));
            for (const auto& problem : validate(recordings.back())) {
                fmt::print(stderr, "{}\n", to_string(problem));
                wrong = wrong || problem.severity == Severity::error;
            }
        } catch (const DataError& error) {
            fmt::print(stderr, "{}\n", error.what());
            wrong = true;
        }
    }
    if (wrong) return ExitCode::bad_input;
    json::array made;
    for (const auto& recording : recordings) {
        const auto id = create_recording(portal, recording, options.tags);
        made.push_back(json::object{{"id", id}, {"name", recording.name}, {"file", recording.path}});
        if (!options.portal.json) fmt::print("{}  {}\n", id, recording.name);
    }
    if (options.portal.json) fmt::print("{}", format_json(made));
    return ExitCode::passed;
}

}  // namespace

Recording recording_of(const json::object& row) {
    // Columns that are the portal's own business.
    static constexpr std::array k_kept{"id", "name", "description", "starting_url", "tags", "steps", "variables"};
    json::object document;
    for (const char* name : k_kept) {
        if (const auto* value = row.if_contains(name); value != nullptr && !value->is_null()) document[name] = *value;
    }
    return parse_recording(json::serialize(document), fmt::format("recording {}", text_in(row, "id")));
}

std::string create_recording(Portal& portal, const Recording& recording, const std::vector<std::string>& more_tags) {
    const auto& document = recording.source->as_object();
    const auto id = reporters::supabase::make_uuid();
    json::array tags;
    for (const auto& tag : recording.tags) tags.push_back(json::value(tag));
    for (const auto& tag : more_tags) tags.push_back(json::value(tag));
    const auto* variables = document.if_contains("variables");
    portal.insert(Entity::recording,
                  {{"id", id},
                   {"user_id", portal.owner()},
                   {"name", recording.name},
                   {"description", recording.description},
                   {"starting_url", recording.starting_url},
                   {"tags", std::move(tags)},
                   {"status", "completed"},
                   {"steps", document.at("steps")},
                   {"step_count", recording.steps.size()},
                   {"variables", variables != nullptr && variables->is_object() ? *variables : json::object{}},
                   {"recording_method", "extension"},
                   {"visibility", "private"}});
    std::vector<std::string> left_out;
    for (const auto& member : document) {
        static constexpr std::array k_known{
            "id",         "name",       "description",      "starting_url", "startingUrl", "tags",
            "steps",      "variables",  "user_id",          "status",       "team_id",     "created_at",
            "updated_at", "step_count", "recording_method", "visibility",   "duration"};
        if (std::ranges::find(k_known, std::string_view(member.key())) == k_known.end()) {
            left_out.emplace_back(member.key());
        }
    }
    if (!left_out.empty()) {
        fmt::print(stderr,
                   "{}: warning: portals have no place in a recording for {}; mappings and settings belong to jobs "
                   "there: reprise jobs create takes them from the file\n",
                   recording.path, fmt::join(left_out, ", "));
    }
    return id;
}

CLI::App* add_recordings_command(CLI::App& app, RecordingsOptions& options) {
    auto* command = app.add_subcommand("recordings", "Recordings of a portal: list, get, create");
    command->require_subcommand(1);
    add_portal_options(*command, options.portal);
    auto* list = command->add_subcommand("list", "Newest first");
    list->add_option("--status", options.status, "Only those: completed, archived, ...")->type_name("STATE");
    list->add_option("--name", options.name, "Only those whose name holds this")->type_name("TEXT");
    list->add_option("--limit", options.limit, "So many (default 20)")->check(CLI::Range(1, 1000))->type_name("N");
    list->add_option("--offset", options.offset, "After so many")->check(CLI::NonNegativeNumber)->type_name("N");
    auto* get = command->add_subcommand("get", "One, with its steps");
    get->add_option("id", options.id, "As in the list")->required()->type_name("ID");
    get->add_option("--output,-o", options.output, "Write it as a recording to this file")->type_name("FILE");
    auto* create = command->add_subcommand("create", "Bring recordings from files to the portal");
    create->add_option("files", options.files, "Recordings")->required()->check(CLI::ExistingFile);
    create->add_option("--tag", options.tags, "One more tag; repeatable")->type_name("WORD");
    for (auto* sub : {list, get, create}) add_json_option(*sub, options.portal);
    return command;
}

ExitCode recordings(const CLI::App& command, const RecordingsOptions& options) {
    return with_portal_errors([&] {
        Portal portal{options.portal};
        if (command.got_subcommand("list")) return list(portal, options);
        if (command.got_subcommand("get")) return get(portal, options);
        return create(portal, options);
    });
}

}  // namespace reprise::runner
