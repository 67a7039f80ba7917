// `reprise run --publish` and `reprise publish` as their users start them: the real program, browser and portal.
#include "portal/support/portal_contract.hpp"
#include "portal/support/portal_stack.hpp"
#include "shop.hpp"
#include "support/program_run.hpp"

namespace reprise::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class PublishedProgramTest : public ProgramRun {
protected:
    PublishedProgramTest() {
        harbour::serve_shop(server_, source_ / "examples/site");
        use("ours");
    }

    PortalStack& stack() { return PortalStack::instance(); }
    void use(const std::string& schema) {
        stack().use_schema(schema);
        stack().reset();
        user_ = stack().user_id();
        stack().sql(fmt::format("insert into users (id, email) values ('{}', 'ada@portal.test') on conflict do nothing",
                                user_));
    }
    std::vector<std::string> portal() {
        return {"SUPABASE_URL=" + stack().url(), "SUPABASE_SERVICE_ROLE_KEY=" + stack().service_key(),
                "SUPABASE_USER_ID=" + user_};
    }
    std::vector<std::string> order(std::vector<std::string> more) {
        std::vector<std::string> arguments{"run",        example("recordings/order.json"),
                                           "--data",     example("data/customers.csv"),
                                           "--row",      "1-3",
                                           "--output",   out().string(),
                                           "--retries",  "0",
                                           "--base-url", server_.url("")};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    }
    std::string count(const std::string& what) { return stack().sql("select count(*) from " + what); }

    std::string user_;
};

TEST_F(PublishedProgramTest, PublishesARunToEveryKindOfPortal) {
    for (const std::string schema : {"ours", "contract", "schema"}) {
        SCOPED_TRACE(schema);
        use(schema);
        const auto run_out = run(order({"--publish=require"}), portal());
        EXPECT_EQ(run_out.exit_code, 0) << run_out.out;
        EXPECT_THAT(run_out.out,
                    HasSubstr("reprise: published to " + stack().url() + ": 1 recording, 1 job, 3 results"));
        EXPECT_EQ(count("execution_results where status in ('passed', 'success')"), "3");
        EXPECT_EQ(stack().sql("select status, total_rows, jsonb_array_length(csv_data), csv_data->0->>'city' from "
                              "execution_jobs"),
                  "completed|3|3|London");
        EXPECT_EQ(stack().sql("select jsonb_array_length(steps) > 5 from recordings"), "t");
        EXPECT_NE(count("execution_logs where step_number = 2"), "0");
    }
}

TEST_F(PublishedProgramTest, IsReadByThePagesOfEveryKindOfPortal) {
    for (const std::string schema : {"ours", "contract", "schema"}) {
        SCOPED_TRACE(schema);
        use(schema);
        const auto reader = stack().sign_up(schema + "@pages.test");
        stack().sql(fmt::format("insert into users (id, email) values ('{}', '{}') on conflict do nothing", reader.id,
                                reader.email));
        user_ = reader.id;
        const auto ended = run(order({"--publish=require"}), portal());
        EXPECT_EQ(ended.exit_code, 0) << ended.out;
        const auto job = stack().sql("select id from execution_jobs");
        const auto recording = stack().sql("select id from recordings");
        if (schema == "schema") {
            EXPECT_TRUE(other_pages_can_read(stack(), job, recording));
        } else {
            EXPECT_TRUE(pages_can_read(stack(), reader, job, recording));
        }
    }
}

TEST_F(PublishedProgramTest, ShowsWhatFailedWithAPicture) {
    const auto recording = write("missing.json", fmt::format(R"({{"name": "Missing", "starting_url": "{}", "steps": [
        {{"stepNumber": 1, "event": "click", "label": "Nowhere", "bundle": {{"id": "not-there"}}}}]}})",
                                                             server_.url("/")));
    const auto failed = run({"run", recording, "--output", out().string(), "--retries", "0", "--step-timeout", "300",
                             "--healing", "off", "--reporter", "supabase"},
                            portal());
    EXPECT_EQ(failed.exit_code, 1) << failed.out;
    EXPECT_EQ(stack().sql("select status, failed_rows from execution_jobs"), "failed|1");
    EXPECT_EQ(count("execution_results where status = 'failed' and error_message is not null and error_step_number = 1 "
                    "and error_screenshot_url like '%.png'"),
              "1");
}

TEST_F(PublishedProgramTest, KeepsItsVerdictWithoutAPortal) {
    auto outcome = run(order({"--publish"}), {"SUPABASE_URL=", "SUPABASE_SERVICE_ROLE_KEY=", "SUPABASE_USER_ID="});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(outcome.out,
                HasSubstr("reprise: the run is not published: the portal's address is not known: set SUPABASE_URL"));
    outcome = run(order({"--publish=require"}), {"SUPABASE_URL=", "SUPABASE_SERVICE_ROLE_KEY="});
    EXPECT_EQ(outcome.exit_code, 4) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("--publish=require: the portal's address is not known"));
}

TEST_F(PublishedProgramTest, EndsWithSevenWhenPublishingWasRequiredAndSendsTheRestLater) {
    stack().network_away();
    auto outcome = run(order({"--publish=require", "--publish-timeout", "1000"}), portal());
    EXPECT_EQ(outcome.exit_code, 7) << outcome.out;
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("3 passed"), HasSubstr("not yet published: 1 recording, "),
                                   HasSubstr("`reprise publish " + out().string() + "` sends them"),
                                   Not(HasSubstr(stack().service_key()))));
    outcome = run(order({"--publish", "--publish-timeout", "1000"}), portal());
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    stack().network_back();
    outcome = run({"publish", out().string()}, portal());
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("published to " + stack().url() + ": 1 recording, 1 job, 3 results"));
    EXPECT_EQ(count("execution_results"), "3");
}

TEST_F(PublishedProgramTest, PublishesARunThatNeverWasAndOneThatIsContinued) {
    auto outcome = run(order({}));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    outcome = run({"publish", out().string()}, portal());
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_EQ(stack().sql("select jsonb_array_length(steps) > 5, name from recordings").substr(0, 2), "t|");
    EXPECT_EQ(count("execution_results where status = 'passed'"), "3");
    auto more = order({"--resume", "--publish=require"});
    *(std::ranges::find(more, "1-3")) = "1-5";
    outcome = run(more, portal());
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_EQ(count("execution_jobs"), "1");
    EXPECT_EQ(
        stack().sql("select status, total_rows, completed_rows, jsonb_array_length(csv_data) from execution_jobs"),
        "completed|5|5|5");
    EXPECT_EQ(count("execution_results"), "5");
}

TEST_F(PublishedProgramTest, TellsThePortalOfTestPrograms) {
    const auto outcome = run({"run", ::getenv("REPRISE_SAMPLE_TESTS"), "--grep", "Form[.](Sends|SkipsItself)$",
                              "--output", out().string(), "--publish"},
                             portal());
    EXPECT_EQ(count("execution_results"), "2") << outcome.out;
    EXPECT_EQ(count("execution_jobs where status in ('completed', 'failed')"), "1");
    EXPECT_EQ(stack().sql("select name, step_count from recordings"), "Form|0");
}

TEST_F(PublishedProgramTest, HidesSecretsFromThePortal) {
    const auto recording = write("login.json", fmt::format(R"({{"name": "Login", "starting_url": "{}", "steps": [
        {{"stepNumber": 1, "event": "type", "label": "Password", "value": "hunter2-is-secret",
          "bundle": {{"id": "not-there"}}}}],
        "variables": {{"Password": {{"secret": true, "csvColumn": "password"}}}}}})",
                                                           server_.url("/")));
    write("login.csv", "password\nhunter2-is-secret\n");
    const auto outcome =
        run({"run", recording, "--output", out().string(), "--retries", "0", "--step-timeout", "300", "--publish"},
            portal());
    ASSERT_EQ(count("execution_jobs"), "1") << outcome.out;
    for (const std::string table : {"recordings", "execution_jobs", "execution_results", "execution_logs"}) {
        EXPECT_EQ(count(table + " t where t::text like '%hunter2-is-secret%'"), "0") << table;
    }
    EXPECT_EQ(stack().sql("select csv_data->0->>'password' from execution_jobs"), "***");
    EXPECT_THAT(read_file(out() / "outbox.sqlite"), Not(HasSubstr("hunter2-is-secret")));
}

}  // namespace
}  // namespace reprise::tests
