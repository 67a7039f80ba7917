// What speaks for and against two fingerprints being of one and the same control.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "scoring/prepared.hpp"

namespace reprise::locators::scoring {

// One number per clue, mostly 0–1. "…_differs": both sides know it and they disagree.
enum class Feature : std::uint8_t {
    kind_same,
    kind_differs,
    kind_impossible,  // no redesign makes the one of the other: a field of a button
    tag_same,
    tag_same_rare,  // and no other element of either page has it
    type_differs,
    role_same,
    role_same_rare,  // and no other element of either page has it
    role_differs,
    id_same,
    id_words,
    id_differs,
    name_same,
    name_words,
    name_differs,
    test_id_same,
    test_id_differs,
    data_values,
    data_names,
    classes,
    href_same,
    href_words,
    href_differs,
    label_same,
    label_same_rare,  // the same, and no other element of either page has it
    label_words,
    label_likeness,
    label_contained,
    label_in_near,  // the label of one stands beside the other
    label_differs,
    label_appears,  // one side has a label, the other none
    any_name_same,
    text_same,
    text_contained,
    all_words,
    all_contained,
    heading_same,
    heading_likeness,
    heading_differs,
    icon_words,
    icon_differs,
    near_words,
    near_contained,
    both_unnamed_near,  // neighbouring words of two elements without a label: all they have
    path_tail,
    path_tags,
    id_path_same,
    place_same,
    landmark_same,
    landmark_differs,
    shadow_same,
    position,
    position_x,
    size,
    look,          // of the candidate's picture to the recorded one
    look_same,     // hardly any difference
    look_outline,  // the same lines, whatever the colours
    look_best,     // no other candidate looks as much like it
    look_differs,  // and another candidate looks the same
    order_far,
    between_anchors,
    outside_anchors,
    offset_same,
    gap_same,      // as many controls between the anchors as before, and it is the same of them
    gap_missing,   // fewer controls between the anchors than before
    group_same,    // the same one of as many of its like as before
    group_shrunk,  // fewer of its like than before
    group_grown,
    count_
};
constexpr std::size_t k_features = static_cast<std::size_t>(Feature::count_);
using Features = std::array<float, k_features>;

std::string_view to_string(Feature feature);

// The groups in which evidence is reported.
enum class Evidence : std::uint8_t { text, attributes, structure, box, looks };
Evidence evidence_of(Feature feature);

// What is known of two pages together: names that only one element bears, and how their orders correspond.
class PagePair {
public:
    PagePair(const PreparedPage& recorded, const PreparedPage& now);

    bool rare(Token name) const;
    // The only element of its role, or tag, on the page now, and no more than one before.
    bool only_role(Token role) const { return only_.contains(mixed(role, 1)); }
    bool only_tag(Token tag) const { return only_.contains(mixed(tag, 2)); }
    // `features` of the structure between the anchors around `target` (an index of the recorded page) and `candidate`.
    void relate(int target, int candidate, Features& features) const;
    // The share of the recorded page's controls that are anchors, 0–1.
    float familiar() const;
    const PreparedPage& recorded() const { return *recorded_; }
    const PreparedPage& now() const { return *now_; }

private:
    const PreparedPage* recorded_;
    const PreparedPage* now_;
    std::unordered_map<Token, int> most_bearers_;  // of a label, on the page where more bear it
    struct Anchor {
        int before, after;  // ranks
        int before_order, after_order;
    };
    void find_anchors();
    // Tokens of different sorts must not meet.
    static std::uint64_t mixed(Token token, std::uint64_t sort) {
        constexpr int k_shift = 32;
        return (sort << k_shift) | token;
    }
    std::unordered_set<std::uint64_t> only_;
    std::vector<Anchor>
        anchors_;  // controls with a label, id, name or address that is theirs alone on both pages, in order
};

// How much the candidates' pictures tell on this page.
struct BestLooks {
    double first{}, second{};  // the two highest likenesses of candidates that stand apart
    int holder{-1};            // of the first
};
BestLooks best_looks(const PreparedPage& page);

// Adds what the candidate's picture tells about its being the target.
void see(const Prepared& candidate, const BestLooks& best, Features& features);

// `target_order`: place in the recorded page's snapshot; -1: it has none.
Features compare(const Prepared& target, int target_order, const Prepared& candidate, const PagePair& pages);

}  // namespace reprise::locators::scoring
