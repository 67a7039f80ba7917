#include "live_reporters.hpp"

#include <gmock/gmock.h>

#include <reprise/reporters/event_stream.hpp>

#include "sample_run.hpp"

namespace reprise::reporters {
namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// Tells `reporter` of a run of these rows, which takes 3210 ms.
void tell(Reporter& reporter, const std::vector<TestResult>& rows) {
    const RunInfo info = run_info(rows.size());
    RunResult result{.status = RunStatus::passed, .duration = Milliseconds{3210}};
    reporter.on_run_started(info);
    for (const auto& row : rows) {
        reporter.on_test_started(row.test, 0);
        reporter.on_test_finished(row);
        ++result.counts.total;
        if (row.outcome == Outcome::failed) result.status = RunStatus::failed;
        result.counts.passed += row.outcome == Outcome::passed ? 1 : 0;
        result.counts.failed += row.outcome == Outcome::failed ? 1 : 0;
        result.counts.flaky += row.outcome == Outcome::flaky ? 1 : 0;
    }
    reporter.on_run_finished(info, result);
}

// A clock that moves on by half a second whenever it is asked.
Clock ticking_clock() {
    auto now = std::make_shared<std::chrono::steady_clock::time_point>();
    return [now] { return *now += Milliseconds{500}; };
}

std::string line_output(TerminalOptions options, const std::vector<TestResult>& rows) {
    CapturedFile out;
    options.out = out.file();
    tell(*make_line_reporter_with_clock(options, ticking_clock()), rows);
    return out.text();
}

std::vector<TestResult> passed_rows(std::size_t number) {
    std::vector<TestResult> rows;
    for (std::size_t i = 0; i < number; ++i) {
        rows.push_back(finished(test_case("s", i + 1, i), Outcome::passed, {good_attempt()}));
    }
    return rows;
}

TestResult failed_row() {
    return finished(test_case("s", 2, 1), Outcome::failed,
                    {bad_attempt(1, Status::failed, "click(\"Save\"): still disabled after 5000 ms\n  0 ms found")});
}

TEST(LineReporter, PrintsPlainLinesWithoutALiveTerminal) {
    auto rows = passed_rows(2);
    rows[1] = failed_row();
    EXPECT_EQ(line_output({}, rows),
              "[1/2] 50 % 2.0 rows/s 0:01 left\n"
              "FAILED s/r0002  data/users.csv:3  step 2 \"Save\": click(\"Save\"): still disabled after 5000 ms\n"
              "[2/2] 100 % 1 failed 2.0 rows/s\n"
              "\n"
              "FAILED (1):\n"
              "  s/r0002  data/users.csv:3  step 2 \"Save\"\n"
              "      click(\"Save\"): still disabled after 5000 ms\n"
              "      test-results/rows/r1-s02-a1.png\n"
              "      test-results/rows/r1-s02-a1.html\n"
              "2 rows: 1 passed, 1 failed in 3.2 s\n"
              "output: test-results\n");
}

TEST(LineReporter, PrintsProgressOncePerTenthOfALongRun) {
    const std::string out = line_output({}, passed_rows(200));
    std::size_t lines = 0;
    for (std::size_t at = 0; (at = out.find(" rows/s", at)) != std::string::npos; ++at) ++lines;
    EXPECT_EQ(lines, 10U);
    EXPECT_THAT(out, StartsWith("[20/200] 10 %"));
}

TEST(LineReporter, CountsTheRowsOfARunThatItContinuesButNotTheirSpeed) {
    CapturedFile out;
    const auto reporter = make_line_reporter_with_clock({.out = out.file()}, ticking_clock());
    const auto rows = passed_rows(4);
    reporter->on_run_started(run_info(4));
    for (std::size_t i : {0U, 1U}) reporter->on_test_kept(rows[i]);
    reporter->on_test_kept(failed_row());
    reporter->on_test_finished(rows[3]);
    reporter->on_run_finished(run_info(4), {});
    EXPECT_THAT(out.text(), StartsWith("[4/4] 100 % 1 failed 2.0 rows/s\n"));
    EXPECT_THAT(out.text(), HasSubstr("FAILED (1):\n  s/r0002"));
}

TEST(LineReporter, RedrawsOneLineOnALiveTerminalAndPrintsFailuresAboveIt) {
    auto rows = passed_rows(3);
    rows[1] = failed_row();
    const std::string out = line_output({.live = true}, rows);
    EXPECT_THAT(out, StartsWith("\r\x1B[K[0/3] 0 % s/r0001\r\x1B[K[1/3] 33 % 1.0 rows/s 0:02 left s/r0001\r\x1B[K"));
    EXPECT_THAT(out, HasSubstr("\r\x1B[KFAILED s/r0002  data/users.csv:3  step 2 \"Save\"\n"
                               "  click(\"Save\"): still disabled after 5000 ms\n"
                               "    0 ms found\n"
                               "  saved test-results/rows/r1-s02-a1.png\n"
                               "  saved test-results/rows/r1-s02-a1.html\n"
                               "\n"
                               "\r\x1B[K[2/3] 66 % 1 failed"));
    EXPECT_THAT(out, HasSubstr("\r\x1B[K\nFAILED (1):\n"));
}

TEST(LineReporter, NeverFillsTheLastColumn) {
    const std::string out = line_output({.live = true, .columns = 20}, passed_rows(2));
    EXPECT_THAT(out, HasSubstr("\r\x1B[K[1/2] 50 % 1.0 rows\r\x1B[K"));
}

TEST(ListReporter, PrintsALineForEachRowAndFailuresInFull) {
    CapturedFile out;
    const auto reporter = make_list_reporter({.out = out.file()});
    tell(*reporter, rows_of_all_kinds());
    EXPECT_THAT(out.text(), StartsWith("ok      shop/checkout/r0001  1.2 s  data-testid 2\n"
                                       "FAILED  shop/checkout/r0002  2.4 s  2 attempts  data-testid 2\n"
                                       "          click(\"Save\"): still disabled after 5000 ms\n"
                                       "            0 ms found 1 match\n"
                                       "flaky   shop/checkout/r0003  2.4 s  2 attempts  data-testid 2\n"
                                       "skipped shop/checkout/r0004  stop_on_error: shop/checkout/r0002 failed\n"
                                       "interrupted shop/checkout/r0005  1.2 s  data-testid 2\n"
                                       "FAILED  login/r0001  1.2 s  data-testid 2\n"
                                       "          the page crashed while step 2 ran\n"
                                       "ok      login/r0002  1.2 s  data-testid 2; 1 healed\n"
                                       "\n"
                                       "flaky (1):\n"));
}

TEST(DotReporter, WrapsAtTheWidthOfTheTerminal) {
    CapturedFile out;
    tell(*make_dot_reporter({.out = out.file(), .columns = 4}), rows_of_all_kinds());
    EXPECT_THAT(out.text(), StartsWith(".FfS\nIF.\n\nflaky (1):\n"));
}

TEST(Summary, ListsWhatWentWrongWorstLast) {
    CapturedFile out;
    tell(*make_dot_reporter({.out = out.file()}), rows_of_all_kinds());
    const std::string text = out.text();
    EXPECT_LT(text.find("flaky (1):\n  shop/checkout/r0003"), text.find("interrupted (1):\n  shop/checkout/r0005"));
    EXPECT_LT(text.find("interrupted (1):"), text.find("FAILED (2):\n  shop/checkout/r0002"));
    EXPECT_THAT(text, HasSubstr("  login/r0001  data/users.csv:2  step 2 \"Save\"\n"
                                "      the page crashed while step 2 ran\n"));
}

TEST(Summary, SaysHowFarAnInterruptedRunCame) {
    CapturedFile out;
    const auto reporter = make_dot_reporter({.out = out.file()});
    reporter->on_run_started(run_info(12));
    reporter->on_run_finished(run_info(12), {.status = RunStatus::interrupted,
                                             .duration = Milliseconds{900},
                                             .counts = {.total = 5, .passed = 5},
                                             .warnings = {"no sandbox"}});
    EXPECT_EQ(out.text(),
              "\ninterrupted after 5 of 12 rows: 5 passed in 900 ms\nwarning: no sandbox\noutput: test-results\n");
}

TEST(LiveReporters, ColourOnlyWhenAsked) {
    for (const char* name : {"line", "list", "dot"}) {
        CapturedFile plain;
        CapturedFile coloured;
        tell(*make_live_reporter({.name = name}, {.out = plain.file()}), {failed_row()});
        tell(*make_live_reporter({.name = name}, {.out = coloured.file(), .colour = true}), {failed_row()});
        EXPECT_THAT(plain.text(), Not(HasSubstr("\x1B"))) << name;
        EXPECT_THAT(coloured.text(), HasSubstr("\x1B[31mFAILED")) << name;
    }
}

TEST(LiveReporters, LetNoPageControlTheTerminal) {
    const std::string hostile = "\x1B[2J\x1B]0;owned\x07\u202Eevil\u009B31m\r\x08 text";
    auto attempt = bad_attempt(1, Status::failed, hostile + "\n" + hostile);
    for (auto& step : attempt.steps) step.strategy = hostile;
    attempt.failure->step_label = hostile;
    const auto row = finished(test_case("s", 1, 0), Outcome::failed, {attempt});
    for (const char* name : {"line", "list", "dot"}) {
        CapturedFile out;
        tell(*make_live_reporter({.name = name}, {.out = out.file()}), {row});
        const std::string text = out.text();
        EXPECT_THAT(text, HasSubstr("evil")) << name;
        for (const char* bad : {"\x1B", "\x07", "\x08", "\r", "\u202E", "\u009B", "owned"}) {
            EXPECT_THAT(text, Not(HasSubstr(bad))) << name;
        }
    }
}

}  // namespace
}  // namespace reprise::reporters
