// What is remembered of an element, by which it is found again on a page that has changed: the clues of a recorded
// bundle and more. Snapshots of a page's controls are lists of these.
//
// Plain values. Texts are UTF-8 as seen by a user, whitespace folded, at most 200 characters; an empty member is not
// known or not there. Never holds a field's value.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/fwd.hpp>

#include <reprise/locators/bundle.hpp>

namespace reprise::locators {

struct Fingerprint {
    std::string tag{};
    std::string type{};          // attribute, of inputs and buttons
    std::string role{};          // attribute
    std::string implied_role{};  // computed by the page script; recorders without it leave it out
    std::string id{};
    std::string name{};
    std::string class_name{};
    std::string aria_label{};
    std::string title{};
    std::string alt{};
    std::string placeholder{};
    std::string href{};
    std::string text{};             // as rendered
    std::string accessible_name{};  // computed by the page script; empty when it is the text or the label
    std::string label{};            // of the <label>s that speak for it
    std::string icon{};             // names of the glyphs in it: icon classes, sprites, file names, drawn paths
    std::string heading{};          // the last heading before it, in its landmark
    std::string near{};             // short texts within 50 px, lower case
    std::string wrapper{};          // ids, classes, titles and data of the elements that wrap it alone
    std::string xpath{};            // steps from the document or shadow root, each with its index
    std::string id_xpath{};         // the same from the nearest ancestor with an id
    std::string shadow{};           // tags of the shadow hosts around it, outermost first
    std::vector<std::pair<std::string, std::string>> data{};  // data-* attributes
    std::optional<std::pair<int, int>> ordinal{};             // place among its like, from 0, and how many they are
    BoundingBox box{};                                        // CSS px of its document; width 0: not known
    bool text_varies{};                                       // what it says differs from visit to visit: no evidence
    // Of a collected candidate whose picture was compared with the recorded one, each at most 1.
    struct Looks {
        double alike{};    // all in all
        double exact{};    // point for point
        double outline{};  // their lines, whatever the colours
    };
    std::optional<Looks> looks{};
    std::optional<std::size_t> inside{};  // of a collected candidate: the candidate that holds it, as an index
};

// From the object of the page script, or of a recorder: members of the canonical bundle (`className`, `visibleText`,
// `dataAttrs`, `bounding`, ...) and beside it (`idxpath`, `neighborText`, `label`, ...), in either key style. Members
// of another type are passed over: a snapshot is evidence, not an order.
Fingerprint fingerprint_from(const boost::json::object& members);
void add_members(Fingerprint& fingerprint, const boost::json::object& members);

// What a bundle knows of it.
Fingerprint fingerprint_of(const Bundle& bundle);

// As snapshots are written: the page script's members, empty ones left out.
boost::json::object to_json(const Fingerprint& fingerprint);

// `<a href="/cart">Cart</a>`, as messages show it.
std::string describe(const Fingerprint& fingerprint);

}  // namespace reprise::locators
