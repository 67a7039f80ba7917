// One attempt at finding an element that was no longer where its recording said: the healing log.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace reprise::reporters {

struct HealingLog {
    int step_number{};
    std::string step_label{};
    // How the element was found: cached, fuzzy_match, attribute_fallback, structural, bounding_box, vision,
    // vision_model. See docs/healing.md for the names under which portals know them.
    std::string method{};
    double confidence{};              // 0–100
    std::string original_selector{};  // the recorded clue that names the element best
    std::string healed_selector{};    // css of the element chosen; empty: none
    std::string element{};            // as it is now: <button id="buy">Buy</button>
    std::string page_url{};
    std::string page_title{};
    bool applied{};                                            // the step acted on it
    bool success{};                                            // and the row passed
    std::string reason{};                                      // why it was not applied; empty when it was
    std::vector<std::pair<std::string, double>> candidates{};  // the best ones as shown, with their confidence
    std::vector<std::pair<std::string, double>> evidence{};    // clues, by what they added
    std::string original_bundle{};                             // JSON
    std::string healed_bundle{};                               // JSON
    std::vector<std::string> pictures{};                       // paths in the run's folder
    std::string claude_request{};  // JSON of an outside model's part, secrets removed; empty: it was not asked
    std::string claude_response{};
};

// Over many logs, as portals show them.
struct HealingStatistics {
    struct Method {
        std::string name;
        int attempts{}, successes{};
    };
    int total_attempts{};
    int successful_heals{};
    double success_rate{};    // percent
    double avg_confidence{};  // 0–100
    std::vector<Method> by_method{};
    void add(const HealingLog& log);
};

}  // namespace reprise::reporters
