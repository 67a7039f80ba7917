// Texts as numbers, so that comparing thousands of pairs costs microseconds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace reprise::locators::scoring {

using Token = std::uint32_t;  // 0: nothing

Token token_of(std::string_view text);  // FNV-1a; never 0 for a text that is not empty

struct WeightedToken {
    Token token;
    float weight;
};

// A set of words, sorted; rare words weigh more.
struct Words {
    std::vector<WeightedToken> tokens;
    float weight{};  // sum
    bool empty() const { return tokens.empty(); }
};

// How often words occur in the fingerprints of a page.
class WordCounts {
public:
    void add(const Words& words);
    float weight(Token word) const;

private:
    std::unordered_map<Token, int> counts_;
};

// Lower case words of letters and digits, also split at camelCase; numbers are dropped where other words stand.
std::vector<Token> split_words(std::string_view text);
// Lower case, whitespace and punctuation folded, numbers dropped: "Inbox (12)" and "inbox" are one.
std::string folded(std::string_view text);

// The words, not weighed yet.
Words words_of(const std::vector<Token>& tokens);
void weigh(Words& words, const WordCounts& counts);

// Weight of the words in both over that of the words in any; 0 when one is empty.
float overlap(const Words& a, const Words& b);
// Weight of the words in both over that of the lighter side.
float containment(const Words& a, const Words& b);

std::vector<Token> trigrams_of(std::string_view folded_text);  // sorted, unique
// Dice coefficient.
float likeness(const std::vector<Token>& a, const std::vector<Token>& b);

}  // namespace reprise::locators::scoring
