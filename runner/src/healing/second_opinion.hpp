// What a vision model's choice adds to a decision that comparison could not make. Its word alone moves nothing: it is
// added to what speaks for the candidate already.
//
// Free functions. Thread contract: as the page's; the model may be shared.
#pragma once

#include <chrono>
#include <string>

#include <reprise/locators/candidates.hpp>
#include <reprise/locators/matching.hpp>

#include "healing/vision_model.hpp"

namespace reprise::runner {

// Confidences are 0–100. Log-odds that the model's choice adds to a candidate, and "none" takes from all: it is right
// about 94 times in 100, so its word is worth ln(0.94 / 0.06). An assumption (docs/healing.md, "A vision model").
inline constexpr double k_word_of_model = 2.75;
inline constexpr double k_most_with_model = 95;  // no surer than the model is right

double confidence_when_chosen(double local);
double confidence_when_none(double local);

struct Opinion {
    std::string text{};  // "the vision model chose <button>Buy</button>: ..."; empty: it was not consulted
    std::string request{}, response{}, png{};
    std::chrono::milliseconds took{};
};

struct OpinionRequest {
    std::string subject;  // the element and its page, the same in all rows
    int threshold{};      // confidence that is enough
    bool only_recall{};   // it was asked about in this row: no second question
};

// `match` is below the threshold; when there is something on the page that the model's word could lift above it, the
// model is asked and `match` becomes what is then known.
Opinion consult(VisionModel& model, const locators::Page& page, const locators::CandidateList& list,
                const locators::Fingerprint& target, const OpinionRequest& about, cdp::Deadline deadline,
                locators::Match& match);

}  // namespace reprise::runner
