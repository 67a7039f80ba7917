// A Supabase of a test program's own: PostgreSQL, PostgREST, sign-in, files and a gateway that makes faults, all real
// and on this machine (tests/portal/stack). It starts at the first use and ends with the test program, however that
// ends.
//
//     class Publishing : public Portal {};
//     TEST_F(Publishing, WritesEveryRow) {
//         const auto user = stack().sign_up("ada@example.test");
//         stack().faults({{.kind = "lost", .method = "POST", .times = 1}});
//         ...
//         EXPECT_EQ(stack().sql("select count(*) from execution_results"), "3");
//     }
//
// One thread at a time.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "support/temporary_folder.hpp"

namespace reprise::tests {

// A fault that the gateway makes of the requests that fit `method` and `path`; the first fitting one counts.
struct PortalFault {
    // status: answered with `status`, nothing done (503)      html: an edge's HTML page with `status` (502), nothing
    // done cut: connection cut, nothing done                       lost: done, connection cut instead of an answer
    // truncate: done, half the answer as if it were whole     cut_body: done, connection cut within the answer
    // delay: done after `delay`                               hang: never answered
    std::string kind{"status"};
    std::string method{};  // empty: any
    std::string path{};    // a part of path and query; empty: any
    std::optional<int> status{};
    int percent{100};            // of the fitting requests, evenly spread, the same ones in each run
    std::optional<int> times{};  // at most so many; nullopt: no end
    int after{0};                // so many fitting requests pass first
    std::optional<int> retry_after_s{};
    std::chrono::milliseconds delay{1000};
};

struct PortalRequest {
    std::string method{};
    std::string path{};   // "/rest/v1/execution_jobs"
    std::string query{};  // without "?"
    int status{};         // 0: not answered (yet)
    std::size_t bytes{};  // of the body sent
    std::string fault{};  // kind of the fault that it met; empty: none
};

struct PortalUser {
    std::string id{};
    std::string email{};
    std::string password{};
    std::string token{};  // for "Authorization: Bearer", good for an hour
};

class PortalStack {
public:
    // Starts it and waits until it answers. Throws std::runtime_error with what is missing or wrong.
    explicit PortalStack(const std::string& schema = "ours");
    PortalStack(const PortalStack&) = delete;
    PortalStack& operator=(const PortalStack&) = delete;
    ~PortalStack();  // ends all its processes

    // The one of this test program, started by the first call; what the first call threw, later ones throw again.
    static PortalStack& instance();

    // What it listens on and its keys.
    const std::string& url() const { return url_; }
    const std::string& anon_key() const { return anon_key_; }
    const std::string& service_key() const { return service_key_; }
    const std::string& secret_key() const { return secret_key_; }  // "sb_secret_…", as good as service_key()
    const std::string& publishable_key() const {
        return publishable_key_;
    }  // "sb_publishable_…", as good as anon_key()
    // A token of role reprise_worker, for "Authorization: Bearer": the gateway takes it as no API key (anon_key() is).
    const std::string& worker_key() const { return worker_token_; }
    const std::string& database() const { return database_; }  // "postgres://…", as superuser
    const std::filesystem::path& folder() const { return folder_.path(); }
    pid_t pid() const { return pid_; }
    std::chrono::milliseconds start_up_time() const { return start_up_time_; }

    // A new user, who can also sign in with the password.
    PortalUser sign_up(const std::string& email, const std::string& password = "secret-of-tests");
    // A token with these claims: {"role", "sub", "seconds" it is good for (3600)}.
    std::string token(const boost::json::object& claims);
    // The one user made by user_id() and user_token(), at first use after a reset.
    std::string user_id() { return user().id; }
    std::string user_token() { return user().token; }

    // As superuser; gives the rows as psql -At writes them. Throws std::runtime_error with psql's words.
    std::string sql(std::string_view text) const;
    // Runs a file with psql, as one transaction, as `role` (empty: superuser); gives rows and warnings.
    std::string sql_file(const std::filesystem::path& file, const std::string& role = {}) const;

    void faults(const std::vector<PortalFault>& faults);  // instead of those before; {}: none
    std::vector<PortalRequest> requests();                // since reset() or forget_requests(), in order of arrival
    // How many of them fit.
    std::size_t requests(std::string_view method, std::string_view part_of_path);
    void forget_requests() { call("forget_requests"); }
    void network_away() { call("network", {{"on", false}}); }  // connections are cut and refused
    void network_back() { call("network", {{"on", true}}); }
    void restart_postgres() { call("restart_postgres"); }  // connections are cut
    void stop_postgres() { call("stop_postgres"); }
    void start_postgres() { call("start_postgres"); }
    void stop_postgrest() { call("stop_postgrest"); }
    void start_postgrest() { call("start_postgrest"); }
    // No rows, files, users, faults, requests; all servers run.
    void reset();
    // Drops everything and applies "ours" (supabase/migrations), "contract" or "schema" (tests/portal/schemas), "none".
    // Nothing happens when it is there already; rows stay then.
    void use_schema(const std::string& schema);
    // After a change of tables or functions with sql(): the API learns of it.
    void reload_schema() { call("reload_schema"); }

private:
    boost::json::value call(std::string_view command, boost::json::object arguments = {});
    std::string read_line();
    void end();
    std::string last_words() const;
    const PortalUser& user();

    const TemporaryFolder folder_;
    pid_t pid_{-1};
    int input_{-1};
    int output_{-1};
    std::string received_;
    std::string url_, anon_key_, service_key_, secret_key_, publishable_key_, worker_token_, database_, schema_;
    std::chrono::milliseconds start_up_time_{};
    std::optional<PortalUser> user_;
};

// Each test begins with our own schema, without rows, and with all servers running.
class Portal : public testing::Test {
protected:
    void SetUp() override {
        stack().use_schema("ours");
        stack().reset();
    }
    static PortalStack& stack() { return PortalStack::instance(); }
};

}  // namespace reprise::tests
