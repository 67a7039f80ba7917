#include <reprise/locators/matching.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include "scoring/model.hpp"

namespace reprise::locators {
namespace {

using scoring::Feature;
using scoring::PreparedPage;
using scoring::Sign;

constexpr double k_percent = 100;

std::vector<EvidenceItem> evidence_of(const scoring::Features& features) {
    std::vector<EvidenceItem> items;
    const auto& weights = scoring::shipped_model().pair;
    for (std::size_t i = 0; i < scoring::k_features; ++i) {
        const double weight = features[i] * weights[i];
        constexpr double k_worth_telling = 0.05;
        if (std::abs(weight) < k_worth_telling) continue;
        items.push_back({std::string(scoring::to_string(static_cast<Feature>(i))), weight});
    }
    std::ranges::sort(items, [](const auto& a, const auto& b) { return std::abs(a.weight) > std::abs(b.weight); });
    return items;
}

HealingMethod strongest(const scoring::Features& features) {
    std::array<double, 5> groups{};
    for (std::size_t i = 0; i < scoring::k_features; ++i) {
        groups[static_cast<std::size_t>(scoring::evidence_of(static_cast<Feature>(i)))] +=
            features[i] * scoring::shipped_model().pair[i];
    }
    constexpr std::array k_methods{HealingMethod::fuzzy_match, HealingMethod::attribute_fallback,
                                   HealingMethod::structural, HealingMethod::bounding_box, HealingMethod::vision};
    return k_methods[static_cast<std::size_t>(std::ranges::max_element(groups) - groups.begin())];
}

std::string doubt_of(const scoring::Ranking& ranking) {
    const auto sign = [&](Sign s) { return ranking.signs[static_cast<std::size_t>(s)]; };
    if (sign(Sign::kind_differs) > 0) return "it is another kind of control";
    if (sign(Sign::own_lead) < 0 && sign(Sign::rival_settled) == 0) {
        return "it resembles another element of the recorded page more";
    }
    if (sign(Sign::label_differs) > 0) return "its name is another";
    constexpr float k_clear = 0.3f;
    if (sign(Sign::lead) < k_clear) return "another element fits about as well";
    if (sign(Sign::outside) > 0) return "it stands elsewhere among the elements that are still there";
    return {};
}

}  // namespace

std::string_view to_string(HealingMethod method) {
    static constexpr std::array<std::string_view, 8> k_names{
        "direct",     "cached",       "fuzzy_match", "attribute_fallback",
        "structural", "bounding_box", "vision",      "vision_model"};
    return k_names[static_cast<std::size_t>(method)];
}

Match find_match(const Fingerprint& target, std::span<const Fingerprint> recorded_page,
                 std::span<const Fingerprint> candidates) {
    Match match;
    if (candidates.empty()) return match;
    auto now = scoring::prepare(candidates);
    auto recorded = scoring::prepare(recorded_page);
    auto wanted = scoring::prepare(target);
    const auto counts = scoring::count_words(now);
    scoring::weigh(now, counts);
    scoring::weigh(recorded, counts);
    scoring::weigh(wanted, counts);
    const scoring::PagePair pages{recorded, now};
    const auto& model = scoring::shipped_model();
    const auto ranking = scoring::rank(wanted, scoring::place_of(target, recorded_page), pages, model);
    for (const auto& ranked : ranking.best) {
        const bool vetoed = ranked.features[static_cast<std::size_t>(Feature::kind_impossible)] > 0;
        match.best.push_back(static_cast<std::size_t>(ranked.candidate));
        match.best_confidence.push_back(
            vetoed ? 0 : k_percent * std::exp(ranked.score - ranking.best[0].score) * ranking.probability);
    }
    match.candidate = match.best.front();
    match.confidence = k_percent * ranking.probability;
    if (ranking.runner_up >= 0) {
        const auto& second = ranking.best[static_cast<std::size_t>(ranking.runner_up)];
        match.runner_up = static_cast<std::size_t>(second.candidate);
        match.runner_up_confidence = std::min(
            match.confidence, k_percent * std::exp(second.score - ranking.best[0].score) * ranking.probability);
    }
    match.method = strongest(ranking.best[0].features);
    match.evidence = evidence_of(ranking.best[0].features);
    match.doubt = doubt_of(ranking);
    return match;
}

}  // namespace reprise::locators
