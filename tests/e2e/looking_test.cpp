// Pictures that are kept, things that come true after a while, and what is told when they do not:
// samples/looking_tests.cpp as its user starts it.
#include <sstream>

#include "shop.hpp"
#include "support/program_run.hpp"

namespace reprise::tests {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class LookingTests : public ProgramRun {
protected:
    Outcome run_tests(const std::string& filter, const std::string& update, std::vector<std::string> environment = {}) {
        std::vector<std::string> arguments{::getenv("REPRISE_LOOKING_TESTS"), "--gtest_filter=" + filter,
                                           "--reprise_output=" + out().string(), "--gtest_color=no"};
        if (!update.empty()) arguments.push_back("--reprise_update_screenshots=" + update);
        environment.push_back("REPRISE_HISTORY=" + history().string());
        environment.push_back("REPRISE_SCREENSHOT_PATH=" + (folder_ / "kept/{suite}/{name}.png").string());
        environment.push_back("REPRISE_TRACE=off");
        environment.push_back("CI=");
        return Program(std::move(arguments), std::move(environment)).wait();
    }
    bool kept(const std::string& name) const { return std::filesystem::exists(folder_ / "kept/Looking" / name); }
    std::string line_with(const std::string& text) const {
        std::istringstream source{read_file(source_ / "tests/e2e/samples/looking_tests.cpp")};
        std::string line;
        for (int number = 1; std::getline(source, line); ++number) {
            if (line.find(text) != std::string::npos) return fmt::format("looking_tests.cpp:{}", number);
        }
        return "no line with " + text;
    }
};

TEST_F(LookingTests, AMissingPictureIsWrittenAndFailsTheTest) {
    auto outcome = run_tests("*HasTheLooks*", "");
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("expect(page).to_have_screenshot(\"page\"): there was no picture "),
                                   HasSubstr("page.png: it has been written, look at it and run again"),
                                   HasSubstr(line_with("// line of the box") + ": Failure\nthe box is as designed\n")));
    EXPECT_TRUE(kept("page.png"));
    outcome = run_tests("*HasTheLooks*:*StillMoves", "none");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
}

TEST_F(LookingTests, APictureThatDiffersFailsWithThreePictures) {
    run_tests("*HasTheLooks*", "");
    auto outcome = run_tests("*OfAnElement", "", {"LOOKING_COLOUR=navy"});
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(
        outcome.out,
        AllOf(HasSubstr("expect(page.locator(\"#box\")).to_have_screenshot(\"box.png\"): 5000 of 5000 pixels differ "
                        "(100.00 %), 0 may (threshold 0.2)"),
              HasSubstr("  kept     "), HasSubstr("box-expected.png"), HasSubstr("box-actual.png"),
              HasSubstr("box-diff.png")));
    for (const char* what : {"expected", "actual", "diff"}) {
        const auto file = out() / "Looking.HasTheLooksOfAnElement" / fmt::format("box-{}.png", what);
        EXPECT_TRUE(read_file(file).starts_with("\x89PNG")) << file;
    }
    EXPECT_THAT(json::serialize(report()), HasSubstr("box-diff.png"));
    outcome = run_tests("*MayDifferALittle", "", {"LOOKING_COLOUR=navy"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
    outcome = run_tests("*IsAnotherSize", "");
    EXPECT_THAT(outcome.out, HasSubstr("expected 100 x 50 px, received 100 x 60 px"));
}

TEST_F(LookingTests, PicturesAreWrittenAnewOnlyAsItWasAskedFor) {
    auto outcome = run_tests("*OfAnElement", "none");
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_THAT(outcome.out, HasSubstr("it is not written, since update_screenshots is none"));
    EXPECT_FALSE(kept("box.png"));
    EXPECT_EQ(run_tests("*OfAnElement", "changed").exit_code, 0);
    EXPECT_TRUE(kept("box.png"));
    EXPECT_EQ(run_tests("*OfAnElement", "missing", {"LOOKING_COLOUR=navy"}).exit_code, 1);
    EXPECT_EQ(run_tests("*OfAnElement", "changed", {"LOOKING_COLOUR=navy"}).exit_code, 0);
    EXPECT_EQ(run_tests("*OfAnElement", "none", {"LOOKING_COLOUR=navy"}).exit_code, 0);
    EXPECT_EQ(run_tests("*OfAnElement", "all").exit_code, 0);
    EXPECT_EQ(run_tests("*OfAnElement", "none").exit_code, 0);
    outcome = run_tests("*OfAnElement", "", {"REPRISE_UPDATE_SCREENSHOTS=some"});
    EXPECT_EQ(outcome.exit_code, 4);
    EXPECT_THAT(outcome.out, HasSubstr("REPRISE_UPDATE_SCREENSHOTS=\"some\": expected missing, changed, all or none"));
}

TEST_F(LookingTests, APageThatNeverHoldsStillIsToldSo) {
    const auto outcome = run_tests("*NeverHoldsStill", "all");
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("the page does not stop changing: after 300 ms and "),
                                   HasSubstr("page-previous.png"), Not(HasSubstr("page-diff.png"))));
}

TEST_F(LookingTests, WhatDoesNotComeTrueIsToldWithItsLastState) {
    const auto outcome = run_tests("Eventually.*", "");
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(outcome.out, AllOf(HasSubstr("[       OK ] Eventually.ReturnsWhenItComesTrue"),
                                   HasSubstr(line_with("// the value") +
                                             ": Failure\neventually(...).to(...): not after 120 ms and "),
                                   HasSubstr(" attempts: expected a value that is equal to 0, the last was "),
                                   HasSubstr("eventually(...).to_pass(): not after 0 ms and 1 attempt: "),
                                   HasSubstr(line_with("// the inner line") + ": Expected equality of these values"),
                                   HasSubstr("\nthrown too")));
}

TEST_F(LookingTests, AFailedRouteIsNotWaitedOutAndAMissingFrameEndsNoTest) {
    auto outcome = run_tests("*RouteThatFailedWhileItWaits", "");
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("the handler failed"));
    outcome = run_tests("*AfterAFrameThatIsMissing", "");
    EXPECT_THAT(outcome.out,
                AllOf(HasSubstr("expect(page.frame_locator(\"#none\").locator(\"b\")).to_have_text(\"x\")"),
                      HasSubstr("\"/elsewhere\" is no whole address"), HasSubstr("\"went on\"")));
}

TEST_F(LookingTests, ExpectationsOfEveryKindHoldAndFail) {
    const auto outcome = run_tests("*OfEveryKind", "");
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(
        outcome.out,
        AllOf(
            HasSubstr("[       OK ] Looking.HoldsExpectationsOfEveryKind"),
            HasSubstr("my words\nexpect(page.locator(\"#box\")).to_have_js_property(\"title\", \"x\"): expected \"x\", "
                      "received \"\" after 80 ms"),
            HasSubstr("to_have_accessible_error_message(\"x\"): expected \"x\", received \"\" after 80 ms"),
            HasSubstr("to_have_css(\"color\", \"x\"): expected \"x\", received \"rgb(0, 0, 0)\""),
            HasSubstr("to_have_attribute(\"nothing\"): expected attribute, received null"),
            HasSubstr("to_be_detached(): expected detached, received \"attached\""),
            HasSubstr("expect(page.locator(\"u\")).to_have_js_property(\"title\", \"\"): expected \"\", received no "
                      "element after 80 ms"),
            HasSubstr(
                "expect(page).to_match_aria_snapshot(...): does not match the template after 80 ms (- template, + "
                "received):\n    - - button\n    + - paragraph: \"12:00\"")));
}

}  // namespace
}  // namespace reprise::tests
