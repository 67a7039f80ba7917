// The tuned numbers behind a decision, and the decision itself in its parts: what bench/healing tunes.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "scoring/features.hpp"

namespace reprise::locators::scoring {

// What speaks for the best candidate being the recorded element at all.
enum class Sign : std::uint8_t {
    always,
    score,          // of the pair
    share,          // of the candidate among all, "none of them" included
    lead,           // over the runner-up that is another control
    snapshot,       // the recorded page is known
    own_lead,       // over the recorded element that resembles the candidate most: mutual best
    own_share,      // of the target among the recorded elements that resemble the candidate
    rival_settled,  // that other element has a better candidate of its own
    label_same,
    label_likeness,
    label_differs,
    label_appears,
    any_name_same,
    unnamed,        // neither has a label
    identity_same,  // id, test id, name or address
    kind_differs,
    sparse,   // little is known of the target
    twins,    // candidates that bear the same label
    between,  // the anchors around it agree
    outside,
    offset_same,
    gap_same,
    gap_missing,
    near,
    label_contained,
    label_in_near,
    all_words,
    classes,
    href_same,
    position,
    path,
    familiar,  // how much of the recorded page is still there
    label_same_rare,
    group_same,
    group_shrunk,
    text_varies,
    role_same_rare,  // or its tag: the only one of its sort
    same_spot,       // same tag, path, place and surroundings, all at once
    looks_known,
    look,
    look_same,
    look_outline,
    look_best,
    look_differs,
    group_shrunk_twin,  // and nothing names this one: it may be any of those that are left
    count_
};
constexpr std::size_t k_signs = static_cast<std::size_t>(Sign::count_);
using Signs = std::array<float, k_signs>;

std::string_view to_string(Sign sign);

struct Model {
    Features pair{};   // weight of each feature
    Signs decision{};  // weight of each sign
    float none{};      // score that any candidate has to beat
};

// The weights as shipped.
const Model& shipped_model();

struct Ranked {
    int candidate{};
    float score{};
    Features features{};
};

struct Ranking {
    std::vector<Ranked> best{};  // best first, at most 8
    int runner_up{-1};           // place in `best` of the first that is another control than the winner; -1: none
    Signs signs{};
    float probability{};
};

// The target among the elements of its recorded page; -1: not there.
int place_of(const Fingerprint& target, std::span<const Fingerprint> recorded);

// `self`: place of the target in the recorded page; -1: not there.
Ranking rank(const Prepared& target, int self, const PagePair& pages, const Model& model);

// One is inside of the other, and they are one control to a user.
bool related(const PreparedPage& page, int a, int b);

}  // namespace reprise::locators::scoring
