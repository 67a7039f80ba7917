// Supabase over HTTP: rows (PostgREST), files (Storage), sign-in (Auth).
//
//     Client portal{settings_from_environment()};
//     portal.upsert("recordings", {{{"id", id}, {"name", "Order"}}});
//     for (const auto& job : portal.select("execution_jobs", "status=eq.pending&order=created_at")) ...
//
// One thread at a time, but for stop(), which may come from any; a thread of its own needs a client of its own. The
// connection is kept and used again. TLS is verified; nothing is followed to another address; the key goes to the
// portal alone, and into no text.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <reprise/reporters/supabase/settings.hpp>

namespace reprise::reporters::supabase {

// What a request ended with. The text says what was asked, what was answered and what to mend; it never holds a key.
class PortalError : public std::runtime_error {
public:
    enum class Kind {
        unreachable,       // no answer: name, connection, TLS, time-out, connection cut
        unavailable,       // 408, 425, 429, 5xx: may pass
        unauthorized,      // 401: key wrong or expired
        forbidden,         // 403, row-level security, missing grant
        missing_table,     // 42P01, PGRST205
        missing_column,    // 42703, PGRST204
        missing_function,  // PGRST202
        missing_bucket,
        not_found,   // a file, a row
        conflict,    // 409, 23505, 23503
        refused,     // another 4xx: what we sent is not accepted as it is
        bad_answer,  // not what this API answers: a gateway's page, cut JSON
        stopped,     // by stop()
    };
    PortalError(Kind kind, const std::string& message, int status = 0, std::string code = {})
        : std::runtime_error(message), kind_{kind}, status_{status}, code_{std::move(code)} {}
    Kind kind() const noexcept { return kind_; }
    int status() const noexcept { return status_; }             // HTTP; of Storage the one in the body; 0: no answer
    const std::string& code() const noexcept { return code_; }  // "42703", "PGRST204", "Duplicate"; may be empty
    // The same request may succeed later: nothing is wrong with it.
    bool may_pass() const noexcept {
        return kind_ == Kind::unreachable || kind_ == Kind::unavailable || kind_ == Kind::bad_answer;
    }

private:
    Kind kind_;
    int status_;
    std::string code_;
};

// Full jitter: before try n the pause is a random part of min(longest, first · 2^(n-1)), or what `Retry-After` asks.
// A request is tried again only after an error that may_pass(), and so each must be one that may arrive twice: own ids,
// upserts, claim ids.
struct RetryPolicy {
    int tries{5};  // in all
    std::chrono::milliseconds first{200};
    std::chrono::milliseconds longest{10'000};
    std::chrono::milliseconds total{60'000};  // no further try is begun after that
};

struct Traffic {
    std::uint64_t requests{}, retries{}, bytes_sent{}, bytes_received{};
};

class Client {
public:
    // `settings` have no problem_of(); throws std::invalid_argument otherwise. Signs in at the first request.
    explicit Client(Settings settings, RetryPolicy retry = {});
    ~Client();
    Client(Client&&) noexcept;
    Client& operator=(Client&&) = delete;

    // All throw PortalError. `query`: PostgREST's, already escaped ("id=eq.…&select=id,name"); see query_value().

    // All rows, page after page (portals cut at 1,000 rows), at most `most`. Give an order for more than one page.
    boost::json::array select(const std::string& table, const std::string& query, std::size_t most = SIZE_MAX);
    // How many rows match.
    std::uint64_t count(const std::string& table, const std::string& query);
    // One statement, all or nothing. Rows may have different keys: what one lacks gets its default. Rows that are
    // there already, by `on_conflict` (a primary or unique key), are overwritten, or left with `keep`.
    enum class Existing { overwrite, keep };
    void upsert(const std::string& table, const boost::json::array& rows, Existing existing = Existing::overwrite,
                const std::string& on_conflict = "id");
    // The rows as they are afterwards.
    boost::json::array update(const std::string& table, const std::string& query, const boost::json::object& values);
    void remove(const std::string& table, const std::string& query);
    // A function of the database; a null answer is null.
    boost::json::value call(const std::string& function, const boost::json::object& arguments);

    enum class Uploaded { now, before };  // before: a file of that name was there, and was left
    Uploaded upload(const std::string& bucket, const std::string& key, std::string_view bytes,
                    const std::string& content_type);
    std::string download(const std::string& bucket, const std::string& key);
    // A whole address that anyone can read from for `lifetime`.
    std::string sign(const std::string& bucket, const std::string& key, std::chrono::seconds lifetime);
    void remove_file(const std::string& bucket, const std::string& key);
    // Anyone may read from it, by public_address(). False, too, when it is not there or not ours to ask about.
    bool is_public(const std::string& bucket);
    std::string public_address(const std::string& bucket, const std::string& key) const;

    // The tables and columns that the API tells of (OpenAPI): {"execution_jobs": {"id": …}, …}; nullopt: it does not.
    std::optional<boost::json::object> definitions();
    // The user signed in, else the settings' user_id; empty: unknown.
    std::string user_id();

    // Ends what goes on, within a second, and everything later, with Kind::stopped.
    void stop() noexcept;
    Traffic traffic() const;
    const Settings& settings() const;

private:
    class Core;
    std::unique_ptr<Core> core_;
};

// `text` as a value in a query: percent-escaped.
std::string query_value(std::string_view text);

}  // namespace reprise::reporters::supabase
