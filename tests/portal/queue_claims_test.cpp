// Who gets a job of the queue, for how long, and who no more.
#include <atomic>
#include <set>
#include <thread>

#include <boost/json/serialize.hpp>

#include "portal/support/portal_queue.hpp"

namespace reprise::tests {
namespace {

using testing::HasSubstr;

using QueueClaims = Queue;

TEST_F(QueueClaims, GivesTheOldestJobWithAllThatItNeeds) {
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

TEST_F(QueueClaims, GivesTheSameAnswerToTheSameClaim) {
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

TEST_F(QueueClaims, GivesEachJobToOneOfManyWorkers) {
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
TEST_F(QueueClaims, GivesOneJobToTheSameClaimAskedTwiceAtOnce) {
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

TEST_F(QueueClaims, TakesBackAJobWhoseLeaseHasRunOut) {
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

TEST_F(QueueClaims, GivesAJobWhoseLeaseHasRunOutToOneWorker) {
    const auto job = add_job(stack(), recording_);
    claim();
    let_the_lease_run_out(job);
    std::vector<std::string> ids;
    for (int i = 0; i < 6; ++i) ids.push_back(uuid());
    std::atomic<int> given{};
    {
        std::vector<std::jthread> workers;
        for (const auto& id : ids) {
            workers.emplace_back([&] {
                auto api = portal_api(stack(), stack().anon_key(), stack().worker_key());
                const json::object asked{{"worker", "w"}, {"claim_id", id}};
                given += api.post("/rest/v1/rpc/claim_execution_job", {.json = asked}).json().is_null() ? 0 : 1;
            });
        }
    }
    EXPECT_EQ(given, 1);
    EXPECT_EQ(column(job, "attempt, lost_attempts"), "2|1");
}

// Nobody has taken it: it is still its.
TEST_F(QueueClaims, LetsALateWorkerGoOnWhenNobodyTookItsJob) {
    const auto job = add_job(stack(), recording_);
    claim();
    let_the_lease_run_out(job);
    EXPECT_EQ(publish(job, 1).at("accepted"), true);
    EXPECT_EQ(heartbeat(job, 1), "running");
    EXPECT_TRUE(claim().is_null());
}

// Clients that know of no leases only set the status and claimed_at.
TEST_F(QueueClaims, TakesBackJobsWithoutLeaseWhenNothingHappensForLong) {
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

TEST_F(QueueClaims, KeepsALeaseAliveByHeartbeats) {
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
TEST_F(QueueClaims, GivesUpAJobWhoseWorkersDie) {
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
TEST_F(QueueClaims, LeavesPausedJobsAlone) {
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

}  // namespace
}  // namespace reprise::tests
