// What is known of a recorded element, from the recording and from earlier runs, and how a run adds to it.
//
// Free functions; one thread at a time, as the page.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <reprise/locators/bundle.hpp>
#include <reprise/locators/candidates.hpp>
#include <reprise/locators/page.hpp>
#include <reprise/runner/history.hpp>
#include <reprise/runner/recording.hpp>

#include "healing/looks.hpp"

namespace reprise::runner {

// What stays the same when two steps are about one element, whatever state each found it in.
std::string identity_of(const locators::Bundle& bundle);
// The recorded clue that names the element best.
std::string selector_of(const locators::Bundle& bundle);
// `#frame >> x-host >> button`
std::string path_text(const locators::CandidatePath& path);
// Of an address.
std::string without_query(const std::string& url);

// `known`: of an earlier run; null: only the recording knows.
locators::Fingerprint target_of(const Step& step, const locators::Bundle& bundle, const KnownElement* known);
std::vector<locators::Fingerprint> recorded_page_of(const Step& step, const KnownElement* known);
// Notes in `bundle` what the element has to be like to be beyond doubt.
void remember(const Step& step, const KnownElement* known, locators::Bundle& bundle);
// Nothing names it: only its place and its looks tell it from others like it.
bool is_nameless(const Step& step, const KnownElement* known, locators::Bundle bundle);
// Looks are a clue among others: nullopt when there is no picture, or a broken one.
std::optional<RecordedLook> recorded_look_of(const Recording& recording, const Step& step, const KnownElement* known,
                                             const locators::BoundingBox& box);

// PNG of a candidate as it looks now, padded; empty when it cannot be had, or may show what was typed.
std::string crop_now(const locators::Page& page, const locators::CandidateList& list,
                     std::optional<std::size_t> candidate);
std::optional<std::size_t> place_of(const locators::Fingerprint& print, const locators::CandidateList& list);

}  // namespace reprise::runner
