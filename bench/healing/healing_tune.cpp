// healing_tune DECISIONS [--write WEIGHTS_CPP] [--only SET,SET...]: finds the weights of locators/src/scoring by
// fitting them to hand-paired elements, and tells how well they do on sets that they were not fitted to (each set in
// turn is left out).
//
// Two fits. The pair weights maximise the likelihood of the right candidate against all others and "none of them"
// (conditional logit; ablated pages and removed elements are the cases of "none"). The decision weights then turn the
// winner's signs into the probability that it is right (logistic regression on decisions about left-out sets, so that
// the probability is honest about pages not seen).
#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <numeric>

#include <fmt/format.h>

#include "decisions.hpp"
#include "scoring/model.hpp"

namespace {

using namespace reprise;
using namespace reprise::locators::scoring;
using bench::Decision;

constexpr double k_threshold = 0.8;

// One decision made ready: what stays the same whatever the weights.
struct Case {
    const Decision* source{};
    std::string set, form;  // "plain", "rich", "blind", ...
    bool gone{};            // removed, or taken out
    bool taken_out{};
    std::set<std::size_t> right{};
    PreparedPage recorded, now;
    Prepared target;
    int self{-1};
    std::vector<Features> features{};
    float weight{1};
};

Case make_case(const Decision& source, const Decision& decision, std::string form, bool taken_out) {
    Case made;
    made.source = &source;
    made.set = source.set;
    made.form = std::move(form);
    made.taken_out = taken_out;
    made.gone = decision.right.empty();
    made.right = decision.right;
    made.recorded = prepare(decision.page);
    made.now = prepare(decision.candidates);
    made.target = prepare(decision.target);
    const auto counts = count_words(made.now);
    weigh(made.recorded, counts);
    weigh(made.now, counts);
    weigh(made.target, counts);
    made.self = place_of(decision.target, decision.page);
    const PagePair pages{made.recorded, made.now};
    const auto best = best_looks(made.now);
    for (const auto& candidate : made.now.elements) {
        made.features.push_back(compare(made.target, made.self, candidate, pages));
        see(candidate, best, made.features.back());
    }
    return made;
}

std::vector<Case> make_cases(const std::vector<Decision>& decisions) {
    std::vector<Case> cases;
    const auto add = [&](const Decision& source, const Decision& with, const char* form) {
        if (with.right.empty() && !with.removed) return;  // the right one was no candidate
        cases.push_back(make_case(source, with, form, false));
        if (!with.right.empty()) cases.push_back(make_case(source, bench::ablated(with), form, true));
    };
    for (const auto& decision : decisions) {
        add(decision, bench::plain(decision), "plain");
        add(decision, decision, "rich");
        add(decision, bench::blind(bench::plain(decision)), "blind");
        add(decision, bench::blind(bench::alone(bench::plain(decision))), "alone");
        add(decision, bench::untold(decision), "untold");
        const auto later = bench::regenerated(decision);
        add(decision, later, "later");
        add(decision, bench::untold(later), "later untold");
    }
    return cases;
}

float score(const Features& features, const Model& model) {
    float sum = 0;
    for (std::size_t i = 0; i < k_features; ++i) sum += features[i] * model.pair[i];
    return sum;
}

// Whether a clue may only speak against.
bool speaks_against(std::size_t feature) {
    const auto name = to_string(static_cast<Feature>(feature));
    return name.find("differs") != std::string_view::npos || name == "label_appears" || name == "order_far" ||
           name == "outside_anchors" || name == "kind_impossible" || name == "gap_missing" || name == "group_shrunk" ||
           name == "group_grown";
}

// Where the fit begins and is drawn to. Hardly any published page has test ids, so the pairs say nothing of them: they
// are set by what they are for; so is the veto.
Features prior() {
    Features weights{};
    constexpr float k_test_id_same = 4;
    constexpr float k_test_id_differs = -2;
    constexpr float k_only_one = 1;
    weights[static_cast<std::size_t>(Feature::role_same_rare)] = k_only_one;
    weights[static_cast<std::size_t>(Feature::tag_same_rare)] = k_only_one;
    constexpr float k_veto = -12;
    weights[static_cast<std::size_t>(Feature::kind_impossible)] = k_veto;
    weights[static_cast<std::size_t>(Feature::test_id_same)] = k_test_id_same;
    weights[static_cast<std::size_t>(Feature::test_id_differs)] = k_test_id_differs;
    return weights;
}

class Adam {
public:
    explicit Adam(std::size_t size) : mean_(size), square_(size) {}
    template <class Get>
    void step(const std::vector<double>& gradient, double rate, Get&& weight) {
        ++steps_;
        constexpr double k_mean = 0.9;
        constexpr double k_square = 0.999;
        for (std::size_t i = 0; i < gradient.size(); ++i) {
            mean_[i] = k_mean * mean_[i] + (1 - k_mean) * gradient[i];
            square_[i] = k_square * square_[i] + (1 - k_square) * gradient[i] * gradient[i];
            const double m = mean_[i] / (1 - std::pow(k_mean, steps_));
            const double s = square_[i] / (1 - std::pow(k_square, steps_));
            weight(i) -= static_cast<float>(rate * m / (std::sqrt(s) + 1e-8));
        }
    }

private:
    std::vector<double> mean_, square_;
    int steps_{};
};

Model fit_pairs(const std::vector<const Case*>& cases) {
    const auto start = prior();
    Model model{.pair = start, .decision = {}, .none = 0};
    constexpr std::size_t k_all = k_features + 1;
    constexpr int k_rounds = 400;
    constexpr double k_decay = 0.005;
    Adam adam{k_all};
    const auto weight = [&](std::size_t i) -> float& { return i < k_features ? model.pair[i] : model.none; };
    double total = 0;
    for (const auto* one : cases) total += one->weight;
    std::vector<float> scores;
    for (int round = 0; round < k_rounds; ++round) {
        std::vector<double> gradient(k_all, 0.0);
        for (const auto* one : cases) {
            scores.clear();
            float top = model.none;
            for (const auto& features : one->features) {
                scores.push_back(score(features, model));
                top = std::max(top, scores.back());
            }
            double sum = std::exp(model.none - top);
            double good = one->gone ? sum : 0;
            for (std::size_t i = 0; i < scores.size(); ++i) {
                const double e = std::exp(scores[i] - top);
                sum += e;
                if (one->right.contains(i)) good += e;
            }
            // d(-log(good/sum))/dw = E_all[f] - E_good[f]
            const auto add = [&](double e, bool is_good, auto&& each) {
                const double share = one->weight / total * (e / sum - (is_good ? e / good : 0));
                each(share);
            };
            add(std::exp(model.none - top), one->gone, [&](double share) { gradient[k_features] += share; });
            for (std::size_t i = 0; i < scores.size(); ++i) {
                const double e = std::exp(scores[i] - top);
                if (e / sum < 1e-5 && !one->right.contains(i)) continue;
                add(e, one->right.contains(i), [&](double share) {
                    for (std::size_t f = 0; f < k_features; ++f) gradient[f] += share * one->features[i][f];
                });
            }
        }
        for (std::size_t f = 0; f < k_features; ++f) gradient[f] += k_decay * (model.pair[f] - start[f]);
        adam.step(gradient, round < k_rounds / 2 ? 0.05 : 0.02, weight);
        for (std::size_t f = 0; f < k_features; ++f) {
            auto& w = model.pair[f];
            w = speaks_against(f) ? std::min(w, 0.0f) : std::max(w, 0.0f);
        }
    }
    return model;
}

struct Judged {
    const Case* source{};
    Ranking ranking{};
    bool right{};
};

std::vector<Judged> judge(const std::vector<const Case*>& cases, const Model& model) {
    std::vector<Judged> judged;
    for (const auto* one : cases) {
        const PagePair pages{one->recorded, one->now};
        Judged result{.source = one, .ranking = rank(one->target, one->self, pages, model), .right = false};
        if (result.ranking.best.empty()) continue;
        result.right = one->right.contains(static_cast<std::size_t>(result.ranking.best[0].candidate));
        judged.push_back(std::move(result));
    }
    return judged;
}

float odds_of(const Signs& signs, const Signs& weights) {
    float odds = 0;
    for (std::size_t i = 0; i < k_signs; ++i) odds += signs[i] * weights[i];
    return odds;
}

Signs fit_decision(const std::vector<Judged>& judged) {
    // Pages of packages hardly ever have the only one of a sort among the elements that were paired.
    Signs start{};
    constexpr float k_only_one = 1;
    start[static_cast<std::size_t>(Sign::role_same_rare)] = k_only_one;
    auto weights = start;
    Adam adam{k_signs};
    constexpr int k_rounds = 3000;
    constexpr double k_decay = 0.001;
    double total = 0;
    for (const auto& one : judged) total += one.source->weight;
    for (int round = 0; round < k_rounds; ++round) {
        std::vector<double> gradient(k_signs, 0.0);
        for (const auto& one : judged) {
            const double p = 1 / (1 + std::exp(-odds_of(one.ranking.signs, weights)));
            const double error = one.source->weight / total * (p - (one.right ? 1 : 0));
            for (std::size_t i = 0; i < k_signs; ++i) gradient[i] += error * one.ranking.signs[i];
        }
        for (std::size_t i = 1; i < k_signs; ++i) gradient[i] += k_decay * (weights[i] - start[i]);
        adam.step(gradient, round < k_rounds / 2 ? 0.05 : 0.01, [&](std::size_t i) -> float& { return weights[i]; });
    }
    return weights;
}

struct Tally {
    int present{}, located{}, wrong{}, best{}, removed{}, removed_found{}, taken{}, taken_found{};
    void add(const Case& source, bool right, double probability) {
        const bool found = probability >= k_threshold;
        if (source.taken_out) {
            ++taken;
            taken_found += found;
        } else if (source.gone) {
            ++removed;
            removed_found += found;
        } else {
            ++present;
            best += right;
            located += found && right;
            wrong += found && !right;
        }
    }
    std::string text() const {
        const auto percent = [](int part, int of) { return of > 0 ? 100.0 * part / of : 0.0; };
        return fmt::format(
            "located {:5.1f} %  wrong {:4.1f} %  (best is right {:5.1f} %) of {:3}   removed {}/{}   ablated {:4.1f} %",
            percent(located, present), percent(wrong, present), percent(best, present), present, removed_found, removed,
            percent(taken_found, taken));
    }
};

void report(const std::vector<Judged>& judged, const Signs& weights, bool verbose) {
    std::map<std::string, Tally> by_form, by_set, by_tag;
    for (const float at : {0.5f, 0.6f, 0.7f, 0.8f, 0.9f}) {
        Tally tally;
        for (const auto& one : judged) {
            if (one.source->form != "plain") continue;
            const double p = 1 / (1 + std::exp(-odds_of(one.ranking.signs, weights)));
            tally.add(*one.source, one.right, p >= at ? 1 : 0);
        }
        fmt::print("at {:.1f}                       {}\n", at, tally.text());
    }
    std::vector<std::pair<double, bool>> calibration;
    for (const auto& one : judged) {
        const double p = 1 / (1 + std::exp(-odds_of(one.ranking.signs, weights)));
        by_form[one.source->form].add(*one.source, one.right, p);
        if (one.source->form != "plain") continue;
        calibration.emplace_back(p, one.right);
        by_set[one.source->set].add(*one.source, one.right, p);
        const auto& tags = one.source->source->tags;
        if (tags.empty()) by_tag["plain"].add(*one.source, one.right, p);
        for (const auto& tag : tags) by_tag[tag].add(*one.source, one.right, p);
        if (verbose && p >= k_threshold && !one.right) {
            const auto& source = *one.source->source;
            const auto c = static_cast<std::size_t>(one.ranking.best[0].candidate);
            const auto& list = one.source->taken_out ? bench::ablated(source).candidates : source.candidates;
            fmt::print("  WRONG {:.2f} {} {}{} -> {}\n", p, source.id, describe(source.target),
                       one.source->taken_out ? " (ablated)"
                       : one.source->gone    ? " (removed)"
                                             : "",
                       describe(list[c]));
        }
        if (verbose && p < k_threshold && !one.source->gone) {
            const auto& source = *one.source->source;
            const auto c = static_cast<std::size_t>(one.ranking.best[0].candidate);
            fmt::print("  {} {:.2f} {} {} -> {}\n", one.right ? "TIMID" : "MISS ", p, source.id,
                       describe(source.target), describe(source.candidates[c]));
        }
    }
    for (const auto& [name, tally] : by_form) fmt::print("{:28} {}\n", name, tally.text());
    for (const auto& [name, tally] : by_set) fmt::print("  {:26} {}\n", name, tally.text());
    for (const auto& [name, tally] : by_tag) fmt::print("    {:24} {}\n", name, tally.text());
    constexpr std::size_t k_bins = 10;
    std::array<double, k_bins> sum{}, right{}, count{};
    for (const auto& [p, is_right] : calibration) {
        const auto bin = std::min(k_bins - 1, static_cast<std::size_t>(p * k_bins));
        sum[bin] += p;
        right[bin] += is_right;
        count[bin] += 1;
    }
    double error = 0;
    for (std::size_t i = 0; i < k_bins; ++i) error += std::abs(sum[i] - right[i]);
    fmt::print("expected calibration error {:.3f}\n",
               error / static_cast<double>(std::max<std::size_t>(calibration.size(), 1)));
}

// By name, so that the file still compiles, and means the same, when clues are added or put in another order.
void write_weights(const Model& model, const std::string& path) {
    std::ofstream file{path};
    file << "// Made by bench/healing/healing_tune from hand-paired elements: do not edit. docs/healing.md tells how.\n"
            "#include <utility>\n\n#include \"scoring/model.hpp\"\n\nnamespace reprise::locators::scoring {\nnamespace "
            "{\n\n"
            "constexpr std::pair<Feature, float> k_pair[] = {\n";
    for (std::size_t i = 0; i < k_features; ++i) {
        if (model.pair[i] == 0) continue;
        file << fmt::format("    {{Feature::{}, {:.4f}f}},\n", to_string(static_cast<Feature>(i)), model.pair[i]);
    }
    file << "};\nconstexpr std::pair<Sign, float> k_decision[] = {\n";
    for (std::size_t i = 0; i < k_signs; ++i) {
        file << fmt::format("    {{Sign::{}, {:.4f}f}},\n", to_string(static_cast<Sign>(i)), model.decision[i]);
    }
    file << fmt::format(
        "}};\nconstexpr float k_none = {:.4f}f;\n\nModel make() {{\n    Model model;\n"
        "    for (const auto& [feature, weight] : k_pair) model.pair[static_cast<std::size_t>(feature)] = weight;\n"
        "    for (const auto& [sign, weight] : k_decision) model.decision[static_cast<std::size_t>(sign)] = weight;\n"
        "    model.none = k_none;\n    return model;\n}}\n\n}}  // namespace\n\n"
        "const Model& shipped_model() {{\n    static const Model model = make();\n    return model;\n}}\n\n"
        "}}  // namespace reprise::locators::scoring\n",
        model.none);
}

std::vector<const Case*> all_of(const std::vector<Case>& cases) {
    std::vector<const Case*> all;
    for (const auto& one : cases) all.push_back(&one);
    return all;
}

}  // namespace

int main(int argc, char** argv) {
    std::string write, only, test;
    bool verbose = false;
    std::size_t folds = 1000;  // each set by itself
    for (int i = 2; i < argc; ++i) {
        if (std::strcmp(argv[i], "--write") == 0 && i + 1 < argc) write = argv[++i];
        if (std::strcmp(argv[i], "--only") == 0 && i + 1 < argc) only = "," + std::string(argv[++i]) + ",";
        if (std::strcmp(argv[i], "--test") == 0 && i + 1 < argc) test = argv[++i];
        if (std::strcmp(argv[i], "--folds") == 0 && i + 1 < argc)
            folds = static_cast<std::size_t>(std::atoi(argv[++i]));
        if (std::strcmp(argv[i], "--verbose") == 0) verbose = true;
    }
    if (argc < 2) {
        fmt::print(
            stderr,
            "usage: healing_tune DECISIONS [--folds N] [--only SETS] [--test DECISIONS] [--write FILE] [--verbose]\n");
        return 4;
    }
    auto decisions = bench::read_decisions(argv[1]);
    if (!only.empty()) {
        std::erase_if(decisions, [&](const Decision& d) { return only.find("," + d.set + ",") == std::string::npos; });
    }
    auto cases = make_cases(decisions);
    // Each set counts alike, however many pairs it has; an element that is there and one that is not count alike.
    std::map<std::string, double> sizes;
    for (const auto& one : cases) sizes[one.set] += 1;
    for (auto& one : cases) one.weight = static_cast<float>(std::sqrt(100.0 / sizes[one.set]));
    std::map<std::string, std::size_t> fold_of;
    for (const auto& [set, size] : sizes) fold_of[set] = fold_of.size() % folds;
    std::vector<Judged> left_out;
    for (std::size_t fold = 0; fold < folds; ++fold) {
        std::vector<const Case*> fitted;
        std::vector<const Case*> left;
        for (const auto& one : cases) (fold_of[one.set] == fold ? left : fitted).push_back(&one);
        if (left.empty()) continue;
        auto judged = judge(left, fit_pairs(fitted));
        left_out.insert(left_out.end(), judged.begin(), judged.end());
    }
    const auto decision = fit_decision(left_out);
    fmt::print("each set left out in turn ({} decisions)\n", left_out.size());
    report(left_out, decision, verbose);
    auto model = fit_pairs(all_of(cases));
    model.decision = decision;
    if (!test.empty()) {
        const auto others = bench::read_decisions(test);
        const auto unseen = make_cases(others);
        fmt::print("\n{}\n", test);
        report(judge(all_of(unseen), model), decision, verbose);
    }
    if (!write.empty()) write_weights(model, write);
    return 0;
}
