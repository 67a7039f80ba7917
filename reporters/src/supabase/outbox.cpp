#include "supabase/outbox.hpp"

#include <fmt/format.h>

namespace reprise::reporters::supabase {
namespace {

// state 0 waiting, 1 sent, 2 refused. `deliveries`: how many versions have arrived.
constexpr const char* k_schema = R"sql(
CREATE TABLE IF NOT EXISTS entries(
  sequence INTEGER PRIMARY KEY, cargo INTEGER NOT NULL, id TEXT NOT NULL, job TEXT NOT NULL, parent TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 1, state INTEGER NOT NULL DEFAULT 0, deliveries INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL, body TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
  UNIQUE(cargo, id));
CREATE INDEX IF NOT EXISTS waiting ON entries(cargo, sequence) WHERE state = 0;
CREATE INDEX IF NOT EXISTS waiting_of_job ON entries(job, cargo) WHERE state = 0;
CREATE TABLE IF NOT EXISTS places(
  test TEXT PRIMARY KEY, job TEXT NOT NULL, row_index INTEGER NOT NULL, execution INTEGER NOT NULL,
  ended INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
)sql";

constexpr std::int64_t k_waiting = 0;
constexpr std::int64_t k_sent = 1;
constexpr std::int64_t k_refused = 2;

std::int64_t number_of(Cargo cargo) {
    return static_cast<std::int64_t>(cargo);
}

bool stays_as_it_is(Cargo cargo) {
    return cargo == Cargo::log || cargo == Cargo::picture;
}

std::string parent_is(Cargo cargo, std::string_view what) {
    const auto of = cargo == Cargo::log ? Cargo::result : Cargo::picture;
    return fmt::format("EXISTS(SELECT 1 FROM entries parent WHERE cargo = {} AND id = entry.parent AND {})",
                       number_of(of), what);
}

// What must have gone before an entry of this cargo does.
std::string condition(Cargo cargo) {
    if (cargo == Cargo::job_end) {
        return fmt::format(
            " AND NOT EXISTS(SELECT 1 FROM entries other WHERE other.job = entry.job AND other.state = 0 AND "
            "other.cargo < {})",
            number_of(Cargo::job_end));
    }
    if (cargo != Cargo::result && cargo != Cargo::log && cargo != Cargo::healing) return {};
    return fmt::format(" AND (entry.parent = '' OR {} OR {})", parent_is(cargo, "deliveries > 0"),
                       parent_is(cargo, fmt::format("state = {}", k_refused)));
}

}  // namespace

Outbox::Outbox(const std::filesystem::path& file) : database_{file} {
    database_.run(k_schema);
}

void Outbox::put_entry(const OutboxEntry& entry) {
    const std::string_view replacing =
        "INSERT INTO entries(cargo, id, job, parent, bytes, body) VALUES(?,?,?,?,?,?) ON CONFLICT(cargo, id) DO UPDATE "
        "SET job = excluded.job, parent = excluded.parent, bytes = excluded.bytes, body = excluded.body, "
        "version = version + 1, state = 0, reason = ''";
    const std::string_view keeping =
        "INSERT INTO entries(cargo, id, job, parent, bytes, body) VALUES(?,?,?,?,?,?) ON CONFLICT(cargo, id) DO "
        "NOTHING";
    database_.run(stays_as_it_is(entry.cargo) ? keeping : replacing,
                  {number_of(entry.cargo), entry.id, entry.job, entry.parent,
                   static_cast<std::int64_t>(entry.body.size()), entry.body});
}

void Outbox::put(const std::vector<OutboxEntry>& entries, const Places& places, const Facts& facts) {
    if (entries.empty() && places.empty() && facts.empty()) return;
    const std::lock_guard lock{mutex_};
    Transaction whole{database_};
    for (const auto& [test, place] : places) {
        database_.run("INSERT OR REPLACE INTO places(test, job, row_index, execution, ended) VALUES(?,?,?,?,?)",
                      {test, place.job, std::int64_t{place.row_index}, std::int64_t{place.execution},
                       std::int64_t{place.ended ? 1 : 0}});
    }
    for (const auto& [name, value] : facts) {
        database_.run("INSERT OR REPLACE INTO facts(name, value) VALUES(?,?)", {name, value});
    }
    for (const auto& entry : entries) put_entry(entry);
    refuse_orphans();
    whole.commit();
}

Outbox::Places Outbox::places() const {
    const std::lock_guard lock{mutex_};
    Places places;
    database_.run("SELECT test, job, row_index, execution, ended FROM places", {}, [&](const Database::Row& row) {
        places.emplace(row.text(0), StoredPlace{{.job = row.text(1),
                                                 .row_index = static_cast<int>(row.integer(2)),
                                                 .execution = static_cast<int>(row.integer(3))},
                                                row.integer(4) != 0});
    });
    return places;
}

std::vector<OutboxEntry> Outbox::take(Cargo cargo, std::size_t most, std::size_t most_bytes) const {
    const std::lock_guard lock{mutex_};
    std::int64_t last = -1;
    std::size_t bytes = 0;
    bool full = false;
    // The bodies are read only of those that are taken.
    const auto which =
        fmt::format("FROM entries entry WHERE state = 0 AND cargo = {}{}", number_of(cargo), condition(cargo));
    database_.run(fmt::format("SELECT sequence, bytes {} ORDER BY sequence LIMIT ?", which),
                  {static_cast<std::int64_t>(most)}, [&](const Database::Row& row) {
                      const auto size = static_cast<std::size_t>(row.integer(1));
                      full = full || (last >= 0 && bytes + size > most_bytes);
                      if (full) return;
                      bytes += size;
                      last = row.integer(0);
                  });
    std::vector<OutboxEntry> entries;
    if (last < 0) return entries;
    database_.run(fmt::format("SELECT id, body, job, CASE WHEN {} THEN parent ELSE '' END, version, sequence {} AND "
                              "sequence <= ? ORDER BY sequence",
                              parent_is(cargo, "deliveries > 0"), which),
                  {last}, [&](const Database::Row& row) {
                      entries.push_back({.cargo = cargo,
                                         .id = row.text(0),
                                         .body = row.text(1),
                                         .job = row.text(2),
                                         .parent = row.text(3),
                                         .version = row.integer(4),
                                         .sequence = row.integer(5)});
                  });
    return entries;
}

void Outbox::acknowledge(const std::vector<OutboxEntry>& entries) {
    const std::lock_guard lock{mutex_};
    Transaction whole{database_};
    for (const auto& entry : entries) {
        database_.run("UPDATE entries SET deliveries = deliveries + 1 WHERE sequence = ?", {entry.sequence});
        database_.run("UPDATE entries SET state = ?, body = '', bytes = 0 WHERE sequence = ? AND version = ?",
                      {k_sent, entry.sequence, entry.version});
    }
    whole.commit();
}

void Outbox::refuse_orphans() {
    database_.run(
        "UPDATE entries SET state = ?, reason = ? WHERE state = 0 AND job IN (SELECT id FROM entries WHERE cargo = ? "
        "AND "
        "state = ?)",
        {k_refused, std::string(k_job_refused), number_of(Cargo::job), k_refused});
}

void Outbox::refuse_entry(const OutboxEntry& entry, const std::string& reason) {
    database_.run("UPDATE entries SET state = ?, reason = ? WHERE sequence = ? AND version = ?",
                  {k_refused, reason, entry.sequence, entry.version});
    if (entry.cargo == Cargo::job) {
        refuse_orphans();
    }
}

void Outbox::refuse(const std::vector<OutboxEntry>& entries, const std::string& reason) {
    const std::lock_guard lock{mutex_};
    Transaction whole{database_};
    for (const auto& entry : entries) refuse_entry(entry, reason);
    whole.commit();
}

void Outbox::refuse(Cargo cargo, const std::string& reason) {
    const std::lock_guard lock{mutex_};
    Transaction whole{database_};
    std::vector<OutboxEntry> entries;
    database_.run("SELECT id, job, version, sequence FROM entries WHERE state = 0 AND cargo = ?", {number_of(cargo)},
                  [&](const Database::Row& row) {
                      entries.push_back({.cargo = cargo,
                                         .id = row.text(0),
                                         .body = {},
                                         .job = row.text(1),
                                         .version = row.integer(2),
                                         .sequence = row.integer(3)});
                  });
    for (const auto& entry : entries) refuse_entry(entry, reason);
    whole.commit();
}

void Outbox::forgive() {
    const std::lock_guard lock{mutex_};
    Transaction whole{database_};
    database_.run(
        "DELETE FROM entries WHERE cargo = ? AND state = ? AND parent IN (SELECT id FROM entries WHERE cargo = ? AND "
        "state = ?)",
        {number_of(Cargo::result), k_sent, number_of(Cargo::picture), k_refused});
    database_.run("UPDATE entries SET state = ?, reason = '' WHERE state = ?", {k_waiting, k_refused});
    whole.commit();
}

void Outbox::withdraw(Cargo cargo, const std::string& id) {
    const std::lock_guard lock{mutex_};
    database_.run("UPDATE entries SET state = ?, body = '', bytes = 0 WHERE cargo = ? AND id = ? AND state = ?",
                  {k_sent, number_of(cargo), id, k_waiting});
}

bool Outbox::any_waiting() const {
    const std::lock_guard lock{mutex_};
    bool any = false;
    database_.run("SELECT 1 FROM entries WHERE state = 0 LIMIT 1", {}, [&](const auto&) { any = true; });
    return any;
}

std::array<Outbox::Counts, k_cargoes.size()> Outbox::counts() const {
    const std::lock_guard lock{mutex_};
    std::array<Counts, k_cargoes.size()> counts{};
    database_.run(
        "SELECT cargo, state, count(*) FROM entries GROUP BY cargo, state", {}, [&](const Database::Row& row) {
            auto& of_cargo = counts.at(static_cast<std::size_t>(row.integer(0)));
            const auto state = row.integer(1);
            auto& number = state == k_waiting ? of_cargo.waiting : state == k_sent ? of_cargo.sent : of_cargo.refused;
            number = static_cast<std::uint64_t>(row.integer(2));
        });
    return counts;
}

std::vector<Outbox::Refusals> Outbox::refusals() const {
    const std::lock_guard lock{mutex_};
    std::vector<Refusals> all;
    database_.run(
        "SELECT cargo, reason, count(*) FROM entries WHERE state = ? GROUP BY cargo, reason ORDER BY min(sequence)",
        {k_refused}, [&](const Database::Row& row) {
            all.push_back({.cargo = static_cast<Cargo>(row.integer(0)),
                           .reason = row.text(1),
                           .number = static_cast<std::uint64_t>(row.integer(2))});
        });
    return all;
}

bool Outbox::has(Cargo cargo, const std::string& id) const {
    const std::lock_guard lock{mutex_};
    bool any = false;
    database_.run("SELECT 1 FROM entries WHERE cargo = ? AND id = ?", {number_of(cargo), id},
                  [&](const auto&) { any = true; });
    return any;
}

void Outbox::clear() {
    const std::lock_guard lock{mutex_};
    Transaction whole{database_};
    database_.run("DELETE FROM entries; DELETE FROM places; DELETE FROM facts");
    whole.commit();
}

std::optional<std::string> Outbox::fact(const std::string& name) const {
    const std::lock_guard lock{mutex_};
    std::optional<std::string> value;
    database_.run("SELECT value FROM facts WHERE name = ?", {name}, [&](const auto& row) { value = row.text(0); });
    return value;
}

}  // namespace reprise::reporters::supabase
