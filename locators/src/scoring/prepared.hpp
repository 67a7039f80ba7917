// Fingerprints made ready for comparing: kinds, words and places as numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include <reprise/locators/fingerprint.hpp>

#include "scoring/words.hpp"

namespace reprise::locators::scoring {

// What a user does with it. A text field never turns into a button.
enum class Kind : std::uint8_t { other, press, text, check, radio, choose, file, range };

struct Text {
    Token whole{};  // of the folded text
    Words words{};
    std::vector<Token> trigrams{};
    bool empty() const { return whole == 0; }
};

struct Prepared {
    Kind kind{};
    Token tag{}, type{}, role{}, id{}, name{}, test_id{}, href{}, id_path{}, landmark{}, shadow{};
    Words id_words{}, name_words{}, classes{}, data{}, data_names{}, href_words{}, near{}, icon{};
    Words all{};   // everything that is written in or on it
    Text label{};  // the first known of: aria, label, text, alt, title, placeholder
    Text text{}, heading{};
    std::vector<Token> names{};  // every text that names it, folded; sorted
    std::vector<Token> path{};   // steps of the xpath with their indices, from the element upwards
    std::vector<Token> tags{};   // the same without indices
    int place{};                 // the first index above 1 in the path, from the element upwards; 1: none
    BoundingBox box{};
    std::optional<Fingerprint::Looks> looks{};  // of a candidate
    int order{};                                // in the document
    int inside{-1};
    bool text_varies{};
    int rank{};             // among the page's plain controls: how many stand before it
    bool control{};         // a plain control: link, button, field
    std::uint64_t group{};  // same for controls of one kind at one kind of place: the rows of a list
    int group_index{}, group_size{1};
};

struct PreparedPage {
    std::vector<Prepared> elements{};
    int controls{};  // how many plain controls
};

Prepared prepare(const Fingerprint& fingerprint);
PreparedPage prepare(std::span<const Fingerprint> fingerprints);
// Common words weigh little: counts those of `page`, the one that is searched.
WordCounts count_words(const PreparedPage& page);
// Before anything is compared.
void weigh(Prepared& prepared, const WordCounts& counts);
void weigh(PreparedPage& page, const WordCounts& counts);

Kind kind_of(const Fingerprint& fingerprint);
// Made by a program for this visit: says nothing about the next.
bool looks_generated(std::string_view text);

}  // namespace reprise::locators::scoring
