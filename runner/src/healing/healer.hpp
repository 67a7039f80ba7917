// Finds a step's element when it is no longer where the recording says, or says that it is gone. Policy only: what to
// compare and how sure to be is the business of reprise/locators.
//
// One thread at a time; lives for one attempt at a row.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <reprise/locators/candidates.hpp>
#include <reprise/locators/matching.hpp>
#include <reprise/locators/page.hpp>
#include <reprise/reporters/healing.hpp>

#include "engine/selection.hpp"
#include "healing/looks.hpp"
#include "healing/memory.hpp"
#include "healing/second_opinion.hpp"

namespace reprise::runner {

class Healer {
public:
    // `memory` outlives it.
    Healer(const PlannedTest& test, HealingMemory& memory);

    bool active() const { return active_; }

    // By which bundle to look for an element, and how patiently.
    struct Lookup {
        locators::Bundle bundle;
        locators::BundleOptions options{};
        bool healed{};  // not the recorded one
    };
    // `bundle`: as recorded. `tries`: how often heal() has already failed for it in this step.
    Lookup lookup(const Step& step, const locators::Bundle& bundle, int tries, std::chrono::milliseconds left);

    // After ElementAbsent for lookup(). True: look again, by the lookup that is now given. False: `doubt()` says why.
    // `row`: when the row ends; a vision model may be waited for as long.
    bool heal(const locators::Page& page, const Step& step, const locators::Bundle& bundle, cdp::Deadline deadline,
              cdp::Deadline row);
    // How long heal() has waited for a vision model since it was asked last: no time of the step's.
    std::chrono::milliseconds take_waited() { return std::exchange(waited_, std::chrono::milliseconds{0}); }
    const std::string& doubt() const { return doubt_; }
    // The recorded look of what the step is about, when that is a place that a canvas shows and no element: recorded
    // so, or healed to it.
    std::optional<RecordedLook> drawn_look(const Step& step, const locators::Bundle& bundle);
    // Healed, or made sure of, in this row.
    bool has_found(const locators::Bundle& bundle) const;

    // Notes what the element and its page look like now, when nothing is known of them yet. Before the step acts;
    // after it, when it only looks.
    void learn(const locators::Page& page, const Step& step, const locators::Bundle& bundle, cdp::Deadline deadline);

    // What was learnt and what was healed is kept when the row has passed; otherwise only what was merely suggested.
    void row_ended(bool passed);
    std::vector<reporters::HealingLog> take_logs() { return std::move(logs_); }
    // PNGs to be saved with the row, by name; a log's `pictures` hold these names.
    std::vector<std::pair<std::string, std::string>> take_pictures() { return std::move(pictures_); }
    // Of the step carried out last.
    bool attempted() const { return attempted_; }
    bool succeeded() const { return succeeded_; }
    void begin_step();

private:
    struct Found {
        locators::Bundle bundle;
        bool heal{};   // another element than the recorded clues point to
        bool drawn{};  // the element is a canvas, and what is meant is a place that it shows
    };
    const Found* found_before(const locators::Bundle& bundle) const;  // null: not healed in this row
    ElementKey key_of(const Step& step, const locators::Bundle& bundle) const;
    bool use_cached(const locators::Page& page, const Step& step, const locators::Bundle& bundle,
                    const ElementKey& key);
    bool match(const locators::Page& page, const Step& step, const locators::Bundle& bundle, const ElementKey& key,
               cdp::Deadline deadline, cdp::Deadline row);
    // Looks for the element in what canvases show, where no element of the page will do.
    bool heal_by_sight(const locators::Page& page, const Step& step, const locators::Bundle& bundle,
                       const ElementKey& key, cdp::Deadline deadline);
    // What a vision model says to a match that is not sure; no text: it was not consulted.
    Opinion second_opinion(const locators::Page& page, const locators::Bundle& bundle,
                           const locators::CandidateList& list, const locators::Fingerprint& target, cdp::Deadline row,
                           locators::Match& match);
    // The viewport with the candidates marked: what the decision was about. Kept by take_pictures().
    void picture(const locators::Page& page, const locators::CandidateList& list, const locators::Match& match,
                 bool applied, reporters::HealingLog& log);
    void keep_picture(std::string png, reporters::HealingLog& log);
    reporters::HealingLog log_of(const locators::Page& page, const Step& step, const locators::Bundle& bundle) const;
    void keep(reporters::HealingLog log, const ElementKey& key, const std::string& page, bool remembered = true);

    const PlannedTest& test_;
    const HealingSettings& settings_;
    HealingMemory& memory_;
    bool active_;
    std::map<std::string, Found> found_;  // by what identifies the recorded element: healed once, not once per step
    std::map<std::string, bool> cache_tried_;
    std::vector<reporters::HealingLog> logs_;
    std::vector<std::pair<std::string, std::string>> pictures_;
    struct Kept {
        std::size_t log;
        ElementKey key;
        std::string page;
        bool remembered{true};  // in the cache and the list for review
    };
    std::vector<Kept> kept_;
    struct Learnt {
        ElementKey key;
        KnownElement element;
        std::string crop;  // PNG
    };
    std::vector<Learnt> learnt_;
    std::set<std::string> asked_;  // elements that a vision model was asked about
    std::chrono::milliseconds waited_{};
    std::set<std::string> to_learn_;  // hashes of bundles that nothing is known of yet
    std::string doubt_;
    bool attempted_{};
    bool succeeded_{};
};

}  // namespace reprise::runner
