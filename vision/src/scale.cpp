#include <algorithm>
#include <cmath>

#include <reprise/vision/picture.hpp>

#include "grey.hpp"

namespace reprise::vision {

Picture scaled(Picture picture, int width, int height) {
    width = std::max(width, 1);
    height = std::max(height, 1);
    if (!has_pixels(picture) || (picture.width == width && picture.height == height)) return picture;
    const auto small = resized(view(picture), {width, height});
    Picture result{.width = width, .height = height, .rgb = {}};
    result.rgb.assign(small.datastart, small.dataend);
    return result;
}

Picture shrink(Picture picture, int longest) {
    const int side = std::max(picture.width, picture.height);
    if (picture.empty() || side <= longest) return picture;
    const double factor = static_cast<double>(longest) / side;
    const auto scaled_side = [&](int length) { return static_cast<int>(std::lround(length * factor)); };
    const int width = scaled_side(picture.width);
    const int height = scaled_side(picture.height);
    return scaled(std::move(picture), width, height);
}

}  // namespace reprise::vision
