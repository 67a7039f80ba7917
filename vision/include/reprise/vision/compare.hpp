// How alike two pictures of controls look.
//
// Free functions; thread-safe.
#pragma once

#include <optional>

#include <reprise/vision/picture.hpp>

namespace reprise::vision {

// Normalised cross-correlation of grey values after both were brought to one size: -1 (negative) to 1 (the same).
// nullopt: one of them is flat (standard deviation below 1), so there is nothing to compare; or empty.
std::optional<double> likeness(const Picture& a, const Picture& b);

}  // namespace reprise::vision
