// healing_opinion DECISIONS: what a vision model could add to decisions that comparison abstained from, at best (always
// right) and at worst (chooses the wrong candidate for which most speaks). By the shipped weights and the constants of
// runner/src/healing/second_opinion.hpp.
#include <algorithm>

#include <fmt/format.h>

#include <reprise/locators/matching.hpp>

#include "decisions.hpp"
#include "healing/second_opinion.hpp"

namespace {

using namespace reprise;
using bench::Decision;

constexpr double k_threshold = 80;

struct Tally {
    int all{}, abstained{}, asked{}, recovered{}, deceived{};
};

// One is inside of the other.
bool related(const Decision& decision, std::size_t a, std::size_t b) {
    const auto inside = [&](std::size_t inner, std::size_t outer) {
        for (std::optional at{inner}; at; at = decision.candidates[*at].inside) {
            if (*at == outer) return true;
        }
        return false;
    };
    return inside(a, b) || inside(b, a);
}

void count(Tally& tally, const Decision& decision) {
    if (decision.candidates.empty()) return;
    ++tally.all;
    const auto match = locators::find_match(decision.target, decision.page, decision.candidates);
    if (match.confidence >= k_threshold) return;
    ++tally.abstained;
    bool lifted = false;
    bool recovered = false;
    bool deceived = false;
    for (std::size_t i = 0; i < match.best.size(); ++i) {
        if (match.best_confidence[i] <= 0 || runner::confidence_when_chosen(match.best_confidence[i]) < k_threshold) {
            continue;
        }
        lifted = true;
        const bool right = std::ranges::any_of(
            decision.right, [&](std::size_t index) { return related(decision, index, match.best[i]); });
        (right ? recovered : deceived) = true;
    }
    tally.asked += static_cast<int>(lifted);
    tally.recovered += static_cast<int>(recovered);
    tally.deceived += static_cast<int>(deceived);
}

void tell(const char* form, const char* what, const Tally& tally) {
    fmt::print("{:6} {:8} {:4} pairs, {:4} abstained, {:4} worth asking, recovered at best {:4}, wrong at worst {:4}\n",
               form, what, tally.all, tally.abstained, tally.asked, tally.recovered, tally.deceived);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        fmt::print(stderr, "usage: healing_opinion DECISIONS\n");
        return 2;
    }
    const auto decisions = bench::read_decisions(argv[1]);
    for (const bool plain : {true, false}) {
        Tally present;
        Tally removed;
        Tally ablated;
        for (const auto& decision : decisions) {
            const auto form = plain ? bench::plain(decision) : decision;
            if (decision.removed) {
                count(removed, form);
            } else if (!form.right.empty()) {
                count(present, form);
                count(ablated, bench::ablated(form));
            }
        }
        const auto* name = plain ? "plain" : "rich";
        tell(name, "present", present);
        tell(name, "removed", removed);
        tell(name, "ablated", ablated);
    }
    return 0;
}
