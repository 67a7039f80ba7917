// After "Measuring perceived color difference using YIQ NTSC transmission color space in mobile applications"
// (Kotsarenko, Ramos 2010) and "Anti-aliased pixel and intensity slope detector" (Vysniauskas 2009), as pixelmatch has
// them.
#include <reprise/vision/difference.hpp>

#include <algorithm>
#include <string>

namespace reprise::vision {
namespace {

constexpr double k_largest_distance = 35'215;  // between black and white
constexpr unsigned char k_pale = 230;          // of 255: how much of the shown picture is white

struct Colour {
    double red{}, green{}, blue{};
    bool operator==(const Colour&) const = default;
};

Colour at(const Picture& picture, int x, int y) {
    const auto* pixel = &picture.rgb[(static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) +
                                      static_cast<std::size_t>(x)) *
                                     3];
    return {static_cast<double>(pixel[0]), static_cast<double>(pixel[1]), static_cast<double>(pixel[2])};
}

double brightness(Colour c) {
    return c.red * 0.29889531 + c.green * 0.58662247 + c.blue * 0.11448223;
}

double distance(Colour a, Colour b) {
    const double y = brightness(a) - brightness(b);
    const double red = a.red - b.red, green = a.green - b.green, blue = a.blue - b.blue;
    const double i = red * 0.59597799 - green * 0.27417610 - blue * 0.32180189;
    const double q = red * 0.21147017 - green * 0.52261711 + blue * 0.31114694;
    return 0.5053 * y * y + 0.299 * i * i + 0.1957 * q * q;
}

// Calls `visit(x, y)` for the neighbours within the picture; returns 1 at the picture's edge, as if one more were the
// same.
template <typename Visit>
int around(const Picture& picture, int x, int y, const Visit& visit) {
    const int left = std::max(x - 1, 0), right = std::min(x + 1, picture.width - 1);
    const int top = std::max(y - 1, 0), bottom = std::min(y + 1, picture.height - 1);
    for (int column = left; column <= right; ++column) {
        for (int row = top; row <= bottom; ++row) {
            if (column != x || row != y) visit(column, row);
        }
    }
    return x == left || x == right || y == top || y == bottom ? 1 : 0;
}

bool has_many_siblings(const Picture& picture, int x, int y) {
    const auto own = at(picture, x, y);
    int same = 0;
    const int edge =
        around(picture, x, y, [&](int column, int row) { same += at(picture, column, row) == own ? 1 : 0; });
    return same + edge > 2;
}

// Whether the pixel may be part of a smoothed edge: it has darker and brighter neighbours, few of its own kind, and the
// darkest or the brightest of them belongs to a flat area in both pictures.
bool is_smoothed(const Picture& picture, int x, int y, const Picture& other) {
    const auto own = brightness(at(picture, x, y));
    int same = 0;
    double least = 0, most = 0;
    int least_x = 0, least_y = 0, most_x = 0, most_y = 0;
    const int edge = around(picture, x, y, [&](int column, int row) {
        const double delta = own - brightness(at(picture, column, row));
        if (delta == 0) ++same;
        if (delta < least) least = delta, least_x = column, least_y = row;
        if (delta > most) most = delta, most_x = column, most_y = row;
    });
    if (same + edge > 2 || least == 0 || most == 0) return false;
    const auto flat = [&](int column, int row) {
        return has_many_siblings(picture, column, row) && has_many_siblings(other, column, row);
    };
    return flat(least_x, least_y) || flat(most_x, most_y);
}

}  // namespace

Difference difference(const Picture& expected, const Picture& received, const DifferenceOptions& options) {
    if (expected.width != received.width || expected.height != received.height) {
        throw PictureError("the pictures differ in size: " + std::to_string(expected.width) + " x " +
                           std::to_string(expected.height) + " px and " + std::to_string(received.width) + " x " +
                           std::to_string(received.height) + " px");
    }
    const double most = k_largest_distance * options.threshold * options.threshold;
    Difference result{.shown = {expected.width, expected.height, expected.rgb}};
    for (int y = 0; y < expected.height; ++y) {
        for (int x = 0; x < expected.width; ++x) {
            auto* pixel = &result.shown.rgb[(static_cast<std::size_t>(y) * static_cast<std::size_t>(expected.width) +
                                             static_cast<std::size_t>(x)) *
                                            3];
            const auto paint = [&](unsigned char red, unsigned char green, unsigned char blue) {
                pixel[0] = red, pixel[1] = green, pixel[2] = blue;
            };
            const auto a = at(expected, x, y), b = at(received, x, y);
            if (a == b || distance(a, b) <= most) {
                const auto grey = static_cast<unsigned char>(255 - (255 - brightness(a)) * (255 - k_pale) / 255);
                paint(grey, grey, grey);
            } else if (is_smoothed(expected, x, y, received) || is_smoothed(received, x, y, expected)) {
                ++result.smoothed;
                paint(255, 255, 0);
            } else {
                ++result.pixels;
                paint(255, 0, 0);
            }
        }
    }
    return result;
}

}  // namespace reprise::vision
