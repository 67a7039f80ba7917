// What workers write to a job of the queue, and how it ends.
#include "portal/support/portal_queue.hpp"

namespace reprise::tests {
namespace {

using testing::HasSubstr;

using QueueRows = Queue;

TEST_F(QueueRows, WritesWhatIsPublishedTwiceOnce) {
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

TEST_F(QueueRows, WritesAllOfABatchOrNothing) {
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
TEST_F(QueueRows, WritesToTheHeldJobOnly) {
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

TEST_F(QueueRows, EndsAJobOnce) {
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

TEST_F(QueueRows, PutsAReleasedJobBackWithoutCountingIt) {
    const auto job = add_job(stack(), recording_);
    for (int attempt = 1; attempt <= 4; ++attempt) {
        EXPECT_EQ(claim().at("attempt"), attempt);
        EXPECT_EQ(call("release_execution_job", {{"job_id", job}, {"attempt", attempt}}).at("accepted"), true);
        EXPECT_EQ(column(job, "status, lost_attempts, worker_id is null, lease_expires_at is null"), "pending|0|t|t");
        EXPECT_EQ(heartbeat(job, attempt), "lost");
    }
}
TEST_F(QueueRows, CancelsAJobInEachOfItsPhases) {
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
    EXPECT_EQ(publish(running, 1, 1, "running").at("accepted"), true);
    EXPECT_EQ(cancel(running), "cancelled");
    EXPECT_EQ(stack().sql("select status, error_message from public.execution_results where row_index = 1"),
              "skipped|the job was cancelled before this row ended");
    EXPECT_EQ(heartbeat(running, 1), "cancelled");
    EXPECT_EQ(publish(running, 1, 1), (json::object{{"accepted", false}, {"status", "cancelled"}}));
    EXPECT_EQ(finish(running, 1), (json::object{{"accepted", false}, {"status", "cancelled"}}));
    EXPECT_EQ(column(running, "status, completed_rows, completed_at is not null"), "cancelled|2|t");
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

TEST_F(QueueRows, CancelsJobsForTheirOwnersOnly) {
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
TEST_F(QueueRows, KeepsTheMetricsOfWorkers) {
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
