#include "cli/portal_access.hpp"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace reprise::runner {

namespace supabase = reporters::supabase;
using supabase::Dialect;
using supabase::PortalError;

void add_portal_options(CLI::App& command, PortalAccess& access) {
    command.add_option("--portal", access.url, "Address of the portal (default: SUPABASE_URL)")->type_name("URL");
    command.fallthrough();
    command.footer(
        "The key comes from the environment: SUPABASE_KEY_FILE, SUPABASE_SERVICE_ROLE_KEY or SUPABASE_ANON_KEY;\n"
        "SUPABASE_EMAIL and SUPABASE_PASSWORD sign in as a user.");
}

void add_json_option(CLI::App& command, PortalAccess& access) {
    command.add_flag("--json", access.json, "JSON instead of text");
}

supabase::Settings settings_of(const PortalAccess& access) {
    auto settings = portal_settings(access.options);
    if (!access.url.empty()) settings.url = access.url;
    if (settings.url.empty())
        throw std::invalid_argument(
            "which portal? Say --portal URL, or set SUPABASE_URL, or portal-url in reprise.toml");
    if (const auto problem = supabase::problem_of(settings); !problem.empty()) throw std::invalid_argument(problem);
    return settings;
}

Portal::Portal(const PortalAccess& access) : client{settings_of(access)}, dialect{Dialect::ask(client)} {}

boost::json::array Portal::list(Entity entity, const std::string& query, std::size_t limit, std::size_t offset) {
    const char* time = dialect.has(entity, "created_at") ? "created_at" : "id";
    // The client asks page after page, with offsets of its own.
    auto rows =
        client.select(std::string(Dialect::table(entity)),
                      fmt::format("{}{}order={}.desc,id.desc", query, query.empty() ? "" : "&", time), offset + limit);
    rows.erase(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(std::min(offset, rows.size())));
    for (auto& row : rows) row = dialect.read(entity, row.as_object());
    return rows;
}

boost::json::object Portal::get(Entity entity, const std::string& id) {
    const char* what = entity == Entity::job ? "job" : "recording";
    if (!supabase::is_uuid(id)) {
        throw std::invalid_argument(fmt::format("\"{}\" is no id of a {}: see reprise {}s list", id, what, what));
    }
    const auto rows = client.select(std::string(Dialect::table(entity)), "id=eq." + id, 1);
    if (rows.empty()) {
        throw std::invalid_argument(
            fmt::format("there is no {} {}, or it is not yours to see: see reprise {}s list", what, id, what));
    }
    return dialect.read(entity, rows.front().as_object());
}

void Portal::insert(Entity entity, const boost::json::object& row) {
    const auto theirs = dialect.row(entity, row);
    if (!theirs) throw std::invalid_argument(fmt::format("the portal has no table {}", Dialect::table(entity)));
    client.upsert(std::string(Dialect::table(entity)), {*theirs}, supabase::Client::Existing::keep);
}

std::string Portal::owner() {
    auto id = client.user_id();
    if (!id.empty()) return id;
    throw std::invalid_argument(
        "whose is it to be? Set SUPABASE_USER_ID, or sign in with SUPABASE_EMAIL and SUPABASE_PASSWORD");
}

ExitCode with_portal_errors(const std::function<ExitCode()>& command) {
    try {
        return command();
    } catch (const PortalError& error) {
        fmt::print(stderr, "reprise: {}\n", error.what());
        return error.may_pass() || error.kind() == PortalError::Kind::stopped ? ExitCode::internal
                                                                              : ExitCode::bad_input;
    } catch (const std::invalid_argument& error) {
        fmt::print(stderr, "reprise: {}\n", error.what());
    } catch (const Error& error) {  // DataError among them
        fmt::print(stderr, "{}\n", error.what());
    }
    return ExitCode::bad_input;
}

void print_table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += i + 1 < row.size() ? fmt::format("{:<{}}  ", row[i], widths[i]) : row[i];
        }
        fmt::print("{}\n", line);
    }
}

// What stands in a portal may come from anyone: control characters would reach the terminal.
std::string text_in(const boost::json::object& row, std::string_view name) {
    const auto* value = row.if_contains(name);
    if (value == nullptr || value->is_null()) return {};
    std::string text{value->is_string() ? std::string(value->get_string()) : boost::json::serialize(*value)};
    std::erase_if(text, [](unsigned char c) { return (c < ' ' && c != '\n') || c == 0x7f; });
    return text;
}

std::int64_t number_in(const boost::json::object& row, std::string_view name) {
    const auto* value = row.if_contains(name);
    return value != nullptr && value->is_number() ? value->to_number<std::int64_t>() : 0;
}

std::string short_time(const boost::json::object& row, std::string_view name) {
    constexpr std::size_t k_to_the_minute = 16;
    auto text = text_in(row, name).substr(0, k_to_the_minute);
    std::ranges::replace(text, 'T', ' ');
    return text;
}

}  // namespace reprise::runner
