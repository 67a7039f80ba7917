// What can be done with a run that is over, or was cut short: report, --last-failed, --resume; and --repeat-each.
#include <signal.h>

#include <set>

#include "shop.hpp"
#include "support/program_run.hpp"

namespace reprise::tests {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class ContinuedRuns : public ProgramRun {
protected:
    ContinuedRuns() { harbour::serve_shop(server_, source_ / "examples/site"); }

    std::vector<std::string> order(std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{"run",        example("recordings/order.json"),
                                           "--data",     data_,
                                           "--base-url", server_.url(""),
                                           "--output",   out().string(),
                                           "--reporter", "list,json,junit,junit-strict"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    }
    // Kills a run of all rows when so many have finished.
    void cut_short(std::size_t rows) {
        auto program = start(order());
        wait_for_finished_rows(rows);
        ::kill(program->pid(), SIGKILL);
        program->wait();
        // The guardian takes the browser down; what it leaves is its own test.
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5};
        while (std::chrono::steady_clock::now() < deadline && !fs::is_empty(folder_ / "tmp")) std::this_thread::yield();
    }
    std::string xpath(const std::string& expression, const std::string& report = "junit.xml") const {
        return Program({"/usr/bin/xmllint", "--xpath", expression, (out() / report).string()}, {}).wait().out;
    }
    // How often each row has begun, by the journal.
    std::map<std::string, int> begun() const {
        std::map<std::string, int> rows;
        std::ifstream journal{out() / "journal.jsonl"};
        for (std::string line; std::getline(journal, line);) {
            const auto event = json::parse(line).as_object();
            if (event.at("event") == "test_started") ++rows[std::string(event.at("test").at("id").as_string())];
        }
        return rows;
    }
    std::string recording_that_fails_for(const std::string& row) const {
        auto text = read_file(example("recordings/order.json"));
        const std::string good = "Thank you";
        text.replace(text.find(good), good.size(), "{{says}}");
        write("order.json", text);
        std::string rows;
        std::istringstream in{read_file(example("data/customers.csv"))};
        bool first = true;
        for (std::string line; std::getline(in, line); first = false) {
            if (!line.empty() && line.back() == '\r') line.pop_back();
            rows += line + (first ? ",says" : line.starts_with(row) ? ",Good bye" : ",Thank you") + "\n";
        }
        return rows;
    }

    std::string data_{example("data/customers.csv")};
};

TEST_F(ContinuedRuns, AJournalCutShortIsReportedWithAllThatIsMissing) {
    cut_short(3);
    EXPECT_FALSE(fs::exists(out() / "report.json"));
    const auto outcome = run({"report", out().string(), "--reporter", "json,junit,junit-strict"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("of 28 rows finished"), HasSubstr("the run was cut short: ")));
    const auto document = report();
    EXPECT_EQ(document.at("run").at("status"), "incomplete");
    const auto rows = static_cast<std::int64_t>(document.at("tests").as_array().size());
    EXPECT_EQ(rows + document.at("run").at("neverStarted").to_number<std::int64_t>(), 28);
    for (const char* file : {"junit.xml", "junit-strict.xml"}) {
        EXPECT_EQ(xpath("string(//testsuite[@name='reprise']/testcase/error/@message)", file),
                  fmt::format("the run ended before {} of its 28 rows started\n", 28 - rows));
    }
    EXPECT_EQ(Program({"/usr/bin/xmllint", "--noout", "--schema", (source_ / "tests/assets/junit-strict.xsd").string(),
                       (out() / "junit-strict.xml").string()},
                      {})
                  .wait()
                  .exit_code,
              0);
    // By the file itself, and to another place.
    const auto elsewhere = (folder_ / "elsewhere.xml").string();
    EXPECT_EQ(run({"report", (out() / "journal.jsonl").string(), "--reporter", "junit=" + elsewhere}).exit_code, 0);
    EXPECT_EQ(read_file(elsewhere), read_file(out() / "junit.xml"));
}

TEST_F(ContinuedRuns, AReportSaysWhatItCannotDo) {
    const auto journal = write("journal.jsonl", "{}\nnot a journal\n");
    auto outcome = run({"report", journal});
    EXPECT_EQ(outcome.exit_code, 4);
    EXPECT_THAT(outcome.out, HasSubstr("journal.jsonl:1:"));
    outcome = run({"report", (folder_ / "tmp").string()});
    EXPECT_EQ(outcome.exit_code, 4);
    EXPECT_THAT(outcome.out,
                HasSubstr("journal.jsonl: is not there: reprise report needs the journal of an earlier run"));
    outcome = run({"report", journal, "--reporter", "list"});
    EXPECT_EQ(outcome.exit_code, 4);
    EXPECT_THAT(outcome.out, HasSubstr("--reporter list: writes to the terminal while a run goes on"));
}

TEST_F(ContinuedRuns, AResumedRunRunsNothingTwiceAndReportsAll) {
    cut_short(5);
    std::set<std::string> finished;
    {
        std::ifstream journal{out() / "journal.jsonl"};
        for (std::string line; std::getline(journal, line) && !journal.eof();) {
            const auto event = json::parse(line).as_object();
            if (event.at("event") == "test_finished") {
                finished.insert(std::string(event.at("result").at("test").at("id").as_string()));
            }
        }
    }
    const auto outcome = run(order({"--resume"}));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(
        outcome.out,
        AllOf(HasSubstr(fmt::format("continues: {} finished, {} to run", finished.size(), 28 - finished.size())),
              HasSubstr("28 rows: 28 passed")));
    EXPECT_EQ(outcomes()["passed"], 28);
    EXPECT_TRUE(report().at("unfinished").as_array().empty());
    EXPECT_EQ(report().at("run").at("status"), "passed");
    EXPECT_EQ(xpath("count(//testcase)"), "28\n");
    for (const auto& [id, times] : begun()) {
        EXPECT_TRUE(times == 1 || !finished.contains(id)) << id << " began " << times << " times";
    }
    // Nothing is left to do, and no browser is needed for it.
    const auto again = run(order({"--resume"}), {"REPRISE_BROWSER=/nonexistent"});
    EXPECT_EQ(again.exit_code, 0) << again.out;
    EXPECT_EQ(outcomes()["passed"], 28);
    expect_nothing_left();
}

TEST_F(ContinuedRuns, AResumedRunKeepsFailuresAndRunsChangedRowsAgain) {
    const auto rows = recording_that_fails_for("ada");
    data_ = write("rows.csv", rows);
    auto arguments = order({"--row", "1-2", "--retries", "0", "--step-timeout", "500"});
    arguments[1] = (folder_ / "order.json").string();
    EXPECT_EQ(run(arguments).exit_code, 1);
    arguments.push_back("--resume");
    auto outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, 1) << "it failed, and is not run again";
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("2 finished, 0 to run"), HasSubstr("1 passed, 1 failed")));
    auto mended = rows;
    mended.replace(mended.find("Good bye"), 8, "Thank you");
    write("rows.csv", mended);
    outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("1 finished, 1 to run"), HasSubstr("2 passed"),
                                   HasSubstr("1 row had finished, but was run again: data or steps have changed")));
    // Other rows than before: those stay in the reports.
    arguments[std::ranges::find(arguments, "1-2") - arguments.begin()] = "3";
    outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("3 passed"), HasSubstr("2 rows of the run that was continued are not "
                                                                    "selected now; the results stay in the reports")));
    EXPECT_EQ(outcomes()["passed"], 3);
}

TEST_F(ContinuedRuns, WhatCannotBeResumedIsRefused) {
    const auto refuse = [&](const std::vector<std::string>& more, const char* says) {
        const auto outcome = run(order(more), {"REPRISE_BROWSER=/nonexistent"});
        EXPECT_EQ(outcome.exit_code, 4);
        EXPECT_THAT(outcome.out, HasSubstr(says));
    };
    refuse({"--resume"}, "out/journal.jsonl: is not there: --resume needs the journal of an earlier run");
    refuse({"--last-failed"}, "out/journal.jsonl: is not there: --last-failed needs the journal of an earlier run");
    refuse({"--resume", "--last-failed"}, "--resume and --last-failed exclude each other");
    refuse({"--resume", "--shard", "1/2", "--shard-by", "time"}, "--resume with --shard-by time needs --timings");
}

TEST_F(ContinuedRuns, OnlyWhatFailedLastRunsAgain) {
    data_ = write("rows.csv", recording_that_fails_for("ada"));
    auto arguments = order({"--row", "1-3", "--retries", "0", "--step-timeout", "500"});
    arguments[1] = (folder_ / "order.json").string();
    EXPECT_EQ(run(arguments).exit_code, 1);
    arguments.push_back("--last-failed");
    auto outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.out, HasSubstr("1 row: 1 failed"));
    auto elsewhere = arguments;
    elsewhere[std::ranges::find(elsewhere, "1-3") - elsewhere.begin()] = "2";
    outcome = run(elsewhere);
    EXPECT_EQ(outcome.exit_code, 5);
    EXPECT_THAT(outcome.out, HasSubstr("nothing selected: 1 row failed in the run before ("));
    EXPECT_THAT(outcome.out, HasSubstr("), none of it among the 1 here"));
    arguments[1] = example("recordings/order.json");
    EXPECT_EQ(run(arguments).exit_code, 0);
    outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, 5);
    EXPECT_THAT(outcome.out, HasSubstr("nothing selected: no row failed in the run before ("));
}

TEST_F(ContinuedRuns, TheLastRunIsThatOfTheDefaultFolder) {
    const auto here = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(),
                         {"/usr/bin/env", "-C", folder_.path().string(), ::getenv("REPRISE_PROGRAM")});
        return Program(std::move(arguments), {"TMPDIR=" + (folder_ / "tmp").string()}).wait();
    };
    const std::vector<std::string> arguments{"run",        example("recordings/order.json"),
                                             "--data",     data_,
                                             "--row",      "1",
                                             "--base-url", "http://127.0.0.1:1",
                                             "--retries",  "0"};
    EXPECT_EQ(here(arguments).exit_code, 1);
    const auto target = fs::read_symlink(folder_ / "test-results/latest");
    fs::remove(folder_ / "test-results/latest/junit.xml");
    auto outcome = here({"report", "--reporter", "junit"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("test-results/" + target.string() + "/journal.jsonl: 1 of 1 rows finished"));
    EXPECT_TRUE(fs::exists(folder_ / "test-results" / target / "junit.xml"));
    auto resumed = arguments;
    resumed.push_back("--resume");
    EXPECT_EQ(here(resumed).exit_code, 1);
    EXPECT_EQ(fs::read_symlink(folder_ / "test-results/latest"), target) << "the same run";
    auto again = arguments;
    again.push_back("--last-failed");
    EXPECT_EQ(here(again).exit_code, 1);
    EXPECT_NE(fs::read_symlink(folder_ / "test-results/latest"), target) << "another run";
}

TEST_F(ContinuedRuns, EachRowIsRepeatedUnderANameOfItsOwn) {
    const auto outcome = run(order({"--row", "1-2", "--repeat-each", "3", "-j", "2"}));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("6 rows: 6 passed"));
    std::vector<std::string> ids;
    const auto document = report();
    for (const auto& test : document.at("tests").as_array()) {
        ids.emplace_back(test.at("test").at("id").as_string());
    }
    EXPECT_THAT(ids, ElementsAre("order/ada", "order/juergen", "order/ada.repeat2", "order/juergen.repeat2",
                                 "order/ada.repeat3", "order/juergen.repeat3"));
    expect_nothing_left();
}

}  // namespace
}  // namespace reprise::tests
