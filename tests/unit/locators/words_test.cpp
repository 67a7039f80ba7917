// Texts and names as they are compared.
#include "scoring/words.hpp"

#include <gtest/gtest.h>

#include "scoring/prepared.hpp"

namespace reprise::locators::scoring {
namespace {

TEST(Words, FoldCasePunctuationNumbersAndExplanations) {
    EXPECT_EQ(folded("  Save\n changes! "), "save changes");
    EXPECT_EQ(folded("Inbox 12"), "inbox");
    EXPECT_EQ(folded("Bold (CTRL+B)"), "bold");
    EXPECT_EQ(folded("2024"), "2024");
    EXPECT_EQ(folded("Grüße"), "grüße");
}

TEST(Words, SplitAtHumpsAndSeparators) {
    const auto expected = split_words("place order");
    EXPECT_EQ(split_words("placeOrder"), expected);
    EXPECT_EQ(split_words("place-order"), expected);
    EXPECT_EQ(split_words("PLACE_ORDER_2"), expected);
}

TEST(Words, CountRareWordsMoreThanCommonOnes) {
    WordCounts counts;
    for (int i = 0; i < 30; ++i) counts.add(words_of(split_words("btn")));
    counts.add(words_of(split_words("trash")));
    EXPECT_GT(counts.weight(token_of("trash")), 2 * counts.weight(token_of("btn")));
    const auto weighed = [&](const char* text) {
        auto words = words_of(split_words(text));
        weigh(words, counts);
        return words;
    };
    const auto a = weighed("btn trash");
    EXPECT_GT(overlap(a, weighed("trash")), overlap(a, weighed("btn")));
    EXPECT_FLOAT_EQ(overlap(a, a), 1);
    EXPECT_FLOAT_EQ(overlap(a, {}), 0);
}

TEST(Words, SeeThatTextsAreAlike) {
    const auto like = [](const char* a, const char* b) { return likeness(trigrams_of(a), trigrams_of(b)); };
    EXPECT_FLOAT_EQ(like("sign in", "sign in"), 1);
    EXPECT_GT(like("cancel order", "cancel orders"), 0.8f);
    EXPECT_LT(like("sign in", "checkout"), 0.1f);
}

TEST(GeneratedNames, AreToldFromNamesThatPeopleGave) {
    for (const auto* name :
         {"ember1043", "react-select-2-input", ":r1a:", "input-20231104", "9f8e7d6c5b4a", "250x0Ks=", "mui-12"}) {
        EXPECT_TRUE(looks_generated(name)) << name;
    }
    for (const auto* name :
         {"exampleInputEmail1", "col-md-6", "place-order", "feedback", "h2", "reactions", "textbox"}) {
        EXPECT_FALSE(looks_generated(name)) << name;
    }
}

TEST(Kinds, SayWhatAUserDoesWithAnElement) {
    EXPECT_EQ(kind_of({.tag = "a"}), Kind::press);
    EXPECT_EQ(kind_of({.tag = "input", .type = "submit"}), Kind::press);
    EXPECT_EQ(kind_of({.tag = "div", .role = "button"}), Kind::press);
    EXPECT_EQ(kind_of({.tag = "input"}), Kind::text);
    EXPECT_EQ(kind_of({.tag = "input", .type = "checkbox"}), Kind::check);
    EXPECT_EQ(kind_of({.tag = "button", .role = "switch"}), Kind::check);
    EXPECT_EQ(kind_of({.tag = "select"}), Kind::choose);
    EXPECT_EQ(kind_of({.tag = "p"}), Kind::other);
}

}  // namespace
}  // namespace reprise::locators::scoring
