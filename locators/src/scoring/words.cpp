#include "scoring/words.hpp"

#include <algorithm>
#include <cmath>

namespace reprise::locators::scoring {
namespace {

enum class Letter { upper, lower, digit, other };

Letter kind_of(char c) {
    if (c >= 'A' && c <= 'Z') return Letter::upper;
    if ((c >= 'a' && c <= 'z') || (static_cast<unsigned char>(c) & 0x80u) != 0)
        return Letter::lower;  // not ASCII: a letter
    if (c >= '0' && c <= '9') return Letter::digit;
    return Letter::other;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Calls `take(word, is_number)` for each word.
template <class Take>
void for_each_word(std::string_view text, bool camel_case, Take&& take) {
    std::string word;
    bool digits = false;
    Letter before = Letter::other;
    const auto end_word = [&] {
        if (!word.empty()) take(word, digits);
        word.clear();
    };
    for (const char c : text) {
        const auto kind = kind_of(c);
        if (kind == Letter::other) {
            end_word();
        } else {
            const bool is_digit = kind == Letter::digit;
            const bool hump = camel_case && kind == Letter::upper && before == Letter::lower;
            if (!word.empty() && (is_digit != digits || hump)) end_word();
            digits = is_digit;
            word += lower(c);
        }
        before = kind;
    }
    end_word();
}

template <class Visit>
void walk_both(const Words& a, const Words& b, Visit&& both) {
    auto x = a.tokens.begin();
    auto y = b.tokens.begin();
    while (x != a.tokens.end() && y != b.tokens.end()) {
        if (x->token < y->token) {
            ++x;
        } else if (y->token < x->token) {
            ++y;
        } else {
            both(*x++, *y++);
        }
    }
}

}  // namespace

Token token_of(std::string_view text) {
    if (text.empty()) return 0;
    constexpr Token k_basis = 2166136261u;
    constexpr Token k_prime = 16777619u;
    Token hash = k_basis;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * k_prime;
    return hash == 0 ? 1 : hash;
}

void WordCounts::add(const Words& words) {
    for (const auto& word : words.tokens) ++counts_[word.token];
}

float WordCounts::weight(Token word) const {
    const auto found = counts_.find(word);
    const auto count = found == counts_.end() ? 0 : found->second;
    return 1.0f / (1.0f + 0.5f * std::log2(1.0f + static_cast<float>(count)));
}

std::vector<Token> split_words(std::string_view text) {
    std::vector<Token> words;
    std::vector<Token> numbers;
    for_each_word(text, true,
                  [&](const std::string& word, bool number) { (number ? numbers : words).push_back(token_of(word)); });
    if (words.empty()) words = std::move(numbers);
    std::ranges::sort(words);
    words.erase(std::ranges::unique(words).begin(), words.end());
    return words;
}

std::string folded(std::string_view text) {
    // "Bold (CTRL+B)": what stands in brackets explains.
    if (const auto open = text.find('(');
        open != std::string_view::npos && open > 1 && text.find(')', open) == text.size() - 1) {
        text = text.substr(0, open);
    }
    std::string words;
    std::string all;
    for_each_word(text, false, [&](const std::string& word, bool number) {
        const auto add = [&](std::string& to) { to += (to.empty() ? "" : " ") + word; };
        add(all);
        if (!number) add(words);
    });
    return words.empty() ? all : words;
}

Words words_of(const std::vector<Token>& tokens) {
    Words words;
    words.tokens.reserve(tokens.size());
    for (const auto token : tokens) words.tokens.push_back({token, 0});
    return words;
}

void weigh(Words& words, const WordCounts& counts) {
    words.weight = 0;
    for (auto& word : words.tokens) {
        word.weight = counts.weight(word.token);
        words.weight += word.weight;
    }
}

float overlap(const Words& a, const Words& b) {
    if (a.empty() || b.empty()) return 0;
    float shared = 0;
    walk_both(a, b, [&](const auto& x, const auto& y) { shared += (x.weight + y.weight) / 2; });
    return shared / std::max(a.weight + b.weight - shared, 1e-6f);
}

float containment(const Words& a, const Words& b) {
    if (a.empty() || b.empty()) return 0;
    float shared = 0;
    walk_both(a, b, [&](const auto& x, const auto& y) { shared += std::min(x.weight, y.weight); });
    return std::min(1.0f, shared / std::max(std::min(a.weight, b.weight), 1e-6f));
}

std::vector<Token> trigrams_of(std::string_view folded_text) {
    std::vector<Token> grams;
    const std::string text = " " + std::string(folded_text.substr(0, 80)) + " ";
    for (std::size_t i = 0; i + 3 <= text.size(); ++i) grams.push_back(token_of(std::string_view(text).substr(i, 3)));
    std::ranges::sort(grams);
    grams.erase(std::ranges::unique(grams).begin(), grams.end());
    return grams;
}

float likeness(const std::vector<Token>& a, const std::vector<Token>& b) {
    if (a.empty() || b.empty()) return 0;
    std::size_t shared = 0;
    for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
        if (*x == *y) {
            ++shared, ++x, ++y;
        } else {
            *x < *y ? ++x : ++y;
        }
    }
    return 2.0f * static_cast<float>(shared) / static_cast<float>(a.size() + b.size());
}

}  // namespace reprise::locators::scoring
