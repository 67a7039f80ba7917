// The picture that goes with a question to a vision model: the viewport with its candidates numbered, and with
// everything painted over that is nobody's business.
//
// Thread contract: as the page's.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/locators/candidates.hpp>

namespace reprise::runner {

// Whether a text of the page holds what must not leave the machine.
using IsSecret = std::function<bool(std::string_view)>;

// PNG, no side longer than 1568 px. `numbered`: places in the list, the first one gets 1. What stands in fields, texts
// that hold secrets, and all frames that hold no candidate are painted over. Throws reprise::Error: the page moved
// meanwhile, or is gone.
std::string question_picture(const locators::Page& page, const locators::CandidateList& list,
                             const std::vector<std::size_t>& numbered, const IsSecret& is_secret,
                             cdp::Deadline deadline);

}  // namespace reprise::runner
