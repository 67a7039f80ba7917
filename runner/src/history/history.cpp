#include <reprise/runner/history.hpp>

#include <ctime>
#include <fstream>
#include <mutex>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/reporters/database.hpp>
#include <reprise/reporters/healing_json.hpp>
#include "history/file_bytes.hpp"

namespace reprise::runner {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using reporters::Database;
using Value = Database::Value;

constexpr const char* k_schema = R"sql(
CREATE TABLE IF NOT EXISTS elements(
  recording TEXT NOT NULL, step INTEGER NOT NULL, bundle TEXT NOT NULL,
  target TEXT NOT NULL, page TEXT NOT NULL, crop TEXT NOT NULL, learned_at TEXT NOT NULL,
  PRIMARY KEY(recording, step, bundle));
CREATE TABLE IF NOT EXISTS heals(
  id INTEGER PRIMARY KEY, recording TEXT NOT NULL, recording_path TEXT NOT NULL, step INTEGER NOT NULL, bundle TEXT NOT NULL,
  page TEXT NOT NULL, state TEXT NOT NULL, created_at TEXT NOT NULL, created_s INTEGER NOT NULL, healed TEXT NOT NULL, log TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS durations(test TEXT PRIMARY KEY, milliseconds INTEGER NOT NULL, passed_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS heals_by_element ON heals(recording, step, bundle, page, created_s);
)sql";
constexpr const char* k_columns = "id, recording, recording_path, bundle, page, state, created_at, log";

std::string now_text() {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

std::int64_t now_seconds() {
    return static_cast<std::int64_t>(std::time(nullptr));
}

HealState state_from(std::string_view text) {
    return text == "accepted" ? HealState::accepted : text == "rejected" ? HealState::rejected : HealState::proposed;
}

StoredHeal heal_from(const Database::Row& row) {
    StoredHeal heal;
    heal.id = row.integer(0);
    heal.recording = row.text(1);
    heal.recording_path = row.text(2);
    heal.bundle = row.text(3);
    heal.page = row.text(4);
    heal.state = state_from(row.text(5));
    heal.created_at = row.text(6);
    heal.log = reporters::healing_log_from_json(json::parse(row.text(7)).as_object());
    return heal;
}

}  // namespace

std::string_view to_string(HealState state) {
    return state == HealState::accepted ? "accepted" : state == HealState::rejected ? "rejected" : "proposed";
}

class History::Impl {
public:
    explicit Impl(fs::path folder) : folder{std::move(folder)}, database{this->folder / "history.sqlite3"} {
        database.run(k_schema);
    }

    fs::path keep(const std::string& bytes, const std::string& extension) const {
        const auto hash = content_hash(bytes);
        const auto path = folder / "objects" / hash.substr(0, 2) / (hash + "." + extension);
        std::error_code error;
        if (fs::exists(path, error)) return path;
        fs::create_directories(path.parent_path(), error);
        // Whole or not there: other processes read by name.
        const auto part = path.string() + fmt::format(".{}", static_cast<const void*>(&bytes));
        std::ofstream file{part, std::ios::binary};
        file << bytes;
        file.close();
        if (file) fs::rename(part, path, error);
        if (!file || error) throw Error(fmt::format("cannot write {}", path.string()));
        return path;
    }

    std::mutex mutex;  // of the database
    fs::path folder;
    Database database;
};

History::History(fs::path folder) : impl_{std::make_unique<Impl>(std::move(folder))} {}
History::~History() = default;

bool History::knows(const ElementKey& key) const {
    const std::lock_guard lock{impl_->mutex};
    bool found = false;
    impl_->database.run("SELECT 1 FROM elements WHERE recording = ? AND step = ? AND bundle = ?",
                        {key.recording, std::int64_t{key.step}, key.bundle}, [&](const auto&) { found = true; });
    return found;
}

std::optional<KnownElement> History::known(const ElementKey& key) const {
    std::string target;
    std::string page;
    std::string crop;
    {
        const std::lock_guard lock{impl_->mutex};
        impl_->database.run("SELECT target, page, crop FROM elements WHERE recording = ? AND step = ? AND bundle = ?",
                            {key.recording, std::int64_t{key.step}, key.bundle}, [&](const Database::Row& row) {
                                target = row.text(0);
                                page = row.text(1);
                                crop = row.text(2);
                            });
    }
    if (target.empty()) return std::nullopt;
    KnownElement element;
    element.target = locators::fingerprint_from(json::parse(target).as_object());
    const auto snapshot = file_bytes(impl_->folder / page).value_or("");
    if (!snapshot.empty()) {
        const auto prints = json::parse(snapshot);
        for (const auto& print : prints.as_array()) {
            element.page.push_back(locators::fingerprint_from(print.as_object()));
        }
    }
    if (!crop.empty()) element.crop = (impl_->folder / crop).string();
    return element;
}

void History::learn(const ElementKey& key, const KnownElement& element) {
    json::array prints;
    for (const auto& print : element.page) prints.push_back(to_json(print));
    const auto page = impl_->keep(json::serialize(prints), "json");
    const auto relative = [&](const fs::path& path) { return path.lexically_relative(impl_->folder).generic_string(); };
    const std::lock_guard lock{impl_->mutex};
    impl_->database.run(
        "INSERT OR REPLACE INTO elements(recording, step, bundle, target, page, crop, learned_at) "
        "VALUES(?,?,?,?,?,?,?)",
        {key.recording, std::int64_t{key.step}, key.bundle, json::serialize(to_json(element.target)), relative(page),
         element.crop.empty() ? std::string() : relative(element.crop), now_text()});
}

fs::path History::keep(const std::string& bytes, const std::string& extension) const {
    return impl_->keep(bytes, extension);
}

std::optional<StoredHeal> History::cached(const ElementKey& key, const std::string& page,
                                          std::chrono::seconds ttl) const {
    const std::lock_guard lock{impl_->mutex};
    std::optional<StoredHeal> found;
    impl_->database.run(fmt::format("SELECT {} FROM heals WHERE recording = ? AND step = ? AND bundle = ? AND page = ? "
                                    "AND created_s > ? ORDER BY created_s DESC, id DESC LIMIT 1",
                                    k_columns),
                        {key.recording, std::int64_t{key.step}, key.bundle, page, now_seconds() - ttl.count()},
                        [&](const Database::Row& row) { found = heal_from(row); });
    if (found && (found->state == HealState::rejected || !found->log.success)) found.reset();
    return found;
}

void History::add(const StoredHeal& heal) {
    const std::lock_guard lock{impl_->mutex};
    std::int64_t known = 0;
    std::string state;
    impl_->database.run(
        "SELECT id, state FROM heals WHERE recording = ? AND step = ? AND bundle = ? AND page = ? AND healed = ?",
        {heal.recording, std::int64_t{heal.log.step_number}, heal.bundle, heal.page, heal.log.healed_selector},
        [&](const Database::Row& row) {
            known = row.integer(0);
            state = row.text(1);
        });
    if (known != 0) {
        if (state == "rejected") return;
        return impl_->database.run("UPDATE heals SET created_s = ? WHERE id = ?", {now_seconds(), known});
    }
    impl_->database.run(
        "INSERT INTO heals(recording, recording_path, step, bundle, page, state, created_at, created_s, healed, log) "
        "VALUES(?,?,?,?,?,?,?,?,?,?)",
        {heal.recording, heal.recording_path, std::int64_t{heal.log.step_number}, heal.bundle, heal.page,
         std::string(to_string(heal.state)), now_text(), now_seconds(), heal.log.healed_selector,
         json::serialize(reporters::to_json(heal.log))});
}

std::vector<StoredHeal> History::heals() const {
    const std::lock_guard lock{impl_->mutex};
    std::vector<StoredHeal> heals;
    impl_->database.run(fmt::format("SELECT {} FROM heals ORDER BY id", k_columns), {},
                        [&](const Database::Row& row) { heals.push_back(heal_from(row)); });
    return heals;
}

std::optional<StoredHeal> History::heal(std::int64_t id) const {
    const std::lock_guard lock{impl_->mutex};
    std::optional<StoredHeal> found;
    impl_->database.run(fmt::format("SELECT {} FROM heals WHERE id = ?", k_columns), {id},
                        [&](const Database::Row& row) { found = heal_from(row); });
    return found;
}

void History::set_state(std::int64_t id, HealState state) {
    const std::lock_guard lock{impl_->mutex};
    impl_->database.run("UPDATE heals SET state = ? WHERE id = ?", {std::string(to_string(state)), id});
}

Durations History::durations() const {
    const std::lock_guard lock{impl_->mutex};
    Durations durations;
    impl_->database.run("SELECT test, milliseconds FROM durations", {}, [&](const Database::Row& row) {
        durations.emplace(row.text(0), std::chrono::milliseconds{row.integer(1)});
    });
    return durations;
}

void History::keep_durations(const Durations& passed) {
    if (passed.empty()) return;
    const std::lock_guard lock{impl_->mutex};
    reporters::Transaction whole{impl_->database};
    const auto now = now_text();
    for (const auto& [test, duration] : passed) {
        impl_->database.run("INSERT OR REPLACE INTO durations(test, milliseconds, passed_at) VALUES(?,?,?)",
                            {test, std::int64_t{duration.count()}, now});
    }
    whole.commit();
}

}  // namespace reprise::runner
