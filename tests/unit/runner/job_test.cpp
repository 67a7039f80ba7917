#include "worker/job.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace reprise::runner {
namespace {

namespace json = boost::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr const char* k_steps = R"([
    {"stepNumber": 1, "label": "Email", "event": "type", "value": "a@b.c", "bundle": {"id": "email", "tag": "input"}},
    {"stepNumber": 2, "label": "Password", "event": "type", "value": "x", "bundle": {"id": "pw", "tag": "input"}}])";

Claim claim_of(std::string_view job, std::string_view steps = k_steps, std::string_view start = "http://shop.test/") {
    Claim claim{.job_id = "6f2a7a52-0000-4000-8000-000000000001", .attempt = 1};
    claim.job = json::parse(job).as_object();
    claim.recording = json::parse(fmt::format(
                                      R"({{"id": "6f2a7a52-0000-4000-8000-000000000002", "name": "Order",
            "description": null, "starting_url": "{}", "status": "completed", "step_count": 2, "tags": ["smoke"],
            "steps": {}, "variables": {{}}, "user_id": null}})",
                                      start, steps))
                          .as_object();
    return claim;
}

Job read(const Claim& claim, const JobLimits& limits = {}) {
    return read_job(claim, HostRules::only({"shop.test"}), limits);
}

std::string refusal(const Claim& claim, const JobLimits& limits = {}) {
    try {
        read(claim, limits);
    } catch (const JobRefused& error) {
        return error.what();
    }
    return "no refusal";
}

TEST(Job, HasARowForEachOfItsData) {
    const auto job = read(claim_of(R"({"csv_data": [{"Mail": "a@x.y", "n": 1}, {"Mail": "b@x.y"}, {"Mail": "c@x.y"}],
        "variable_mapping": {"Mail": "Email"}, "concurrency": 2, "stop_on_error": true,
        "settings": {"timeout": 9000, "retryCount": 0, "screenshotOnError": false}})"));
    ASSERT_EQ(job.tests.size(), 3U);
    EXPECT_EQ(job.total_rows, 3U);
    EXPECT_EQ(job.concurrency, 2);
    EXPECT_TRUE(job.stop_on_error);
    const auto& second = job.tests[1];
    EXPECT_EQ(second.test.row_index, 1);
    EXPECT_EQ(second.test.id, "job/r0002");
    EXPECT_THAT(second.test.row_data, ElementsAre(Pair("Mail", "b@x.y")));
    EXPECT_EQ(second.plan.steps[0].value, "b@x.y");
    EXPECT_EQ(second.suite->settings.job.timeout.count(), 9000);
    EXPECT_EQ(second.suite->settings.job.retry_count, 0);
    EXPECT_FALSE(second.suite->settings.job.screenshot_on_error);
}

TEST(Job, TakesTheMappingOfEitherName) {
    const auto job = read(claim_of(R"({"csv_data": [{"Mail": "a@x.y"}], "field_mapping": {"Mail": "Email"}})"));
    EXPECT_EQ(job.tests.at(0).plan.steps[0].value, "a@x.y");
    const auto reversed = read(claim_of(R"({"csv_data": [{"Mail": "a@x.y"}], "variable_mapping": {"Email": "Mail"}})"));
    EXPECT_EQ(reversed.tests.at(0).plan.steps[0].value, "a@x.y");
}

TEST(Job, RunsOnceWithoutData) {
    for (const char* job : {R"({"csv_data": [], "variable_mapping": {}})", R"({"csv_data": null})", "{}"}) {
        const auto read_job = read(claim_of(job));
        ASSERT_EQ(read_job.tests.size(), 1U);
        EXPECT_EQ(read_job.tests[0].test.row_index, 0);
        EXPECT_EQ(read_job.tests[0].plan.steps[0].value, "a@b.c");
    }
}

TEST(Job, LeavesOutRowsThatHaveFinished) {
    auto claim = claim_of(R"({"csv_data": [{"a": 1}, {"a": 2}, {"a": 3}]})");
    claim.finished_rows = {0, 2};
    const auto job = read(claim);
    ASSERT_EQ(job.tests.size(), 1U);
    EXPECT_EQ(job.tests[0].test.row_index, 1);
    EXPECT_EQ(job.total_rows, 3U);
}

// Names from the data would become names of folders.
TEST(Job, NamesRowsByTheirPositionWhateverTheirDataSay) {
    const auto job = read(claim_of(R"({"csv_data": [{"id": ".."}, {"id": ".."}]})"));
    EXPECT_EQ(job.tests.at(0).test.id, "job/r0001");
    EXPECT_EQ(job.tests.at(1).test.id, "job/r0002");
}

TEST(Job, HidesValuesOfSecretColumns) {
    const auto job = read(claim_of(R"({"csv_data": [{"Password": "tea-for-two"}]})"));
    EXPECT_THAT(job.secrets, testing::Contains("tea-for-two"));
    EXPECT_THAT(job.tests.at(0).test.row_data, ElementsAre(Pair("Password", "***")));
}

TEST(Job, KeepsToTheLimitsOfTheWorker) {
    const auto claim = claim_of(R"({"csv_data": [{"a": "1"}, {"a": "2"}], "concurrency": 10})");
    EXPECT_THAT(refusal(claim, {.rows = 1}), HasSubstr("has 2 rows; this worker takes 1 (--max-rows)"));
    EXPECT_THAT(refusal(claim, {.steps = 1}), HasSubstr("has 2 steps; this worker takes 1 (--max-steps)"));
    EXPECT_THAT(refusal(claim, {.data_bytes = 10}), HasSubstr("this worker takes 10 (--max-data-bytes)"));
    EXPECT_THAT(refusal(claim, {.recording_bytes = 10}), HasSubstr("this worker takes 10 (--max-recording-bytes)"));
    const auto job = read(claim, {.time = std::chrono::seconds{5}, .concurrency = 3});
    EXPECT_EQ(job.concurrency, 3);
    EXPECT_THAT(job.notes, ElementsAre(HasSubstr("3 rows run at a time, not 10")));
    EXPECT_EQ(job.tests[0].suite->settings.job.timeout.count(), 5000);
}

TEST(Job, IsRefusedWhenItLeadsWhereItMustNot) {
    EXPECT_THAT(refusal(claim_of("{}", k_steps, "file:///etc/passwd")),
                AllOf(HasSubstr("starting_url"), HasSubstr("only http:// and https://")));
    EXPECT_THAT(refusal(claim_of("{}", k_steps, "http://169.254.169.254/")), HasSubstr("is not allowed"));
    const auto steps = [](std::string_view step) { return fmt::format("[{}]", step); };
    EXPECT_THAT(refusal(claim_of("{}", steps(R"({"stepNumber": 1, "event": "navigate",
                                                  "navigation": {"type": "full_page", "url": "http://evil.test/"}})"))),
                HasSubstr("step 1 (navigate): \"http://evil.test/\": the host evil.test is not allowed"));
    EXPECT_THAT(
        refusal(claim_of("{}", steps(R"({"stepNumber": 1, "event": "navigate", "value": "chrome://version"})"))),
        HasSubstr("chrome://version"));
    EXPECT_THAT(refusal(claim_of("{}", steps(R"({"stepNumber": 1, "event": "newtab",
                                                  "metadata": {"url": "http://evil.test/"}})"))),
                HasSubstr("evil.test is not allowed"));
    // An address that comes from the data.
    EXPECT_THAT(refusal(claim_of(R"({"csv_data": [{"to": "http://shop.test/"}, {"to": "file:///"}]})",
                                 steps(R"({"stepNumber": 1, "event": "navigate", "value": "{{to}}"})"), "{{to}}")),
                HasSubstr("file:///"));
    EXPECT_EQ(refusal(claim_of("{}", steps(R"({"stepNumber": 1, "event": "navigate", "value": "/cart"})"))),
              "no refusal");
}

TEST(Job, GetsNeitherFilesNorEnvironmentOfTheWorker) {
    const auto upload = R"([{"stepNumber": 1, "event": "upload", "label": "Photo", "value": "/etc/passwd",
                             "bundle": {"id": "f", "tag": "input"}, "metadata": {"files": ["/etc/passwd"]}}])";
    EXPECT_THAT(refusal(claim_of("{}", upload)), HasSubstr("jobs get no files of the worker"));
    const auto typed = R"([{"stepNumber": 1, "event": "input", "value": "/etc/passwd",
                            "bundle": {"id": "f", "tag": "input"}, "metadata": {"elementType": "file"}}])";
    EXPECT_THAT(refusal(claim_of("{}", typed)), HasSubstr("jobs get no files of the worker"));
    EXPECT_THAT(refusal(claim_of(R"({"csv_data": [{"Email": "${env:SUPABASE_SERVICE_ROLE_KEY}"}]})")),
                AllOf(HasSubstr("csv_data holds ${env:SUPABASE_SERVICE_ROLE_KEY}"), HasSubstr("not given to jobs")));
    EXPECT_THAT(refusal(claim_of("{}", k_steps, "http://shop.test/${env:HOME}")), HasSubstr("the recording holds"));
}

TEST(Job, SaysEverythingThatIsWrong) {
    EXPECT_THAT(refusal(claim_of("{}", R"([{"stepNumber": 1, "event": "clik"}, {"stepNumber": 1, "event": "click"}])")),
                AllOf(HasSubstr("clik"), HasSubstr("bundle")));
    EXPECT_THAT(refusal(claim_of(R"({"csv_data": "not rows"})")), HasSubstr("csv_data"));
    EXPECT_THAT(refusal(claim_of(R"({"csv_data": [{"a": {"b": 1}}]})")), HasSubstr("csv_data"));
    EXPECT_THAT(refusal(claim_of(R"({"settings": {"timeout": "soon"}})")), HasSubstr("timeout"));
    Claim gone{.job_id = "x", .attempt = 1};
    EXPECT_THAT(refusal(gone), HasSubstr("does not exist any more"));
}

}  // namespace
}  // namespace reprise::runner
