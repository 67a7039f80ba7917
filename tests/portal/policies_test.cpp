// Who may see and do what: the anonymous key, two users, a member of a team, workers.
#include <map>

#include <gmock/gmock.h>
#include <boost/json/array.hpp>

#include "portal/support/portal_api.hpp"
#include "portal/support/portal_rows.hpp"
#include "support/program_run.hpp"

namespace reprise::tests {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

class Policies : public Portal {
protected:
    void SetUp() override {
        Portal::SetUp();
        ada_ = stack().sign_up("ada@example.test");
        eve_ = stack().sign_up("eve@example.test");
        recording_ = add_recording(stack(), ada_.id);
        job_ = add_job(stack(), recording_);
        stack().sql(fmt::format(R"(
            insert into execution_results (execution_job_id, row_index, status) values ('{1}', 0, 'passed');
            insert into execution_logs (execution_job_id, level, message) values ('{1}', 'info', 'm');
            insert into healing_logs (recording_id, execution_job_id, step_number, original_selector, success) values ('{0}', '{1}', 1, 'a', true);
            insert into vdi_metrics (worker_id) values ('w');
            insert into teams (id, name, slug, owner_id) values ('{1}', 'Team', 'team', '{2}');
            insert into sessions (session_id, user_id) values ('s', '{2}');
            insert into instances (instance_id, session_id) values ('i', 's');
            insert into tabs (tab_id, instance_id) values ('t', 'i');
            insert into runs (run_id, user_id) values ('{1}', '{2}');
            insert into page_signatures (page_sig_id, url_norm) values (1, 'https://shop.test/');
            insert into element_signatures (page_sig_id, selector_norm) values (1, 'a');
            insert into tool_calls (call_id, run_id, seq, tool_name) values ('{1}', '{1}', 1, 'click');
            insert into artifacts (call_id, type, content_hash, storage_path) values ('{1}', 'dom', 'h', 'p');
            insert into hints (page_sig_id, hint_type) values (1, 'recipe');
            insert into hint_stats (scope) values ('page');
            insert into dedup_hashes (content_hash) values ('h');)",
                                recording_, job_, ada_.id));
    }
    fixtures::ApiRequest as(const PortalUser& user) { return portal_api(stack(), stack().anon_key(), user.token); }
    fixtures::ApiRequest as_anonymous() { return portal_api(stack(), stack().anon_key()); }
    fixtures::ApiRequest as_worker() { return portal_api(stack(), stack().anon_key(), stack().worker_key()); }
    static std::size_t rows(fixtures::ApiRequest api, const std::string& table) {
        const auto answer = api.get("/rest/v1/" + table);
        EXPECT_EQ(answer.status(), 200) << table << ": " << answer.text();
        return answer.ok() ? answer.json().as_array().size() : 99;
    }
    void join_team(const PortalUser& user, const std::string& role) const {
        stack().sql(fmt::format("insert into team_members (team_id, user_id, role) values ('{}', '{}', '{}')", job_,
                                user.id, role));
    }
    int upload(fixtures::ApiRequest api, const std::string& path) const {
        const auto answer =
            api.post("/storage/v1/object/" + path, {.headers = {{"Content-Type", "image/png"}}, .data = "picture"});
        if (answer.ok()) return 200;
        return std::stoi(std::string(answer.json().at("statusCode").as_string()));
    }

    PortalUser ada_, eve_;
    std::string recording_, job_;
    const std::string picture_ = std::string(64, 'a') + ".png";
    // Tables, and how many rows of each their owner sees.
    const std::map<std::string, std::size_t> tables_{{"users", 1},
                                                     {"recordings", 1},
                                                     {"execution_jobs", 1},
                                                     {"execution_results", 1},
                                                     {"execution_logs", 1},
                                                     {"healing_logs", 1},
                                                     {"teams", 1},
                                                     {"team_members", 1},
                                                     {"sessions", 1},
                                                     {"instances", 1},
                                                     {"tabs", 1},
                                                     {"runs", 1},
                                                     {"tool_calls", 1},
                                                     {"artifacts", 1},
                                                     {"vdi_metrics", 0},
                                                     {"page_signatures", 0},
                                                     {"element_signatures", 0},
                                                     {"hints", 0},
                                                     {"hint_stats", 0},
                                                     {"dedup_hashes", 0}};
};

TEST_F(Policies, StandOnEveryTable) {
    EXPECT_EQ(stack().sql("select count(*) from pg_tables where schemaname = 'public'"),
              std::to_string(tables_.size()));
    EXPECT_EQ(stack().sql("select string_agg(relname, ' ') from pg_class where relnamespace = 'public'::regnamespace "
                          "and relkind = 'r' "
                          "and (not relrowsecurity or not exists (select from pg_policies where tablename = relname))"),
              "");
}

TEST_F(Policies, ShowUsersWhatIsTheirs) {
    for (const auto& [table, count] : tables_) {
        EXPECT_EQ(rows(as(ada_), table), count) << table;
        EXPECT_EQ(rows(as(eve_), table), table == "users" ? 1u : 0u) << table;
        EXPECT_GE(rows(portal_api(stack(), stack().service_key()), table), 1u) << table;
    }
}

// The anonymous key is in every page.
TEST_F(Policies, ShowTheAnonymousKeyNothing) {
    for (const auto& [table, count] : tables_) {
        auto api = as_anonymous();
        EXPECT_EQ(api.get("/rest/v1/" + table).status(), 401) << table;
        EXPECT_EQ(api.post("/rest/v1/" + table, {.json = json::object{}}).status(), 401) << table;
        EXPECT_EQ(api.delete_("/rest/v1/" + table).status(), 401) << table;
    }
    EXPECT_EQ(stack().sql("select string_agg(proname, ' ') from pg_proc where pronamespace = 'public'::regnamespace "
                          "and has_function_privilege('anon', oid, 'execute')"),
              "");
    EXPECT_EQ(
        stack().sql("select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and "
                    "(has_table_privilege('anon', oid, 'select, insert, update, delete, truncate') or "
                    "has_table_privilege('authenticated', oid, 'truncate'))"),
        "0");
}

TEST_F(Policies, LetNobodyWriteForOthers) {
    auto eve = as(eve_);
    EXPECT_EQ(eve.post("/rest/v1/recordings", {.json = {{"user_id", ada_.id}, {"name", "n"}, {"starting_url", "u"}}})
                  .status(),
              403);
    EXPECT_EQ(eve.post("/rest/v1/execution_jobs",
                       {.json = {{"user_id", eve_.id}, {"recording_id", recording_}, {"total_rows", 1}}})
                  .status(),
              403)
        << "a recording that is not one's own";
    EXPECT_EQ(eve.post("/rest/v1/execution_results",
                       {.json = {{"execution_job_id", job_}, {"row_index", 1}, {"status", "passed"}}})
                  .status(),
              403);
    EXPECT_EQ(eve.post("/rest/v1/team_members", {.json = {{"team_id", job_}, {"user_id", eve_.id}, {"role", "admin"}}})
                  .status(),
              403);
    EXPECT_EQ(eve.post("/rest/v1/vdi_metrics", {.json = {{"worker_id", "w"}}}).status(), 403);
    for (const auto* table : {"recordings", "execution_jobs", "execution_results", "teams", "team_members", "runs"}) {
        eve.delete_(fmt::format("/rest/v1/{}?{}=not.is.null", table, std::string{table} == "runs" ? "run_id" : "id"));
        EXPECT_EQ(stack().sql(fmt::format("select count(*) from {}", table)), "1") << table;
    }
    eve.patch("/rest/v1/recordings?id=eq." + recording_, {.json = {{"name", "taken"}}});
    eve.patch("/rest/v1/users?id=eq." + ada_.id, {.json = {{"full_name", "taken"}}});
    EXPECT_EQ(
        stack().sql("select (select name from recordings), (select count(*) from users where full_name = 'taken')"),
        "Order|0");
    // One's own recording is not given away, either.
    EXPECT_EQ(as(ada_).patch("/rest/v1/recordings?id=eq." + recording_, {.json = {{"user_id", eve_.id}}}).status(),
              403);
}

TEST_F(Policies, KeepTiersAndLeasesFromUsers) {
    auto ada = as(ada_);
    const auto tier = ada.patch("/rest/v1/users?id=eq." + ada_.id, {.json = {{"tier", "enterprise"}}});
    EXPECT_EQ(tier.status(), 403);
    EXPECT_THAT(tier.text(), HasSubstr("tier"));
    EXPECT_EQ(
        ada.patch("/rest/v1/users?id=eq." + ada_.id, {.json = {{"full_name", "Ada"}, {"tier", "starter"}}}).status(),
        204);
    EXPECT_EQ(ada.patch("/rest/v1/execution_jobs?id=eq." + job_, {.json = {{"attempt", 7}}}).status(), 403);
    EXPECT_EQ(ada.patch("/rest/v1/execution_jobs?id=eq." + job_, {.json = {{"status", "paused"}}}).status(), 204);
}

TEST_F(Policies, LetOwnersStartAJobAgain) {
    stack().sql(fmt::format("update execution_jobs set status = 'failed' where id = '{}'", job_));
    const auto address = "/rest/v1/execution_jobs?id=eq." + job_;
    as(eve_).patch(address, {.json = {{"status", "pending"}}});
    EXPECT_EQ(stack().sql("select status from execution_jobs"), "failed");
    EXPECT_EQ(as(ada_).patch(address, {.json = {{"status", "pending"}}}).status(), 204);
    EXPECT_EQ(stack().sql("select status, attempt, completed_rows from execution_jobs"), "pending|1|0");
}

TEST_F(Policies, ShowTeamsTheirRecordingsAndJobs) {
    const auto member = stack().sign_up("member@example.test");
    join_team(member, "viewer");
    EXPECT_EQ(rows(as(member), "recordings"), 0u) << "not the team's yet";
    stack().sql(fmt::format("update recordings set team_id = '{0}'; update execution_jobs set team_id = '{0}'", job_));
    EXPECT_EQ(rows(as(member), "recordings"), 0u) << "private still";
    stack().sql("update recordings set visibility = 'team'");
    for (const auto* table :
         {"recordings", "execution_jobs", "execution_results", "execution_logs", "healing_logs", "teams"}) {
        EXPECT_EQ(rows(as(member), table), 1u) << table;
        EXPECT_EQ(rows(as(eve_), table), 0u) << table;
    }
    EXPECT_EQ(rows(as(member), "team_members"), 2u);
    auto api = as(member);
    EXPECT_EQ(api.post("/rest/v1/recordings",
                       {.json = {{"user_id", member.id}, {"team_id", job_}, {"name", "n"}, {"starting_url", "u"}}})
                  .status(),
              403)
        << "viewers add nothing to the team";
    api.patch("/rest/v1/recordings?id=eq." + recording_, {.json = {{"name", "taken"}}});
    api.patch("/rest/v1/team_members?user_id=eq." + member.id, {.json = {{"role", "owner"}}});
    EXPECT_EQ(stack().sql(fmt::format(
                  "select name, (select role from team_members where user_id = '{}') from recordings", member.id)),
              "Order|viewer");
    // What is public is seen by whoever has signed in; what its runs met is not.
    stack().sql(
        "update recordings set visibility = 'public', team_id = null; update execution_jobs set team_id = null");
    EXPECT_EQ(rows(as(eve_), "recordings"), 1u);
    EXPECT_EQ(rows(as(eve_), "healing_logs"), 0u);
    EXPECT_EQ(rows(as(eve_), "execution_jobs"), 0u);
}

TEST_F(Policies, LetLeadersKeepTheirTeam) {
    auto ada = as(ada_);
    EXPECT_EQ(ada.post("/rest/v1/team_members", {.json = {{"team_id", job_}, {"user_id", eve_.id}, {"role", "admin"}}})
                  .status(),
              201);
    EXPECT_EQ(as(eve_)
                  .post("/rest/v1/team_members", {.json = {{"team_id", job_}, {"user_id", eve_.id}, {"role", "owner"}}})
                  .status(),
              403);
    as(eve_).delete_("/rest/v1/team_members?user_id=eq." + ada_.id);
    EXPECT_EQ(rows(as(ada_), "team_members"), 2u) << "owners are not removed";
    EXPECT_EQ(as(eve_).delete_("/rest/v1/team_members?user_id=eq." + eve_.id).status(), 204);
    EXPECT_EQ(rows(as(ada_), "team_members"), 1u);
}

TEST_F(Policies, GiveWorkersFunctionsAndNoTable) {
    for (const auto& [table, count] : tables_) EXPECT_EQ(as_worker().get("/rest/v1/" + table).status(), 403) << table;
    EXPECT_EQ(
        stack().sql("select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and "
                    "has_table_privilege('reprise_worker', oid, 'select, insert, update, delete')"),
        "0");
    EXPECT_EQ(stack().sql("select string_agg(proname, ' ' order by proname) from pg_proc where pronamespace = "
                          "'public'::regnamespace and has_function_privilege('reprise_worker', oid, 'execute')"),
              "claim_execution_job finish_execution_job heartbeat_execution_job publish_execution_rows "
              "record_worker_metrics release_execution_job");
    const json::object claim{{"worker", "w"}, {"claim_id", job_}};
    EXPECT_EQ(as(ada_).post("/rest/v1/rpc/claim_execution_job", {.json = claim}).status(), 403)
        << "users are no workers";
    EXPECT_EQ(as_anonymous().post("/rest/v1/rpc/claim_execution_job", {.json = claim}).status(), 401);
    EXPECT_EQ(as_worker().post("/rest/v1/rpc/claim_execution_job", {.json = claim}).json().at("attempt"), 1);
}

// A worker with an account: its role comes with its sign-in.
TEST_F(Policies, LetUsersBeWorkersByTheRoleOfTheirAccount) {
    stack().sql(fmt::format("update auth.users set role = 'reprise_worker' where id = '{}'", eve_.id));
    const auto answer = as_anonymous().post("/auth/v1/token?grant_type=password",
                                            {.json = {{"email", eve_.email}, {"password", eve_.password}}});
    ASSERT_EQ(answer.status(), 200) << answer.text();
    auto worker = portal_api(stack(), stack().anon_key(), std::string(answer.json().at("access_token").as_string()));
    const auto claimed =
        worker.post("/rest/v1/rpc/claim_execution_job", {.json = {{"worker", "w"}, {"claim_id", job_}}});
    EXPECT_EQ(claimed.status(), 200) << claimed.text();
    EXPECT_EQ(worker.get("/rest/v1/recordings").status(), 403);
}

TEST_F(Policies, KeepAllBucketsPrivate) {
    EXPECT_EQ(stack().sql("select string_agg(id, ' ' order by id) from storage.buckets where not public"),
              "dom downloads exports logs scaffolds screenshots");
    EXPECT_EQ(stack().sql("select count(*) from storage.buckets where public"), "0");
    const auto file = fmt::format("screenshots/{}/{}", job_, picture_);
    EXPECT_EQ(upload(portal_api(stack(), stack().service_key()), file), 200);
    EXPECT_NE(fixtures::ApiRequest{}.get(stack().url() + "/storage/v1/object/public/" + file).status(), 200);
    EXPECT_NE(as_anonymous().get("/storage/v1/object/authenticated/" + file).status(), 200);
    EXPECT_NE(as(eve_).get("/storage/v1/object/authenticated/" + file).status(), 200);
    EXPECT_EQ(as(ada_).get("/storage/v1/object/authenticated/" + file).text(), "picture");
    const auto link = as(ada_).post("/storage/v1/object/sign/" + file, {.json = {{"expiresIn", 60}}});
    ASSERT_EQ(link.status(), 200) << link.text();
    EXPECT_NE(as(eve_).post("/storage/v1/object/sign/" + file, {.json = {{"expiresIn", 60}}}).status(), 200);
}

TEST_F(Policies, LetWorkersAddPicturesAndNothingElse) {
    const auto file = fmt::format("screenshots/{}/{}", job_, picture_);
    EXPECT_EQ(upload(as_worker(), file), 200);
    EXPECT_EQ(upload(as_worker(), file), 409) << "it is there";
    EXPECT_EQ(upload(as_worker(), fmt::format("screenshots/{}/step-1.png", job_)), 403);
    EXPECT_EQ(upload(as_worker(), fmt::format("exports/{}/{}", job_, picture_)), 403);
    EXPECT_EQ(upload(as_anonymous(), fmt::format("screenshots/{}/b{}", job_, picture_.substr(1))), 403);
    EXPECT_NE(as_worker().get("/storage/v1/object/authenticated/" + file).status(), 200);
    as_worker().delete_("/storage/v1/object/" + file);
    EXPECT_EQ(stack().sql("select count(*) from storage.objects"), "1");
}

TEST_F(Policies, LetUsersWriteTheirOwnFiles) {
    EXPECT_EQ(upload(as(ada_), fmt::format("exports/{}/{}/rows.png", ada_.id, job_)), 200);
    EXPECT_EQ(upload(as(ada_), fmt::format("screenshots/{}/0/step-1.png", job_)), 200);
    EXPECT_EQ(upload(as(ada_), fmt::format("logs/{}/a.png", job_)), 403);
    EXPECT_EQ(upload(as(eve_), fmt::format("exports/{}/{}/rows.png", ada_.id, job_)), 403);
    EXPECT_EQ(upload(as(eve_), fmt::format("screenshots/{}/0/step-2.png", job_)), 403);
    as(eve_).delete_("/storage/v1/object/exports",
                     {.json = {{"prefixes", {fmt::format("{}/{}/rows.png", ada_.id, job_)}}}});
    EXPECT_EQ(stack().sql("select count(*) from storage.objects"), "2");
}

}  // namespace
}  // namespace reprise::tests
