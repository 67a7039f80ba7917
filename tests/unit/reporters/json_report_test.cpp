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
namespace json = boost::json;

json::object report_of(const TemporaryFolder& folder, const std::filesystem::path& journal) {
    const auto file = write_report({.name = "json"}, JournalView(journal), folder.path());
    EXPECT_EQ(file, folder / "report.json");
    return json::parse(read_file(file)).as_object();
}

TEST(JsonReport, HoldsRunCountsAndRows) {
    const TemporaryFolder folder;
    const auto report = report_of(folder, write_journal(folder, rows_of_all_kinds()));
    EXPECT_EQ(report.at("schemaVersion"), 1);
    EXPECT_EQ(report.at("run").at("status"), "failed");
    EXPECT_EQ(report.at("run").at("startedAt"), "2026-05-04T03:02:01.250Z");
    EXPECT_EQ(report.at("run").at("endedAt"), "2026-05-04T03:02:10.250Z");
    EXPECT_EQ(report.at("run").at("duration"), 9000);
    EXPECT_EQ(
        report.at("counts"),
        (json::object{{"total", 7}, {"passed", 2}, {"failed", 2}, {"flaky", 1}, {"skipped", 1}, {"interrupted", 1}}));
    EXPECT_EQ(report.at("tests").as_array().size(), 7U);
    EXPECT_TRUE(report.at("unfinished").as_array().empty());
}

TEST(JsonReport, NamesTheMembersOfAStepAsThePortalDoes) {
    const TemporaryFolder folder;
    const auto report = report_of(folder, write_journal(folder, rows_of_all_kinds()));
    const auto& attempt = report.at("tests").at(6).at("attempts").at(0);
    EXPECT_EQ(attempt.at("steps").at(0), (json::object{{"stepNumber", 1},
                                                       {"label", "Name"},
                                                       {"event", "type"},
                                                       {"success", true},
                                                       {"duration", 120},
                                                       {"strategy", "data-testid"},
                                                       {"message", "Element found by data-testid, 7 of 7 clues agree"},
                                                       {"error", ""},
                                                       {"healingAttempted", true},
                                                       {"healingSuccess", true}}));
    EXPECT_EQ(attempt.at("extracted_data"), (json::object{{"order", "A-17"}}));
    EXPECT_EQ(report.at("tests").at(1).at("attempts").at(1).at("attachments").at(0),
              (json::object{{"name", "failure.png"}, {"contentType", "image/png"}, {"path", "rows/r1-s02-a2.png"}}));
}

TEST(JsonReport, SaysThatARunWasCutShort) {
    const TemporaryFolder folder;
    Journal journal(folder / "journal.jsonl");
    journal.run_started(run_info(3));
    journal.test_started(test_case("s", 2, 1), 0);
    const auto report = report_of(folder, journal.file());
    EXPECT_EQ(report.at("run").at("status"), "incomplete");
    EXPECT_EQ(report.at("run").at("totalTests"), 3);
    EXPECT_EQ(report.at("run").at("neverStarted"), 2);
    EXPECT_EQ(report.at("unfinished").at(0).at("id"), "s/r0002");
    // Who reads nothing but the rows sees it, too.
    EXPECT_EQ(report.at("counts").at("total"), 1);
    EXPECT_EQ(report.at("counts").at("interrupted"), 1);
    const auto& row = report.at("tests").at(0);
    EXPECT_EQ(row.at("test").at("id"), "s/r0002");
    EXPECT_EQ(row.at("outcome"), "interrupted");
    EXPECT_EQ(row.at("attempts").at(0).at("failure").at("message"), "the run ended before this row finished");
}

TEST(JsonReport, IsValidWithoutRows) {
    const TemporaryFolder folder;
    const auto report = report_of(folder, write_journal(folder, {}));
    EXPECT_EQ(report.at("counts").at("total"), 0);
}

}  // namespace
}  // namespace reprise::reporters
