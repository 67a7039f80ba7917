#include <reprise/vision/compare.hpp>

#include <cmath>

#include <opencv2/imgproc.hpp>

namespace reprise::vision {
namespace {

constexpr double k_flat = 1;    // grey levels of standard deviation
constexpr int k_longest = 256;  // px: larger pictures are made smaller first

cv::Mat grey(const Picture& picture) {
    const cv::Mat colour{picture.height, picture.width, CV_8UC3, const_cast<unsigned char*>(picture.rgb.data())};
    cv::Mat result;
    cv::cvtColor(colour, result, cv::COLOR_RGB2GRAY);
    return result;
}

bool is_flat(const cv::Mat& picture) {
    cv::Scalar mean;
    cv::Scalar deviation;
    cv::meanStdDev(picture, mean, deviation);
    return deviation[0] < k_flat;
}

}  // namespace

std::optional<double> likeness(const Picture& a, const Picture& b) {
    if (a.empty() || b.empty()) return std::nullopt;
    cv::Mat x = grey(a);
    cv::Mat y = grey(b);
    const double scale = std::min(1.0, static_cast<double>(k_longest) / std::max(x.cols, x.rows));
    const cv::Size size{std::max(1, static_cast<int>(x.cols * scale)), std::max(1, static_cast<int>(x.rows * scale))};
    cv::resize(x, x, size, 0, 0, cv::INTER_AREA);
    cv::resize(y, y, size, 0, 0, cv::INTER_AREA);
    if (is_flat(x) || is_flat(y)) return std::nullopt;
    cv::Mat result;
    cv::matchTemplate(x, y, result, cv::TM_CCOEFF_NORMED);
    const double value = result.at<float>(0, 0);
    return std::isfinite(value) ? std::optional{value} : std::nullopt;
}

}  // namespace reprise::vision
