// An SQLite file: statements with bound values, errors as exceptions that name the file.
//
// Thread contract: one thread at a time; several processes may have the file open.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

struct sqlite3;

namespace reprise::reporters {

class DatabaseError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class Database {
public:
    using Value = std::variant<std::int64_t, double, std::string>;
    // One result row; columns from 0. NULL reads as 0 or "".
    class Row {
    public:
        explicit Row(void* statement) : statement_{statement} {}
        std::int64_t integer(int column) const;
        double number(int column) const;
        std::string text(int column) const;

    private:
        void* statement_;
    };

    // Opens or makes the file; folders are made as needed. Throws DatabaseError.
    explicit Database(const std::filesystem::path& file);

    // Runs statements without values.
    void run(const char* sql) const;
    // Runs one statement; `each` sees every row.
    void run(std::string_view sql, const std::vector<Value>& values,
             const std::function<void(const Row&)>& each = {}) const;
    std::int64_t last_id() const;

private:
    [[noreturn]] void fail(std::string_view what) const;
    struct Close {
        void operator()(sqlite3* database) const noexcept;
    };
    std::filesystem::path file_;
    std::unique_ptr<sqlite3, Close> database_;
};

// All that is run on the database while it lives, or nothing of it: what was not committed is taken back.
class Transaction {
public:
    explicit Transaction(const Database& database);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

    void commit();

private:
    const Database& database_;
    bool open_{true};
};

}  // namespace reprise::reporters
