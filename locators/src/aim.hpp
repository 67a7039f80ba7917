// What actions of the pointer have in common: where an element is in the page, and whether a press arrived there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "element_call.hpp"

namespace reprise::locators {

// What the page script's listeners saw of a press.
struct Verdict {
    bool clicked{}, pressed{}, swallowed{};
    bool removed{};  // pressed, and no longer in the document: no click could follow
    bool left{};     // pressed, and by that hidden or covered when the button went up
    bool assumed{};  // clicked, since the document has gone that the press arrived at
    std::string hit{};
};

// What the page script's listeners have told through the binding, inside of the event: a page that navigates away in
// its handler cannot take it back. Empty: nothing.
boost::json::object report_about(ElementCall& call, const std::string& token);
// What they saw in all of the press that was armed with `token`; they watch no longer.
Verdict verdict(ElementCall& call, const std::string& token, std::string_view event, const boost::json::object& report);

// Where the answer's point lies; see ElementCall::to_page(). Empty: the frame is covered, is out of sight or has gone,
// which is noted; try again.
std::optional<Spot> spot_of(ElementCall& call, const boost::json::object& answer, const ElementCall::Through& through);

// The members of act's argument that say how to aim. `tries`: attempts made before this one.
std::string aim_arguments(const std::optional<Point>& position, bool force, bool no_scroll, int tries);

}  // namespace reprise::locators
