// Pages without the element that is looked for: the right answer is "gone".
#pragma once

#include <string>

#include "pairs.hpp"

namespace reprise::bench {

// JavaScript that takes the element at `place` out of the page, with its labels and the wrappers that hold nothing
// else; `window.putBack()` puts it back.
std::string take_out(const Place& place);

}  // namespace reprise::bench
