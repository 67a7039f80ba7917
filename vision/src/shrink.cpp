#include <reprise/vision/picture.hpp>

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace reprise::vision {
namespace {

constexpr int k_rgb = 3;

}  // namespace

Picture shrink(Picture picture, int longest) {
    const int side = std::max(picture.width, picture.height);
    if (picture.empty() || side <= longest) return picture;
    const double factor = static_cast<double>(longest) / side;
    Picture small;
    small.width = std::max(1, static_cast<int>(std::lround(picture.width * factor)));
    small.height = std::max(1, static_cast<int>(std::lround(picture.height * factor)));
    small.rgb.resize(static_cast<std::size_t>(small.width) * static_cast<std::size_t>(small.height) * k_rgb);
    const cv::Mat from{picture.height, picture.width, CV_8UC3, picture.rgb.data()};
    cv::Mat to{small.height, small.width, CV_8UC3, small.rgb.data()};
    cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
    return small;
}

void blank(Picture& picture, Box box) {
    constexpr unsigned char k_grey = 0xd0;
    const int left = std::clamp(box.left, 0, picture.width);
    const int right = std::clamp(box.left + box.width, left, picture.width);
    const int bottom = std::clamp(box.top + box.height, 0, picture.height);
    for (int y = std::clamp(box.top, 0, picture.height); y < bottom; ++y) {
        const auto row = static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width);
        std::fill(picture.rgb.begin() + static_cast<std::ptrdiff_t>((row + static_cast<std::size_t>(left)) * k_rgb),
                  picture.rgb.begin() + static_cast<std::ptrdiff_t>((row + static_cast<std::size_t>(right)) * k_rgb),
                  k_grey);
    }
}

}  // namespace reprise::vision
