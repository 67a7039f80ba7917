// The program `reprise` as its users start it, against the demo shop, in real Chromium.
#include <signal.h>

#include <algorithm>
#include <sstream>

#include "shop.hpp"
#include "support/program_run.hpp"

namespace reprise::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

class ProgramTest : public ProgramRun {
protected:
    ProgramTest() { harbour::serve_shop(server_, source_ / "examples/site"); }

    std::vector<std::string> order(std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{"run",        example("recordings/order.json"),
                                           "--data",     example("data/customers.csv"),
                                           "--base-url", server_.url(""),
                                           "--output",   out().string(),
                                           "--reporter", "list,json,junit,junit-strict"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    }
};

TEST_F(ProgramTest, RunsEveryDemoRecordingWithItsRows) {
    const auto outcome =
        run({"run", example("recordings"), "--data", "order=" + example("data/customers.csv"), "--data",
             "sign_in=" + example("data/accounts.csv"), "--data", "book_sailing=" + example("data/sailings.csv"),
             "--data", "pay_by_card=" + example("data/cards.csv"), "--base-url", server_.url(""), "-j", "2",
             "--retries", "0", "--output", out().string()});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("47 passed"));
    EXPECT_EQ(outcomes()["passed"], 47);
    const auto junit = (out() / "junit.xml").string();
    EXPECT_EQ(Program({"/usr/bin/xmllint", "--noout", junit}, {}).wait().exit_code, 0);
    EXPECT_EQ(Program({"/usr/bin/xmllint", "--xpath", "count(//testcase)", junit}, {}).wait().out, "47\n");
    // A password from the data stands in none of the files.
    for (const auto& entry : fs::recursive_directory_iterator(out())) {
        if (!entry.is_regular_file()) continue;
        EXPECT_EQ(read_file(entry.path()).find("analytical-engine-1843"), std::string::npos) << entry.path();
    }
    expect_nothing_left();
}

TEST_F(ProgramTest, KeepsFilmsOfTheRowsThatFailedOrOfAll) {
    const auto films = [&] {
        std::vector<fs::path> found;
        for (const auto& entry : fs::recursive_directory_iterator(out())) {
            if (entry.path().extension() == ".webm") found.push_back(entry.path());
        }
        return found;
    };
    EXPECT_EQ(run(order({"--row", "1-2", "--video", "retain-on-failure"})).exit_code, 0);
    EXPECT_THAT(films(), IsEmpty());
    EXPECT_FALSE(fs::exists(out() / ".video"));

    EXPECT_EQ(run(order({"--row", "1-3", "--video", "on", "-j", "2"})).exit_code, 0);
    ASSERT_EQ(films().size(), 3U);
    for (const auto& film : films()) EXPECT_TRUE(read_file(film).starts_with("\x1A\x45\xDF\xA3")) << film;
    EXPECT_FALSE(fs::exists(out() / ".video"));

    auto text = read_file(example("recordings/order.json"));
    fs::remove_all(out());
    auto arguments = order({"--row", "1", "--retries", "1", "--step-timeout", "500", "--video", "retain-on-failure"});
    arguments[1] = write("broken.json", text.replace(text.find("Thank you"), 9, "Good bye!"));
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("a2-video.webm"));
    EXPECT_EQ(films().size(), 2U);  // of both attempts

    EXPECT_EQ(run(order({"--video", "some"})).exit_code, 4);
    expect_nothing_left();
}

TEST_F(ProgramTest, TellsWhereARowFailedAndKeepsAScreenshot) {
    auto text = read_file(example("recordings/order.json"));
    const auto at = text.find("Thank you");
    ASSERT_NE(at, std::string::npos);
    const auto recording = write("broken.json", text.replace(at, 9, "Good bye!"));
    auto arguments = order({"--row", "1", "--retries", "1", "--step-timeout", "500"});
    arguments[1] = recording;
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("customers.csv:2"), HasSubstr("expected text containing"),
                                   HasSubstr("Good bye!"), HasSubstr("received"), HasSubstr("failure.png")));
    const auto document = report();
    const auto& tests = document.at("tests").as_array();
    const auto& attempts = tests.at(0).at("attempts").as_array();
    EXPECT_EQ(attempts.size(), 2U);
    const auto path = std::string(attempts.at(1).at("attachments").at(0).at("path").as_string());
    EXPECT_EQ(read_file(out() / path).substr(1, 3), "PNG");
    EXPECT_EQ(Program({"/usr/bin/xmllint", "--noout", "--schema", (source_ / "tests/assets/junit-strict.xsd").string(),
                       (out() / "junit-strict.xml").string()},
                      {})
                  .wait()
                  .exit_code,
              0);
    expect_nothing_left();
}

TEST_F(ProgramTest, ShowsPagesInTheSizeThatIsAskedFor) {
    const auto page =
        write("size.html", "<p id=size></p><script>size.textContent = innerWidth + 'x' + innerHeight</script>");
    const auto recording = write("size.json", fmt::format(R"({{"name": "Size", "starting_url": "file://{}", "steps": [
        {{"stepNumber": 1, "event": "assert", "selector": "#size", "value": "900x500", "metadata": {{"kind": "text"}}}}]}})",
                                                          page));
    const auto asked = [&](const std::string& size) {
        return run({"run", recording, "--viewport", size, "--retries", "0", "--step-timeout", "500", "--output",
                    out().string()});
    };
    EXPECT_EQ(asked("900x500").exit_code, 0);
    EXPECT_THAT(asked("800x500").out, HasSubstr("received \"800x500\""));
    const auto refused = asked("wide");
    EXPECT_EQ(refused.exit_code, 4);
    EXPECT_THAT(refused.out, HasSubstr("expected WIDTHxHEIGHT, such as 1366x900"));
}

TEST_F(ProgramTest, NeverCallsAnEmptySelectionGreen) {
    const auto outcome = run(order({"--grep", "no such row"}));
    EXPECT_EQ(outcome.exit_code, 5);
    EXPECT_THAT(outcome.out, HasSubstr("nothing selected: 28 rows before --grep and --row, none after"));
    EXPECT_EQ(run(order({"--grep", "no such row", "--pass-with-no-tests"})).exit_code, 0);
}

TEST_F(ProgramTest, RefusesBadInputBeforeABrowserStarts) {
    const std::vector<std::string> no_browser{"REPRISE_BROWSER=/nonexistent"};
    const auto refuse = [&](const std::string& recording, const std::string& data,
                            const testing::Matcher<std::string>& says) {
        std::vector<std::string> arguments{"run", recording};
        if (!data.empty()) arguments.insert(arguments.end(), {"--data", data});
        const auto outcome = run(arguments, no_browser);
        EXPECT_EQ(outcome.exit_code, 4) << outcome.out;
        EXPECT_THAT(outcome.out, says);
        EXPECT_LE(std::ranges::count(outcome.out, '\n'), 24) << outcome.out;
    };
    const auto good = example("recordings/order.json");
    refuse(write("a.json", "{\n  \"steps\": [,]\n}"), "", HasSubstr("a.json:2:"));
    refuse(
        write(
            "b.json",
            R"({"name":"b","starting_url":"http://x/","steps":[{"stepNumber":1,"event":"clik","bundle":{"id":"a"}}]})"),
        "", AllOf(HasSubstr("step 1"), HasSubstr("\"clik\""), HasSubstr("\"click\"")));
    refuse(write("c.json",
                 R"({"name":"c","starting_url":"http://x/","steps":[{"stepNumber":1,"event":"click","label":"Go"}]})"),
           "", AllOf(HasSubstr("step 1"), HasSubstr("bundle")));
    refuse(
        write(
            "d.json",
            R"({"name":"d","starting_url":"http://x/","steps":[{"stepNumber":2,"event":"reload"},{"stepNumber":1,"event":"reload"}]})"),
        "", HasSubstr("step"));
    refuse(good, write("ragged.csv", "a,b\n1\n"), HasSubstr("ragged.csv:2:"));
    refuse(good, write("double.csv", "a,a\n1,2\n"), HasSubstr("double.csv:1:"));
    refuse(good, write("utf8.csv", "a\n\xff\n"), HasSubstr("utf8.csv:2:"));
    refuse(good, write("poor.csv", "unused\n1\n"), HasSubstr("required"));
    expect_nothing_left();
}

TEST_F(ProgramTest, SaysThatThereIsNoBrowserOrNoServer) {
    auto outcome = run(order({"--row", "1"}), {"REPRISE_BROWSER=/nonexistent"});
    EXPECT_EQ(outcome.exit_code, 3);
    EXPECT_THAT(outcome.out, HasSubstr("no browser at \"/nonexistent\" (named by REPRISE_BROWSER)"));
    auto arguments = order({"--row", "1", "--retries", "0"});
    arguments[5] = "http://127.0.0.1:1";
    outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("navigate to http://127.0.0.1:1/"), HasSubstr("net::ERR_")));
    expect_nothing_left();
}

TEST_F(ProgramTest, ExitsWithSevenWhenAReportCannotBeWritten) {
    auto arguments = order({"--row", "1"});
    arguments[9] = "junit=/proc/nope/junit.xml";
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.exit_code, 7) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("/proc/nope"));
}

TEST_F(ProgramTest, RepeatsARowOnceInANewBrowserWhenItsBrowserIsKilled) {
    auto program = start(order({"--retries", "0"}));
    wait_for_finished_rows(3);
    ::kill(browser(), SIGKILL);
    const auto outcome = program->wait();
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    auto counts = outcomes();
    EXPECT_EQ(counts["passed"] + counts["flaky"], 28);
    EXPECT_LE(counts["flaky"], 1);
    expect_nothing_left();
}

TEST_F(ProgramTest, LeavesValidReportsWhenInterrupted) {
    auto program = start(order());
    wait_for_finished_rows(3);
    ::kill(program->pid(), SIGINT);
    const auto outcome = program->wait();
    EXPECT_EQ(outcome.exit_code, 2) << outcome.out;
    auto counts = outcomes();
    EXPECT_EQ(counts["passed"] + counts["interrupted"] + counts["skipped"], 28);
    EXPECT_GT(counts["skipped"], 0);
    EXPECT_EQ(Program({"/usr/bin/xmllint", "--noout", (out() / "junit.xml").string()}, {}).wait().exit_code, 0);
    expect_nothing_left();
}

TEST_F(ProgramTest, LeavesNothingOfChromiumWhenItIsKilledItself) {
    auto program = start(order());
    wait_for_finished_rows(1);
    ::kill(program->pid(), SIGKILL);
    program->wait();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5};
    while (std::chrono::steady_clock::now() < deadline && !fs::is_empty(folder_ / "tmp")) std::this_thread::yield();
    expect_nothing_left();
}

TEST_F(ProgramTest, ListsAndValidatesWithoutABrowser) {
    const std::vector<std::string> no_browser{"REPRISE_BROWSER=/nonexistent"};
    auto outcome =
        run({"list", example("recordings/order.json"), "--data", example("data/customers.csv"), "--row", "1-2"},
            no_browser);
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_EQ(outcome.out, "order/ada\norder/juergen\n");
    outcome = run({"validate", example("recordings/order.json"), "--data", example("data/customers.csv")}, no_browser);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
}

TEST_F(ProgramTest, TheShopSaysThatItsPortIsTaken) {
    const auto port = std::to_string(server_.port());
    const auto outcome = Program({::getenv("REPRISE_SHOP_SERVER"), "--port", port}, {}).wait();
    EXPECT_EQ(outcome.exit_code, 4);
    EXPECT_EQ(outcome.out, "shop_server: 127.0.0.1:" + port + " is in use\n");
}

TEST_F(ProgramTest, HelpsWithTheCommandLine) {
    const auto refuses = [&](const std::vector<std::string>& arguments, const char* says) {
        const auto outcome = run(arguments);
        EXPECT_EQ(outcome.exit_code, 4);
        EXPECT_THAT(outcome.out, HasSubstr(says));
    };
    refuses({"runn", "x.json"}, "did you mean run?");
    refuses({"run", example("recordings/order.json"), "--retrys", "1"}, "did you mean --retries?");
    refuses({"run", example("recordings/order.json"), "--zebra"}, "reprise: ");
    refuses({"run"}, "recordings is required");
    refuses({"run", "missing.json"}, "missing.json");
    refuses({"run", example("recordings/order.json"), "-j", "99"}, "not in range");
    for (const std::vector<std::string>& help :
         {std::vector<std::string>{"--help"}, {"run", "--help"}, {"list", "--help"}}) {
        const auto outcome = run(help);
        EXPECT_EQ(outcome.exit_code, 0);
        std::istringstream lines{outcome.out};
        for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
    }
    EXPECT_THAT(run({"--version"}).out, HasSubstr("reprise 0.1.0"));
}

}  // namespace
}  // namespace reprise::tests
