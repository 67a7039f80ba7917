#include <reprise/cdp/deadline.hpp>

#include <gtest/gtest.h>

namespace reprise::cdp {
namespace {

using namespace std::chrono_literals;

TEST(Deadline, PassesWhenItsTimeHasCome) {
    EXPECT_TRUE(Deadline::after(-1ms).passed());
    EXPECT_FALSE(Deadline::after(1h).passed());
    EXPECT_EQ(Deadline::after(-1ms).remaining(), 0ms);
    EXPECT_GT(Deadline::after(1h).remaining(), 59min);
    EXPECT_LE(Deadline::after(1h).remaining(), 1h);
}

TEST(Deadline, SaturatesInsteadOfOverflowing) {
    const auto longest = Deadline::after(std::chrono::milliseconds::max());
    EXPECT_FALSE(longest.passed());
    EXPECT_FALSE(Deadline::never().passed());
    EXPECT_FALSE(Deadline::never().plus(1h).passed());
    EXPECT_GT(Deadline::never().remaining(), 1h);
}

TEST(Deadline, AStepNeverOutlastsTheWhole) {
    const auto whole = Deadline::after(1h);
    EXPECT_EQ(whole.no_later_than(2h).at(), whole.at());
    EXPECT_LT(whole.no_later_than(1min).at(), whole.at());
    EXPECT_GT(whole.plus(1s).at(), whole.at());
}

TEST(Deadline, RemembersTheTimeoutForErrorTexts) {
    EXPECT_EQ(Deadline::after(250ms).timeout(), 250ms);
}

}  // namespace
}  // namespace reprise::cdp
