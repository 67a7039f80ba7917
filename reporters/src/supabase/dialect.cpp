#include <reprise/reporters/supabase/dialect.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace reprise::reporters::supabase {
namespace {

namespace json = boost::json;

struct Shape {
    Entity entity;
    std::string_view table;
    std::vector<std::string_view> columns;  // that we write
};

const std::vector<Shape>& shapes() {
    static const std::vector<Shape> list{
        {Entity::recording,
         "recordings",
         {"id", "user_id", "name", "description", "starting_url", "tags", "status", "step_count", "duration", "steps",
          "variables", "recording_method", "visibility"}},
        {Entity::job,
         "execution_jobs",
         {"id",         "recording_id", "user_id",         "name",        "csv_data",      "variable_mapping",
          "total_rows", "current_row",  "completed_rows",  "failed_rows", "skipped_rows",  "successful_rows",
          "status",     "settings",     "vdi_instance_id", "concurrency", "stop_on_error", "error_message",
          "started_at", "completed_at"}},
        {Entity::result,
         "execution_results",
         {"id", "execution_job_id", "row_index", "row_data", "status", "steps_completed", "steps_failed", "duration",
          "error_message", "error_step_number", "error_screenshot_url", "extracted_data", "step_results", "attempt",
          "started_at", "completed_at"}},
        {Entity::log,
         "execution_logs",
         {"id", "execution_job_id", "execution_result_id", "level", "message", "step_number", "step_label", "row_index",
          "metadata", "screenshot_url", "created_at"}},
        {Entity::healing_log,
         "healing_logs",
         {"id", "recording_id", "execution_job_id", "step_number", "original_selector", "healed_selector",
          "healing_method", "confidence", "page_url", "page_title", "applied", "success", "screenshot_url",
          "claude_request", "claude_response", "error_message", "metadata", "created_at"}},
        {Entity::worker_metrics,
         "vdi_metrics",
         {"id", "worker_id", "worker_region", "cpu_usage", "memory_usage", "browser_count", "jobs_processed",
          "jobs_succeeded", "jobs_failed", "avg_job_duration", "recorded_at"}}};
    return list;
}

const Shape& shape_of(Entity entity) {
    return *std::ranges::find(shapes(), entity, &Shape::entity);
}

// Two names of one column, in one entity.
struct Alias {
    Entity entity;
    std::string_view ours, theirs;
};
constexpr std::array<Alias, 5> k_aliases{{
    {Entity::job, "variable_mapping", "field_mapping"},
    {Entity::job, "vdi_instance_id", "worker_id"},
    {Entity::result, "error_screenshot_url", "screenshot_url"},
    {Entity::log, "created_at", "timestamp"},
    {Entity::healing_log, "confidence", "confidence_score"},
}};

const Alias* alias_of(Entity entity, std::string_view ours) {
    const auto* found = std::ranges::find_if(
        k_aliases, [&](const Alias& alias) { return alias.entity == entity && alias.ours == ours; });
    return found == k_aliases.end() ? nullptr : found;
}

// A column whose presence tells which vocabulary a table speaks: with it the contract's, without it the schema's.
std::string_view tell_tale(Entity entity) {
    switch (entity) {
        case Entity::recording:
            return "tags";
        case Entity::job:
            return "current_row";
        case Entity::result:
            return "steps_completed";
        case Entity::log:
            return "step_label";
        case Entity::healing_log:
            return "confidence";
        case Entity::worker_metrics:
            break;
    }
    return "worker_id";
}

using Words = std::vector<std::pair<std::string_view, std::string_view>>;  // ours, theirs

std::string_view word(const Words& words, std::string_view ours) {
    for (const auto& [from, to] : words) {
        if (from == ours) return to;
    }
    return ours;
}

std::string_view word_back(const Words& words, std::string_view theirs) {
    for (const auto& [to, from] : words) {
        if (from == theirs) return to;
    }
    return theirs;
}

// An empty word: such a row has no place there.
const Words& states_of_schema(Entity entity) {
    static const Words recordings{{"completed", "ready"}};
    static const Words jobs{{"paused", ""}};
    static const Words results{{"passed", "success"}, {"pending", ""}, {"running", ""}};
    static const Words none;
    return entity == Entity::recording ? recordings
           : entity == Entity::job     ? jobs
           : entity == Entity::result  ? results
                                       : none;
}

// How an element was found (docs/healing.md), in the words of either vocabulary.
const Words k_contract_methods{{"cached", "attribute_fallback"},
                               {"fuzzy_match", "text_match"},
                               {"bounding_box", "structural"},
                               {"vision", "ai_vision"},
                               {"vision_model", "ai_vision"}};
const Words k_schema_methods{{"text_match", "fuzzy_match"},  {"attribute_fallback", "fuzzy_match"},
                             {"structural", "bounding_box"}, {"vision", "claude_vision"},
                             {"ai_vision", "claude_vision"}, {"vision_model", "claude_vision"}};
// Ours has both; only what neither knows needs another name.
const Words k_own_methods{{"fuzzy_match", "text_match"}, {"vision", "ai_vision"}, {"vision_model", "claude_vision"}};

const Words k_levels{{"trace", "debug"}, {"fatal", "error"}, {"warning", "warn"}};

// PostgreSQL keeps no U+0000 in texts.
json::value without_nul(const json::value& value) {
    if (const auto* text = value.if_string()) {
        if (text->find('\0') == json::string::npos) return value;
        std::string clean{*text};
        std::erase(clean, '\0');
        return json::string(clean);
    }
    if (const auto* list = value.if_array()) {
        json::array clean;
        clean.reserve(list->size());
        for (const auto& item : *list) clean.push_back(without_nul(item));
        return clean;
    }
    if (const auto* members = value.if_object()) {
        json::object clean;
        clean.reserve(members->size());
        for (const auto& entry : *members) {
            std::string key{entry.key()};
            std::erase(key, '\0');
            clean[key] = without_nul(entry.value());
        }
        return clean;
    }
    return value;
}

bool is_text(const json::value* value) {
    return value != nullptr && value->is_string();
}

void fold(json::object& row, const char* into, std::string_view name, const json::value& value) {
    auto& folded = row[into];
    if (!folded.is_object()) folded = json::object{};
    if (!value.is_null()) folded.get_object()[name] = value;
}

}  // namespace

Dialect::Dialect(Columns columns) : columns_{std::move(columns)} {}

Dialect Dialect::ask(Client& client) {
    Columns columns;
    if (const auto told = client.definitions()) {
        for (const auto& table : *told) {
            auto& names = columns[std::string(table.key())];
            for (const auto& column : table.value().as_object()) names.emplace(column.key());
        }
        return Dialect{std::move(columns)};
    }
    // A portal that does not describe itself names one unknown column at a time.
    for (const auto& shape : shapes()) {
        std::set<std::string> names{shape.columns.begin(), shape.columns.end()};
        for (const auto& alias : k_aliases) {
            if (alias.entity == shape.entity) names.emplace(alias.theirs);
        }
        while (!names.empty()) {
            try {
                client.count(std::string(shape.table), fmt::format("select={}", fmt::join(names, ",")));
                columns[std::string(shape.table)] = names;
                break;
            } catch (const PortalError& error) {
                if (error.kind() == PortalError::Kind::missing_table) break;
                if (error.kind() != PortalError::Kind::missing_column) throw;
                const std::string text = error.what();
                const auto before = names.size();
                std::erase_if(names, [&](const std::string& name) {
                    return text.find(fmt::format("{}.{} ", shape.table, name)) != std::string::npos ||
                           text.find(fmt::format("'{}'", name)) != std::string::npos;
                });
                if (names.size() == before) throw;
            }
        }
    }
    return Dialect{std::move(columns)};
}

const Dialect& Dialect::own() {
    static const Dialect dialect = [] {
        Columns columns;
        for (const auto& shape : shapes()) {
            columns[std::string(shape.table)].insert(shape.columns.begin(), shape.columns.end());
        }
        for (const auto& alias : k_aliases) columns[std::string(table(alias.entity))].emplace(alias.theirs);
        return Dialect{std::move(columns)};
    }();
    return dialect;
}

std::string_view Dialect::table(Entity entity) {
    return shape_of(entity).table;
}

bool Dialect::has(Entity entity) const {
    return columns_.contains(table(entity));
}

bool Dialect::has(Entity entity, std::string_view column) const {
    const auto found = columns_.find(table(entity));
    return found != columns_.end() && found->second.contains(std::string(column));
}

std::string Dialect::state(Entity entity, std::string_view state) const {
    if (has(entity, tell_tale(entity))) return std::string(state);
    return std::string(word(states_of_schema(entity), state));
}

std::optional<json::object> Dialect::row(Entity entity, const json::object& row) const {
    if (!has(entity)) return std::nullopt;
    const bool contract = has(entity, tell_tale(entity));
    json::object theirs;
    json::object homeless;
    for (const auto& entry : row) {
        const std::string_view ours = entry.key();
        const auto* alias = alias_of(entity, ours);
        auto value = without_nul(entry.value());
        if (has(entity, ours)) {
            theirs[ours] = std::move(value);
        } else if (alias != nullptr && has(entity, alias->theirs)) {
            theirs[alias->theirs] = std::move(value);
        } else {
            homeless[ours] = std::move(value);
        }
    }
    if (auto* status = theirs.if_contains("status"); is_text(status)) {
        const auto state = this->state(entity, status->get_string());
        if (state.empty()) return std::nullopt;
        *status = state;
    }
    switch (entity) {
        case Entity::job:
            // There a trigger counts, and by other rules.
            if (!contract) {
                for (const char* name : {"completed_rows", "successful_rows", "failed_rows"}) theirs.erase(name);
            }
            break;
        case Entity::result:
            if (const auto* data = homeless.if_contains("extracted_data"); data != nullptr && data->is_object()) {
                auto* steps = theirs.if_contains("step_results");
                auto* list = steps != nullptr ? steps->if_array() : nullptr;
                if (list != nullptr && !list->empty() && list->back().is_object() && !data->get_object().empty()) {
                    list->back().get_object()["extractedData"] = *data;
                }
            }
            break;
        case Entity::log:
            if (auto* level = theirs.if_contains("level"); is_text(level)) {
                *level = word(k_levels, level->get_string());
            }
            if (has(entity, "metadata")) {
                for (const auto& entry : homeless) fold(theirs, "metadata", entry.key(), entry.value());
            }
            break;
        case Entity::healing_log: {
            if (const auto* method = theirs.if_contains("healing_method"); is_text(method)) {
                const std::string own{method->get_string()};
                const bool both = contract && has(entity, "confidence_score");
                const auto& words = both ? k_own_methods : contract ? k_contract_methods : k_schema_methods;
                theirs["healing_method"] = word(words, own);
                if (has(entity, "metadata")) fold(theirs, "metadata", "method", json::string(own));
            }
            for (const char* name : {"confidence", "confidence_score"}) {
                auto* confidence = theirs.if_contains(name);
                if (confidence == nullptr || !confidence->is_number()) continue;
                *confidence = std::lround(std::clamp(confidence->to_number<double>(), 0.0, 100.0));
            }
            break;
        }
        case Entity::recording:
        case Entity::worker_metrics:
            break;
    }
    return theirs;
}

json::object Dialect::read(Entity entity, const json::object& row) const {
    json::object ours{row};
    for (const auto& alias : k_aliases) {
        if (alias.entity != entity) continue;
        const auto* theirs = row.if_contains(alias.theirs);
        const auto* own = row.if_contains(alias.ours);
        if (theirs != nullptr && (own == nullptr || own->is_null())) ours[alias.ours] = *theirs;
    }
    const bool contract = has(entity, tell_tale(entity));
    if (auto* status = ours.if_contains("status"); is_text(status) && !contract) {
        *status = std::string(word_back(states_of_schema(entity), status->get_string()));
    }
    if (entity == Entity::job && !contract) {
        // There the rows completed are all that have ended.
        const auto* completed = row.if_contains("completed_rows");
        const auto* failed = row.if_contains("failed_rows");
        if (completed != nullptr && failed != nullptr && completed->is_int64() && failed->is_int64()) {
            ours["completed_rows"] = completed->get_int64() - failed->get_int64();
        }
    }
    return ours;
}

std::vector<std::string> Dialect::gaps() const {
    std::vector<std::string> lines;
    for (const auto& shape : shapes()) {
        if (!has(shape.entity)) {
            lines.push_back(fmt::format("the portal has no table {}", shape.table));
            continue;
        }
        std::vector<std::string_view> missing;
        for (const auto column : shape.columns) {
            const auto* alias = alias_of(shape.entity, column);
            const bool kept = has(shape.entity, column) || (alias != nullptr && has(shape.entity, alias->theirs)) ||
                              (shape.entity == Entity::log && has(Entity::log, "metadata"));
            if (!kept) missing.push_back(column);
        }
        if (!missing.empty()) {
            lines.push_back(
                fmt::format("the portal's table {} has no place for {}", shape.table, fmt::join(missing, ", ")));
        }
    }
    return lines;
}

}  // namespace reprise::reporters::supabase
