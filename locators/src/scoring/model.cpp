#include "scoring/model.hpp"

#include <algorithm>
#include <cmath>

namespace reprise::locators::scoring {
namespace {

constexpr std::size_t k_kept = 8;
constexpr float k_longest_lead = 6;

float score(const Features& features, const Model& model) {
    float sum = 0;
    for (std::size_t i = 0; i < k_features; ++i) sum += features[i] * model.pair[i];
    return sum;
}

float at(const Features& features, Feature feature) {
    return features[static_cast<std::size_t>(feature)];
}

double overlap_of(const BoundingBox& a, const BoundingBox& b) {
    const auto width = std::min(a.left + a.width, b.left + b.width) - std::max(a.left, b.left);
    const auto height = std::min(a.top + a.height, b.top + b.height) - std::max(a.top, b.top);
    if (width <= 0 || height <= 0) return 0;
    return width * height / (a.width * a.height + b.width * b.height - width * height);
}

float sigmoid(float x) {
    return 1.0f / (1.0f + std::exp(-x));
}

// One is inside of the other, by their paths: no rivals.
bool holds_one_another(const Prepared& a, const Prepared& b) {
    if (a.shadow != b.shadow || a.path.size() == b.path.size()) return false;
    const auto& outer = a.path.size() < b.path.size() ? a.path : b.path;
    const auto& inner = a.path.size() < b.path.size() ? b.path : a.path;
    return !outer.empty() && std::equal(outer.rbegin(), outer.rend(), inner.rbegin());
}

// How the candidate looks from the other side: which recorded element it resembles most.
struct Mutual {
    float own_lead{k_longest_lead};
    float own_share{1};
    bool rival_settled{};
};

Mutual look_back(const Ranked& winner, int self, const PagePair& pages, const Model& model) {
    Mutual mutual;
    const auto& recorded = pages.recorded().elements;
    const auto& now = pages.now().elements;
    const auto& candidate = now[static_cast<std::size_t>(winner.candidate)];
    int rival = -1;
    float most = -1e9f;
    float sum = 1;
    for (const auto& other : recorded) {
        if (other.order == self) continue;
        if (self >= 0 && holds_one_another(other, recorded[static_cast<std::size_t>(self)])) continue;
        const auto value = score(compare(other, other.order, candidate, pages), model);
        sum += std::exp(std::clamp(value - winner.score, -30.0f, 30.0f));
        if (value > most) {
            most = value;
            rival = other.order;
        }
    }
    if (rival < 0) return mutual;
    mutual.own_lead = std::clamp(winner.score - most, -k_longest_lead, k_longest_lead);
    mutual.own_share = 1 / sum;
    if (mutual.own_lead > 2) return mutual;
    // A rival with a better candidate of its own lays no claim to this one.
    const auto& claimant = recorded[static_cast<std::size_t>(rival)];
    for (const auto& other : now) {
        if (other.order == winner.candidate || related(pages.now(), other.order, winner.candidate)) continue;
        if (score(compare(claimant, rival, other, pages), model) > most) {
            mutual.rival_settled = true;
            break;
        }
    }
    return mutual;
}

int twins_of(const Prepared& winner, const PreparedPage& page) {
    if (winner.label.empty()) return 0;
    return static_cast<int>(std::ranges::count_if(page.elements, [&](const Prepared& other) {
        return other.label.whole == winner.label.whole && other.order != winner.order &&
               !related(page, other.order, winner.order);
    }));
}

int known_clues(const Prepared& target) {
    return static_cast<int>(target.id != 0) + static_cast<int>(target.name != 0) +
           static_cast<int>(target.test_id != 0) + static_cast<int>(target.href != 0) +
           static_cast<int>(!target.label.empty()) + static_cast<int>(!target.classes.empty()) +
           static_cast<int>(!target.near.empty()) + static_cast<int>(!target.path.empty()) +
           static_cast<int>(target.box.width > 0);
}

void read_signs(Ranking& ranking, const Prepared& target, int self, const PagePair& pages, const Model& model) {
    auto& signs = ranking.signs;
    const auto set = [&](Sign sign, float value) { signs[static_cast<std::size_t>(sign)] = value; };
    const auto& winner = ranking.best[0];
    const auto& f = winner.features;
    const bool snapshot = !pages.recorded().elements.empty();
    set(Sign::always, 1);
    set(Sign::score, std::clamp((winner.score - model.none) / 4, -4.0f, 4.0f));
    const float second = ranking.runner_up < 0 ? winner.score - k_longest_lead
                                               : ranking.best[static_cast<std::size_t>(ranking.runner_up)].score;
    set(Sign::lead, std::min(winner.score - second, k_longest_lead) / 3);
    set(Sign::snapshot, snapshot ? 1.0f : 0.0f);
    if (snapshot) {
        const auto mutual = look_back(winner, self, pages, model);
        set(Sign::own_lead, mutual.own_lead / 3);
        set(Sign::own_share, mutual.own_share);
        set(Sign::rival_settled, mutual.rival_settled && mutual.own_lead < 0 ? 1.0f : 0.0f);
    }
    set(Sign::label_same, at(f, Feature::label_same));
    set(Sign::label_likeness, at(f, Feature::label_likeness));
    set(Sign::label_differs, at(f, Feature::label_differs));
    set(Sign::label_appears, at(f, Feature::label_appears));
    set(Sign::any_name_same, at(f, Feature::any_name_same));
    const auto& candidate = pages.now().elements[static_cast<std::size_t>(winner.candidate)];
    set(Sign::unnamed, !target.text_varies && target.label.empty() && candidate.label.empty() ? 1.0f : 0.0f);
    set(Sign::identity_same, std::max({at(f, Feature::id_same), at(f, Feature::test_id_same), at(f, Feature::name_same),
                                       at(f, Feature::href_same)}));
    set(Sign::kind_differs, at(f, Feature::kind_differs));
    constexpr int k_enough = 4;
    set(Sign::sparse, static_cast<float>(std::max(0, k_enough - known_clues(target))));
    set(Sign::twins, static_cast<float>(std::min(twins_of(candidate, pages.now()), 3)) / 3);
    set(Sign::between, at(f, Feature::between_anchors));
    set(Sign::outside, at(f, Feature::outside_anchors));
    set(Sign::offset_same, at(f, Feature::offset_same));
    set(Sign::gap_same, at(f, Feature::gap_same));
    set(Sign::gap_missing, at(f, Feature::gap_missing));
    set(Sign::near, at(f, Feature::near_words));
    set(Sign::label_contained, at(f, Feature::label_contained));
    set(Sign::label_in_near, at(f, Feature::label_in_near));
    set(Sign::all_words, at(f, Feature::all_words));
    set(Sign::classes, at(f, Feature::classes));
    set(Sign::href_same, at(f, Feature::href_same));
    set(Sign::position, at(f, Feature::position));
    set(Sign::path, at(f, Feature::path_tail));
    set(Sign::familiar, pages.familiar());
    set(Sign::label_same_rare, at(f, Feature::label_same_rare));
    set(Sign::text_varies, target.text_varies ? 1.0f : 0.0f);
    set(Sign::role_same_rare, std::max(at(f, Feature::role_same_rare), at(f, Feature::tag_same_rare)));
    set(Sign::same_spot,
        at(f, Feature::tag_same) * at(f, Feature::path_tail) * at(f, Feature::near_words) * at(f, Feature::position));
    set(Sign::looks_known, candidate.looks ? 1.0f : 0.0f);
    set(Sign::look, at(f, Feature::look));
    set(Sign::look_same, at(f, Feature::look_same));
    set(Sign::look_outline, at(f, Feature::look_outline));
    set(Sign::look_best, at(f, Feature::look_best));
    set(Sign::look_differs, at(f, Feature::look_differs));
    set(Sign::group_same, at(f, Feature::group_same));
    set(Sign::group_shrunk, at(f, Feature::group_shrunk));
    const bool named = at(f, Feature::label_same_rare) > 0 || at(f, Feature::id_same) > 0 ||
                       at(f, Feature::name_same) > 0 || at(f, Feature::href_same) > 0;
    set(Sign::group_shrunk_twin, named ? 0.0f : at(f, Feature::group_shrunk));
}

}  // namespace

bool related(const PreparedPage& page, int a, int b) {
    const auto inside = [&](int inner, int outer) {
        for (int at = inner; at >= 0; at = page.elements[static_cast<std::size_t>(at)].inside) {
            if (at == outer) return true;
        }
        return false;
    };
    if (!inside(a, b) && !inside(b, a)) return false;
    const auto& x = page.elements[static_cast<std::size_t>(a)];
    const auto& y = page.elements[static_cast<std::size_t>(b)];
    constexpr double k_same_box = 0.7;
    return (!x.label.empty() && x.label.whole == y.label.whole) || overlap_of(x.box, y.box) > k_same_box;
}

int place_of(const Fingerprint& target, std::span<const Fingerprint> recorded) {
    const auto same_box = [&](const Fingerprint& other) {
        return other.box.left == target.box.left && other.box.top == target.box.top &&
               other.box.width == target.box.width && other.box.height == target.box.height;
    };
    int by_box = -1;
    for (std::size_t i = 0; i < recorded.size(); ++i) {
        const auto& other = recorded[i];
        if (other.tag != target.tag) continue;
        if (!target.xpath.empty() && other.xpath == target.xpath && other.shadow == target.shadow) {
            return static_cast<int>(i);
        }
        if (target.box.width > 0 && same_box(other) && other.text == target.text) by_box = static_cast<int>(i);
    }
    return by_box;
}

Ranking rank(const Prepared& target, int self, const PagePair& pages, const Model& model) {
    Ranking ranking;
    const auto& now = pages.now();
    std::vector<Ranked> all;
    all.reserve(now.elements.size());
    const auto best = best_looks(now);
    for (const auto& candidate : now.elements) {
        Ranked ranked{.candidate = candidate.order, .features = compare(target, self, candidate, pages)};
        see(candidate, best, ranked.features);
        ranked.score = score(ranked.features, model);
        all.push_back(ranked);
    }
    if (all.empty()) return ranking;
    const auto kept = std::min(k_kept, all.size());
    std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept), all.end(),
                      [](const Ranked& a, const Ranked& b) { return a.score > b.score; });
    const auto top = all[0].score;
    float sum = std::exp(std::clamp(model.none - top, -30.0f, 30.0f));
    for (const auto& ranked : all) {
        if (ranked.candidate != all[0].candidate && related(now, ranked.candidate, all[0].candidate)) continue;
        sum += std::exp(std::clamp(ranked.score - top, -30.0f, 30.0f));
    }
    ranking.best.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept));
    for (std::size_t i = 1; i < kept && ranking.runner_up < 0; ++i) {
        if (!related(now, ranking.best[i].candidate, ranking.best[0].candidate))
            ranking.runner_up = static_cast<int>(i);
    }
    read_signs(ranking, target, self, pages, model);
    ranking.signs[static_cast<std::size_t>(Sign::share)] = 1 / sum;
    float odds = 0;
    for (std::size_t i = 0; i < k_signs; ++i) odds += ranking.signs[i] * model.decision[i];
    ranking.probability = sigmoid(odds);
    return ranking;
}

std::string_view to_string(Sign sign) {
    static constexpr std::array<std::string_view, k_signs> k_names{
        "always",        "score",          "share",           "lead",         "snapshot",
        "own_lead",      "own_share",      "rival_settled",   "label_same",   "label_likeness",
        "label_differs", "label_appears",  "any_name_same",   "unnamed",      "identity_same",
        "kind_differs",  "sparse",         "twins",           "between",      "outside",
        "offset_same",   "gap_same",       "gap_missing",     "near",         "label_contained",
        "label_in_near", "all_words",      "classes",         "href_same",    "position",
        "path",          "familiar",       "label_same_rare", "group_same",   "group_shrunk",
        "text_varies",   "role_same_rare", "same_spot",       "looks_known",  "look",
        "look_same",     "look_outline",   "look_best",       "look_differs", "group_shrunk_twin"};
    static_assert(!k_names.back().empty());
    return k_names[static_cast<std::size_t>(sign)];
}

}  // namespace reprise::locators::scoring
