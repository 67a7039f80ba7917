#include "transport/message_splitter.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reprise::cdp {
namespace {

using testing::ElementsAre;

class Pieces {
public:
    bool feed(std::string_view bytes) {
        std::memcpy(splitter_.prepare(bytes.size()), bytes.data(), bytes.size());
        return splitter_.commit(bytes.size(), [&](std::string_view message) { messages.emplace_back(message); });
    }
    std::vector<std::string> messages;

private:
    MessageSplitter splitter_;
};

TEST(MessageSplitter, GivesTheSameMessagesHoweverTheReadsFall) {
    const std::string stream{"one\0two\0\0three\0", 15};
    for (std::size_t size = 1; size <= stream.size(); ++size) {
        Pieces pieces;
        for (std::size_t at = 0; at < stream.size(); at += size)
            EXPECT_TRUE(pieces.feed(std::string_view(stream).substr(at, size)));
        EXPECT_THAT(pieces.messages, ElementsAre("one", "two", "three")) << "in reads of " << size;
    }
}

TEST(MessageSplitter, KeepsAnUnfinishedMessage) {
    Pieces pieces;
    pieces.feed("half");
    EXPECT_TRUE(pieces.messages.empty());
    pieces.feed(std::string_view{" whole\0next", 11});
    EXPECT_THAT(pieces.messages, ElementsAre("half whole"));
}

TEST(MessageSplitter, HandlesAMessageOfManyReads) {
    Pieces pieces;
    const std::string chunk(1U << 20, 'x');
    for (int i = 0; i < 8; ++i) pieces.feed(chunk);
    pieces.feed(std::string_view{"\0a\0", 3});
    ASSERT_EQ(pieces.messages.size(), 2U);
    EXPECT_EQ(pieces.messages[0].size(), 8U << 20);
    EXPECT_EQ(pieces.messages[1], "a");
}

}  // namespace
}  // namespace reprise::cdp
