#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <reprise/reporters/journal.hpp>
#include <reprise/reporters/report.hpp>

#include "sample_run.hpp"

namespace reprise::reporters {
namespace {

using namespace test;
using namespace std::string_view_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A missing xmllint (Debian: libxml2-utils) is a failure.
void expect_well_formed(const std::filesystem::path& file) {
    const auto lint = run_command("xmllint --noout " + file.string());
    EXPECT_EQ(lint.status, 0) << lint.output;
}

void expect_strict(const std::filesystem::path& file) {
    const auto lint =
        run_command(fmt::format("xmllint --noout --schema {}/junit-strict.xsd {}", REPRISE_TEST_ASSETS, file.string()));
    EXPECT_EQ(lint.status, 0) << lint.output;
}

// The journal is written once per test; `xml` and `strict` are its two reports.
class JunitReport : public ::testing::Test {
protected:
    void report(const std::filesystem::path& journal) {
        const JournalView view(journal);
        xml_ = write_report({.name = "junit"}, view, folder_.path());
        strict_ = write_report({.name = "junit-strict"}, view, folder_.path());
        expect_well_formed(xml_);
        expect_strict(strict_);
    }
    std::string in_xml(const std::string& expression) const { return xpath(xml_, expression); }
    std::string in_strict(const std::string& expression) const { return xpath(strict_, expression); }

    TemporaryFolder folder_;
    std::filesystem::path xml_;
    std::filesystem::path strict_;
};

TEST_F(JunitReport, HasOneFlatSuitePerRecording) {
    report(write_journal(folder_, rows_of_all_kinds()));
    EXPECT_EQ(xml_, folder_ / "junit.xml");
    EXPECT_EQ(strict_, folder_ / "junit-strict.xml");
    EXPECT_EQ(in_xml("count(/testsuites/testsuite)"), "2");
    EXPECT_EQ(in_xml("count(//testsuite//testsuite)"), "0");
    EXPECT_EQ(in_xml("count(/testsuites/@tests|/testsuites/@failures|/testsuites/@errors)"), "0");
    EXPECT_EQ(in_xml("string(/testsuites/@time)"), "9.000");
    EXPECT_EQ(in_xml("string(/testsuites/@timestamp)"), "2026-05-04T03:02:01.250Z");
    EXPECT_EQ(in_xml("concat(//testsuite[1]/@name, \" \", //testsuite[1]/@file)"),
              "shop/checkout recordings/shop/checkout.json");
    EXPECT_EQ(in_xml("string(//testsuite[2]/@time)"), "2.468");
    EXPECT_EQ(in_xml("string(//testsuite[1]/properties/property[@name=\"environment.os\"]/@value)"), "Debian 12");
}

TEST_F(JunitReport, CountsAgreeWithTheRowsAndTheJournal) {
    report(write_journal(folder_, rows_of_all_kinds()));
    const JournalView view(folder_ / "journal.jsonl");
    for (const auto& file : {xml_, strict_}) {
        EXPECT_EQ(xpath(file, "sum(//testsuite/@tests)"), std::to_string(view.counts().total));
        for (const char* kind : {"failure", "error", "skipped"}) {
            const std::string attribute = kind == "skipped"sv ? "skipped" : std::string(kind) + "s";
            EXPECT_EQ(xpath(file, fmt::format("sum(//testsuite/@{})", attribute)),
                      xpath(file, fmt::format("count(//testcase[{}])", kind)));
        }
        EXPECT_EQ(xpath(file, "count(//testcase)"), "7");
        EXPECT_EQ(xpath(file, "count(//failure)"), "1");
        EXPECT_EQ(xpath(file, "count(//error)"), "2") << "crashed and interrupted";
        EXPECT_EQ(xpath(file, "count(//skipped)"), "1");
    }
    const auto json = boost::json::parse(read_file(write_report({.name = "json"}, view, folder_.path())));
    EXPECT_EQ(json.at("counts").at("failed").as_int64() + json.at("counts").at("interrupted").as_int64(), 3);
    EXPECT_EQ(json.at("tests").as_array().size(), 7U);
}

TEST_F(JunitReport, NamesRowsStablyAndPointsAtTheirData) {
    report(write_journal(folder_, rows_of_all_kinds()));
    const std::string row = "//testcase[@classname=\"shop/checkout\" and @name=\"r0002\"]";
    EXPECT_EQ(in_xml("concat(" + row + "/@file, \":\", " + row + "/@line)"), "data/users.csv:3");
    EXPECT_EQ(in_xml("string(" + row + "/@time)"), "2.468");
    EXPECT_EQ(in_xml("string(" + row + "/@timestamp)"), "2026-05-04T03:02:02.250Z");
    EXPECT_EQ(in_xml("string(" + row + "/properties/property[@name=\"data.user\"]/@value)"), "user2");
    EXPECT_EQ(in_xml("string(" + row + "/properties/property[@name=\"attempts\"]/@value)"), "2");
    EXPECT_EQ(in_xml("string(//testcase[@classname=\"login\"][2]//property[@name=\"healed\"]/@value)"), "1");
}

TEST_F(JunitReport, PointsAtTheRecordingWithoutData) {
    auto test = test_case("login", 1, 0);
    test.data_path.clear();
    test.data_line = 0;
    report(write_journal(folder_, {finished(test, Outcome::passed, {good_attempt()})}));
    EXPECT_EQ(in_xml("string(//testcase/@file)"), "recordings/login.json");
    EXPECT_EQ(in_xml("count(//testcase/@line)"), "0");
}

TEST_F(JunitReport, SaysWhatHappenedInTheLastAttemptAndInTheOnesBefore) {
    report(write_journal(folder_, rows_of_all_kinds()));
    EXPECT_EQ(in_xml("string(//failure/@message)"), "click(\"Save\"): still disabled after 5000 ms");
    EXPECT_EQ(in_xml("string(//failure/@type)"), "TimeoutError");
    const std::string text = in_xml("string(//failure)");
    EXPECT_THAT(text, StartsWith("click(\"Save\"): still disabled after 5000 ms\n  0 ms found 1 match\n"));
    EXPECT_THAT(text, HasSubstr("row: data/users.csv:3\nstep 2 \"Save\" of recordings/shop/checkout.json"));
    EXPECT_EQ(in_xml("string(//testcase[@name=\"r0002\"]/rerunFailure/@message)"),
              "first try: click(\"Save\"): still disabled after 5000 ms");
    EXPECT_EQ(in_xml("count(//testcase[@name=\"r0003\"]/flakyFailure[@type=\"TimeoutError\"]/stackTrace)"), "1");
    EXPECT_EQ(in_xml("count(//testcase[@name=\"r0003\"]/*[self::failure or self::error])"), "0");
    EXPECT_EQ(in_xml("string(//skipped/@message)"), "stop_on_error: shop/checkout/r0002 failed");
}

TEST_F(JunitReport, TellsTheStoryOfARowAttachmentsFirst) {
    report(write_journal(folder_, rows_of_all_kinds()));
    const std::string story = in_xml("string(//testcase[@name=\"r0003\"]/system-out)");
    const std::string folder = folder_.path().string();
    EXPECT_THAT(story, StartsWith(fmt::format("[[ATTACHMENT|{0}/rows/r1-s02-a1.png]]\n"
                                              "[[ATTACHMENT|{0}/rows/r1-s02-a1.html]]\nattempt 1 of 2: failed",
                                              folder)));
    EXPECT_THAT(story, HasSubstr("  ok   step 1 type \"Name\" 0.120 s by data-testid: Element found by data-testid"));
    EXPECT_THAT(story,
                HasSubstr("  FAIL step 2 type \"Name\" 0.120 s by data-testid: click(\"Save\"): still disabled"));
    EXPECT_THAT(story, HasSubstr("  note: accepted an alert\n"));
    EXPECT_EQ(in_xml("count(//testcase[count(system-out) > 1])"), "0");
    EXPECT_THAT(in_strict("string(//testsuite[1]/system-out)"), HasSubstr("shop/checkout/r0003\n[[ATTACHMENT|"));
    EXPECT_EQ(in_strict("string(//testsuite[1]/system-err)"),
              "warning: running as root: Chromium runs without its sandbox");
}

TEST_F(JunitReport, ShowsAttachmentsRelativeToTheCurrentFolder) {
    const JournalView view(write_journal(folder_, rows_of_all_kinds()));
    const auto relative = write_report({.name = "junit", .path = folder_ / "a.xml"}, view, "test-results");
    EXPECT_THAT(read_file(relative), HasSubstr("[[ATTACHMENT|test-results/rows/r1-s02-a1.png]]"));
    const auto below = std::filesystem::current_path() / "out";
    const auto absolute = write_report({.name = "junit", .path = folder_ / "b.xml"}, view, below);
    EXPECT_THAT(read_file(absolute), HasSubstr("[[ATTACHMENT|out/rows/r1-s02-a1.png]]"));
}

TEST_F(JunitReport, ReportsRowsOfAKilledRunAsErrors) {
    {
        Journal journal(folder_ / "journal.jsonl");
        journal.run_started(run_info(4));
        for (std::size_t i = 0; i < 3; ++i) journal.test_started(test_case(i == 2 ? "b" : "a", i + 1, i), 0);
        journal.test_finished(finished(test_case("a", 1, 0), Outcome::passed, {good_attempt()}));
    }
    report(folder_ / "journal.jsonl");
    for (const auto& file : {xml_, strict_}) {
        EXPECT_EQ(xpath(file, "count(//testcase)"), "4");
        EXPECT_EQ(xpath(file, "sum(//testsuite/@errors)"), "3");
        EXPECT_EQ(xpath(file, "string(//testsuite[@name=\"reprise\"]/testcase[@name=\"run\"]/error/@message)"),
                  "the run ended before 1 of its 4 rows started");
        EXPECT_EQ(xpath(file, "string(//testcase[@name=\"r0003\"]/error/@message)"),
                  "the run ended before this row finished");
    }
    EXPECT_EQ(in_strict("string(//testsuite[2]/system-err)"), "the run was cut short");
}

TEST_F(JunitReport, IsValidWithoutRows) {
    report(write_journal(folder_, {}));
    EXPECT_EQ(in_xml("count(/testsuites/*)"), "0");
    EXPECT_EQ(in_strict("count(/testsuites/*)"), "0");
}

TEST_F(JunitReport, TakesATimeThatWentBackwardsAsZero) {
    auto attempt = good_attempt();
    attempt.duration = Milliseconds{-5};
    report(write_journal(folder_, {finished(test_case("s", 1, 0), Outcome::passed, {attempt})}));
    EXPECT_EQ(in_xml("string(//testcase/@time)"), "0.000");
}

// Every text that can come from a page or a data file holds what broke other people's reports.
TEST_F(JunitReport, SurvivesAHostileRun) {
    const std::string hostile(
        "\x1B[31m]]>]]\0>\xFF\xED\xA0\x80\uFFFE\uFFFF</failure><testcase name='x'/>&amp;&#0;\"\r\n\t"
        "😀\x1B]0;unfinished\x01"sv);
    std::vector<TestResult> rows;
    for (std::size_t i = 0; i < 5; ++i) {
        auto attempt = bad_attempt(1, i == 0 ? Status::crashed : Status::failed, hostile);
        for (auto& step : attempt.steps) step.label = step.strategy = step.message = step.error = hostile;
        attempt.failure->step_label = attempt.failure->type = hostile;
        attempt.notes = {hostile};
        if (i == 1) attempt.notes.push_back(std::string(1'000'000, 'x') + hostile);
        attempt.extracted_data = {{hostile, hostile}};
        auto test = test_case("hostile", i + 1, i);
        test.recording_name = hostile;
        test.row_data = {{hostile, hostile}};
        test.tags = {hostile};
        rows.push_back(finished(test, i == 4 ? Outcome::flaky : Outcome::failed, {attempt, attempt}));
    }
    rows.push_back(finished(test_case("hostile", 6, 5), Outcome::skipped, {}));
    rows.back().skip_reason = hostile;
    report(write_journal(folder_, rows));
    for (const auto& file : {xml_, strict_}) {
        EXPECT_EQ(xpath(file, "count(//testcase)"), "6");
        EXPECT_EQ(xpath(file, "sum(//testsuite/@failures)"), "3");
        EXPECT_EQ(xpath(file, "sum(//testsuite/@errors)"), "1");
    }
    EXPECT_THAT(in_xml("string(//testcase[2]/failure)"), StartsWith("]]>]]>\uFFFD\uFFFD\uFFFD\uFFFD</failure>"));
    EXPECT_THAT(in_xml("string(//testcase[2]/failure)"), HasSubstr("&amp;&#0;"));
}

TEST(JunitStrictSchema, RefusesWhatTheStrictReadersRefuse) {
    const TemporaryFolder folder;
    const auto file =
        write_report({.name = "junit-strict"}, JournalView(write_journal(folder, rows_of_all_kinds())), folder.path());
    const std::string good = read_file(file);
    const std::pair<std::string, std::string> spoilers[] = {
        {"<testsuites>", "<testsuites tests=\"7\">"},  {"<testcase ", "<testcase file=\"x\" "},
        {"time=\"1.234\"", "time=\"1e-05\""},          {"T03:02:02\"", "T03:02:02Z\""},
        {"<system-err>", "<system-out/><system-err>"}, {"name=\"r0002\"", "name=\"r0001\""},
    };
    for (const auto& [from, to] : spoilers) {
        std::string bad = good;
        ASSERT_NE(bad.find(from), std::string::npos) << from;
        write_file(file, bad.replace(bad.find(from), from.size(), to));
        EXPECT_EQ(run_command(fmt::format("xmllint --noout --schema {}/junit-strict.xsd {}", REPRISE_TEST_ASSETS,
                                          file.string()))
                      .status,
                  3)
            << to;
    }
}

}  // namespace
}  // namespace reprise::reporters
