// Brings a page into a recorded state.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/json/fwd.hpp>

#include <reprise/locators/page.hpp>
#include <reprise/runner/locate.hpp>

namespace reprise::runner {

// ["click", css], ["fill", css, text], ["wait", ms] or ["js", code]; nullopt: none of these.
std::optional<StateStep> read_state_step(const boost::json::value& words);

// Opens `url`, lets the page come to rest, carries out the steps. A page that never rests is taken as it is after a
// few seconds. Throws what navigation and actions throw.
void open_state(const locators::Page& page, const std::string& url, const std::vector<StateStep>& steps,
                cdp::Deadline deadline);

}  // namespace reprise::runner
