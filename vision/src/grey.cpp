#include "grey.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <opencv2/imgproc.hpp>

namespace reprise::vision {
namespace {

// px: cvtColor and resize divide their work by 65536.
constexpr int k_strip = 48 * 1024;

// Calls run(first, last) for strips of rows that hold less than k_strip pixels.
template <class Run>
void in_strips(int rows, int columns, Run&& run) {
    const int height = std::max(1, k_strip / std::max(1, columns));
    for (int y = 0; y < rows; y += height) run(y, std::min(rows, y + height));
}

// Sums and squares of all channels.
struct Moments {
    cv::Scalar sum;
    double spread;  // summed squares of deviations from the mean of the channel
};

Moments moments_of(const cv::Mat& picture) {
    const auto pixels = static_cast<double>(picture.total());
    Moments result{cv::sum(picture), picture.dot(picture)};
    for (int c = 0; c < picture.channels(); ++c) result.spread -= result.sum[c] * result.sum[c] / pixels;
    return result;
}

}  // namespace

bool has_pixels(const Picture& picture) {
    return picture.width > 0 && picture.height > 0 &&
           picture.rgb.size() >= static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height) * 3;
}

cv::Mat view(const Picture& picture) {
    return {picture.height, picture.width, CV_8UC3, const_cast<unsigned char*>(picture.rgb.data())};
}

cv::Rect inside(const Picture& picture, Box box) {
    const auto clip = [](std::int64_t value, int most) {
        return static_cast<int>(std::clamp<std::int64_t>(value, 0, most));
    };
    const int left = clip(box.left, picture.width);
    const int top = clip(box.top, picture.height);
    const int right = std::max(left, clip(std::int64_t{box.left} + box.width, picture.width));
    const int bottom = std::max(top, clip(std::int64_t{box.top} + box.height, picture.height));
    return {left, top, right - left, bottom - top};
}

Box element_of(const Picture& crop, const std::optional<Box>& given) {
    const auto part = inside(crop, given.value_or(place_in_crop(crop)));
    if (part.empty()) return place_in_crop(crop);
    return {part.x, part.y, part.width, part.height};
}

cv::Mat grey_of(const cv::Mat& rgb) {
    cv::Mat grey(rgb.size(), CV_8UC1);
    in_strips(rgb.rows, rgb.cols, [&](int first, int last) {
        cv::Mat strip = grey.rowRange(first, last);
        cv::cvtColor(rgb.rowRange(first, last), strip, cv::COLOR_RGB2GRAY);
    });
    return grey;
}

cv::Mat halved(const cv::Mat& grey) {
    cv::Mat half(grey.rows / 2, grey.cols / 2, grey.type());
    const cv::Mat even = grey(cv::Rect{0, 0, half.cols * 2, half.rows * 2});
    in_strips(half.rows, half.cols, [&](int first, int last) {
        cv::Mat strip = half.rowRange(first, last);
        cv::resize(even.rowRange(2 * first, 2 * last), strip, strip.size(), 0, 0, cv::INTER_AREA);
    });
    return half;
}

cv::Mat resized(const cv::Mat& picture, cv::Size size) {
    if (picture.size() == size) return picture;
    cv::Mat result;
    const bool smaller = size.width <= picture.cols && size.height <= picture.rows;
    cv::resize(picture, result, size, 0, 0, smaller ? cv::INTER_AREA : cv::INTER_LINEAR);
    return result;
}

Pattern::Pattern(cv::Mat picture) : pixels(picture.isContinuous() ? picture : picture.clone()) {
    const auto moments = moments_of(pixels);
    mean = moments.sum / static_cast<double>(pixels.total());
    deviation_sum = std::sqrt(std::max(0.0, moments.spread));
}

double Pattern::deviation() const {
    const auto values = static_cast<double>(pixels.total()) * pixels.channels();
    return values > 0 ? deviation_sum / std::sqrt(values) : 0;
}

double correlation(const Pattern& pattern, const cv::Mat& window) {
    const auto moments = moments_of(window);
    const auto values = static_cast<double>(window.total()) * window.channels();
    if (pattern.deviation() < k_flat || moments.spread < values * k_flat * k_flat) return 0;
    double common = pattern.pixels.dot(window);
    for (int c = 0; c < window.channels(); ++c) common -= moments.sum[c] * pattern.mean[c];
    return std::clamp(common / (pattern.deviation_sum * std::sqrt(moments.spread)), -1.0, 1.0);
}

}  // namespace reprise::vision
