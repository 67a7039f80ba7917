// Which of a page's controls is the one that was recorded, if any. A pure function of fingerprints: no page is asked.
//
// Every candidate is compared with the target by some fifty features whose weights are tuned on hand-paired elements of
// published pages (bench/healing, docs/healing.md). The best one is then asked the other way round: does it resemble
// another element of the recorded page more? The answer is a calibrated probability, so that "it is gone" is an answer.
//
// Thread-safe: free functions over plain values.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <reprise/locators/fingerprint.hpp>

namespace reprise::locators {

// What a decision rests on most; the names of the healing log.
enum class HealingMethod {
    direct,              // the recorded clues themselves: no heal
    cached,              // a heal of an earlier run that passed
    fuzzy_match,         // wording
    attribute_fallback,  // id, name, address, classes, data attributes
    structural,          // place in the document, neighbours, order among known elements
    bounding_box,        // place and size on the page
    vision,              // how it looks
    vision_model,        // an outside model's choice
};
std::string_view to_string(HealingMethod method);

// One clue, with what it added to the score of the best candidate (negative: took away).
struct EvidenceItem {
    std::string clue;
    double weight{};
};

struct Match {
    std::optional<std::size_t> candidate{};  // the best one, whatever its confidence; nullopt: there are none
    double confidence{};                     // 0–100: how sure it is that it is the recorded element
    std::optional<std::size_t> runner_up{};  // the best of the other controls
    double runner_up_confidence{};           // 0–100, of it alone
    HealingMethod method{HealingMethod::fuzzy_match};
    std::vector<std::size_t> best{};        // at most 8, best first
    std::vector<double> best_confidence{};  // 0–100, of each of `best` alone; 0: another kind of control, impossible
    std::vector<EvidenceItem> evidence{};   // of the best candidate, strongest first
    std::string doubt{};                    // what speaks most against it; empty: nothing
};

// `recorded_page`: the controls of the recorded page in document order, the target among them; empty: not known.
Match find_match(const Fingerprint& target, std::span<const Fingerprint> recorded_page,
                 std::span<const Fingerprint> candidates);

}  // namespace reprise::locators
