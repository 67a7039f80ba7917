#include <reprise/vision/annotate.hpp>

#include <opencv2/imgproc.hpp>

namespace reprise::vision {
namespace {

cv::Scalar rgb_of(Colour colour) {
    switch (colour) {
        case Colour::green:
            return {0, 140, 60};
        case Colour::red:
            return {200, 30, 30};
        case Colour::grey:
            return {120, 120, 120};
    }
    return {};
}

void write_label(cv::Mat& canvas, const Mark& mark) {
    constexpr double k_scale = 0.45;
    constexpr int k_margin = 3;
    int base = 0;
    const auto size = cv::getTextSize(mark.label, cv::FONT_HERSHEY_SIMPLEX, k_scale, 1, &base);
    const int height = size.height + 2 * k_margin;
    const int top = mark.box.top >= height ? mark.box.top - height : mark.box.top;
    const int left = std::max(0, std::min(mark.box.left, canvas.cols - size.width - 2 * k_margin));
    cv::rectangle(canvas, {left, top, size.width + 2 * k_margin, height}, rgb_of(mark.colour), cv::FILLED);
    cv::putText(canvas, mark.label, {left + k_margin, top + height - k_margin}, cv::FONT_HERSHEY_SIMPLEX, k_scale,
                {255, 255, 255}, 1, cv::LINE_AA);
}

}  // namespace

void annotate(Picture& picture, const std::vector<Mark>& marks) {
    if (picture.empty()) return;
    cv::Mat canvas{picture.height, picture.width, CV_8UC3, picture.rgb.data()};
    for (const auto& mark : marks) {
        cv::rectangle(canvas, {mark.box.left - 2, mark.box.top - 2, mark.box.width + 4, mark.box.height + 4},
                      rgb_of(mark.colour), 2);
        if (!mark.label.empty()) write_label(canvas, mark);
    }
}

}  // namespace reprise::vision
