// What is asked of the program: one recording per pair, and the script its page gets.
#pragma once

#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "decisions.hpp"
#include "pairs.hpp"

namespace reprise::bench {

enum class Asked {
    as_is,      // the new page
    ablated,    // the new page, the counterpart taken out
    unchanged,  // the old page
};
std::string_view to_string(Asked asked);

struct Row {
    std::string key;  // names recording and host
    const Pair* pair{};
    const Decision* decision{};
    Asked asked{};

    const Place& place() const { return asked == Asked::unchanged ? pair->before : pair->after; }
    // Is there an element that may be pressed?
    bool present() const { return asked == Asked::unchanged || (asked == Asked::as_is && !pair->removed()); }
    bool has(std::string_view clue) const;  // "frame", "shadow": where the element is or was
};

// Must the page's script bring it into its state? Waiting alone is a step of the recording.
bool is_scripted(const Row& row);

// What a page of the row is given before its own scripts: replay.js.
std::string script_of(const Row& row);

// Where its recording expects the picture of the element, from the recording's folder.
std::string crop_name(const Row& row);

// The canonical recording: the page, its state, then a click on the element as the decision's target tells it.
boost::json::object recording_of(const Row& row, const std::string& origin);

}  // namespace reprise::bench
