// Expectations of JavaScript properties: the one kind that the page's own world has to be asked about.
#pragma once

#include <boost/json/object.hpp>

#include <reprise/locators/action_options.hpp>

namespace reprise::locators {

class ElementCall;

// Waits in the page until the property of the element is what is expected, or at the deadline: {pass, received}. An
// element that is replaced meanwhile is looked for anew.
boost::json::object ask_for_property(ElementCall& call, const Expectation& expectation);

}  // namespace reprise::locators
