// What the migrations make of a database: they can be applied again and to portals that have tables already, and the
// database keeps its rows right by itself.
#include <gmock/gmock.h>

#include "portal/support/portal_rows.hpp"
#include "support/expect_throw.hpp"
#include "support/program_run.hpp"

namespace reprise::tests {
namespace {

using testing::HasSubstr;

std::vector<fs::path> migration_files() {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(fs::path{::getenv("REPRISE_SOURCE")} / "supabase/migrations"))
        files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

class Migrations : public Portal {
protected:
    // All that they make, as text; columns, constraints, indexes, triggers, functions, policies, grants.
    std::string everything() const {
        return stack().sql(R"(
            select string_agg(line, E'\n' order by line) from (
              select 'column ' || table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')
                from information_schema.columns where table_schema = 'public'
              union all select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
                from pg_constraint where connamespace = 'public'::regnamespace
              union all select 'index ' || indexdef from pg_indexes where schemaname = 'public'
              union all select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
              union all select 'function ' || oid::regprocedure || ' ' || md5(prosrc) || coalesce(proacl::text, '')
                from pg_proc where pronamespace = 'public'::regnamespace
              union all select 'policy ' || tablename || ' ' || policyname || ' ' || coalesce(qual, '') || coalesce(with_check, '') from pg_policies
              union all select 'grants ' || relname || coalesce(relacl::text, '') from pg_class where relnamespace = 'public'::regnamespace
              union all select 'published ' || tablename from pg_publication_tables) lines (line))");
    }
    // Gives the warnings.
    static std::string apply(const std::string& role = {}) {
        std::string warnings;
        for (const auto& file : migration_files()) warnings += stack().sql_file(file, role);
        return warnings;
    }
    std::string job(
        const std::string& columns = "status, completed_rows, successful_rows, failed_rows, skipped_rows") const {
        return stack().sql(fmt::format("select {} from public.execution_jobs where id = '{}'", columns, job_));
    }
    void make_job(int rows, const std::string& status = "running") {
        recording_ = add_recording(stack(), stack().user_id());
        job_ = add_job(stack(), recording_, rows);
        stack().sql(fmt::format("update public.execution_jobs set status = '{}' where id = '{}'", status, job_));
    }
    void add(int row, const std::string& status) { add_result(stack(), job_, row, status); }

    std::string recording_;
    std::string job_;
};

TEST_F(Migrations, ChangeNothingWhenTheyAreAppliedAgain) {
    const auto before = everything();
    EXPECT_GT(std::ranges::count(before, '\n'), 300);
    make_job(2);
    add(0, "passed");
    EXPECT_EQ(apply(), "");
    EXPECT_EQ(apply(), "");
    EXPECT_EQ(everything(), before);
    EXPECT_EQ(job(), "running|1|1|0|0");
}

// Hosted projects give no superuser: roles are made, but the tables of sign-in and files belong to others.
TEST_F(Migrations, NeedNoSuperuser) {
    stack().use_schema("none");
    stack().sql(R"(
        create role deployer login createrole bypassrls;
        alter schema public owner to deployer;
        grant create on database postgres to deployer;
        grant usage on schema auth, storage to deployer with grant option;
        grant all on auth.users to deployer;
        grant all on storage.objects, storage.buckets to deployer with grant option)");
    const auto warnings = apply("deployer");
    EXPECT_THAT(warnings, HasSubstr("the policies of storage.objects could not be made"));
    EXPECT_THAT(warnings, HasSubstr("could not be added to the publication supabase_realtime"));
    EXPECT_EQ(apply("deployer"), warnings);
    const auto job = add_job(stack(), add_recording(stack(), stack().user_id()));
    EXPECT_THAT(stack().sql("set role reprise_worker; select claim_execution_job('w', gen_random_uuid())"),
                HasSubstr(job));
    stack().use_schema("ours");
    stack().sql("drop owned by deployer; drop role deployer");
}

TEST_F(Migrations, CompleteAPortalOfTheContract) {
    stack().use_schema("contract");
    const auto user = stack().user_id();
    stack().sql(fmt::format(R"(
        insert into users (id, email) values ('{0}', 'user@example.test');
        insert into recordings (id, user_id, name, starting_url, tags, status, step_count, steps, variables, recording_method, visibility)
          values ('{0}', '{0}', 'Order', 'u', '{{a}}', 'completed', 0, '[]', '{{}}', 'extension', 'private');
        insert into execution_jobs (id, recording_id, user_id, name, csv_data, variable_mapping, total_rows, current_row, completed_rows,
          failed_rows, status, settings) values ('{0}', '{0}', '{0}', 'n', '[{{}}]', '{{"a": "b"}}', 1, 0, 0, 0, 'pending', '{{}}');
        insert into execution_logs (execution_job_id, level, message, created_at) values ('{0}', 'info', 'm', '2026-01-01');)",
                            user));
    EXPECT_THAT(apply(), HasSubstr("bucket screenshots is public")) << "its pages may count on that";
    apply();
    EXPECT_EQ(stack().sql("select field_mapping, variable_mapping, attempt from execution_jobs"),
              R"({"a": "b"}|{"a": "b"}|0)");
    EXPECT_EQ(stack().sql(R"(select "timestamp" = '2026-01-01' from execution_logs)"), "t");
    add_result(stack(), user, 0, "success");
    EXPECT_EQ(stack().sql("select completed_rows from execution_jobs"), "1");
}

TEST_F(Migrations, CompleteAPortalOfTheOtherVocabulary) {
    stack().use_schema("schema");
    const auto user = stack().user_id();
    stack().sql(fmt::format(R"(
        insert into users (id, email) values ('{0}', 'user@example.test');
        insert into recordings (id, user_id, name, starting_url, status) values ('{0}', '{0}', 'Order', 'u', 'ready');
        insert into execution_jobs (id, recording_id, user_id, csv_data, field_mapping, total_rows, worker_id, status)
          values ('{0}', '{0}', '{0}', '[{{}}]', '{{"a": "b"}}', 9, 'w', 'running');
        insert into execution_results (execution_job_id, row_index, row_data, status, created_at) values
          ('{0}', 0, '{{}}', 'failed', '2026-01-01'), ('{0}', 0, '{{}}', 'success', '2026-01-02');
        insert into healing_logs (recording_id, step_number, original_selector, confidence_score, success) values ('{0}', 1, 'a', 70, true);)",
                            user));
    apply();
    EXPECT_EQ(stack().sql("select variable_mapping, vdi_instance_id from execution_jobs"), R"({"a": "b"}|w)");
    EXPECT_EQ(stack().sql("select status from execution_results"), "success") << "of copies the last one stays";
    EXPECT_EQ(stack().sql("select confidence from healing_logs"), "70");
    add_result(stack(), user, 1, "failed");
    EXPECT_EQ(stack().sql("select status, completed_rows, failed_rows from execution_jobs"), "running|1|1");
    EXPECT_EQ(stack().sql(
                  "select count(*) from pg_trigger where tgrelid = 'execution_results'::regclass and not tgisinternal"),
              "4");
}

TEST_F(Migrations, FixTheSearchPathOfEveryFunction) {
    EXPECT_EQ(
        stack().sql("select string_agg(proname, ' ') from pg_proc where pronamespace = 'public'::regnamespace and "
                    "not exists (select from unnest(proconfig) c where c like 'search_path=%')"),
        "");
}

TEST_F(Migrations, GiveEverySignUpAProfile) {
    stack().sql(R"(insert into auth.users (id, email, raw_user_meta_data)
                   values ('00000000-0000-4000-8000-000000000001', 'ada@example.test', '{"full_name": "Ada"}'))");
    EXPECT_EQ(stack().sql("select email, full_name, tier, preferences -> 'aiHealing' ->> 'mode' from public.users"),
              "ada@example.test|Ada|starter|autonomous");
    // Pages insert the profile themselves after the sign-up.
    stack().sql(R"(insert into public.users (id, email, full_name, preferences)
                   values ('00000000-0000-4000-8000-000000000001', 'ada@example.test', 'Ada L.', '{"theme": "dark"}'))");
    EXPECT_EQ(stack().sql("select full_name, preferences from public.users"), R"(Ada L.|{"theme": "dark"})");
    // Without an address, as by telephone.
    stack().sql("insert into auth.users (id) values (gen_random_uuid()), (gen_random_uuid())");
    EXPECT_EQ(stack().sql("select count(*) from public.users"), "3");
}

TEST_F(Migrations, CountTheStepsOfARecordingWhateverTheyAre) {
    const auto count = [&](const std::string& steps) {
        return stack().sql(fmt::format("update public.recordings set steps = {} where id = '{}' returning step_count",
                                       steps, recording_));
    };
    recording_ = add_recording(stack(), stack().user_id());
    EXPECT_EQ(stack().sql("select step_count from public.recordings"), "2");
    EXPECT_EQ(count("'[1, 2, 3]'"), "3");
    EXPECT_EQ(count(R"('{"a": 1}')"), "0");
    EXPECT_EQ(count(R"('{"steps": [1, 2]}')"), "2");
    EXPECT_EQ(count("'null'"), "0");
    EXPECT_EQ(count("null"), "0");
}

TEST_F(Migrations, KeepTheTwoNamesOfAThingAlike) {
    make_job(2, "pending");
    const auto set = [&](const std::string& values) {
        return stack().sql(
            fmt::format("update public.execution_jobs set {} where id = '{}' "
                        "returning field_mapping, variable_mapping, worker_id, vdi_instance_id",
                        values, job_));
    };
    EXPECT_EQ(set(R"(field_mapping = '{"a": "b"}', worker_id = 'w')"), R"({"a": "b"}|{"a": "b"}|w|w)");
    EXPECT_EQ(set(R"(variable_mapping = '{"c": "d"}', vdi_instance_id = 'v')"), R"({"c": "d"}|{"c": "d"}|v|v)");
    EXPECT_EQ(set("worker_id = null"), R"({"c": "d"}|{"c": "d"}||)");
    EXPECT_EQ(stack().sql(fmt::format(
                  "insert into public.execution_results (execution_job_id, row_index, status, screenshot_url) values "
                  "('{}', 0, 'failed', 's') returning error_screenshot_url, screenshot_url",
                  job_)),
              "s|s");
    EXPECT_EQ(stack().sql("update public.execution_results set error_screenshot_url = 't' returning "
                          "error_screenshot_url, screenshot_url"),
              "t|t");
    EXPECT_EQ(stack().sql(fmt::format(
                  R"(insert into public.execution_logs (execution_job_id, level, message, "timestamp") values
                                         ('{}', 'info', 'm', '2026-01-01') returning created_at = "timestamp")",
                  job_)),
              "t");
    EXPECT_EQ(stack().sql(fmt::format("insert into public.healing_logs (recording_id, step_number, original_selector, "
                                      "success, confidence) values "
                                      "('{}', 1, 'a', true, 90.6) returning confidence, confidence_score",
                                      recording_)),
              "90.6|91");
}

// All rows failed, and the job was "completed".
TEST_F(Migrations, FailAJobWhoseRowsFailed) {
    make_job(2);
    add(0, "failed");
    add(1, "failed");
    EXPECT_EQ(job(), "failed|0|0|2|0");
    EXPECT_EQ(job("completed_at is not null"), "t");
}

// A skipped row was never counted, and its job never ended.
TEST_F(Migrations, CountSkippedRows) {
    make_job(2);
    add(0, "passed");
    EXPECT_EQ(job(), "running|1|1|0|0");
    add(1, "skipped");
    EXPECT_EQ(job(), "completed|2|1|0|1");
}

TEST_F(Migrations, LeaveACancelledJobCancelledWhenARowComesLate) {
    make_job(1, "cancelled");
    add(0, "success");
    EXPECT_EQ(job(), "cancelled|1|1|0|0");
}

TEST_F(Migrations, KeepTheFirstEndOfAJob) {
    make_job(1);
    add(0, "passed");
    for (const auto* later : {"failed", "cancelled", "running", "paused"}) {
        stack().sql(fmt::format("update public.execution_jobs set status = '{}', completed_at = null where id = '{}'",
                                later, job_));
        EXPECT_EQ(job("status, completed_at is not null"), "completed|t") << later;
    }
}

TEST_F(Migrations, StartAJobAgainAsANewRun) {
    make_job(2);
    add(0, "passed");
    add(1, "failed");
    stack().sql(fmt::format("update public.execution_jobs set status = 'pending' where id = '{}'", job_));
    EXPECT_EQ(job(), "pending|0|0|0|0");
    EXPECT_EQ(job("completed_at is null and started_at is null"), "t");
    stack().sql(fmt::format("update public.execution_jobs set status = 'running' where id = '{}'", job_));
    // The same rows, written again; the old failure counts no more.
    stack().sql("update public.execution_results set status = 'failed' where row_index = 0");
    EXPECT_EQ(job(), "running|0|0|1|0");
    stack().sql("update public.execution_results set status = 'passed' where row_index = 1");
    EXPECT_EQ(job(), "failed|1|1|1|0");
}

// A row that was sent twice was counted twice: the job ended before its last row.
TEST_F(Migrations, TakeEachRowOfAJobOnce) {
    make_job(2);
    add(0, "passed");
    EXPECT_THROW_MSG(add(0, "passed"), std::runtime_error, HasSubstr("execution_results_job_row"));
    stack().sql(
        fmt::format("insert into public.execution_results (execution_job_id, row_index, status) values ('{0}', 0, "
                    "'passed'), ('{0}', 1, 'running') "
                    "on conflict (execution_job_id, row_index) do update set status = excluded.status",
                    job_));
    EXPECT_EQ(job(), "running|1|1|0|0");
}

TEST_F(Migrations, LeaveTheEndOfALeasedJobToItsWorker) {
    make_job(1);
    stack().sql(fmt::format(
        "update public.execution_jobs set lease_expires_at = now() + interval '1 minute' where id = '{}'", job_));
    add(0, "failed");
    EXPECT_EQ(job(), "running|0|0|1|0");
}

// Two writers, each in a transaction that does not see the other's rows.
TEST_F(Migrations, CountTheRowsOfWritersAtTheSameTime) {
    make_job(200);
    std::vector<std::unique_ptr<Program>> writers;
    for (int writer = 0; writer < 4; ++writer) {
        std::string script;
        for (int batch = 0; batch < 5; ++batch) {
            script += fmt::format(
                "insert into public.execution_results (execution_job_id, row_index, status) "
                "select '{}', n, 'passed' from generate_series({}, {}) n;",
                job_, writer * 50 + batch * 10, writer * 50 + batch * 10 + 9);
        }
        const TemporaryFolder folder;
        writers.push_back(std::make_unique<Program>(
            std::vector<std::string>{"/usr/lib/postgresql/15/bin/psql", "-Xq", "-d", stack().database(), "-c", script},
            std::vector<std::string>{}));
    }
    for (auto& writer : writers) EXPECT_EQ(writer->wait().exit_code, 0);
    EXPECT_EQ(job(), "completed|200|200|0|0");
}

// The key was made of the selector, and look-ups by the page's address never hit.
TEST_F(Migrations, MakeCacheKeysOfTheAddressOfThePage) {
    make_job(1);
    const auto heal = [&](const std::string& columns, const std::string& values) {
        return stack().sql(
            fmt::format("insert into public.healing_logs (recording_id, step_number, original_selector, success, "
                        "healed_selector, {}) values ('{}', 1, 'a', true, 'b', {}) returning cache_key",
                        columns, recording_, values));
    };
    EXPECT_EQ(heal("page_url", "'https://shop.test/'"),
              stack().sql(fmt::format("select md5('{}' || '1' || 'https://shop.test/')", recording_)));
    EXPECT_EQ(heal("cache_key, page_url", "'mine', 'https://shop.test/'"), "mine");
    heal("created_at, cache_key", "null, 'late'");
    EXPECT_EQ(
        stack().sql(
            "select cached_until > now() + interval '23 hours' from public.healing_logs where cache_key = 'late'"),
        "t");
    EXPECT_EQ(stack().sql("select count(*) from public.healing_logs where success and cached_until > now()"), "3");
}

TEST_F(Migrations, RefuseWhatIsNoPercentage) {
    EXPECT_THROW_MSG(stack().sql("insert into public.vdi_metrics (worker_id, cpu_usage) values ('w', 150)"),
                     std::runtime_error, HasSubstr("vdi_metrics_cpu_usage_check"));
}

TEST_F(Migrations, PublishWhatPagesWatch) {
    EXPECT_EQ(stack().sql("select string_agg(tablename, ' ' order by tablename) from pg_publication_tables where "
                          "pubname = 'supabase_realtime'"),
              "execution_jobs execution_logs execution_results healing_logs recordings");
}

TEST_F(Migrations, KeepTheHistoryOfRuns) {
    const auto run = stack().sql("insert into public.runs default values returning run_id");
    EXPECT_EQ(stack().sql(
                  fmt::format("insert into public.tool_calls (run_id, seq, tool_name, started_at, ended_at) values "
                              "('{}', 1, 'click', '2026-01-01 00:00:00', '2026-01-01 00:00:01.5') returning latency_ms",
                              run)),
              "1500");
    EXPECT_THROW_MSG(stack().sql(fmt::format(
                         "insert into public.tool_calls (run_id, seq, tool_name) values ('{}', 1, 'click')", run)),
                     std::runtime_error, HasSubstr("tool_calls_run_id_seq_key"));
    stack().sql("create table public.test_runs (id integer)");
    apply();
    EXPECT_EQ(stack().sql("select count(*) from information_schema.columns where table_name = 'test_runs' and "
                          "column_name = 'stream_url'"),
              "1");
    stack().sql("drop table public.test_runs");
}

}  // namespace
}  // namespace reprise::tests
