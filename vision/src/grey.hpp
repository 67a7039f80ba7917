// Grey values and their correlation: what searching and comparing share. Private: OpenCV shows here.
//
// Free functions; thread-safe. OpenCV hands pictures of 64 Kpx and more to its own threads; here they are worked on in
// strips below that size, so that one call takes one core and OpenCV's process-wide number of threads stays as it is.
#pragma once

#include <optional>

#include <opencv2/core.hpp>

#include <reprise/vision/picture.hpp>

namespace reprise::vision {

// Grey levels of standard deviation: below, a picture is flat and resembles nothing.
inline constexpr double k_flat = 1;

// Has pixels, and as many as it says.
bool has_pixels(const Picture& picture);

// Looks at the pixels in place; read only.
cv::Mat view(const Picture& picture);

// The part of `box` inside of the picture; empty when there is none.
cv::Rect inside(const Picture& picture, Box box);

// The element's place inside of its crop: as given, cut off at the edges, or by default when there is nothing of it.
Box element_of(const Picture& crop, const std::optional<Box>& given);

cv::Mat grey_of(const cv::Mat& rgb);

// Half as wide and high; an odd row or column at the end is lost.
cv::Mat halved(const cv::Mat& grey);

cv::Mat resized(const cv::Mat& picture, cv::Size size);

// A picture prepared for being compared with many windows of its size. One or three channels of 8 bits.
struct Pattern {
    cv::Mat pixels{};        // continuous
    cv::Scalar mean{};       // of each channel
    double deviation_sum{};  // square root of the summed squares of deviations from the mean

    explicit Pattern(cv::Mat picture);
    double deviation() const;  // grey levels; standard deviation over all channels
};

// Normalised cross-correlation of two pictures of one size and type, -1 to 1; each channel's mean is taken off.
// 0 when one of them is flat, where the quotient would be noise.
double correlation(const Pattern& pattern, const cv::Mat& window);

}  // namespace reprise::vision
