#include <reprise/vision/search.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include <opencv2/imgproc.hpp>

#include "grey.hpp"

namespace reprise::vision {
namespace {

// Chosen on pages of published UI packages and on drawn ones that were moved by 0 to 3 px: with less, true places are
// lost on the way up, and sometimes a look-alike is taken for them.
constexpr int k_levels = 3;              // full, half and quarter size
constexpr int k_least_side_px = 12;      // of a crop at the size where places are looked for
constexpr double k_least_rest = 0.5;     // of the crop's deviation that has to outlive the halving
constexpr std::size_t k_places = 32;     // looked at closely, at the next size
constexpr std::size_t k_finalists = 12;  // at the sizes after it
constexpr double k_overlap = 0.3;        // intersection over union: less is another place

using Levels = std::array<cv::Mat, k_levels>;

Levels levels_of(const cv::Mat& grey) {
    Levels levels{grey};
    for (std::size_t i = 1; i < k_levels && std::min(levels[i - 1].rows, levels[i - 1].cols) >= 2; ++i) {
        levels[i] = halved(levels[i - 1]);
    }
    return levels;
}

struct PageLevels {
    cv::Mat rgb;
    Levels grey;
};

// Without it a thin line falls into one pixel of the small page or into two, and looks different each time.
cv::Mat softened(const cv::Mat& grey) {
    cv::Mat soft;
    cv::GaussianBlur(grey, soft, {3, 3}, 0, 0, cv::BORDER_REPLICATE);
    return soft;
}

struct Place {
    cv::Point at;  // left top corner of the crop
    double likeness{};
};

// Correlation of the crop with every window of the page; 0 for what is not alike at all, and for windows of one colour:
// there the quotient of two rounding errors may be anything.
cv::Mat correlations(const cv::Mat& page, const Pattern& crop) {
    cv::Mat map;
    cv::matchTemplate(page, crop.pixels, map, cv::TM_CCORR);
    cv::Mat sums;
    cv::Mat squares;
    cv::integral(page, sums, squares, CV_32S, CV_64F);
    const int width = crop.pixels.cols;
    const int height = crop.pixels.rows;
    const double pixels = static_cast<double>(width) * height;
    const double least_spread = pixels * k_flat * k_flat;
    for (int y = 0; y < map.rows; ++y) {
        auto* value = map.ptr<float>(y);
        // Unsigned: the sums of a huge page wrap around, their differences are right all the same.
        const auto* sum = sums.ptr<unsigned>(y);
        const auto* sum_below = sums.ptr<unsigned>(y + height);
        const auto* square = squares.ptr<double>(y);
        const auto* square_below = squares.ptr<double>(y + height);
        for (int x = 0; x < map.cols; ++x) {
            const double total = sum_below[x + width] - sum_below[x] - sum[x + width] + sum[x];
            const double common = value[x] - total * crop.mean[0];
            const double spread =
                square_below[x + width] - square_below[x] - square[x + width] + square[x] - total * total / pixels;
            const bool alike = common > 0 && spread >= least_spread;
            value[x] = alike ? static_cast<float>(common / (crop.deviation_sum * std::sqrt(spread))) : 0;
        }
    }
    return map;
}

// The best of `places`, from the best down.
void keep_best(std::vector<Place>& places, std::size_t most) {
    std::ranges::sort(places, std::ranges::greater{}, &Place::likeness);
    if (places.size() > most) places.resize(most);
}

// Where the map is higher than around.
std::vector<Place> peaks_of(const cv::Mat& map, double least) {
    std::vector<Place> peaks;
    for (int y = 0; y < map.rows; ++y) {
        const auto* row = map.ptr<float>(y);
        for (int x = 0; x < map.cols; ++x) {
            if (row[x] < least) continue;
            bool highest = true;
            for (int v = std::max(0, y - 1); highest && v <= std::min(map.rows - 1, y + 1); ++v) {
                const auto* other = map.ptr<float>(v);
                for (int u = std::max(0, x - 1); u <= std::min(map.cols - 1, x + 1); ++u) {
                    // Of equal neighbours the first one is the peak.
                    const bool before = v < y || (v == y && u < x);
                    if (other[u] > row[x] || (before && other[u] == row[x])) highest = false;
                }
            }
            if (highest) peaks.push_back({{x, y}, row[x]});
        }
    }
    return peaks;
}

// The best place within `reach` of `around`.
Place best_near(const cv::Mat& page, const Pattern& crop, cv::Point around, int reach) {
    Place best{around, -2};
    const int right = page.cols - crop.pixels.cols;
    const int bottom = page.rows - crop.pixels.rows;
    const cv::Point middle{std::clamp(around.x, 0, right), std::clamp(around.y, 0, bottom)};
    for (int y = std::max(0, middle.y - reach); y <= std::min(bottom, middle.y + reach); ++y) {
        for (int x = std::max(0, middle.x - reach); x <= std::min(right, middle.x + reach); ++x) {
            const double likeness = correlation(crop, page(cv::Rect{{x, y}, crop.pixels.size()}));
            if (likeness > best.likeness) best = {{x, y}, likeness};
        }
    }
    return best;
}

// Twice as large a picture: places are doubled, made exact, and those that met are one.
std::vector<Place> refined(const std::vector<Place>& places, const cv::Mat& page, const Pattern& crop) {
    constexpr int k_reach = 2;
    std::vector<Place> result;
    for (const auto& place : places) {
        const auto better = best_near(page, crop, place.at * 2, k_reach);
        if (std::ranges::none_of(result, [&](const Place& other) { return other.at == better.at; })) {
            result.push_back(better);
        }
    }
    return result;
}

// The coarsest level at which there is enough of the crop left to look for.
std::size_t first_level(const Levels& crop) {
    const double deviation = Pattern(crop[0]).deviation();
    for (std::size_t level = k_levels - 1; level > 0; --level) {
        if (std::min(crop[level].rows, crop[level].cols) < k_least_side_px) continue;
        const double rest = Pattern(crop[level]).deviation();
        if (rest >= 2 * k_flat && rest >= k_least_rest * deviation) return level;
    }
    return 0;
}

// How small a picture a crop is looked for in first.
enum class Care : std::uint8_t {
    quick,
    // One size larger: takes twice as long, and found every one of 1572 crops that were there; quick missed one to
    // five.
    careful
};

// The places of the page that resemble the crop most, from the best down.
std::vector<Place> places_of(const PageLevels& page, const cv::Mat& crop_rgb, Care care) {
    const auto crop = levels_of(grey_of(crop_rgb));
    auto level = first_level(crop);
    if (care == Care::careful && level > 0) --level;
    const auto map = level == 0 ? correlations(page.grey[0], Pattern(crop[0]))
                                : correlations(softened(page.grey[level]), Pattern(softened(crop[level])));
    double highest = 0;
    cv::minMaxLoc(map, nullptr, &highest);
    constexpr double k_far = 0.5;  // below the highest: not worth a closer look
    auto places = peaks_of(map, std::max(0.1, highest - k_far));
    keep_best(places, k_places);
    while (level > 0) {
        --level;
        places = refined(places, page.grey[level], Pattern(crop[level]));
        keep_best(places, k_finalists);
    }
    const Pattern colours(crop_rgb);
    for (auto& place : places) place.likeness = correlation(colours, page.rgb(cv::Rect{place.at, crop_rgb.size()}));
    keep_best(places, k_finalists);
    return places;
}

double overlap(Box a, Box b) {
    // Thin elements would be another place one pixel further.
    static constexpr int k_least_px = 12;
    const auto rectangle = [](Box box) {
        const int width = std::max(box.width, k_least_px);
        const int height = std::max(box.height, k_least_px);
        return cv::Rect{box.left + (box.width - width) / 2, box.top + (box.height - height) / 2, width, height};
    };
    const auto x = rectangle(a);
    const auto y = rectangle(b);
    const double common = (x & y).area();
    return common / (x.area() + y.area() - common);
}

// Adds what is seen at one scale; false: the crop is larger than the page then.
bool look(const PageLevels& page, const cv::Mat& crop, Box element, double scale, Care care,
          std::vector<Sighting>& sightings) {
    if (!(scale > 0) || crop.cols * scale > page.rgb.cols + 0.4 || crop.rows * scale > page.rgb.rows + 0.4)
        return false;
    const auto scaled = [&](int length) { return static_cast<int>(std::lround(length * scale)); };
    const cv::Size size{scaled(crop.cols), scaled(crop.rows)};
    if (size.empty()) return false;
    for (const auto& place : places_of(page, resized(crop, size), care)) {
        const Box box{place.at.x + scaled(element.left), place.at.y + scaled(element.top),
                      std::max(1, scaled(element.width)), std::max(1, scaled(element.height))};
        sightings.push_back({box, place.likeness, scale, -1});
    }
    return true;
}

SearchResult judged(std::span<const Sighting> sightings, const SearchOptions& options) {
    const auto best = std::ranges::max_element(sightings, {}, &Sighting::likeness);
    if (best == sightings.end()) return {Verdict::nothing_alike, std::nullopt};
    auto nearest = *best;
    for (const auto& other : sightings) {
        if (overlap(other.box, nearest.box) < k_overlap) nearest.second = std::max(nearest.second, other.likeness);
    }
    if (nearest.likeness < options.least_likeness) return {Verdict::nothing_alike, nearest};
    if (nearest.likeness - nearest.second < options.least_lead) return {Verdict::ambiguous, nearest};
    return {Verdict::found, nearest};
}

}  // namespace

std::string_view name_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::found:
            return "found";
        case Verdict::nothing_alike:
            return "nothing alike";
        case Verdict::ambiguous:
            return "ambiguous";
        case Verdict::flat:
            return "flat";
        case Verdict::too_large:
            return "too large";
        case Verdict::empty:
            return "empty";
    }
    return "";
}

SearchResult search(const Picture& page, const Picture& crop, const SearchOptions& options) {
    if (!has_pixels(page) || !has_pixels(crop)) return {Verdict::empty, std::nullopt};
    const auto crop_rgb = view(crop);
    if (Pattern(grey_of(crop_rgb)).deviation() < k_flat) return {Verdict::flat, std::nullopt};
    const PageLevels levels{view(page), levels_of(grey_of(view(page)))};
    const auto element = element_of(crop, options.element);
    std::vector<Sighting> sightings;
    const auto seen = [&](double scale, Care care) {
        return look(levels, crop_rgb, element, options.ratio * scale, care, sightings);
    };
    bool fits = seen(1, Care::quick);
    auto result = judged(sightings, options);
    if (result.verdict == Verdict::nothing_alike && fits) {
        seen(1, Care::careful);
        result = judged(sightings, options);
    }
    if (result.verdict == Verdict::nothing_alike) {
        for (const double scale : options.scales) fits = seen(scale, Care::quick) || fits;
        result = judged(sightings, options);
    }
    if (!fits) return {Verdict::too_large, std::nullopt};
    return result;
}

}  // namespace reprise::vision
