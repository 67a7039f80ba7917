// Which pixels of two pictures look different to a person.
//
//     const auto seen = difference(expected, received);
//     if (seen.pixels > 0) save(encode_png(seen.shown));
//
// Free functions; thread-safe.
#pragma once

#include <reprise/vision/picture.hpp>

namespace reprise::vision {

struct DifferenceOptions {
    // How far apart two colours may be: 0 (any difference counts) to 1 (none does), of the distance in YIQ between
    // black and white.
    double threshold{0.2};
};

struct Difference {
    long long pixels{};    // that differ
    long long smoothed{};  // that differ only by how an edge was smoothed (anti-aliasing): not counted above
    Picture shown{};       // the expected one, pale; red: differs, yellow: smoothed
};

// By pixelmatch's definition: squared distance in YIQ, anti-aliased pixels told by their neighbours. Throws
// PictureError when the pictures differ in size.
Difference difference(const Picture& expected, const Picture& received, const DifferenceOptions& options = {});

}  // namespace reprise::vision
