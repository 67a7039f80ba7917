// What healing_record has written: everything that a decision is made from, and which answers are right.
#pragma once

#include <set>
#include <string>
#include <vector>

#include <reprise/locators/fingerprint.hpp>

namespace reprise::bench {

struct Decision {
    std::string id, set;
    std::vector<std::string> tags{};
    bool removed{};
    std::string crop{};  // PNG of the recorded element; empty: none
    locators::Fingerprint target{};
    std::vector<locators::Fingerprint> page{};            // recorded page
    std::vector<locators::Fingerprint> candidates{};      // new page
    std::vector<locators::Fingerprint> ablated{};         // new page, the right element taken out
    std::vector<locators::Fingerprint> ablated_before{};  // recorded page, the element taken out
    using Looks = std::optional<locators::Fingerprint::Looks>;
    std::vector<Looks> bare_looks{}, bare_ablated{};  // of candidates and ablated, held against an unpadded crop
    std::set<std::size_t> right{};                    // empty: the element was removed
};

// Throws std::runtime_error.
std::vector<Decision> read_decisions(const std::string& path);

// The same question about the new page without its right answers: the answer is "gone".
Decision ablated(const Decision& decision);
// The same with what only a plain recorder notes: no icon, heading, computed name or role; controls of plain HTML only;
// an unpadded crop.
Decision plain(const Decision& decision);
// The same without any picture.
Decision blind(const Decision& decision);
// The same without the recorded page.
Decision alone(const Decision& decision);

// The same when what the element says is no evidence: a text that differs from visit to visit.
Decision untold(const Decision& decision);

// The recorded page itself a day later: ids, classes and data attributes were made anew, nothing else has changed.
Decision regenerated(const Decision& decision);

}  // namespace reprise::bench
