// Whether a place looks different now than before: did a click by coordinates do anything?
//
// Free functions; thread-safe.
#pragma once

#include <reprise/vision/picture.hpp>

namespace reprise::vision {

struct ChangeOptions {
    int least_levels{12};       // 0 to 255: a pixel has changed when one of its colours differs by more
    double least_share{0.005};  // of the place's pixels; a blinking caret in a text field is less
};

// The share of the pixels of `place` that differ, 0 to 1. What only one of the pictures reaches has changed; what
// neither reaches does not count, and a place of which nothing is left has not changed.
double share_changed(const Picture& before, const Picture& after, Box place, int least_levels = 12);

// More than the least share. Take the place around the click, not the page: a share of much is little.
bool changed(const Picture& before, const Picture& after, Box place, const ChangeOptions& options = {});

}  // namespace reprise::vision
