#include <reprise/vision/changed.hpp>

#include <algorithm>
#include <cstdlib>

#include "grey.hpp"

namespace reprise::vision {
namespace {

cv::Rect part_of(const Picture& picture, Box place) {
    return has_pixels(picture) ? inside(picture, place) : cv::Rect{};
}

long long differing(const Picture& before, const Picture& after, cv::Rect part, int least_levels) {
    const auto differs = [&](const cv::Vec3b& a, const cv::Vec3b& b) {
        for (int c = 0; c < 3; ++c) {
            if (std::abs(a[c] - b[c]) > least_levels) return true;
        }
        return false;
    };
    const auto x = view(before);
    const auto y = view(after);
    long long count = 0;
    for (int row = part.y; row < part.y + part.height; ++row) {
        const auto* a = x.ptr<cv::Vec3b>(row);
        const auto* b = y.ptr<cv::Vec3b>(row);
        for (int column = part.x; column < part.x + part.width; ++column)
            count += differs(a[column], b[column]) ? 1 : 0;
    }
    return count;
}

long long pixels_of(cv::Rect part) {
    return static_cast<long long>(part.width) * part.height;
}

}  // namespace

double share_changed(const Picture& before, const Picture& after, Box place, int least_levels) {
    const auto was = part_of(before, place);
    const auto is = part_of(after, place);
    const auto both = was & is;
    const auto either = pixels_of(was) + pixels_of(is) - pixels_of(both);
    if (either == 0) return 0;
    const auto same_place = both.empty() ? 0 : differing(before, after, both, least_levels);
    return static_cast<double>(either - pixels_of(both) + same_place) / static_cast<double>(either);
}

bool changed(const Picture& before, const Picture& after, Box place, const ChangeOptions& options) {
    return share_changed(before, after, place, options.least_levels) > options.least_share;
}

}  // namespace reprise::vision
