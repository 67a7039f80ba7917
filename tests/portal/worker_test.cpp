// Workers as processes against a real portal, with a stub in place of the browser: nothing is lost, nothing is done
// twice, whatever dies.
#include <signal.h>

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "portal/support/portal_stack.hpp"
#include "support/program.hpp"
#include "support/program_run.hpp"

namespace reprise::tests {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds k_lease{2};
constexpr std::chrono::seconds k_notice{5};  // within which a worker hears of what was decided elsewhere

class Workers : public Portal {
protected:
    void SetUp() override {
        Portal::SetUp();
        // With the least of rights: a user of its own, who may call the queue's functions and nothing else.
        stack().sign_up("worker@example.test", "let-me-work");
        stack().sql("update auth.users set role = 'reprise_worker' where email = 'worker@example.test'");
        recording_ = stack().sql(fmt::format(
            R"(insert into recordings (user_id, name, starting_url, status, steps) values ('{}', 'Order',
               'http://shop.test/', 'completed', '[{{"stepNumber": 1, "label": "Buy", "event": "click",
               "bundle": {{"id": "buy"}}}}]') returning id)",
            stack().user_id()));
        recording_ = recording_.substr(0, recording_.find('\n'));
    }

    std::vector<std::string> environment() {
        return {"SUPABASE_URL=" + stack().url(), "SUPABASE_ANON_KEY=" + stack().anon_key(),
                "SUPABASE_EMAIL=worker@example.test", "SUPABASE_PASSWORD=let-me-work",
                "STUB_ROWS=" + (folder_ / "rows").string()};
    }
    std::unique_ptr<Program> worker(std::vector<std::string> arguments = {}) {
        if (arguments.empty()) arguments = {"1", std::to_string(k_lease.count())};
        arguments.insert(arguments.begin(), ::getenv("REPRISE_STUB_WORKER"));
        return std::make_unique<Program>(std::move(arguments), environment());
    }
    // `rows`: JSON, the inside of an array. Gives the job's id.
    std::string job(const std::string& rows) {
        const auto id = stack().sql(fmt::format(
            R"(insert into execution_jobs (recording_id, user_id, name, csv_data, total_rows, status, concurrency)
               select '{}', '{}', 'Orders', data, jsonb_array_length(data), 'pending', 1 from (select '[{}]'::jsonb data) d
               returning id)",
            recording_, stack().user_id(), rows));
        return id.substr(0, id.find('\n'));
    }
    std::string state(const std::string& id) {
        return stack().sql(fmt::format("select status from execution_jobs where id = '{}'", id));
    }
    std::string column(const std::string& id, const std::string& name) {
        return stack().sql(fmt::format("select {} from execution_jobs where id = '{}'", name, id));
    }
    // False: not within `time`.
    bool waits(std::chrono::milliseconds time, const std::function<bool()>& holds) {
        const auto deadline = Clock::now() + time;
        while (!holds()) {
            if (Clock::now() > deadline) return false;
            std::this_thread::sleep_for(20ms);
        }
        return true;
    }
    bool ends(const std::string& id, std::chrono::milliseconds time = 30s) {
        return waits(time, [&] {
            const auto now = state(id);
            return now == "completed" || now == "failed" || now == "cancelled";
        });
    }
    // Which rows were begun, how often.
    std::map<std::string, int> begun() const {
        std::map<std::string, int> counts;
        std::istringstream lines{read_file(folder_ / "rows")};
        std::string uid;
        std::string pid;
        while (lines >> uid >> pid) ++counts[uid];
        return counts;
    }
    bool begins(const std::string& uid, std::chrono::milliseconds time = 20s) {
        return waits(time, [&] { return begun().contains(uid); });
    }
    std::string sql(const std::string& text) { return stack().sql(text); }
    // Ends as a good worker does.
    void expect_drains(Program& program) {
        ::kill(program.pid(), SIGTERM);
        const auto outcome = program.wait();
        EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    }

    std::string recording_;
    const TemporaryFolder folder_;
};

TEST_F(Workers, RunAJobWithTheLeastOfRights) {
    const auto id = job(R"({"uid": "a", "Mail": "a@x.y"}, {"uid": "b", "end": "failed"}, {"uid": "c"})");
    const auto outcome = worker({"1", "30", "until-empty"})->wait();
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr(fmt::format("job {} failed: 2 passed, 1 failed, 0 skipped", id)));
    EXPECT_EQ(column(id, "status, total_rows, completed_rows, successful_rows, failed_rows, attempt"),
              "failed|3|2|2|1|1");
    EXPECT_EQ(column(id, "error_message"), "1 of 3 rows failed");
    EXPECT_EQ(sql("select row_index, status, row_data->>'uid', error_message, error_step_number, steps_completed from "
                  "execution_results order by row_index"),
              "0|passed|a|||1\n1|failed|b|it is gone|1|0\n2|passed|c|||1")
        << sql("select * from execution_results");
    EXPECT_EQ(sql("select count(*) from execution_logs where message like 'attempt 1 by worker %'"), "1");
    EXPECT_EQ(sql("select message from execution_logs where level = 'error' and step_number is null"),
              "row r0002 failed in 0 ms: it is gone");
    EXPECT_GE(std::stoi(sql("select count(*) from vdi_metrics")), 1);
}

// A worker dies every second; the job that it had is another one's soon after, each row is kept once.
TEST_F(Workers, FinishEveryJobOnceWhileTheyAreKilled) {
    const char* wanted = ::getenv("REPRISE_LONG_JOBS");  // the long form: 20000
    const int count = wanted != nullptr ? std::stoi(wanted) : 500;
    constexpr int k_workers = 16;
    sql(fmt::format(
        R"(insert into execution_jobs (recording_id, user_id, name, csv_data, total_rows, status)
           select '{}', '{}', 'j' || n, jsonb_build_array(jsonb_build_object('uid', n || '-0', 'ms', '5'),
                                                          jsonb_build_object('uid', n || '-1', 'ms', '15')), 2, 'pending'
           from generate_series(1, {}) n)",
        recording_, stack().user_id(), count));
    std::deque<std::unique_ptr<Program>> workers;
    for (int i = 0; i < k_workers; ++i) workers.push_back(worker());
    std::minstd_rand random{20260131};
    int killed = 0;
    const auto left = [&] {
        return std::stoi(sql("select count(*) from execution_jobs where status not in ('completed', 'failed')"));
    };
    const auto start = Clock::now();
    int before = count;
    while (left() > 0 && Clock::now() - start < std::chrono::milliseconds{count} * 200) {
        std::this_thread::sleep_for(1s);
        // On a busy machine none may have got as far as to its first job.
        const int now = left();
        if (now == std::exchange(before, now)) continue;
        auto& victim = workers[random() % workers.size()];
        ::kill(victim->pid(), SIGKILL);
        victim->wait();
        victim = worker();
        ++killed;
    }
    const auto seconds = std::chrono::duration<double>(Clock::now() - start).count();
    RecordProperty("seconds", std::to_string(seconds));
    EXPECT_EQ(sql("select status, count(*) from execution_jobs group by status"), fmt::format("completed|{}", count));
    EXPECT_EQ(sql("select count(*), count(distinct (execution_job_id, row_index)) from execution_results where status "
                  "= 'passed'"),
              fmt::format("{}|{}", 2 * count, 2 * count));
    EXPECT_EQ(sql("select count(*) from execution_jobs where completed_rows <> 2 or failed_rows <> 0"), "0");
    // A row is begun once in each attempt at its job at most; an attempt is one worker's.
    const auto rows = begun();
    std::istringstream attempts{sql("select substr(name, 2), attempt from execution_jobs")};
    for (std::string line; std::getline(attempts, line);) {
        const auto bar = line.find('|');
        for (const char* row : {"-0", "-1"}) {
            const auto found = rows.find(line.substr(0, bar) + row);
            ASSERT_NE(found, rows.end()) << line;
            EXPECT_LE(found->second, std::stoi(line.substr(bar + 1))) << found->first;
        }
    }
    EXPECT_LE(std::stoi(sql("select coalesce(sum(attempt - 1), 0) from execution_jobs")), killed);
    for (auto& program : workers) ::kill(program->pid(), SIGTERM);
    for (auto& program : workers) EXPECT_EQ(program->wait().exit_code, 0);
}

TEST_F(Workers, TakeOverTheJobOfADeadOneWithinLeaseAndFiveSeconds) {
    const auto id = job(R"({"uid": "done"}, {"uid": "long", "ms": "60000"})");
    auto first = worker();
    ASSERT_TRUE(begins("long"));
    ASSERT_TRUE(waits(5s, [&] { return sql("select count(*) from execution_results") == "1"; }));
    auto second = worker();
    ::kill(first->pid(), SIGKILL);
    const auto died = Clock::now();
    ASSERT_TRUE(waits(20s, [&] { return begun()["long"] == 2; }));
    EXPECT_LE(Clock::now() - died, k_lease + 5s);
    EXPECT_EQ(column(id, "attempt, lost_attempts"), "2|1");
    EXPECT_EQ(begun()["done"], 1);  // its result was kept
}

TEST_F(Workers, WriteNothingAfterTheirLeaseHasPassedToAnother) {
    const auto id = job(R"({"uid": "slow", "ms": "1000"})");
    auto frozen = worker();
    ASSERT_TRUE(begins("slow"));
    ::kill(frozen->pid(), SIGSTOP);
    auto other = worker();
    ASSERT_TRUE(ends(id, k_lease + 10s));
    const auto before = sql("select * from execution_results") + sql("select * from execution_logs order by id") +
                        sql("select * from execution_jobs");
    ::kill(frozen->pid(), SIGCONT);
    ::kill(frozen->pid(), SIGTERM);
    const auto outcome = frozen->wait();
    EXPECT_THAT(outcome.out, HasSubstr(fmt::format("job {} lost", id)));
    EXPECT_EQ(before, sql("select * from execution_results") + sql("select * from execution_logs order by id") +
                          sql("select * from execution_jobs"));
    EXPECT_EQ(sql("select status, attempt from execution_results"), "passed|2");
    EXPECT_EQ(column(id, "status, attempt"), "completed|2");
    expect_drains(*other);
}

TEST_F(Workers, StopACancelledJobAtOnceAndTakeTheNext) {
    auto program = worker();
    const auto running = job(R"({"uid": "r0"}, {"uid": "r1", "ms": "60000"}, {"uid": "r2"})");
    ASSERT_TRUE(begins("r1"));
    const auto waiting = job(R"({"uid": "w"})");
    const auto next = job(R"({"uid": "n"})");
    const auto cancel = [&](const std::string& id) {
        return sql(fmt::format("update execution_jobs set status = 'cancelled' where id = '{}' returning status", id));
    };
    EXPECT_THAT(cancel(waiting), HasSubstr("cancelled"));
    EXPECT_THAT(cancel(running), HasSubstr("cancelled"));
    EXPECT_TRUE(ends(next, k_notice));
    EXPECT_EQ(state(next), "completed");
    EXPECT_EQ(state(running), "cancelled");
    EXPECT_EQ(state(waiting), "cancelled");
    EXPECT_FALSE(begun().contains("r2"));
    EXPECT_FALSE(begun().contains("w"));
    expect_drains(*program);
}

TEST_F(Workers, EndACancelledJobInOneStateWheneverThatComes) {
    auto program = worker({"4", "3"});
    std::minstd_rand random{7};
    std::vector<std::string> jobs;
    std::vector<std::string> said;
    for (int i = 0; i < 25; ++i) {
        jobs.push_back(job(fmt::format(R"({{"uid": "{}a", "ms": "40"}}, {{"uid": "{}b", "ms": "40"}})", i, i)));
        std::this_thread::sleep_for(std::chrono::milliseconds{random() % 150});
        said.push_back(
            sql(fmt::format("select status from execution_jobs where id = '{0}'; update execution_jobs set "
                            "status = 'cancelled' where id = '{0}'",
                            jobs.back())));
    }
    for (const auto& id : jobs) ASSERT_TRUE(ends(id, k_notice));
    const auto states = sql("select id, status from execution_jobs order by id");
    expect_drains(*program);
    EXPECT_EQ(states, sql("select id, status from execution_jobs order by id"));
    EXPECT_THAT(states, HasSubstr("cancelled"));
}

TEST_F(Workers, BeginNoRowOfAPausedJobAndGoOnWhenItIsResumed) {
    auto program = worker();
    const auto id = job(R"({"uid": "p0", "ms": "2500"}, {"uid": "p1"}, {"uid": "p2"})");
    ASSERT_TRUE(begins("p0"));
    sql(fmt::format("update execution_jobs set status = 'paused' where id = '{}'", id));
    ASSERT_TRUE(waits(10s, [&] { return sql("select count(*) from execution_results") == "1"; }));
    // Its heartbeats go on: the lease is renewed past where it ended when the pause began.
    const auto lease = column(id, "lease_expires_at");
    ASSERT_TRUE(waits(10s, [&] {
        return column(id, fmt::format("lease_expires_at > timestamptz '{}' + interval '2 s'", lease)) == "t";
    }));
    EXPECT_FALSE(begun().contains("p1"));
    EXPECT_EQ(column(id, "status, attempt, lease_expires_at > now()"), "paused|1|t");
    sql(fmt::format("update execution_jobs set status = 'running' where id = '{}'", id));
    EXPECT_TRUE(ends(id, k_notice));
    EXPECT_EQ(column(id, "status, attempt, completed_rows"), "completed|1|3");
    expect_drains(*program);
}

TEST_F(Workers, FinishRunningRowsWhenTheyAreToldToEndAndGiveBackTheRest) {
    const auto id = job(R"({"uid": "d0", "ms": "500"}, {"uid": "d1"})");
    auto first = worker();
    ASSERT_TRUE(begins("d0"));
    ::kill(first->pid(), SIGTERM);
    const auto outcome = first->wait();
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("running rows finish"), HasSubstr(fmt::format("job {} released", id)),
                                   HasSubstr("1 of 2 rows are left")));
    EXPECT_EQ(column(id, "status, lost_attempts, completed_rows"), "pending|0|1");
    auto second = worker({"1", "3", "until-empty"});
    EXPECT_EQ(second->wait().exit_code, 0);
    EXPECT_EQ(column(id, "status, attempt, completed_rows"), "completed|2|2");
    EXPECT_EQ(begun(), (std::map<std::string, int>{{"d0", 1}, {"d1", 1}}));
}

TEST_F(Workers, GiveUpRunningRowsAtASecondSignal) {
    const auto id = job(R"({"uid": "s0", "ms": "60000"})");
    auto program = worker({"2", "3"});
    ASSERT_TRUE(begins("s0"));
    ::kill(program->pid(), SIGTERM);
    // Two signals at once are one to the kernel; that the first was heard shows in that no job is taken any more.
    const auto other = job(R"({"uid": "s1"})");
    EXPECT_FALSE(begins("s1", 1s));
    const auto asked = Clock::now();
    ::kill(program->pid(), SIGTERM);
    const auto outcome = program->wait();
    EXPECT_LT(Clock::now() - asked, 5s);
    EXPECT_EQ(outcome.exit_code, 2) << outcome.out;
    EXPECT_EQ(column(id, "status, lost_attempts"), "pending|0");
    EXPECT_EQ(state(other), "pending");
}

TEST_F(Workers, DieOfAPoisonedJobThreeTimesOnly) {
    const auto poison = job(R"({"uid": "x", "end": "die"})");
    const auto good = job(R"({"uid": "g"})");
    std::unique_ptr<Program> program;
    int died = 0;
    const auto start = Clock::now();
    while (state(poison) != "failed" && Clock::now() - start < 40s) {
        program = worker({"1", "1", ""});
        const auto pid = program->pid();
        ASSERT_TRUE(waits(20s, [&] {
            return ::kill(pid, 0) != 0 || state(poison) == "failed" ||
                   read_file(fmt::format("/proc/{}/stat", pid)).find(") Z ") != std::string::npos;
        }));
        if (state(poison) == "failed") break;
        program->wait();
        ++died;
    }
    EXPECT_EQ(died, 3);
    EXPECT_EQ(state(poison), "failed");
    EXPECT_EQ(column(poison, "error_message"), "given up after 3 attempts: the worker died each time");
    EXPECT_EQ(begun()["x"], 3);
    EXPECT_TRUE(ends(good));
    EXPECT_EQ(state(good), "completed");
    expect_drains(*program);
}

TEST_F(Workers, FailAJobThatCannotBeRunAndSayWhyInThePortal) {
    sql("update recordings set starting_url = 'http://169.254.169.254/latest'");
    const auto id = job(R"({"uid": "a"})");
    EXPECT_EQ(worker({"1", "3", "until-empty"})->wait().exit_code, 0);
    EXPECT_EQ(state(id), "failed");
    EXPECT_THAT(column(id, "error_message"), AllOf(HasSubstr("starting_url"), HasSubstr("is not allowed")));
    EXPECT_THAT(sql("select message from execution_logs where level = 'error'"), HasSubstr("the job cannot be run"));
    EXPECT_EQ(column(id, "attempt"), "1");
    EXPECT_TRUE(begun().empty());
}

TEST_F(Workers, LoseNothingWhenThePortalIsAwayForLessThanTheLease) {
    const auto id = job(R"({"uid": "a0", "ms": "600"}, {"uid": "a1", "ms": "600"}, {"uid": "a2"})");
    auto program = worker({"1", "10"});
    ASSERT_TRUE(begins("a0"));
    stack().network_away();
    ASSERT_TRUE(begins("a2"));
    stack().network_back();
    ASSERT_TRUE(ends(id, 20s));
    EXPECT_EQ(column(id, "status, attempt, completed_rows"), "completed|1|3");
    EXPECT_EQ(begun(), (std::map<std::string, int>{{"a0", 1}, {"a1", 1}, {"a2", 1}}));
    expect_drains(*program);
}

TEST_F(Workers, GetTheSameJobWhenTheAnswerToTheirClaimWasLost) {
    const auto first = job(R"({"uid": "l0"})");
    const auto second = job(R"({"uid": "l1"})");
    stack().faults({{.kind = "lost", .path = "claim_execution_job", .times = 3},
                    {.kind = "lost", .path = "finish_execution_job", .times = 1},
                    {.kind = "status", .path = "publish_execution_rows", .status = 503, .times = 2}});
    auto program = worker({"1", "20"});
    ASSERT_TRUE(ends(first));
    ASSERT_TRUE(ends(second));
    EXPECT_EQ(sql("select distinct status, attempt from execution_jobs"), "completed|1");
    EXPECT_EQ(begun(), (std::map<std::string, int>{{"l0", 1}, {"l1", 1}}));
    expect_drains(*program);
}

TEST_F(Workers, EndWithTheReasonWhenTheirKeyIsNotGoodEnough) {
    stack().sign_up("stranger@example.test", "nobody");
    auto variables = environment();
    variables[2] = "SUPABASE_EMAIL=stranger@example.test";
    variables[3] = "SUPABASE_PASSWORD=nobody";
    const auto outcome = Program({::getenv("REPRISE_STUB_WORKER")}, variables).wait();
    EXPECT_EQ(outcome.exit_code, 4) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("no job can be taken: "));
    const auto service =
        Program({::getenv("REPRISE_STUB_WORKER")},
                {"SUPABASE_URL=" + stack().url(), "SUPABASE_SERVICE_ROLE_KEY=" + stack().service_key()})
            .wait();
    EXPECT_EQ(service.exit_code, 4);
    EXPECT_THAT(service.out, HasSubstr("or say --allow-service-role"));
    EXPECT_EQ(service.out.find(stack().service_key()), std::string::npos);
}

}  // namespace
}  // namespace reprise::tests
