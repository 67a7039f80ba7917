#include <reprise/vision/compare.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <opencv2/imgproc.hpp>

#include "grey.hpp"

namespace reprise::vision {
namespace {

constexpr int k_longest = 256;  // px: larger pictures are made smaller first

// px: what candidates are compared at. Small enough to be quick and to forgive other fonts; each side on its own, so
// that the text of a long field is not squeezed to a line.
constexpr int k_widest = 64;
constexpr int k_highest = 32;
// px at that size: by so much the content may stand elsewhere.
constexpr int k_shift = 2;

// Halved as often as it goes, then brought to the size: close to cv::INTER_AREA, which took half of the time of
// comparing.
cv::Mat quickly_resized(cv::Mat picture, cv::Size size) {
    while (picture.cols >= 2 * size.width || picture.rows >= 2 * size.height) {
        const int x = picture.cols >= 2 * size.width ? 2 : 1;
        const int y = picture.rows >= 2 * size.height ? 2 : 1;
        const cv::Size half{picture.cols / x, picture.rows / y};
        cv::Mat smaller;
        cv::resize(picture(cv::Rect{0, 0, half.width * x, half.height * y}), smaller, half, 0, 0, cv::INTER_AREA);
        picture = smaller;
    }
    if (picture.size() == size) return picture;
    cv::Mat exact;
    cv::resize(picture, exact, size, 0, 0, cv::INTER_LINEAR);
    return exact;
}

// How steep the picture is at each pixel; the same for its negative.
cv::Mat edges_of(const cv::Mat& grey) {
    cv::Mat edges(grey.size(), CV_8UC1);
    for (int y = 0; y < grey.rows; ++y) {
        const auto* above = grey.ptr(std::max(0, y - 1));
        const auto* row = grey.ptr(y);
        const auto* below = grey.ptr(std::min(grey.rows - 1, y + 1));
        auto* edge = edges.ptr(y);
        const auto steepness = [&](int x, int left, int right) {
            edge[x] =
                static_cast<unsigned char>((std::abs(row[right] - row[left]) + std::abs(below[x] - above[x])) / 2);
        };
        const int last = grey.cols - 1;
        steepness(0, 0, std::min(1, last));
        for (int x = 1; x < last; ++x) steepness(x, x - 1, x + 1);
        if (last > 0) steepness(last, last - 1, last);
    }
    return edges;
}

// The inner part of a picture, which is slid over the whole of another one. cv::matchTemplate would transform so small
// a picture into frequencies, and cv::Mat::dot spends more on each row than its sums take.
class Slider {
public:
    explicit Slider(const cv::Mat& picture) : size_(picture.size()), pattern_(inner_of(picture)) {
        pattern_.pixels.convertTo(pixels_, CV_16S);
    }

    bool flat() const { return pattern_.deviation() < k_flat; }

    // The best correlation at any shift, 0 when it is flat at all. `other` has the size of the picture.
    double best(const cv::Mat& other) const {
        if (flat()) return 0;
        cv::Mat sums;
        cv::Mat squares;
        cv::integral(other, sums, squares, CV_32S, CV_64F);
        cv::Mat values;
        other.convertTo(values, CV_16S);
        const auto count = static_cast<double>(pixels_.total());
        double best = -2;
        for (int y = 0; y <= size_.height - pixels_.rows; ++y) {
            for (int x = 0; x <= size_.width - pixels_.cols; ++x) {
                const cv::Rect window{{x, y}, pixels_.size()};
                const double sum = total<int>(sums, window);
                const double spread = total<double>(squares, window) - sum * sum / count;
                if (spread < count * k_flat * k_flat) continue;
                const double common = product(values(window)) - sum * pattern_.mean[0];
                best = std::max(best, common / (pattern_.deviation_sum * std::sqrt(spread)));
            }
        }
        return best < -1 ? 0 : std::min(best, 1.0);
    }

private:
    static cv::Mat inner_of(const cv::Mat& picture) {
        // Of a small picture too little would be left.
        const int x = picture.cols > 4 * k_shift ? k_shift : 0;
        const int y = picture.rows > 4 * k_shift ? k_shift : 0;
        return picture(cv::Rect{x, y, picture.cols - 2 * x, picture.rows - 2 * y});
    }

    template <class Value>
    static double total(const cv::Mat& integral, cv::Rect window) {
        const auto* above = integral.ptr<Value>(window.y);
        const auto* below = integral.ptr<Value>(window.y + window.height);
        const int right = window.x + window.width;
        return static_cast<double>(below[right] - below[window.x] - above[right] + above[window.x]);
    }

    // Fits: 64 x 32 x 255 x 255 is far below 2^31.
    int product(const cv::Mat& window) const {
        int sum = 0;
        for (int y = 0; y < pixels_.rows; ++y) {
            const auto* a = pixels_.ptr<short>(y);
            const auto* b = window.ptr<short>(y);
            for (int x = 0; x < pixels_.cols; ++x) sum += a[x] * b[x];
        }
        return sum;
    }

    cv::Size size_;
    Pattern pattern_;
    cv::Mat pixels_;
};

// One extent of the control, in grey and as edges.
class View {
public:
    explicit View(const cv::Mat& grey)
        : size_(std::min(grey.cols, k_widest), std::min(grey.rows, k_highest)),
          grey_(quickly_resized(grey, size_)),
          edges_(edges_of(quickly_resized(grey, size_))) {}

    bool flat() const { return grey_.flat(); }

    void compare(const cv::Mat& grey, double& likeness, double& edge_likeness) const {
        const auto other = quickly_resized(grey, size_);
        likeness = grey_.best(other);
        edge_likeness = edges_.best(edges_of(other));
    }

private:
    cv::Size size_;
    Slider grey_;
    Slider edges_;
};

bool is_flat(const cv::Mat& picture) {
    return Pattern(picture).deviation() < k_flat;
}

double proportions_of(Box a, Box b) {
    const double x = static_cast<double>(a.width) * b.height;
    const double y = static_cast<double>(b.width) * a.height;
    return std::max(x, y) > 0 ? std::min(x, y) / std::max(x, y) : 0;
}

}  // namespace

std::optional<double> likeness(const Picture& a, const Picture& b) {
    if (!has_pixels(a) || !has_pixels(b)) return std::nullopt;
    const cv::Mat x = grey_of(view(a));
    const cv::Mat y = grey_of(view(b));
    const double scale = std::min(1.0, static_cast<double>(k_longest) / std::max(x.cols, x.rows));
    const cv::Size size{std::max(1, static_cast<int>(x.cols * scale)), std::max(1, static_cast<int>(x.rows * scale))};
    const Pattern pattern(resized(x, size));
    const auto other = resized(y, size);
    if (pattern.deviation() < k_flat || is_flat(other)) return std::nullopt;
    return correlation(pattern, other);
}

double Likeness::value() const {
    // Fitted by eye on pages of published UI packages: the ranking hardly depends on the exponent.
    const double value = (padded + padded_edges + tight_edges) / 3;
    return value > 0 ? value * std::sqrt(proportions) : value;
}

std::vector<std::optional<Likeness>> likeness_of_each(const Picture& page, std::span<const Box> boxes,
                                                      const Picture& crop, const std::optional<Box>& element) {
    std::vector<std::optional<Likeness>> result(boxes.size());
    if (!has_pixels(page) || !has_pixels(crop)) return result;
    const auto crop_grey = grey_of(view(crop));
    const auto inner = element_of(crop, element);
    const View padded(crop_grey);
    const View tight(crop_grey(inside(crop, inner)));
    if (padded.flat()) return result;
    const auto page_grey = grey_of(view(page));
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const auto& box = boxes[i];
        const auto part = inside(page, box);
        if (part.empty()) continue;
        const auto window =
            page_grey(inside(page, {part.x - inner.left, part.y - inner.top, part.width + crop.width - inner.width,
                                    part.height + crop.height - inner.height}));
        if (is_flat(window)) continue;
        auto& likeness = result[i].emplace();
        padded.compare(window, likeness.padded, likeness.padded_edges);
        tight.compare(page_grey(part), likeness.tight, likeness.tight_edges);
        likeness.proportions = proportions_of(inner, box);
    }
    return result;
}

}  // namespace reprise::vision
