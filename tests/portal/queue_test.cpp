// The queue's functions as workers call them: over the API, as role reprise_worker.
#include <atomic>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "portal/support/portal_api.hpp"
#include "portal/support/portal_rows.hpp"
#include "support/program_run.hpp"

namespace reprise::tests {
namespace {

using testing::HasSubstr;

class Queue : public Portal {
protected:
    void SetUp() override {
        Portal::SetUp();
        recording_ = add_recording(stack(), stack().user_id());
    }
    std::string uuid() const { return stack().sql("select gen_random_uuid()"); }
    json::value call(const std::string& function, json::object arguments) {
        auto answer = worker_.post("/rest/v1/rpc/" + function, {.json = std::move(arguments)});
        EXPECT_EQ(answer.status(), 200) << answer.text();
        return answer.json();
    }
    json::value claim(const std::string& id, json::object more = {}) {
        more["worker"] = "worker-a";
        more["claim_id"] = id;
        return call("claim_execution_job", std::move(more));
    }
    json::value claim() { return claim(uuid()); }
    std::string heartbeat(const std::string& job, int attempt) {
        return text(call("heartbeat_execution_job", {{"job_id", job}, {"attempt", attempt}}).at("status"));
    }
    // One row's result, a line and a healing, as the worker of that attempt.
    json::object publish(const std::string& job, int attempt, int row = 0, const std::string& status = "passed") {
        const json::array results{{{"id", uuid()},
                                   {"row_index", row},
                                   {"status", status},
                                   {"row_data", {{"name", "Ada"}}},
                                   {"duration", 12}}};
        const json::array logs{{{"id", uuid()}, {"level", "info"}, {"message", "done"}, {"row_index", row}}};
        const json::array healing{{{"id", uuid()},
                                   {"step_number", 1},
                                   {"original_selector", "a"},
                                   {"healed_selector", "b"},
                                   {"healing_method", "text_match"},
                                   {"confidence", 91},
                                   {"success", true},
                                   {"applied", true}}};
        return call("publish_execution_rows",
                    {{"job_id", job}, {"attempt", attempt}, {"results", results}, {"logs", logs}, {"healing", healing}})
            .as_object();
    }
    json::object finish(const std::string& job, int attempt, const std::string& status = "completed") {
        return call("finish_execution_job", {{"job_id", job}, {"attempt", attempt}, {"status", status}}).as_object();
    }
    void let_the_lease_run_out(const std::string& job) {
        stack().sql(fmt::format(
            "update public.execution_jobs set lease_expires_at = now() - interval '1 second' where id = '{}'", job));
    }
    std::string column(const std::string& job, const std::string& columns) const {
        return stack().sql(fmt::format("select {} from public.execution_jobs where id = '{}'", columns, job));
    }
    static std::string text(const json::value& value) { return std::string(value.as_string()); }
    static std::string job_of(const json::value& claimed) { return text(claimed.at("job").at("id")); }
    std::string rows_written() const {
        return stack().sql(
            "select (select count(*) from public.execution_results), (select count(*) from public.execution_logs), "
            "(select count(*) from public.healing_logs)");
    }

    std::string recording_;
    fixtures::ApiRequest worker_ = portal_api(stack(), stack().anon_key(), stack().worker_key());
};

TEST_F(Queue, GivesTheOldestJobWithAllThatItNeeds) {
    EXPECT_TRUE(claim().is_null());
    const auto first = add_job(stack(), recording_, 3);
    const auto second = add_job(stack(), recording_);
    const auto claimed = claim();
    EXPECT_EQ(job_of(claimed), first);
    EXPECT_EQ(claimed.at("attempt"), 1);
    EXPECT_EQ(claimed.at("job").at("status"), "running");
    EXPECT_EQ(claimed.at("job").at("worker_id"), "worker-a");
    EXPECT_EQ(claimed.at("job").at("csv_data").as_array().size(), 3u);
    EXPECT_EQ(claimed.at("recording").at("steps").as_array().size(), 2u);
    EXPECT_TRUE(claimed.at("finished_rows").as_array().empty());
    EXPECT_EQ(
        column(first,
               "lease_expires_at between now() + interval '25 s' and now() + interval '31 s', started_at is not null"),
        "t|t");
    EXPECT_EQ(job_of(claim()), second);
    EXPECT_TRUE(claim().is_null());
}

TEST_F(Queue, GivesTheSameAnswerToTheSameClaim) {
    add_job(stack(), recording_);
    add_job(stack(), recording_);
    const auto id = uuid();
    const auto answer = claim(id);
    EXPECT_EQ(claim(id), answer);
    EXPECT_EQ(stack().sql("select count(*) from public.execution_jobs where status = 'running'"), "1");
    // The answer is lost after the job was claimed.
    stack().faults({{.kind = "lost", .path = "claim_execution_job", .times = 1}});
    const auto other = uuid();
    // On a connection of its own: libcurl sends a request again by itself when a kept connection ends without a word.
    EXPECT_THROW(portal_api(stack(), stack().anon_key(), stack().worker_key())
                     .post("/rest/v1/rpc/claim_execution_job", {.json = {{"worker", "worker-a"}, {"claim_id", other}}}),
                 fixtures::ApiError);
    EXPECT_EQ(claim(other).at("attempt"), 1);
    EXPECT_EQ(stack().sql("select count(*) from public.execution_jobs where status = 'running'"), "2");
    // It ended meanwhile: nothing to do, and no other job instead.
    add_job(stack(), recording_);
    finish(job_of(answer), 1);
    EXPECT_TRUE(claim(id).is_null());
}

TEST_F(Queue, GivesEachJobToOneOfManyWorkers) {
    stack().sql(fmt::format(R"(insert into public.execution_jobs (recording_id, user_id, total_rows)
                               select '{}', '{}', 1 from generate_series(1, 20))",
                            recording_, stack().user_id()));
    std::vector<std::string> ids;
    for (int i = 0; i < 25; ++i) ids.push_back(uuid());
    std::vector<json::value> answers(ids.size());
    {
        std::vector<std::jthread> workers;
        for (std::size_t i = 0; i < ids.size(); ++i) {
            workers.emplace_back([&, i] {
                auto api = portal_api(stack(), stack().anon_key(), stack().worker_key());
                answers[i] = api.post("/rest/v1/rpc/claim_execution_job",
                                      {.json = {{"worker", fmt::format("w{}", i)}, {"claim_id", ids[i]}}})
                                 .json();
            });
        }
    }
    std::set<std::string> jobs;
    int none = 0;
    for (const auto& answer : answers) {
        if (answer.is_null())
            ++none;
        else
            jobs.insert(job_of(answer));
    }
    EXPECT_EQ(jobs.size(), 20u);
    EXPECT_EQ(none, 5);
}

// A worker that did not wait for its answer and asks again while the first question is being answered.
TEST_F(Queue, GivesOneJobToTheSameClaimAskedTwiceAtOnce) {
    for (int i = 0; i < 4; ++i) add_job(stack(), recording_);
    const auto id = uuid();
    std::atomic<int> answered{};
    {
        std::vector<std::jthread> callers;
        for (int i = 0; i < 4; ++i) {
            callers.emplace_back([&] {
                auto api = portal_api(stack(), stack().anon_key(), stack().worker_key());
                answered += api.post("/rest/v1/rpc/claim_execution_job", {.json = {{"worker", "w"}, {"claim_id", id}}})
                                        .status() == 200
                                ? 1
                                : 0;
            });
        }
    }
    EXPECT_EQ(answered, 4);
    EXPECT_EQ(stack().sql("select count(*) from public.execution_jobs where status = 'running'"), "1");
}

TEST_F(Queue, TakesBackAJobWhoseLeaseHasRunOut) {
    const auto job = add_job(stack(), recording_);
    const auto lost = claim();
    publish(job, 1, 0);
    EXPECT_TRUE(claim().is_null()) << "it is in good hands";
    let_the_lease_run_out(job);
    const auto taken = claim();
    EXPECT_EQ(job_of(taken), job);
    EXPECT_EQ(taken.at("attempt"), 2);
    EXPECT_EQ(json::serialize(taken.at("finished_rows")), "[0]") << "what is done stays done";
    EXPECT_THAT(stack().sql("select message from public.execution_logs where level = 'warn'"),
                HasSubstr("attempt 1 has fallen silent"));
    // The first one was only slow. It has no say any more.
    EXPECT_EQ(heartbeat(job, 1), "lost");
    EXPECT_EQ(publish(job, 1, 1), (json::object{{"accepted", false}, {"status", "lost"}}));
    EXPECT_EQ(finish(job, 1), (json::object{{"accepted", false}, {"status", "lost"}}));
    EXPECT_EQ(call("release_execution_job", {{"job_id", job}, {"attempt", 1}}).at("accepted"), false);
    EXPECT_EQ(stack().sql("select count(*) from public.execution_results"), "1");
    EXPECT_EQ(heartbeat(job, 2), "running");
}

// Nobody has taken it: it is still its.
TEST_F(Queue, LetsALateWorkerGoOnWhenNobodyTookItsJob) {
    const auto job = add_job(stack(), recording_);
    claim();
    let_the_lease_run_out(job);
    EXPECT_EQ(publish(job, 1).at("accepted"), true);
    EXPECT_EQ(heartbeat(job, 1), "running");
    EXPECT_TRUE(claim().is_null());
}

// Clients that know of no leases only set the status and claimed_at.
TEST_F(Queue, TakesBackJobsWithoutLeaseWhenNothingHappensForLong) {
    const auto job = add_job(stack(), recording_);
    stack().sql(
        fmt::format("update public.execution_jobs set status = 'running', worker_id = 'w', claimed_at = now() - "
                    "interval '9 minutes' where id = '{}'",
                    job));
    EXPECT_TRUE(claim().is_null());
    stack().sql("update public.execution_jobs set claimed_at = now() - interval '11 minutes'");
    add_result(stack(), job, 0, "passed");
    EXPECT_TRUE(claim().is_null()) << "a row came just now";
    stack().sql("update public.execution_results set created_at = now() - interval '11 minutes'");
    EXPECT_EQ(job_of(claim()), job);
}

TEST_F(Queue, KeepsALeaseAliveByHeartbeats) {
    const auto job = add_job(stack(), recording_);
    claim(uuid(), {{"lease_seconds", 5}});
    const auto answer =
        call("heartbeat_execution_job", {{"job_id", job}, {"attempt", 1}, {"lease_seconds", 60}, {"current_row", 1}});
    EXPECT_EQ(answer.at("status"), "running");
    EXPECT_EQ(column(job, "lease_expires_at > now() + interval '55 s', current_row"), "t|1");
    EXPECT_EQ(answer.at("lease_expires_at"),
              json::parse(stack().sql("select to_json(lease_expires_at) from public.execution_jobs")));
    EXPECT_EQ(heartbeat(uuid(), 1), "lost");
}

TEST_F(Queue, WritesWhatIsPublishedTwiceOnce) {
    const auto job = add_job(stack(), recording_);
    claim();
    const auto id = uuid();
    const json::object rows{
        {"job_id", job},
        {"attempt", 1},
        {"results",
         {{{"id", id}, {"row_index", 0}, {"status", "failed"}, {"row_data", json::object{}}, {"screenshot_url", "s"}}}},
        {"logs", {{{"id", id}, {"level", "error"}, {"message", "m"}, {"row_index", 0}, {"execution_result_id", id}}}}};
    EXPECT_EQ(call("publish_execution_rows", rows).at("accepted"), true);
    EXPECT_EQ(call("publish_execution_rows", rows).at("accepted"), true);
    EXPECT_EQ(rows_written(), "1|1|0");
    EXPECT_EQ(stack().sql("select error_screenshot_url, attempt from public.execution_results"), "s|1");
    EXPECT_EQ(stack().sql("select execution_result_id from public.execution_logs"), id);
    EXPECT_EQ(column(job, "failed_rows, completed_rows"), "1|0");
    // "running" that was sent before and comes after.
    publish(job, 1, 0, "running");
    EXPECT_EQ(stack().sql("select status from public.execution_results"), "failed");
    // Retried rows are written anew.
    publish(job, 1, 0, "passed");
    EXPECT_EQ(column(job, "failed_rows, completed_rows"), "0|1");
}

TEST_F(Queue, WritesAllOfABatchOrNothing) {
    const auto job = add_job(stack(), recording_);
    claim();
    const auto answer = worker_.post("/rest/v1/rpc/publish_execution_rows",
                                     {.json = {{"job_id", job},
                                               {"attempt", 1},
                                               {"results", {{{"row_index", 0}, {"status", "passed"}}}},
                                               {"logs", {{{"level", "fatal"}, {"message", "m"}}}}}});
    EXPECT_EQ(answer.status(), 400);
    EXPECT_THAT(answer.text(), HasSubstr("execution_logs_level_check"));
    EXPECT_EQ(rows_written(), "0|0|0");
}

// Whatever ids a worker sends: it writes to the job that it holds.
TEST_F(Queue, WritesToTheHeldJobOnly) {
    const auto job = add_job(stack(), recording_);
    const auto other = add_job(stack(), recording_);
    const auto result =
        stack().sql(fmt::format("insert into public.execution_results (execution_job_id, row_index, status) values "
                                "('{}', 0, 'pending') returning id",
                                other));
    claim();
    call("publish_execution_rows",
         {{"job_id", job},
          {"attempt", 1},
          {"results", {{{"execution_job_id", other}, {"row_index", 1}, {"status", "passed"}, {"attempt", 9}}}}});
    EXPECT_EQ(stack().sql(fmt::format(
                  "select row_index, attempt from public.execution_results where execution_job_id = '{}'", job)),
              "1|1");
    const auto stolen =
        worker_.post("/rest/v1/rpc/publish_execution_rows",
                     {.json = {{"job_id", job},
                               {"attempt", 1},
                               {"results", {{{"id", result}, {"row_index", 0}, {"status", "passed"}}}}}});
    EXPECT_EQ(stolen.status(), 409) << stolen.text();
    EXPECT_EQ(stack().sql(fmt::format("select status from public.execution_results where id = '{}'", result)),
              "pending");
}

TEST_F(Queue, EndsAJobOnce) {
    const auto job = add_job(stack(), recording_);
    claim();
    EXPECT_EQ(finish(job, 1, "failed"), (json::object{{"accepted", true}, {"status", "failed"}}));
    EXPECT_EQ(finish(job, 1, "failed"), (json::object{{"accepted", true}, {"status", "failed"}})) << "told again";
    EXPECT_EQ(finish(job, 1, "completed"), (json::object{{"accepted", false}, {"status", "failed"}}));
    EXPECT_EQ(publish(job, 1), (json::object{{"accepted", false}, {"status", "failed"}}));
    EXPECT_EQ(heartbeat(job, 1), "failed");
    EXPECT_EQ(column(job, "status, completed_at is not null, lease_expires_at is null"), "failed|t|t");
    const auto wrong = worker_.post("/rest/v1/rpc/finish_execution_job",
                                    {.json = {{"job_id", job}, {"attempt", 1}, {"status", "done"}}});
    EXPECT_EQ(wrong.status(), 400);
    EXPECT_THAT(wrong.text(), HasSubstr("expected completed or failed"));
}

TEST_F(Queue, PutsAReleasedJobBackWithoutCountingIt) {
    const auto job = add_job(stack(), recording_);
    for (int attempt = 1; attempt <= 4; ++attempt) {
        EXPECT_EQ(claim().at("attempt"), attempt);
        EXPECT_EQ(call("release_execution_job", {{"job_id", job}, {"attempt", attempt}}).at("accepted"), true);
        EXPECT_EQ(column(job, "status, lost_attempts, worker_id is null, lease_expires_at is null"), "pending|0|t|t");
        EXPECT_EQ(heartbeat(job, attempt), "lost");
    }
}

TEST_F(Queue, GivesUpAJobWhoseWorkersDie) {
    const auto poison = add_job(stack(), recording_);
    const auto harmless = add_job(stack(), recording_);
    for (int attempt = 1; attempt <= 3; ++attempt) {
        EXPECT_EQ(job_of(claim()), poison);
        let_the_lease_run_out(poison);
    }
    EXPECT_EQ(job_of(claim()), harmless);
    EXPECT_EQ(column(poison, "status, error_message"), "failed|given up after 3 attempts: the worker died each time");
    EXPECT_EQ(
        stack().sql("select count(*) from public.execution_logs where level = 'error' and message like 'given up%'"),
        "1");
    // Its owner may try again.
    stack().sql(fmt::format("update public.execution_jobs set status = 'pending' where id = '{}'", poison));
    const auto again = claim();
    EXPECT_EQ(job_of(again), poison);
    EXPECT_EQ(again.at("attempt"), 5) << "workers of the run before have no say: the number only grows";
    EXPECT_EQ(column(poison, "lost_attempts, error_message is null"), "0|t");
}

TEST_F(Queue, CancelsAJobInEachOfItsPhases) {
    auto owner = portal_api(stack(), stack().anon_key(), stack().user_token());
    const auto cancel = [&](const std::string& job) {
        return text(owner.post("/rest/v1/rpc/cancel_execution_job", {.json = {{"job_id", job}}}).json().at("status"));
    };
    const auto waiting = add_job(stack(), recording_);
    EXPECT_EQ(cancel(waiting), "cancelled");
    EXPECT_TRUE(claim().is_null());

    const auto running = add_job(stack(), recording_);
    claim();
    EXPECT_EQ(publish(running, 1, 0).at("accepted"), true);
    EXPECT_EQ(cancel(running), "cancelled");
    EXPECT_EQ(heartbeat(running, 1), "cancelled");
    EXPECT_EQ(publish(running, 1, 1), (json::object{{"accepted", false}, {"status", "cancelled"}}));
    EXPECT_EQ(finish(running, 1), (json::object{{"accepted", false}, {"status", "cancelled"}}));
    EXPECT_EQ(column(running, "status, completed_rows, completed_at is not null"), "cancelled|1|t");
    EXPECT_TRUE(claim().is_null());

    // As pages do it, without the function.
    const auto patched = add_job(stack(), recording_);
    claim();
    EXPECT_EQ(owner.patch("/rest/v1/execution_jobs?id=eq." + patched, {.json = {{"status", "cancelled"}}}).status(),
              204);
    EXPECT_EQ(heartbeat(patched, 1), "cancelled");

    const auto ended = add_job(stack(), recording_);
    claim();
    finish(ended, 1);
    EXPECT_EQ(cancel(ended), "completed");
}

TEST_F(Queue, CancelsJobsForTheirOwnersOnly) {
    const auto job = add_job(stack(), recording_);
    const auto other = stack().sign_up("eve@example.test");
    const auto answer = portal_api(stack(), stack().anon_key(), other.token)
                            .post("/rest/v1/rpc/cancel_execution_job", {.json = {{"job_id", job}}});
    EXPECT_EQ(answer.status(), 404);
    EXPECT_THAT(answer.text(), HasSubstr("of yours"));
    EXPECT_EQ(column(job, "status"), "pending");
    EXPECT_EQ(portal_api(stack(), stack().service_key())
                  .post("/rest/v1/rpc/cancel_execution_job", {.json = {{"job_id", job}}})
                  .json()
                  .at("status"),
              "cancelled");
}

TEST_F(Queue, LeavesPausedJobsAlone) {
    const auto job = add_job(stack(), recording_);
    const auto set = [&](const std::string& status) {
        stack().sql(fmt::format("update public.execution_jobs set status = '{}' where id = '{}'", status, job));
    };
    set("paused");
    EXPECT_TRUE(claim().is_null());
    set("pending");
    claim();
    set("paused");
    EXPECT_EQ(heartbeat(job, 1), "paused");
    EXPECT_EQ(publish(job, 1).at("accepted"), true) << "what was running ends";
    let_the_lease_run_out(job);
    EXPECT_TRUE(claim().is_null());
    set("running");
    EXPECT_EQ(claim().at("attempt"), 2) << "resumed without its worker";
}

TEST_F(Queue, KeepsTheMetricsOfWorkers) {
    const auto record = [&](const json::value& metrics) {
        return worker_.post("/rest/v1/rpc/record_worker_metrics", {.json = {{"metrics", metrics}}}).status();
    };
    EXPECT_EQ(record({{"worker_id", "w"}, {"cpu_usage", 12.5}, {"jobs_processed", 3}}), 204);
    EXPECT_EQ(record({{{"worker_id", "v"}}, {{"worker_id", "u"}}}), 204);
    EXPECT_EQ(
        stack().sql(
            "select worker_id, cpu_usage, jobs_processed, jobs_failed from public.vdi_metrics where worker_id = 'w'"),
        "w|12.50|3|0");
    EXPECT_EQ(stack().sql("select count(*) from public.vdi_metrics"), "3");
}

}  // namespace
}  // namespace reprise::tests
