#include "time_text.hpp"

#include <gtest/gtest.h>

namespace reprise::reporters {
namespace {

TEST(TimeText, ReadsBackTheMillisecondsItWrote) {
    const auto time = parse_iso_time("2024-02-29T23:59:59.007Z");
    ASSERT_TRUE(time);
    EXPECT_EQ(iso_time(*time), "2024-02-29T23:59:59.007Z");
    EXPECT_EQ(iso_time_to_second(*time), "2024-02-29T23:59:59");
}

TEST(TimeText, RefusesWhatIsNoTimeOfItsForm) {
    for (const char* text : {"", "2024-02-30T00:00:00.000Z", "2024-02-29 23:59:59.007Z", "2024-02-29T23:59:59Z",
                             "2024-02-29T23:59:59.007+", "2o24-02-29T23:59:59.007Z"}) {
        EXPECT_FALSE(parse_iso_time(text)) << text;
    }
}

TEST(TimeText, WritesSecondsWithThreeDecimalsAndNeverBelowZero) {
    EXPECT_EQ(seconds(Milliseconds{61'005}), "61.005");
    EXPECT_EQ(seconds(Milliseconds{-3}), "0.000");
}

TEST(TimeText, ChoosesTheUnitThatPeopleWould) {
    EXPECT_EQ(for_people(Milliseconds{250}), "250 ms");
    EXPECT_EQ(for_people(Milliseconds{1399}), "1.3 s");
    EXPECT_EQ(for_people(Milliseconds{125'900}), "2 min 5 s");
    EXPECT_EQ(minutes_seconds(Milliseconds{4'001}), "0:05");
}

}  // namespace
}  // namespace reprise::reporters
