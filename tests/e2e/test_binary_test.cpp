// A gtest binary made with reprise::fixtures_main, as its users start it, in real Chromium.
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include <reprise/cdp/launch_options.hpp>

#include "shop.hpp"
#include "support/program_run.hpp"

namespace reprise::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class TestBinary : public ProgramRun {
protected:
    // The sample binary in a folder of its own, with the tests that `filter` takes.
    Outcome run_tests(const std::string& filter, std::vector<std::string> environment = {},
                      std::vector<std::string> more = {}) {
        std::vector<std::string> arguments{::getenv("REPRISE_SAMPLE_TESTS"), "--gtest_filter=" + filter,
                                           "--reprise_output=" + out().string(), "--gtest_color=no"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        environment.push_back("TMPDIR=" + (folder_ / "tmp").string());
        environment.push_back("REPRISE_HISTORY=" + history().string());
        return Program(std::move(arguments), std::move(environment)).wait();
    }
    // "sample_tests.cpp:LINE" of the line that holds `text`.
    std::string line_with(const std::string& text) const {
        std::istringstream source{read_file(source_ / "tests/e2e/samples/sample_tests.cpp")};
        std::string line;
        for (int number = 1; std::getline(source, line); ++number) {
            if (line.find(text) != std::string::npos) return fmt::format("sample_tests.cpp:{}", number);
        }
        return "no line with " + text;
    }
    json::object test_named(const std::string& id) const {
        const auto document = report();
        for (const auto& test : document.at("tests").as_array()) {
            if (test.at("test").at("id").as_string() == id) return test.as_object();
        }
        ADD_FAILURE() << "no test " << id << " in " << json::serialize(document);
        return {};
    }
    std::string xpath(const std::string& expression) const {
        return Program({"/usr/bin/xmllint", "--xpath", expression, (out() / "junit.xml").string()}, {}).wait().out;
    }
    // A recording whose only step fails, and rows for it with the given ids.
    std::vector<std::string> failing_rows(const std::vector<std::string>& ids) const {
        write("rows.json", R"({"name": "Rows", "starting_url": "about:blank", "steps": [
            {"stepNumber": 1, "event": "assert", "label": "gone", "metadata": {"kind": "visible"},
             "bundle": {"css": "#missing", "visibleText": "missing"}}],
            "settings": {"retryCount": 0}, "replay": {"waitTimeout": 100}})");
        std::string csv = "id,name\n";
        for (const auto& id : ids) {
            std::string quoted;
            for (const char c : id) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
            csv += fmt::format("\"{}\",x\n", quoted);
        }
        return {"SAMPLE_RECORDINGS=" + (folder_ / "rows.json").string(), "SAMPLE_DATA=" + write("rows.csv", csv)};
    }
};

TEST_F(TestBinary, PassesAndWritesReports) {
    const auto outcome = run_tests("Form.Sends:Form.CatchesAnErrorItself:TwoPages.*");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(outcome.out,
                AllOf(HasSubstr("[  PASSED  ] 3 tests."), HasSubstr("report.json"), HasSubstr("junit.xml")));
    EXPECT_EQ(outcomes()["passed"], 3);
    EXPECT_EQ(xpath("count(//testcase[@classname='Form'])"), "2\n");
    EXPECT_THAT(xpath("string(//testcase[@name='Sends']/@file)"), HasSubstr("sample_tests.cpp"));
    expect_nothing_left();
}

TEST_F(TestBinary, TellsTheLineOfACallThatFailedAndKeepsAPicture) {
    const auto outcome = run_tests("Form.ClicksADisabledButton");
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(outcome.out,
                AllOf(HasSubstr(line_with("// line of the click") + ": Failure\n"
                                                                    "page.get_by_role(button, \"Save\").click(): "),
                      HasSubstr("after 400 ms"), HasSubstr("saved    "), HasSubstr("failure.png"),
                      Not(HasSubstr("C++ exception"))));
    EXPECT_TRUE(read_file(out() / "Form.ClicksADisabledButton/failure.png").starts_with("\x89PNG"));
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("failure.aria.yml"), HasSubstr("console.txt"), HasSubstr("trace.zip")));
    const auto folder = out() / "Form.ClicksADisabledButton";
    EXPECT_THAT(read_file(folder / "failure.aria.yml"), HasSubstr("- button \"Save\" [disabled]"));
    EXPECT_THAT(read_file(folder / "console.txt"), HasSubstr("warning  half a form"));
    EXPECT_TRUE(read_file(folder / "trace.zip").starts_with("PK"));
    const auto test = test_named("Form.ClicksADisabledButton");
    const auto& attempt = test.at("attempts").at(0);
    EXPECT_EQ(attempt.at("failure").at("type").as_string(), "TimeoutError");
    EXPECT_THAT(std::string(attempt.at("failure").at("message").as_string()),
                HasSubstr(line_with("// line of the click")));
}

TEST_F(TestBinary, KeepsFilmsAsItIsAskedTo) {
    const std::string failing = "Form.ClicksADisabledButton", passing = "TwoPages.ShareAContextButNotWithOthers";
    const auto films_of = [this](const std::string& test) {
        std::vector<std::string> films;
        const auto told = test_named(test);
        for (const auto& attachment : told.at("attempts").at(0).at("attachments").as_array()) {
            if (attachment.at("contentType").as_string() != "video/webm") continue;
            films.emplace_back(attachment.at("name").as_string());
            EXPECT_TRUE(
                read_file(out() / std::string(attachment.at("path").as_string())).starts_with("\x1a\x45\xdf\xa3"));
        }
        return films;
    };
    std::filesystem::create_directories(out() / failing / ".video");
    std::ofstream{out() / failing / ".video/left.webm"} << "of a run that was killed";
    auto outcome = run_tests(failing + ":" + passing, {"REPRISE_VIDEO=retain-on-failure"});
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(films_of(failing), testing::ElementsAre("video.webm"));
    EXPECT_THAT(films_of(passing), testing::IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(out() / passing));
    outcome = run_tests(passing, {"REPRISE_VIDEO=on"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(films_of(passing), testing::Contains("video.webm"));
    EXPECT_FALSE(std::filesystem::exists(out() / passing / ".video"));
    outcome = run_tests(passing, {"REPRISE_VIDEO=1"});
    EXPECT_THAT(outcome.out, HasSubstr("REPRISE_VIDEO=\"1\": expected on, off or retain-on-failure"));
    EXPECT_EQ(outcome.exit_code, 4);
}

TEST_F(TestBinary, GoesOnAfterAnExpectationAndEndsAfterARequirement) {
    const auto outcome = run_tests("Form.ExpectsTwoThings:Form.RequiresInACalledFunction");
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(
        outcome.out,
        AllOf(HasSubstr(line_with("// first expectation") +
                        ": Failure\nexpect(page.get_by_role(status)).to_contain_text(\"thanks\"): expected text "
                        "containing \"thanks\", received \"nothing yet\" after 300 ms"),
              HasSubstr(line_with("// second expectation") +
                        ": Failure\nexpect(page.get_by_label(\"Name\")).to_have_value(\"Ada\"): expected \"Ada\""),
              HasSubstr(line_with("// the requirement") + ": Failure\nrequire(page.get_by_label(\"Name\"))")));
    EXPECT_TRUE(fs::exists(out() / "Form.ExpectsTwoThings/reached.txt"));
    EXPECT_FALSE(fs::exists(out() / "Form.RequiresInACalledFunction/reached.txt"));
    EXPECT_EQ(test_named("Form.RequiresInACalledFunction").at("attempts").at(0).at("failure").at("type").as_string(),
              "AssertionError");
}

TEST_F(TestBinary, ReportsStepsWithTheirEnds) {
    const auto outcome = run_tests("Form.TakesSteps");
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    const auto test = test_named("Form.TakesSteps");
    const auto& attempt = test.at("attempts").at(0);
    std::vector<std::string> steps;
    for (const auto& step : attempt.at("steps").as_array()) {
        steps.push_back(std::string(step.at("label").as_string()) + (step.at("success").as_bool() ? " ok" : " failed"));
    }
    EXPECT_THAT(steps, testing::ElementsAre("fill in ok", "read ok", "send failed", "press failed"));
    EXPECT_EQ(attempt.at("failure").at("stepLabel").as_string(), "press");
}

TEST_F(TestBinary, GivesItsOptionsToAllPagesOfItsContexts) {
    const auto outcome = run_tests("NamesTestIds.*");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
}

TEST_F(TestBinary, LetsGoOfHandlersBeforeWhatTheyHoldHasGone) {
    const auto outcome = run_tests("LeavesHandlers.*");
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_EQ(outcomes()["passed"], 1) << outcome.out;
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("the body ends here"), HasSubstr("failure.png"),
                                   Not(HasSubstr("called after")), Not(HasSubstr("called while"))));
}

TEST_F(TestBinary, KeepsDownloadsOfTestsThatFail) {
    const auto outcome = run_tests("Downloads.*");
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_EQ(outcomes()["passed"], 1) << outcome.out;
    EXPECT_FALSE(fs::exists(out() / "Downloads.HaveAFolder"));
    const auto kept = out() / "Downloads.AreKeptOfATestThatFails";
    EXPECT_EQ(read_file(kept / "plan.txt"), "a plan");
    EXPECT_FALSE(fs::exists(kept / ".downloads"));
}

TEST_F(TestBinary, ReportsSkippedAndDisabledTests) {
    const auto outcome = run_tests("Form.SkipsItself:Form.*Waits");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_EQ(outcomes()["skipped"], 2);
    EXPECT_THAT(std::string(test_named("Form.SkipsItself").at("skipReason").as_string()), HasSubstr("not today"));
}

TEST_F(TestBinary, WritesAWellFormedReportOfBadBytes) {
    EXPECT_EQ(run_tests("Plain.ComparesNumbers").exit_code, 1);
    EXPECT_EQ(xpath("count(//testcase/failure)"), "1\n");
}

TEST_F(TestBinary, ReportsFailuresOutsideOfTests) {
    const auto outcome = run_tests("BadSetUp.*");
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_EQ(outcomes()["failed"], 1);
    EXPECT_EQ(std::string(test_named("BadSetUp.Passes").at("skipReason").as_string()),
              "not run: a set-up before it failed");
    EXPECT_THAT(
        std::string(
            test_named("BadSetUp.outside_of_tests").at("attempts").at(0).at("failure").at("message").as_string()),
        HasSubstr("the suite cannot be set up"));
}

TEST_F(TestBinary, FailsWhenNothingIsSelected) {
    const auto outcome = run_tests("Form.Sendz");
    EXPECT_EQ(outcome.exit_code, 5);
    EXPECT_THAT(outcome.out, HasSubstr("nothing selected"));
    EXPECT_EQ(run_tests("Form.Sendz", {}, {"--reprise_pass_with_no_tests"}).exit_code, 0);
}

TEST_F(TestBinary, RefusesUnknownFlagsAndBadVariables) {
    const auto outcome = run_tests("Dies.*", {}, {"--reprise_outptu=x"});
    EXPECT_EQ(outcome.exit_code, 4);
    EXPECT_THAT(outcome.out, HasSubstr("--reprise_outptu"));
    const auto variable = run_tests("Dies.*", {"REPRISE_VIEWPORT=wide"});
    EXPECT_EQ(variable.exit_code, 4);
    EXPECT_THAT(variable.out, HasSubstr("REPRISE_VIEWPORT=\"wide\": expected width and height in CSS px, as 1366x900"));
    const auto slow = run_tests("Dies.*", {"REPRISE_SLOW_MO=very"});
    EXPECT_EQ(slow.exit_code, 4);
    EXPECT_THAT(slow.out, HasSubstr("REPRISE_SLOW_MO=\"very\": expected a positive number of milliseconds"));
}

TEST_F(TestBinary, GoesByReprisetomlUnlessAVariableSaysOtherwise) {
    const auto config = write("reprise.toml", "[profile.default]\nviewport = \"800x600\"\n");
    const auto say_size = [&](std::vector<std::string> environment) {
        environment.push_back("REPRISE_CONFIG=" + config);
        run_tests("Size.*", std::move(environment));
        return read_file(out() / "Size.OfThePage/size.txt");
    };
    EXPECT_EQ(say_size({}), "800");
    EXPECT_EQ(say_size({"REPRISE_VIEWPORT=400x300"}), "400");
    write("reprise.toml", "[profile.default]\nvieport = 3\n");
    const auto wrong = run_tests("Size.*", {"REPRISE_CONFIG=" + config});
    EXPECT_EQ(wrong.exit_code, 4);
    EXPECT_THAT(wrong.out, AllOf(HasSubstr("reprise.toml:2:1"), HasSubstr("viewport")));
}

TEST_F(TestBinary, KeepsTheRepetitionsApart) {
    const auto marker = (folder_ / "marker").string();
    const auto outcome = run_tests("Flaky.*", {"SAMPLE_MARKER=" + marker}, {"--gtest_repeat=3"});
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_EQ(outcomes()["failed"], 1);
    EXPECT_EQ(outcomes()["passed"], 2);
    EXPECT_EQ(test_named("Flaky.PassesAtTheSecondTry/repeat_3").at("outcome").as_string(), "passed");
}

TEST_F(TestBinary, ReportsDeathTestsOnce) {
    const auto outcome = run_tests("Deaths.*");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_EQ(outcomes()["passed"], 1);
}

TEST_F(TestBinary, KeepsTheTraceOfATestWhoseBrowserDies) {
    const auto outcome = run_tests("LosesItsBrowser.*", {"SAMPLE_DIES=1"});
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_EQ(outcomes()["failed"], 1) << outcome.out;
    EXPECT_EQ(outcomes()["passed"], 1) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("page.get_by_role(heading).click()"));
    EXPECT_TRUE(read_file(out() / "LosesItsBrowser.InTheMiddle/trace.zip").starts_with("PK"));
}

TEST_F(TestBinary, ClearsWhatItsEarlierRunLeftAndNothingElse) {
    run_tests("Form.ClicksADisabledButton");
    ASSERT_TRUE(fs::exists(out() / "Form.ClicksADisabledButton/trace.zip"));
    std::ofstream{out() / "notes.txt"} << "mine";
    run_tests("Plain.*");
    EXPECT_FALSE(fs::exists(out() / "Form.ClicksADisabledButton"));
    EXPECT_EQ(read_file(out() / "notes.txt"), "mine");
    EXPECT_EQ(outcomes()["failed"], 1);
}

TEST_F(TestBinary, LeavesAJournalOfWhatHadFinishedWhenItIsKilled) {
    const auto outcome = run_tests("Dies.*", {"SAMPLE_DIES=1"});
    EXPECT_EQ(outcome.exit_code, 128 + 9);
    const auto journal = read_file(out() / "journal.jsonl");
    EXPECT_THAT(journal, AllOf(HasSubstr("Dies.BySignalOfTheTestBefore"), HasSubstr("Dies.InTheMiddle"),
                               Not(HasSubstr("Dies.AndThisOneStillRuns"))));
}

TEST_F(TestBinary, RunsRecordingsRowByRow) {
    harbour::serve_shop(server_, source_ / "examples/site");
    const auto outcome =
        run_tests("sign_in.*", {"SAMPLE_RECORDINGS=" + example("recordings/sign_in.json"),
                                "SAMPLE_DATA=" + example("data/accounts.csv"), "REPRISE_BASE_URL=" + server_.url("")});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("[       OK ] sign_in.ada"), HasSubstr("[  PASSED  ] 6 tests.")));
    EXPECT_EQ(test_named("sign_in/ada").at("test").at("dataLine").as_int64(), 2);
    EXPECT_EQ(read_file(out() / "journal.jsonl").find("analytical-engine-1843"), std::string::npos);
}

TEST_F(TestBinary, TakesRowsByTagWithinTheFilter) {
    harbour::serve_shop(server_, source_ / "examples/site");
    const std::vector<std::string> rows{"SAMPLE_RECORDINGS=" + example("recordings/sign_in.json"),
                                        "SAMPLE_DATA=" + example("data/accounts.csv"),
                                        "REPRISE_BASE_URL=" + server_.url("")};
    const auto outcome = run_tests("*.a*", rows, {"--reprise_tag=account"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_EQ(outcomes()["passed"], 1);  // sign_in.ada
    EXPECT_EQ(run_tests("*", rows, {"--reprise_tag=nobody-has-it"}).exit_code, 5);
}

TEST_F(TestBinary, FailsEachRowWhateverItsName) {
    std::vector<std::string> ids{"a[b]", "a;b",  "a-b",  "a:b", "a b ", "a]==]b",     "a#b",         "a$b",  "a\"b",
                                 "a'b",  "a\\b", "a/b",  "a.b", "a,b",  "a(b)",       "a@b",         "a%b",  "a=b",
                                 "a<b>", "é",    "a\tb", "a*b", "a?b",  "2026-11-21", "x@y.example", "{{a}}"};
    for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = fmt::format("{}{}", i, ids[i]);
    const auto outcome = run_tests("rows.*", failing_rows(ids));
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_EQ(outcomes()["failed"], static_cast<int>(ids.size()));
    EXPECT_THAT(outcome.out, HasSubstr("rows.csv:2: Failure"));
    const auto listed = json::parse(run_tests("*", failing_rows(ids), {"--reprise_list=json"}).out);
    std::set<std::string> names;
    for (const auto& test : listed.at("tests").as_array()) {
        const std::string name{test.at("name").as_string()};
        if (!name.starts_with("rows.")) continue;
        names.insert(name);
        EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./"),
                  std::string::npos)
            << name;
    }
    EXPECT_EQ(names.size(), ids.size());
}

TEST_F(TestBinary, HasAFailingTestForRecordingsThatCannotBeRead) {
    const auto missing = run_tests("*can_be_read", {"SAMPLE_RECORDINGS=nowhere.json"});
    EXPECT_EQ(missing.exit_code, 1);
    EXPECT_THAT(missing.out,
                AllOf(HasSubstr("nowhere.can_be_read"), HasSubstr("nowhere.json: no such file or folder, looked at:")));
    const auto csv = write("ragged.csv", "id,name\nada\n");
    const auto ragged =
        run_tests("*can_be_read", {"SAMPLE_RECORDINGS=" + example("recordings/order.json"), "SAMPLE_DATA=" + csv});
    EXPECT_EQ(ragged.exit_code, 1);
    EXPECT_THAT(ragged.out, AllOf(HasSubstr("order.can_be_read"), HasSubstr("ragged.csv:2")));
    const auto empty = write("empty.csv", "id,name\n");
    const auto none =
        run_tests("*can_be_read", {"SAMPLE_RECORDINGS=" + example("recordings/order.json"), "SAMPLE_DATA=" + empty});
    EXPECT_EQ(none.exit_code, 1) << none.out;
    EXPECT_THAT(none.out, HasSubstr("no data row to run"));
}

TEST_F(TestBinary, SplitsIntoShardsThatAreDisjointAndWhole) {
    const std::string filter = "Dies.*:Hangs.*:Flaky.*:Plain.*:BadSetUp.Passes";
    std::multiset<std::string> whole;
    for (int total = 1; total <= 7; ++total) {
        std::multiset<std::string> ran;
        for (int index = 1; index <= total; ++index) {
            run_tests(filter, {}, {fmt::format("--reprise_shard={}/{}", index, total)});
            const auto document = report();
            for (const auto& test : document.at("tests").as_array()) {
                const std::string id{test.at("test").at("id").as_string()};
                if (id != "BadSetUp.outside_of_tests") ran.insert(id);
            }
        }
        if (total == 1) whole = ran;
        EXPECT_EQ(ran.size(), 8) << total;
        EXPECT_EQ(ran, whole) << total;
    }
    EXPECT_EQ(run_tests("Dies.InTheMiddle", {}, {"--reprise_shard=2/2"}).exit_code, 0);  // an empty part of something
    EXPECT_EQ(run_tests("Dies.InTheMidle", {}, {"--reprise_shard=2/2"}).exit_code, 5);   // of nothing
    EXPECT_EQ(run_tests("Dies.*", {}, {"--reprise_shard=3/2"}).exit_code, 4);
}

// `reprise run` on the sample binary.
class TestBinaryRun : public TestBinary {
protected:
    Outcome run_program(const std::string& grep, std::vector<std::string> more = {},
                        std::vector<std::string> environment = {}) {
        std::vector<std::string> arguments{"run",        ::getenv("REPRISE_SAMPLE_TESTS"),
                                           "--grep",     grep,
                                           "--output",   out().string(),
                                           "--reporter", "list,json,junit"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(std::move(arguments), std::move(environment));
    }
    std::string message_of(const std::string& id) const {
        const auto test = test_named(id);
        return std::string(test.at("attempts").at(0).at("failure").at("message").as_string());
    }
};

TEST_F(TestBinaryRun, SpreadsTheTestsOverProcessesAndMakesOneReport) {
    const auto outcome = run_program("^(Form|TwoPages|BadSetUp)", {"-j", "2"});
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("ok      Form.Sends"), HasSubstr("FAILED  Form.TakesSteps"),
                                   HasSubstr("skipped Form.DISABLED_Waits  disabled by its name"),
                                   HasSubstr("11 tests: 3 passed, 5 failed, 3 skipped")));
    EXPECT_EQ(xpath("count(//testcase)"), "11\n");
    EXPECT_TRUE(fs::exists(out() / "Form.TakesSteps/trace.zip"));
    EXPECT_THAT(message_of("BadSetUp.outside_of_tests"), HasSubstr("the suite cannot be set up"));
    expect_nothing_left();
}

TEST_F(TestBinaryRun, TellsOfAKilledProcessAndRunsTheRest) {
    const auto outcome = run_program("^Dies\\.", {}, {"SAMPLE_DIES=1"});
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_EQ(outcomes()["passed"], 2);
    EXPECT_THAT(message_of("Dies.InTheMiddle"),
                AllOf(HasSubstr("the test program was killed by signal 9 (Killed) while this test ran"),
                      HasSubstr("its last lines:\n"), HasSubstr("[ RUN      ] Dies.InTheMiddle")));
    EXPECT_EQ(xpath("count(//testcase[@name='InTheMiddle']/error)"), "1\n");
}

TEST_F(TestBinaryRun, TellsTheLastWordsOfTheBrowserOfAKilledProcess) {
    const auto wrapper = write("browser.sh", fmt::format("#!/bin/sh\necho 'the browser has seen it coming' >&2\n"
                                                         "exec {} \"$@\"\n",
                                                         cdp::find_chromium({}).string()));
    fs::permissions(wrapper, fs::perms::owner_all);
    const auto outcome = run_program("^DiesWithABrowser", {}, {"SAMPLE_DIES=1", "REPRISE_BROWSER=" + wrapper});
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(message_of("DiesWithABrowser.InTheMiddle"),
                AllOf(HasSubstr("was killed by signal 9 (Killed) while this test ran"),
                      HasSubstr("the browser's last lines:\n")));
    // The guardian of the browser outlives the process that was killed, and cleans up.
    while (!fs::is_empty(folder_ / "tmp")) std::this_thread::yield();
    expect_nothing_left();
}

TEST_F(TestBinaryRun, RetriesAFailedTestInAProcessOfItsOwn) {
    const auto outcome = run_program("^Flaky", {"--retries", "2", "--fail-on-flaky"},
                                     {"SAMPLE_MARKER=" + (folder_ / "marker").string()});
    EXPECT_EQ(outcome.exit_code, 6) << outcome.out;
    EXPECT_EQ(outcomes()["flaky"], 1);
    EXPECT_EQ(test_named("Flaky.PassesAtTheSecondTry").at("attempts").as_array().size(), 2);
}

TEST_F(TestBinaryRun, KillsATestThatDoesNotEnd) {
    const auto outcome = run_program("^Hangs", {"--timeout", "700"}, {"SAMPLE_HANGS=1"});
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(message_of("Hangs.ForEver"), HasSubstr("the test did not end within 700 ms: its process was killed"));
    EXPECT_EQ(test_named("Hangs.ButOthersRun").at("outcome").as_string(), "passed");
}

TEST_F(TestBinaryRun, TellsOfAProgramThatDiesBehindItsTests) {
    const auto outcome = run_program("^Dies.BySignal", {}, {"SAMPLE_DIES_AT_EXIT=1"});
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(outcome.out,
                HasSubstr("the test program was killed by signal 6 (Aborted) between tests or after them"));
}

TEST_F(TestBinaryRun, SplitsIntoShards) {
    std::multiset<std::string> ran;
    for (const auto* shard : {"1/3", "2/3", "3/3"}) {
        run_program("^Dies\\.", {"--shard", shard});
        const auto document = report();
        for (const auto& test : document.at("tests").as_array()) {
            ran.insert(std::string(test.at("test").at("rowId").as_string()));
        }
    }
    EXPECT_THAT(ran, testing::UnorderedElementsAre("BySignalOfTheTestBefore", "InTheMiddle", "AndThisOneStillRuns"));
}

TEST_F(TestBinaryRun, RefusesWhatIsNoTestProgram) {
    const auto outcome = run({"run", "/bin/true"});
    EXPECT_EQ(outcome.exit_code, 4);
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("/bin/true: no test program made with reprise::fixtures_main"),
                                   HasSubstr("wrote no list")));
    const auto mixed = run({"run", ::getenv("REPRISE_SAMPLE_TESTS"), example("recordings/order.json")});
    EXPECT_EQ(mixed.exit_code, 4);
    EXPECT_THAT(mixed.out,
                HasSubstr("order.json: no test program: run recordings and test programs one after the other"));
    const auto rows = run_program("^Dies", {"--row", "1"});
    EXPECT_EQ(rows.exit_code, 4);
    EXPECT_THAT(rows.out, HasSubstr("--row is for recordings"));
    const auto data = run_program("^Dies", {"--data", example("data/cards.csv")});
    EXPECT_EQ(data.exit_code, 4);
    EXPECT_THAT(data.out, HasSubstr("--data is for recordings"));
}

TEST_F(TestBinaryRun, EndsWithReportsWhenInterrupted) {
    auto program = start({"run", ::getenv("REPRISE_SAMPLE_TESTS"), "--grep", "^Hangs", "--output", out().string()},
                         {"SAMPLE_HANGS=1"});
    wait_for_begun_rows(2);
    ::kill(program->pid(), SIGINT);
    const auto outcome = program->wait();
    EXPECT_EQ(outcome.exit_code, 2) << outcome.out;
    EXPECT_EQ(test_named("Hangs.ForEver").at("outcome").as_string(), "interrupted");
    expect_nothing_left();
}

}  // namespace
}  // namespace reprise::tests
