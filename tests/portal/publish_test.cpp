// Runs in a real portal: what arrives there, whatever happens on the way.
#include <signal.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "portal/support/portal_contract.hpp"
#include "portal/support/portal_stack.hpp"
#include "portal/support/synthetic_run.hpp"
#include "support/expect_throw.hpp"
#include "support/program.hpp"

namespace reprise::tests {
namespace {

namespace fs = std::filesystem;
using reporters::supabase::publish_run;
using reporters::supabase::PublishOptions;
using reporters::supabase::PublishReport;
using reporters::supabase::Settings;
using std::chrono::milliseconds;
using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;

constexpr const char* k_recording = "0b9f7f6a-1111-4222-8333-abcdefabcdef";
// Of each row: it started, its steps, it ended; of a failed one also its attempt; the healed one its heal.
constexpr int lines_of(int rows, int failed) {
    return rows * 5 + failed + (rows > 1 ? 1 : 0);
}

class PublishTest : public Portal {
protected:
    PublishTest() {
        fs::create_directories(run_folder() / "attachments");
        std::ofstream{run_folder() / "attachments/failure.png"} << "\x89PNG\r\n\x1a\n a picture";
    }
    fs::path run_folder() const { return folder_ / "run"; }
    Settings settings() { return {.url = stack().url(), .key = stack().service_key(), .user_id = user_of_portal()}; }
    // Portals that are not of our migrations know of users only what somebody writes.
    std::string user_of_portal() {
        const auto id = stack().user_id();
        sql(fmt::format("insert into users (id, email) values ('{}', 'ada@portal.test') on conflict do nothing", id));
        return id;
    }
    SyntheticRun run_of(int rows) const { return {.rows = rows, .recording_id = k_recording}; }
    std::string sql(const std::string& text) { return stack().sql(text); }
    std::string count(const std::string& what) { return stack().sql("select count(*) from " + what); }
    std::string problems(const PublishReport& report) const {
        return fmt::format("{}", fmt::join(report.lines(), "\n"));
    }
    // Everything is there, once.
    void expect_all(int rows, int failed) {
        EXPECT_EQ(count("execution_results"), std::to_string(rows));
        EXPECT_EQ(sql("select count(distinct row_index) from execution_results"), std::to_string(rows));
        EXPECT_EQ(count("execution_results where status = 'failed'"), std::to_string(failed));
        EXPECT_EQ(count("execution_results where status in ('passed', 'success')"), std::to_string(rows - failed));
        EXPECT_EQ(count("execution_logs"), std::to_string(lines_of(rows, failed)));
        EXPECT_EQ(count("execution_jobs where status = 'failed'"), "1");
        EXPECT_EQ(count("recordings"), "1");
        EXPECT_EQ(count("healing_logs"), "1");
    }
    Outcome publish_in_a_process(const std::string& what, int rows) { return start(what, rows)->wait(); }
    std::unique_ptr<Program> start(const std::string& what, int rows) {
        return std::make_unique<Program>(std::vector<std::string>{std::getenv("REPRISE_PUBLISH_ROWS"), what,
                                                                  run_folder().string(), std::to_string(rows)},
                                         std::vector<std::string>{"SUPABASE_URL=" + stack().url(),
                                                                  "SUPABASE_SERVICE_ROLE_KEY=" + stack().service_key(),
                                                                  "SUPABASE_USER_ID=" + stack().user_id()});
    }

    const TemporaryFolder folder_;
};

TEST_F(PublishTest, WritesWhatItsDocumentationSays) {
    const auto report = run_of(12).publish(run_folder(), settings());
    EXPECT_TRUE(report.complete()) << problems(report);
    EXPECT_THAT(report.problems, testing::IsEmpty());
    EXPECT_EQ(sql("select id, name, starting_url, status, step_count, visibility from recordings"),
              fmt::format("{}|Order|https://shop.test/|completed|2|private", k_recording));
    EXPECT_EQ(sql("select status, total_rows, completed_rows, successful_rows, failed_rows, skipped_rows, current_row, "
                  "jsonb_array_length(csv_data), csv_data->3->>'name', settings->>'timeout' from execution_jobs"),
              "failed|12|10|10|2|0|11|12|Ada 3|30000");
    EXPECT_EQ(sql("select row_index, row_data->>'city', status, steps_completed, steps_failed, duration, "
                  "error_step_number, extracted_data->>'number', step_results->2->>'stepNumber', "
                  "step_results->2->>'success' from execution_results where row_index in (10, 11) order by 1"),
              "10|Zürich|failed|2|1|90|3|1010|3|false\n11|Zürich|passed|3|0|90||1011|3|true");
    EXPECT_EQ(sql("select error_message from execution_results where row_index = 10"),
              "element still disabled after 5000 ms\n  call log");
    EXPECT_EQ(sql("select string_agg(level || ' ' || message, E'\\n' order by created_at) from execution_logs where "
                  "row_index = 10 and execution_result_id is not null"),
              "info row r0011 started\n"
              "info step 1 \"Field 0\" passed in 23 ms: Element found by data-testid, 7 of 7 clues agree\n"
              "info step 2 \"Field 1\" passed in 23 ms: Element found by data-testid, 7 of 7 clues agree\n"
              "error step 3 \"Field 2\" failed in 23 ms: TimeoutError: element still disabled after 5000 ms\n"
              "error attempt 1 failed: element still disabled after 5000 ms\n"
              "error row r0011 failed in 90 ms: element still disabled after 5000 ms");
    EXPECT_EQ(
        sql("select step_number, original_selector, healed_selector, healing_method, confidence, applied, success "
            "from healing_logs"),
        "2|#save|#store|structural|91|t|t");
    const auto picture = sql("select error_screenshot_url from execution_results where row_index = 10");
    EXPECT_THAT(picture, testing::MatchesRegex("[0-9a-f-]{36}/[0-9a-f]{64}[.]png"));
    reporters::supabase::Client client{settings()};
    EXPECT_THAT(client.download("screenshots", picture), HasSubstr("a picture"));
}

TEST_F(PublishTest, WritesFiveHundredRowsInFewRequests) {
    stack().forget_requests();
    const auto report = run_of(500).publish(run_folder(), settings());
    EXPECT_TRUE(report.complete()) << problems(report);
    expect_all(500, 50);
    EXPECT_LE(stack().requests().size(), 60U);
}

TEST_F(PublishTest, WritesIntoEveryKindOfPortal) {
    for (const std::string schema : {"ours", "contract", "schema"}) {
        SCOPED_TRACE(schema);
        stack().use_schema(schema);
        stack().reset();
        const auto reader = stack().sign_up(schema + "@pages.test");
        sql(fmt::format("insert into users (id, email) values ('{}', '{}') on conflict do nothing", reader.id,
                        reader.email));
        auto settings_of_reader = settings();
        settings_of_reader.user_id = reader.id;
        const auto folder = folder_ / schema;
        fs::create_directories(folder / "attachments");
        fs::copy(run_folder() / "attachments", folder / "attachments");
        const auto report = run_of(500).publish(folder, settings_of_reader);
        EXPECT_TRUE(report.complete()) << problems(report);
        expect_all(500, 50);
        const auto job = sql("select id from execution_jobs");
        if (schema == "schema") {
            EXPECT_TRUE(other_pages_can_read(stack(), job, k_recording));
        } else {
            EXPECT_TRUE(pages_can_read(stack(), reader, job, k_recording));
        }
        EXPECT_EQ(problems(report).find("has no place for") == std::string::npos, schema == "ours") << problems(report);
    }
}

struct Faults {
    const char* name;
    std::vector<PortalFault> faults;
};
class PublishThroughTest : public PublishTest, public testing::WithParamInterface<Faults> {};

TEST_P(PublishThroughTest, LosesNothingAndRepeatsNothing) {
    run_of(500).journal(run_folder());
    for (const std::string schema : {"ours", "contract", "schema"}) {
        SCOPED_TRACE(schema);
        stack().use_schema(schema);
        stack().reset();
        const auto publish = [&](const std::string& name) {
            const auto folder = folder_ / (schema + name);
            fs::copy(run_folder(), folder, fs::copy_options::recursive);
            stack().forget_requests();
            const auto report = publish_run(folder, settings());
            EXPECT_TRUE(report.complete()) << problems(report);
            return stack().requests().size();
        };
        const auto least = publish("undisturbed");
        stack().reset();
        stack().faults(GetParam().faults);
        const auto requests = publish("disturbed");
        stack().faults({});
        expect_all(500, 50);
        EXPECT_LE(requests, 3 * least);
    }
}

const PortalFault k_unavailable{.kind = "status", .status = 503, .percent = 10};
const PortalFault k_too_many{.kind = "status", .status = 429, .percent = 10, .retry_after_s = 1};
const PortalFault k_cut{.kind = "cut", .percent = 10};
const PortalFault k_lost{.kind = "lost", .percent = 10};
const PortalFault k_half{.kind = "truncate", .percent = 10};
const PortalFault k_page{.kind = "html", .percent = 10};

INSTANTIATE_TEST_SUITE_P(Faults, PublishThroughTest,
                         testing::Values(Faults{"Unavailable", {k_unavailable}},
                                         Faults{"TooManyRequests", {k_too_many}}, Faults{"Cut", {k_cut}},
                                         Faults{"LostAnswer", {k_lost}}, Faults{"HalfAnAnswer", {k_half}},
                                         Faults{"GatewaysPage", {k_page}},
                                         Faults{"AllOfThem", {k_unavailable, k_cut, k_lost, k_half, k_page}}),
                         [](const auto& info) { return info.param.name; });

TEST_F(PublishTest, KeepsARunForLaterWhenTheNetworkIsAway) {
    const auto known = settings();
    stack().network_away();
    const auto begun = std::chrono::steady_clock::now();
    auto report = run_of(500).publish(run_folder(), known);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{10});
    EXPECT_FALSE(report.complete());
    EXPECT_EQ(report.results.waiting, 500U);
    EXPECT_THAT(problems(report), AllOf(HasSubstr("not yet published: 1 recording, "),
                                        HasSubstr("`reprise publish " + run_folder().string() + "` sends them")));
    stack().network_back();
    report = publish_run(run_folder(), known);
    EXPECT_TRUE(report.complete()) << problems(report);
    expect_all(500, 50);
    stack().forget_requests();
    EXPECT_TRUE(publish_run(run_folder(), known).complete());
    EXPECT_LE(stack().requests().size(), 1U);  // what there is, and nothing to send
}

TEST_F(PublishTest, SurvivesThatItsProcessIsKilledAgainAndAgain) {
    const char* times = std::getenv("REPRISE_KILLS");
    const int kills = times != nullptr ? std::stoi(times) : 10;
    {
        const auto first = start("run", 500);
        std::this_thread::sleep_for(milliseconds{40});  // the moment is what the test varies
        ::kill(first->pid(), SIGKILL);
        EXPECT_EQ(first->wait().exit_code, 128 + SIGKILL);
    }
    stack().reset();  // the killed run's journal is short: a whole one takes its place
    fs::remove_all(run_folder());
    fs::create_directories(run_folder() / "attachments");
    std::ofstream{run_folder() / "attachments/failure.png"} << "\x89PNG\r\n\x1a\n a picture";
    SyntheticRun{.rows = 500}.journal(run_folder());
    int killed = 0;
    for (int i = 0; i < kills; ++i) {
        const auto publisher = start("publish", 500);
        std::this_thread::sleep_for(milliseconds{20 + 400 * i / kills});
        ::kill(publisher->pid(), SIGKILL);
        killed += publisher->wait().exit_code == 128 + SIGKILL ? 1 : 0;
    }
    EXPECT_GT(killed, 0);
    EXPECT_EQ(publish_in_a_process("publish", 500).exit_code, 0);
    expect_all(500, 50);
}

TEST_F(PublishTest, TellsOfARunThatWasCutShortAndOfItsEndOnceItHasOne) {
    const auto run = run_of(20);
    {
        reporters::EventStream events{std::make_shared<reporters::Journal>(run_folder() / "journal.jsonl")};
        events.run_started({.run_id = run.run_id, .total_tests = 20});
        for (int row = 0; row < 8; ++row) {
            events.test_started(run.test(row), 0);
            events.test_finished(run.result(row));
        }
        events.test_started(run.test(8), 0);
    }
    auto report = publish_run(run_folder(), settings());
    EXPECT_TRUE(report.complete()) << problems(report);
    EXPECT_EQ(sql("select status, error_message from execution_jobs"),
              "cancelled|the run was cut short: 8 of 20 rows have ended");
    EXPECT_EQ(sql("select status, error_message from execution_results where row_index = 8"),
              "skipped|the run was cut short while this row ran");
    // Continued and published while it ran.
    {
        const reporters::JournalView earlier{run_folder() / "journal.jsonl"};
        reporters::EventStream events{std::make_shared<reporters::Journal>(run_folder() / "journal.jsonl")};
        const auto publisher = std::make_shared<reporters::supabase::Publisher>(
            settings(), run_folder(), std::vector{run.published()}, events.redactor());
        events.add(publisher);
        events.run_resumed({.run_id = run.run_id, .total_tests = 20}, earlier, [](const auto&) { return true; });
        for (int row = 8; row < 20; ++row) {
            events.test_started(run.test(row), 0);
            events.test_finished(run.result(row));
        }
        events.run_finished(false, {});
        report = publisher->finish();
    }
    EXPECT_TRUE(report.complete()) << problems(report);
    EXPECT_EQ(sql("select status, total_rows, completed_rows, failed_rows from execution_jobs"), "failed|20|18|2");
    EXPECT_EQ(count("execution_results"), "20");
    EXPECT_EQ(count("execution_results where status = 'skipped'"), "0");
}

TEST_F(PublishTest, EndsAJobAsCancelledWhenTheRunWasInterrupted) {
    for (const std::string schema : {"ours", "contract", "schema"}) {
        SCOPED_TRACE(schema);
        stack().use_schema(schema);
        stack().reset();
        auto run = run_of(5);
        run.interrupted = true;
        const auto folder = folder_ / schema;
        fs::create_directories(folder);
        const auto report = run.publish(folder, settings());
        EXPECT_TRUE(report.complete()) << problems(report);
        EXPECT_EQ(sql("select status from execution_jobs"), "cancelled");
        EXPECT_EQ(count("execution_results where status = 'skipped'"), "1");
    }
}

TEST_F(PublishTest, LeavesAJobCancelledThatWasCancelledInThePortal) {
    auto run = run_of(300);
    run.before_row = [&](int row) {
        if (row != 200) return;
        while (count("execution_jobs") != "1") std::this_thread::yield();
        sql("update execution_jobs set status = 'cancelled'");
    };
    const auto report = run.publish(run_folder(), settings());
    EXPECT_EQ(sql("select status from execution_jobs"), "cancelled");
    EXPECT_THAT(problems(report), HasSubstr("stays \"cancelled\" in the portal"));
}

TEST_F(PublishTest, WaitsForADatabaseThatRestartsAndAnInterfaceThatComesBack) {
    auto run = run_of(500);
    std::thread away;
    run.before_row = [&](int row) {
        if (row % 25 == 12) stack().restart_postgres();  // 20 times
        if (row == 300) stack().stop_postgrest();
        if (row == 499) away = std::thread{[] { stack().start_postgrest(); }};
    };
    const auto report = run.publish(run_folder(), settings());
    away.join();
    EXPECT_TRUE(report.complete()) << problems(report);
    expect_all(500, 50);
}

TEST_F(PublishTest, SaysWhatIsWrongWithAKey) {
    auto wrong = settings();
    wrong.key = "sb_secret_of_nobody";
    auto report = run_of(20).publish(run_folder(), wrong);
    EXPECT_FALSE(report.complete());
    EXPECT_THAT(problems(report), AllOf(HasSubstr("check SUPABASE_SERVICE_ROLE_KEY"), HasSubstr("20 results"),
                                        testing::Not(HasSubstr("of_nobody"))));
    auto expired = settings();
    expired.key = stack().token({{"role", "service_role"}, {"seconds", -60}});
    report = publish_run(run_folder(), expired);
    EXPECT_THAT(problems(report), AnyOf(HasSubstr("the key has expired"), HasSubstr("the key is not accepted")));
    report = publish_run(run_folder(), settings());
    EXPECT_TRUE(report.complete()) << problems(report);
    expect_all(20, 2);
}

TEST_F(PublishTest, GoesOnWithoutPicturesWhenTheirBucketIsMissing) {
    sql("delete from storage.buckets where id = 'screenshots'");
    const auto report = run_of(30).publish(run_folder(), settings());
    EXPECT_FALSE(report.complete());
    expect_all(30, 3);
    EXPECT_EQ(count("execution_results where error_screenshot_url is not null"), "0");
    EXPECT_THAT(problems(report), AllOf(HasSubstr("1 pictures refused"), HasSubstr("make the bucket")));
    sql("insert into storage.buckets (id, name, public) values ('screenshots', 'screenshots', false)");
    const auto again = publish_run(run_folder(), settings());
    EXPECT_TRUE(again.complete()) << problems(again);
    EXPECT_EQ(count("execution_results where error_screenshot_url is not null"), "3");
}

TEST_F(PublishTest, SaysThatRowLevelSecurityRefuses) {
    auto as_stranger = settings();
    as_stranger.key = stack().anon_key();  // of nobody, who may not write what is another's
    const auto report = run_of(20).publish(run_folder(), as_stranger);
    EXPECT_FALSE(report.complete());
    EXPECT_THAT(problems(report), AllOf(HasSubstr("row-level security"), HasSubstr("20 results")));
    EXPECT_LE(report.traffic.requests, 12U);
    EXPECT_EQ(count("execution_results"), "0");
}

TEST_F(PublishTest, GoesByTheUserOfTheRecordingsFileWhenNoneIsNamed) {
    auto run = run_of(5);
    run.user_id = user_of_portal();
    auto nobody = settings();
    nobody.user_id.clear();
    EXPECT_TRUE(run.publish(run_folder(), nobody).complete());
    EXPECT_EQ(sql("select user_id from execution_jobs"), run.user_id);
}

TEST_F(PublishTest, SaysThatResultsAreNotForAUserWhoSignsIn) {
    const auto user = stack().sign_up("ada@example.test");
    const Settings signs_in{
        .url = stack().url(), .key = stack().anon_key(), .email = user.email, .password = user.password};
    const auto report = run_of(200).publish(run_folder(), signs_in);
    EXPECT_THAT(problems(report),
                HasSubstr("200 results refused: writing 1 rows to execution_results: HTTP 403 42501"));
    EXPECT_THAT(problems(report), HasSubstr("use the service role's key"));
    EXPECT_EQ(sql("select user_id from execution_jobs"), user.id);
    EXPECT_LE(report.traffic.requests, 60U);
    const auto again = publish_run(run_folder(), settings());
    EXPECT_TRUE(again.complete()) << problems(again);
    EXPECT_EQ(count("execution_results"), "200");
}

TEST_F(PublishTest, NeverChangesARecordingOfSomebodyElse) {
    const auto other = stack().sign_up("other@example.test");
    sql(
        fmt::format("insert into recordings (id, user_id, name, starting_url, steps) values ('{}', '{}', 'Theirs', "
                    "'https://their.test/', '[]')",
                    k_recording, other.id));
    const auto report = run_of(10).publish(run_folder(), settings());
    EXPECT_TRUE(report.complete()) << problems(report);
    EXPECT_THAT(problems(report), HasSubstr("belongs to another user of the portal (" + other.id + ")"));
    EXPECT_EQ(sql("select name from recordings"), "Theirs");
    EXPECT_EQ(count("execution_results"), "10");
}

TEST_F(PublishTest, ChangesItsOwnRecordingOnlyWhenItDiffers) {
    run_of(5).publish(run_folder(), settings());
    sql("update recordings set name = 'Old name', steps = '[]'");
    fs::remove(run_folder() / "journal.jsonl");
    auto later = run_of(5);
    later.run_id = "20260103-030405-1-abcdef";
    later.publish(run_folder(), settings());
    EXPECT_EQ(sql("select name, step_count from recordings"), "Order|2");
    fs::remove(run_folder() / "journal.jsonl");
    later.run_id = "20260104-030405-1-abcdef";
    stack().forget_requests();
    later.publish(run_folder(), settings());
    EXPECT_EQ(stack().requests("PATCH", "/recordings"), 0U);
    EXPECT_EQ(count("execution_jobs"), "3");
}

TEST_F(PublishTest, KeepsTheRowsThatThePortalRefusesAndSendsTheRest) {
    sql("alter table execution_results add constraint unlucky check (row_index not in (13, 313))");
    const auto report = run_of(500).publish(run_folder(), settings());
    sql("alter table execution_results drop constraint unlucky");
    EXPECT_EQ(report.results.refused, 2U);
    EXPECT_EQ(count("execution_results"), "498");
    EXPECT_THAT(problems(report), HasSubstr("violates check constraint"));
    const auto again = publish_run(run_folder(), settings());
    EXPECT_TRUE(again.complete()) << problems(again);
    EXPECT_EQ(count("execution_results"), "500");
}

TEST_F(PublishTest, SaysWhichTableIsMissing) {
    stack().use_schema("none");
    const auto report = run_of(5).publish(
        run_folder(),
        {.url = stack().url(), .key = stack().service_key(), .user_id = "0b9f7f6a-1111-4222-8333-000000000000"});
    EXPECT_FALSE(report.complete());
    EXPECT_THAT(problems(report), AllOf(HasSubstr("no table recordings"), HasSubstr("supabase/migrations")));
}

TEST_F(PublishTest, AsksForTheUserWhoseRowsTheseAre) {
    auto nobody = settings();
    nobody.user_id.clear();
    const auto report = run_of(5).publish(run_folder(), nobody);
    EXPECT_FALSE(report.complete());
    EXPECT_THAT(problems(report), HasSubstr("set SUPABASE_USER_ID"));
}

TEST_F(PublishTest, ShowsLogLinesWhileTheRunGoesOn) {
    auto run = run_of(3);
    run.before_row = [&](int row) {
        if (row != 2) return;
        const auto begun = std::chrono::steady_clock::now();
        while (count("execution_logs where row_index = 1 and message like 'row % passed%'") != "1") {
            if (std::chrono::steady_clock::now() - begun > std::chrono::seconds{5}) break;
        }
        EXPECT_LT(std::chrono::steady_clock::now() - begun, milliseconds{1'500});
        EXPECT_EQ(sql("select status from execution_jobs"), "running");
    };
    run.publish(run_folder(), settings());
}

TEST_F(PublishTest, RefusesToPublishWhatAnotherProcessPublishes) {
    reporters::EventStream events{std::make_shared<reporters::Journal>(run_folder() / "journal.jsonl")};
    const auto publisher = std::make_shared<reporters::supabase::Publisher>(
        settings(), run_folder(), std::vector<reporters::supabase::PublishedSuite>{}, events.redactor());
    events.add(publisher);
    events.run_started({.run_id = "r", .total_tests = 1});
    EXPECT_THAT([&] { publish_run(run_folder(), settings()); },
                testing::ThrowsMessage<std::runtime_error>(HasSubstr("another process runs or publishes this run")));
}

}  // namespace
}  // namespace reprise::tests
