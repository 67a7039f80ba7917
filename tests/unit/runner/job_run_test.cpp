#include "worker/job_run.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/reporters/supabase/client.hpp>

#include "support/stub_engine.hpp"
#include "support/temporary_folder.hpp"

namespace reprise::runner {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using reporters::supabase::PortalError;
using testing::AllOf;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

// A portal in memory, with faults.
class FakeQueue : public JobQueue {
public:
    std::optional<Claim> claim(const std::string&) override { return std::nullopt; }
    JobState heartbeat(const Claim&, int current_row) override {
        fail_if_away();
        ++heartbeats;
        row = current_row;
        const std::lock_guard lock{mutex};
        return state;
    }
    Answer publish(const Claim&, const JobRows& rows) override {
        fail_if_away();
        const std::lock_guard lock{mutex};
        if (is_over(state)) return {false, state};
        if (refuse_results) throw PortalError(PortalError::Kind::refused, "400: no such column", 400);
        for (const auto& result : rows.results) results[std::string(result.at("id").as_string())] = result.as_object();
        for (const auto& log : rows.logs) logs += std::string(log.at("message").as_string()) + "\n";
        changed.notify_all();
        return {true, state};
    }
    Answer finish(const Claim&, JobState wanted, const std::string& message) override {
        fail_if_away();
        const std::lock_guard lock{mutex};
        ++finished;
        if (is_over(state)) return {false, state};
        state = wanted;
        error_message = message;
        if (lose_answers-- > 0) throw PortalError(PortalError::Kind::unreachable, "cut");
        return {true, state};
    }
    bool release(const Claim&) override {
        fail_if_away();
        ++released;
        return true;
    }
    void upload_picture(const std::string& key, std::string_view) override {
        if (refuse_pictures) throw PortalError(PortalError::Kind::missing_bucket, "there is no bucket screenshots");
        pictures += key + "\n";
    }
    void record_metrics(const json::object&) override {}
    void stop() noexcept override {}

    void set(JobState to) {
        const std::lock_guard lock{mutex};
        state = to;
    }
    void wait_for_results(std::size_t count) {
        std::unique_lock lock{mutex};
        ASSERT_TRUE(changed.wait_for(lock, 10s, [&] { return results.size() >= count; }));
    }
    int count(std::string_view status) {
        const std::lock_guard lock{mutex};
        int found = 0;
        for (const auto& [id, result] : results) found += result.at("status").as_string() == status ? 1 : 0;
        return found;
    }

    std::mutex mutex;
    std::condition_variable changed;
    JobState state{JobState::running};
    std::map<std::string, json::object> results;
    std::string logs, error_message, pictures;
    std::atomic<bool> away{false}, refuse_results{false}, refuse_pictures{false};
    std::atomic<int> heartbeats{0}, missed{0}, row{0}, finished{0}, released{0}, lose_answers{0};

private:
    void fail_if_away() {
        if (!away) return;
        ++missed;
        throw PortalError(PortalError::Kind::unreachable, "nobody there");
    }
};

class JobRunTest : public testing::Test {
protected:
    std::unique_ptr<JobRun> job(const std::string& rows, const std::string& more = "") {
        Claim claim{
            .job_id = "6f2a7a52-0000-4000-8000-000000000001", .attempt = 1, .held_until = Clock::now() + lease_};
        claim.job = json::parse(fmt::format(R"({{"id": "6f2a7a52-0000-4000-8000-000000000001", "csv_data": [{}]{}}})",
                                            rows, more))
                        .as_object();
        claim.recording = json::parse(R"({"name": "Order", "starting_url": "http://shop.test/",
            "steps": [{"stepNumber": 1, "label": "Buy", "event": "click", "bundle": {"id": "buy"}}]})")
                              .as_object();
        return std::make_unique<JobRun>(
            std::move(claim), queue_, queue_,
            JobRunOptions{.engine = tests::StubEngine::factory([this](const auto&) { ++begun_; }),
                          .hosts = HostRules::only({"shop.test"}),
                          .limits = limits_,
                          .worker = "w1",
                          .lease = lease_,
                          .longest_beat = 20ms,
                          .longest_batch = 10ms,
                          .folder = folder_ / "job"});
    }
    // While it runs, `meanwhile` happens.
    JobOutcome run(JobRun& job, const std::function<void()>& meanwhile) {
        JobOutcome outcome;
        std::thread thread{[&] { outcome = job.run(); }};
        meanwhile();
        thread.join();
        return outcome;
    }
    void wait_for_rows(int count) {
        const auto deadline = Clock::now() + 10s;
        while (begun_ < count && Clock::now() < deadline) std::this_thread::yield();
        ASSERT_GE(begun_, count);
    }

    void wait_for_misses(int count) const {
        while (queue_.missed < count) std::this_thread::yield();
    }

    FakeQueue queue_;
    JobLimits limits_;
    std::chrono::milliseconds lease_{10s};
    std::atomic<int> begun_{0};
    const tests::TemporaryFolder folder_;
};

TEST_F(JobRunTest, TellsWhatCameOfEachRowAndFinishesOnce) {
    const auto outcome = job(R"({"a": 1}, {"end": "failed"}, {"a": 3})", R"(, "concurrency": 2)")->run();
    EXPECT_EQ(outcome.end, JobEnd::failed);
    EXPECT_EQ(outcome.passed, 2U);
    EXPECT_EQ(outcome.failed, 1U);
    EXPECT_EQ(queue_.state, JobState::failed);
    EXPECT_EQ(queue_.error_message, "1 of 3 rows failed");
    EXPECT_EQ(queue_.finished, 1);
    EXPECT_EQ(queue_.count("passed"), 2);
    EXPECT_EQ(queue_.count("failed"), 1);
    EXPECT_THAT(queue_.logs, AllOf(HasSubstr("attempt 1 by worker w1: 3 of 3 rows to run, 2 at a time"),
                                   HasSubstr("row r0001 passed in"), HasSubstr("attempt 1 failed: it is gone")));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "job"));
}

TEST_F(JobRunTest, SkipsTheRestWhereAFailureStopsTheJob) {
    const auto outcome = job(R"({"end": "failed"}, {"a": 2}, {"a": 3})", R"(, "stop_on_error": true)")->run();
    EXPECT_EQ(outcome.skipped, 2U);
    EXPECT_EQ(queue_.count("skipped"), 2);
    EXPECT_EQ(begun_, 1);
}

TEST_F(JobRunTest, FailsAJobThatItRefusesAndSaysWhy) {
    limits_.rows = 1;
    const auto outcome = job(R"({"a": 1}, {"a": 2})")->run();
    EXPECT_EQ(outcome.end, JobEnd::failed);
    EXPECT_THAT(queue_.error_message, HasSubstr("has 2 rows; this worker takes 1"));
    EXPECT_THAT(queue_.logs, HasSubstr("the job cannot be run: the job has 2 rows"));
    EXPECT_EQ(begun_, 0);
}

TEST_F(JobRunTest, StopsAtOnceWhenItIsCancelledAndWritesNothingMore) {
    const auto run_of_job = job(R"({"a": 1}, {"ms": "60000"}, {"a": 3})");
    const auto outcome = run(*run_of_job, [&] {
        wait_for_rows(2);
        queue_.wait_for_results(1);
        queue_.set(JobState::cancelled);
    });
    EXPECT_EQ(outcome.end, JobEnd::cancelled);
    EXPECT_LT(outcome.duration, 5s);
    EXPECT_EQ(queue_.state, JobState::cancelled);
    EXPECT_EQ(queue_.finished + queue_.released, 0);
    EXPECT_EQ(begun_, 2);
}

TEST_F(JobRunTest, BeginsNoRowWhileItIsPausedAndGoesOnAfterwards) {
    const auto run_of_job = job(R"({"ms": "300"}, {"a": 2}, {"a": 3})");
    const auto outcome = run(*run_of_job, [&] {
        wait_for_rows(1);
        queue_.set(JobState::paused);
        queue_.wait_for_results(1);  // what runs is finished
        const int beats = queue_.heartbeats;
        while (queue_.heartbeats < beats + 5) std::this_thread::yield();
        EXPECT_EQ(begun_, 1);
        queue_.set(JobState::running);
    });
    EXPECT_EQ(outcome.end, JobEnd::completed);
    EXPECT_EQ(outcome.passed, 3U);
}

TEST_F(JobRunTest, LosesNothingWhenThePortalIsAwayForLessThanTheLease) {
    const auto run_of_job = job(R"({"a": 1}, {"ms": "200"}, {"a": 3})");
    const auto outcome = run(*run_of_job, [&] {
        wait_for_rows(1);
        queue_.away = true;
        wait_for_rows(3);
        wait_for_misses(10);
        queue_.away = false;
    });
    EXPECT_EQ(outcome.end, JobEnd::completed);
    EXPECT_EQ(queue_.count("passed"), 3);
}

TEST_F(JobRunTest, StopsWhenItsLeaseRunsOutByItsOwnClock) {
    lease_ = 400ms;
    const auto run_of_job = job(R"({"ms": "60000"}, {"a": 2})");
    const auto outcome = run(*run_of_job, [&] {
        wait_for_rows(1);
        queue_.away = true;
    });
    EXPECT_EQ(outcome.end, JobEnd::lost);
    EXPECT_THAT(outcome.why, HasSubstr("the lease of 400 ms ran out"));
    EXPECT_LT(outcome.duration, 3s);
    EXPECT_EQ(queue_.finished + queue_.released, 0);
    EXPECT_TRUE(queue_.results.empty());
}

TEST_F(JobRunTest, OneHeartbeatThatFailedDoesNotStopIt) {
    const auto run_of_job = job(R"({"ms": "400"})");
    const auto outcome = run(*run_of_job, [&] {
        wait_for_rows(1);
        queue_.away = true;
        wait_for_misses(1);
        queue_.away = false;
    });
    EXPECT_EQ(outcome.end, JobEnd::completed);
}

TEST_F(JobRunTest, WritesNothingOnceAnotherAttemptHasIt) {
    const auto run_of_job = job(R"({"ms": "60000"})");
    const auto outcome = run(*run_of_job, [&] {
        wait_for_rows(1);
        queue_.set(JobState::lost);
    });
    EXPECT_EQ(outcome.end, JobEnd::lost);
    EXPECT_EQ(outcome.why, "another worker has it");
    EXPECT_EQ(queue_.finished + queue_.released, 0);
    EXPECT_TRUE(queue_.results.empty());
}

TEST_F(JobRunTest, DrainedItFinishesTheRowsThatRunAndGivesBackTheRest) {
    const auto run_of_job = job(R"({"ms": "200"}, {"a": 2})");
    const auto outcome = run(*run_of_job, [&] {
        wait_for_rows(1);
        run_of_job->drain();
    });
    EXPECT_EQ(outcome.end, JobEnd::released);
    EXPECT_EQ(queue_.count("passed"), 1);
    EXPECT_EQ(queue_.released, 1);
    EXPECT_EQ(queue_.finished, 0);
}

TEST_F(JobRunTest, DrainedAtItsLastRowItFinishes) {
    const auto run_of_job = job(R"({"ms": "200"})");
    const auto outcome = run(*run_of_job, [&] {
        wait_for_rows(1);
        run_of_job->drain();
    });
    EXPECT_EQ(outcome.end, JobEnd::completed);
    EXPECT_EQ(queue_.released, 0);
}

TEST_F(JobRunTest, StoppedItGivesUpTheRowsThatRun) {
    const auto run_of_job = job(R"({"a": 1}, {"ms": "60000"})");
    const auto outcome = run(*run_of_job, [&] {
        wait_for_rows(2);
        queue_.wait_for_results(1);
        run_of_job->stop();
    });
    EXPECT_EQ(outcome.end, JobEnd::released);
    EXPECT_EQ(queue_.count("passed"), 1);
    EXPECT_EQ(queue_.results.size(), 1U);
    EXPECT_LT(outcome.duration, 3s);
}

TEST_F(JobRunTest, FailsAJobThatTakesTooLong) {
    limits_.time = 1s;
    const auto outcome = job(R"({"ms": "60000"}, {"a": 2})")->run();
    EXPECT_EQ(outcome.end, JobEnd::failed);
    EXPECT_EQ(queue_.error_message, "the job did not end within 1 s (--max-job-time); 1 rows were not begun");
    EXPECT_EQ(queue_.count("failed"), 1);
    EXPECT_LT(outcome.duration, 4s);
}

TEST_F(JobRunTest, FailsAJobWhoseResultsThePortalRefuses) {
    queue_.refuse_results = true;
    const auto outcome = job(R"({"a": 1})")->run();
    EXPECT_EQ(outcome.end, JobEnd::failed);
    EXPECT_THAT(queue_.error_message,
                HasSubstr("results could not be kept: publish_execution_rows: 400: no such column"));
}

TEST_F(JobRunTest, KeepsPicturesUnderTheirContentBesideTheRow) {
    job(R"({"picture": "same"}, {"picture": "same"}, {"picture": "other"})")->run();
    EXPECT_EQ(std::ranges::count(queue_.pictures, '\n'), 3);
    std::set<std::string> keys;
    for (const auto& [id, result] : queue_.results) keys.emplace(result.at("error_screenshot_url").as_string());
    EXPECT_EQ(keys.size(), 2U);
    for (const auto& key : keys) {
        EXPECT_THAT(key, testing::MatchesRegex("6f2a7a52-0000-4000-8000-000000000001/[0-9a-f]+\\.png"));
    }
}

TEST_F(JobRunTest, GoesOnWithoutPicturesWhereThePortalHasNoPlaceForThem) {
    queue_.refuse_pictures = true;
    const auto outcome = job(R"({"picture": "a"}, {"picture": "b"}, {"c": 3})")->run();
    EXPECT_EQ(outcome.passed, 1U);
    EXPECT_EQ(queue_.results.size(), 3U);
    EXPECT_THAT(queue_.logs, HasSubstr("no screenshots from here on: upload of a screenshot: there is no bucket"));
    EXPECT_EQ(queue_.logs.find("no screenshots"), queue_.logs.rfind("no screenshots"));
}

TEST_F(JobRunTest, FinishesOnceWhenTheAnswerWasLost) {
    queue_.lose_answers = 1;
    const auto outcome = job(R"({"a": 1})")->run();
    EXPECT_EQ(outcome.end, JobEnd::completed);
    EXPECT_EQ(queue_.state, JobState::completed);
    EXPECT_EQ(queue_.finished, 2);
}

TEST_F(JobRunTest, CountsRowsThatFailedInAnEarlierAttempt) {
    const auto outcome = job(R"({"a": 1})", R"(, "failed_rows": 1)")->run();
    EXPECT_EQ(outcome.end, JobEnd::failed);
}

TEST_F(JobRunTest, KeepsSecretsOutOfWhatItTells) {
    job(R"({"Password": "tea-for-two", "end": "failed"})")->run();
    std::string all = queue_.logs;
    for (const auto& [id, result] : queue_.results) all += json::serialize(result);
    EXPECT_EQ(all.find("tea-for-two"), std::string::npos);
    EXPECT_THAT(all, HasSubstr("***"));
}

}  // namespace
}  // namespace reprise::runner
