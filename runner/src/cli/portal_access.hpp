// What the commands that speak to a portal have in common.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <reprise/reporters/supabase/client.hpp>
#include <reprise/reporters/supabase/dialect.hpp>
#include <reprise/runner/portal.hpp>
#include <reprise/runner/run.hpp>

namespace CLI {
class App;
}

namespace reprise::runner {

using reporters::supabase::Entity;

struct PortalAccess {
    PortalOptions options{};  // as reprise.toml says
    std::string url{};        // --portal: goes before all else
    bool json{};              // for programs
};
// Adds --portal to the command, and to those under it.
void add_portal_options(CLI::App& command, PortalAccess& access);
void add_json_option(CLI::App& command, PortalAccess& access);
// Where the portal is, and as whom we speak to it. Throws std::invalid_argument when something is missing.
reporters::supabase::Settings settings_of(const PortalAccess& access);

// A portal that is spoken to, and the names that it uses.
struct Portal {
    explicit Portal(const PortalAccess& access);

    // Rows in our own columns, newest first.
    boost::json::array list(Entity entity, const std::string& query, std::size_t limit, std::size_t offset);
    // Throws std::invalid_argument when there is none, or `id` cannot be one.
    boost::json::object get(Entity entity, const std::string& id);
    void insert(Entity entity, const boost::json::object& row);
    // Whom what is made belongs to. Throws std::invalid_argument when it is not known.
    std::string owner();

    reporters::supabase::Client client;
    reporters::supabase::Dialect dialect;
};

// Tells errors on stderr: bad_input for what the user can mend, internal for a portal that cannot be reached.
ExitCode with_portal_errors(const std::function<ExitCode()>& command);

// Columns as wide as they need to be, two spaces between; the last one is not filled up.
void print_table(const std::vector<std::vector<std::string>>& rows);

// As text for people: null and missing are empty.
std::string text_in(const boost::json::object& row, std::string_view name);
std::int64_t number_in(const boost::json::object& row, std::string_view name);
// "2026-01-31 12:34" of a time of the portal.
std::string short_time(const boost::json::object& row, std::string_view name);

}  // namespace reprise::runner
