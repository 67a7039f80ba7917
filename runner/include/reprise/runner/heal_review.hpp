// Looking through heals and making them part of their recordings: `reprise heal`.
//
// One thread at a time. Errors: DataError when a recording cannot be read, Error when it has changed since or cannot be
// written; nothing is changed then.
#pragma once

#include <string>
#include <vector>

#include <reprise/runner/history.hpp>

namespace reprise::runner {

// What accepting `heal` changes in its recording, line by line: "- id: buy", "+ id: purchase"; unchanged members are
// left out.
std::vector<std::string> diff_of(const StoredHeal& heal);

// Writes the healed bundle into the recording. The old one is kept in the step's `metadata.bundle_history`, newest
// last.
void accept(History& history, const StoredHeal& heal);

// The heal is not used again; neither is an equal one.
void reject(History& history, const StoredHeal& heal);

}  // namespace reprise::runner
