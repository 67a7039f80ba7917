// Portals differ in the names of columns, states, methods and scales: there is a contract, a schema, and the schema of
// our own migrations that holds both. One table maps them (docs/portal.md).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include <reprise/reporters/supabase/client.hpp>

namespace reprise::reporters::supabase {

// What is published. Rows of each are written with the columns of our own migrations (supabase/migrations), and
// Dialect::row makes of them what the portal at hand has.
enum class Entity { recording, job, result, log, healing_log, worker_metrics };

class Dialect {
public:
    using Columns = std::map<std::string, std::set<std::string>, std::less<>>;  // of each table

    explicit Dialect(Columns columns);
    // Asks the portal which tables and columns there are: its own description, else column by column. Throws
    // PortalError when it cannot be asked.
    static Dialect ask(Client& client);

    // Of our own migrations.
    static const Dialect& own();

    static std::string_view table(Entity entity);
    bool has(Entity entity) const;  // the table is there
    bool has(Entity entity, std::string_view column) const;
    // `row`: in our own columns. Without what the portal has no place for; texts without U+0000. nullopt: such a row
    // cannot be kept there (no table, a state that it does not know).
    std::optional<boost::json::object> row(Entity entity, const boost::json::object& row) const;
    // The other way: a row as read, in our own columns.
    boost::json::object read(Entity entity, const boost::json::object& row) const;
    // A state in the portal's words: "passed" is "success" there.
    std::string state(Entity entity, std::string_view state) const;
    // What has no place here, a line for each table and column left out; empty: everything fits.
    std::vector<std::string> gaps() const;

private:
    Columns columns_;
};

// RFC 9562 version 5: the same id for the same name, so that what is sent twice is there once. `space`: a UUID.
std::string make_uuid(std::string_view space, std::string_view name);
// Random, version 4.
std::string make_uuid();
bool is_uuid(std::string_view text);

}  // namespace reprise::reporters::supabase
