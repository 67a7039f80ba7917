#include "session/message.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

namespace reprise::cdp {
namespace {

using testing::HasSubstr;

TEST(EncodeCall, LeavesTheRootSessionOut) {
    EXPECT_EQ(encode_call(7, "", "Page.enable", "{}"), R"({"id":7,"method":"Page.enable","params":{}})");
    EXPECT_EQ(encode_call(8, "S1", "A.b", R"({"x":1})"),
              R"({"id":8,"method":"A.b","params":{"x":1},"sessionId":"S1"})");
}

TEST(Decode, TellsAnswersRefusalsAndEventsApart) {
    const auto answer = decode(R"({"id":3,"result":{"a":1},"sessionId":"S"})");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->id, 3U);
    EXPECT_EQ(answer->session, "S");
    EXPECT_FALSE(answer->is_error);
    EXPECT_EQ(boost::json::serialize(answer->payload), R"({"a":1})");
    const auto refusal = decode(R"({"id":4,"error":{"code":-32000,"message":"no"}})");
    ASSERT_TRUE(refusal);
    EXPECT_TRUE(refusal->is_error);
    const auto event = decode(R"({"method":"Page.loadEventFired","params":{"t":1},"sessionId":"S"})");
    ASSERT_TRUE(event);
    EXPECT_FALSE(event->id);
    EXPECT_EQ(event->method, "Page.loadEventFired");
}

TEST(Decode, TakesWhatIsNoMessageForNothing) {
    for (const char* text : {"", "7", "[]", "\"x\"", "{}", R"({"params":{}})", R"({"method":7})", "{broken"}) {
        EXPECT_FALSE(decode(text)) << text;
    }
}

TEST(Decode, FailsOneCallAndNotTheConnectionWhenAnAnswerCannotBeRead) {
    const auto incoming = decode(R"({"id":12,"result":{"data":"abc)");
    ASSERT_TRUE(incoming);
    EXPECT_EQ(incoming->id, 12U);
    EXPECT_TRUE(incoming->is_error);
    EXPECT_THAT(boost::json::serialize(incoming->payload), HasSubstr("an answer that cannot be read"));
}

TEST(Decode, ReadsTreesDeeperThanAnyPage) {
    std::string nested;
    for (int i = 0; i < 1000; ++i) nested += "[";
    for (int i = 0; i < 1000; ++i) nested += "]";
    EXPECT_TRUE(decode(fmt::format(R"({{"id":1,"result":{}}})", nested)));
}

// Chromium sends halves of surrogate pairs as the page made them; Boost.JSON refuses them.
TEST(RepairSurrogates, ReplacesHalvesAndKeepsPairs) {
    EXPECT_EQ(repair_surrogates(R"(a\ud83dz)"), R"(a\uFFFDz)");
    EXPECT_EQ(repair_surrogates(R"(\ud83d\ude00)"), R"(\ud83d\ude00)");
    EXPECT_EQ(repair_surrogates(R"(\ude00\ud83d)"), R"(\uFFFD\uFFFD)");
    EXPECT_EQ(repair_surrogates(R"(\ud83d\ud83d\ude00)"), R"(\uFFFD\ud83d\ude00)");
    EXPECT_EQ(repair_surrogates(R"(\D83D)"), R"(\D83D)");
    EXPECT_EQ(repair_surrogates(R"(\uD83D)"), R"(\uFFFD)");
}

TEST(RepairSurrogates, LeavesAnEscapedBackslashAlone) {
    EXPECT_EQ(repair_surrogates(R"(\\ud83d)"), R"(\\ud83d)");
    EXPECT_EQ(repair_surrogates(R"(\\\ud83d)"), R"(\\\uFFFD)");
    EXPECT_EQ(repair_surrogates("\\"), "\\");
    EXPECT_EQ(repair_surrogates(R"(\ud8)"), R"(\ud8)");
}

TEST(Decode, ReadsAMessageWithHalfAPair) {
    const auto incoming = decode(R"({"id":1,"result":{"value":"x\ud83dy"}})");
    ASSERT_TRUE(incoming);
    EXPECT_FALSE(incoming->is_error);
    EXPECT_EQ(boost::json::serialize(incoming->payload), "{\"value\":\"x\uFFFDy\"}");
}

}  // namespace
}  // namespace reprise::cdp
