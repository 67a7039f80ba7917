#include <reprise/reporters/database.hpp>

#include <sqlite3.h>

#include <fmt/format.h>

namespace reprise::reporters {
namespace {

constexpr int k_busy_ms = 5'000;  // another process may be writing

struct Finish {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};

sqlite3_stmt* raw(void* statement) {
    return static_cast<sqlite3_stmt*>(statement);
}

}  // namespace

void Database::Close::operator()(sqlite3* database) const noexcept {
    sqlite3_close_v2(database);
}

std::int64_t Database::Row::integer(int column) const {
    return sqlite3_column_int64(raw(statement_), column);
}
double Database::Row::number(int column) const {
    return sqlite3_column_double(raw(statement_), column);
}
std::string Database::Row::text(int column) const {
    const auto* bytes = sqlite3_column_text(raw(statement_), column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(raw(statement_), column));
    return bytes == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(bytes), size);
}

Database::Database(const std::filesystem::path& file) : file_{file} {
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    sqlite3* opened = nullptr;
    const int result = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    database_.reset(opened);
    if (result != SQLITE_OK) fail("open");
    sqlite3_busy_timeout(opened, k_busy_ms);
    run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON");
}

void Database::fail(std::string_view what) const {
    throw DatabaseError(fmt::format("{}: cannot {}: {}", file_.string(), what,
                                    database_ ? sqlite3_errmsg(database_.get()) : "out of memory"));
}

void Database::run(const char* sql) const {
    if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail("write");
}

void Database::run(std::string_view sql, const std::vector<Value>& values,
                   const std::function<void(const Row&)>& each) const {
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &prepared, nullptr) !=
        SQLITE_OK) {
        fail("read");
    }
    const std::unique_ptr<sqlite3_stmt, Finish> statement{prepared};
    for (std::size_t i = 0; i < values.size(); ++i) {
        const int place = static_cast<int>(i) + 1;
        if (const auto* integer = std::get_if<std::int64_t>(&values[i])) {
            sqlite3_bind_int64(prepared, place, *integer);
        } else if (const auto* number = std::get_if<double>(&values[i])) {
            sqlite3_bind_double(prepared, place, *number);
        } else {
            const auto& text = std::get<std::string>(values[i]);
            sqlite3_bind_text(prepared, place, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
        }
    }
    int result = SQLITE_ROW;
    while ((result = sqlite3_step(prepared)) == SQLITE_ROW) {
        if (each) each(Row{prepared});
    }
    if (result != SQLITE_DONE) fail("write");
}

std::int64_t Database::last_id() const {
    return sqlite3_last_insert_rowid(database_.get());
}

Transaction::Transaction(const Database& database) : database_{database} {
    database_.run("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
    if (!open_) return;
    try {
        database_.run("ROLLBACK");
    } catch (const DatabaseError&) {
        // What went wrong first is what counts.
    }
}

void Transaction::commit() {
    database_.run("COMMIT");
    open_ = false;
}

}  // namespace reprise::reporters
