#include "process/chromium_switches.hpp"

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "process/browser_process.hpp"

namespace reprise::cdp {
namespace {

using testing::Contains;
using testing::Not;

TEST(ChromiumCommandLine, AlwaysSpeaksOverThePipeWithAProfileOfItsOwn) {
    const auto line = chromium_command_line({.width_px = 800, .height_px = 600}, "/usr/bin/b", "/tmp/p");
    EXPECT_EQ(line.arguments[0], "/usr/bin/b");
    EXPECT_THAT(line.arguments, Contains("--remote-debugging-pipe"));
    EXPECT_THAT(line.arguments, Contains("--user-data-dir=/tmp/p"));
    EXPECT_THAT(line.arguments, Contains("--window-size=800,600"));
    EXPECT_THAT(line.arguments, Contains("--headless"));
}

TEST(ChromiumCommandLine, KeepsTheSandboxUnlessToldOtherwiseOrRoot) {
    EXPECT_TRUE(chromium_command_line({.sandbox = Sandbox::on}, "b", "p").sandbox);
    const auto off = chromium_command_line({.sandbox = Sandbox::off}, "b", "p");
    EXPECT_FALSE(off.sandbox);
    EXPECT_THAT(off.arguments, Contains("--no-sandbox"));
    EXPECT_EQ(chromium_command_line({}, "b", "p").sandbox, ::geteuid() != 0);
}

TEST(ChromiumCommandLine, ShowsAWindowAndAppendsExtraSwitchesLast) {
    const auto line = chromium_command_line(
        {.window = WindowMode::headed, .extra_switches = {"--lang=nl", "--user-data-dir=/mine"}}, "b", "p");
    EXPECT_THAT(line.arguments, Not(Contains("--headless")));
    EXPECT_EQ(line.arguments.back(), "--user-data-dir=/mine");
}

TEST(ChromiumCommandLine, LeavesOutWhatIsNamedWholeOrByItsName) {
    const auto line =
        chromium_command_line({.left_out_switches = {"--mute-audio", "--disable-features", "--lang=nl"}}, "b", "p");
    EXPECT_THAT(line.arguments, Not(Contains("--mute-audio")));
    EXPECT_THAT(line.arguments, Not(Contains(testing::StartsWith("--disable-features"))));
    EXPECT_THAT(line.arguments, Contains("--hide-scrollbars"));
    const auto extra = chromium_command_line(
        {.extra_switches = {"--disable-features=Own"}, .left_out_switches = {"--disable-features"}}, "b", "p");
    EXPECT_EQ(extra.arguments.back(), "--disable-features=Own");
    EXPECT_THAT(line.arguments, Not(Contains("--disable-features=Own")));
}

TEST(DescribeExit, SaysHowAProcessEnded) {
    EXPECT_EQ(describe_exit(0, 3 << 8), "exited with status 3");
    EXPECT_EQ(describe_exit(0, 9), "was killed by signal 9 (Killed)");
    EXPECT_EQ(describe_exit(13, 0), "could not be started: Permission denied");
}

}  // namespace
}  // namespace reprise::cdp
