// Everything on a page that a user could act on, with what distinguishes it: what healing chooses from.
//
// Thread contract: as the page's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <reprise/locators/fingerprint.hpp>
#include <reprise/locators/page.hpp>

namespace reprise::locators {

// One frame of the way to an element: its owner in the document above.
struct FrameStep {
    std::string css{};                  // matches the owner alone in its document or shadow root
    std::vector<std::string> shadow{};  // CSS of the shadow hosts around the owner, outermost first
    std::string id{}, name{}, src{}, title{}, xpath{};
    int index{};           // among the document's frames, from 0
    double left{}, top{};  // where its content begins, px of the document above
};

// Where candidates come from: one document.
struct FrameCandidates {
    cdp::FrameId frame{};
    std::vector<FrameStep> chain{};  // from the page to this frame; empty: the page itself
    std::size_t first{}, count{};    // its part of the list
    Point scroll{};                  // how far it is scrolled, px
};

struct CandidateList {
    std::vector<Fingerprint> fingerprints{};  // in document order; boxes in px of their own documents
    std::vector<FrameCandidates> frames{};
};

// How to reach one candidate, for people and programs.
struct CandidatePath {
    std::vector<FrameStep> frames{};
    std::vector<std::string> shadow{};  // CSS of each shadow host, outermost first
    std::string css{};                  // matches it alone in its document or shadow root
    std::string xpath{};
    Point point{};        // its middle, px of the top page
    std::string shown{};  // "<button id=...>Save</button>"
};

// Collects what could be the element that `wanted` describes: all controls that are rendered, and whatever shares its
// unusual tag, class or text. The recorded frame is a bound: only documents that `iframe_chain` may mean are read, the
// page itself when it is empty. Closed shadow roots included. Throws what cdp throws when the page ends or is busy.
CandidateList collect_candidates(const Page& page, const Fingerprint& wanted,
                                 const std::vector<PathEntry>& iframe_chain, cdp::Deadline deadline);

// Where each candidate of the list is, px of the top page.
std::vector<BoundingBox> boxes_on_page(const CandidateList& list);

// Of a candidate of the list collected last. Throws cdp::DocumentGone when it is no longer there.
CandidatePath path_of(const Page& page, const CandidateList& list, std::size_t index, cdp::Deadline deadline);

// The candidate that the bundle's own clues point to; nullopt: none, or two alike.
std::optional<std::size_t> direct_hit(const Page& page, const CandidateList& list, const Bundle& bundle,
                                      cdp::Deadline deadline);

// All that is known of a candidate as a bundle, to act on it or to record it.
Bundle bundle_of(const Fingerprint& fingerprint, const CandidatePath& path);

}  // namespace reprise::locators
