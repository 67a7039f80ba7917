// Pictures in memory: from PNG and JPEG, to PNG, and cut out of one another.
//
// Plain values; thread-safe as such.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace reprise::vision {

// px.
struct Box {
    int left{}, top{}, width{}, height{};
};

struct Picture {
    int width{}, height{};             // px
    std::vector<unsigned char> rgb{};  // three bytes a pixel, rows from the top
    bool empty() const { return rgb.empty(); }
};

// Not a picture, or larger than k_most_pixels.
class PictureError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

inline constexpr int k_most_pixels = 100'000'000;

// Any PNG; transparency is laid over white. Throws PictureError.
Picture decode_png(std::string_view bytes);
// Throws PictureError.
Picture decode_jpeg(std::string_view bytes);
std::string encode_png(const Picture& picture);

// The same at another size, at least 1 px each way; as it is when it has that size.
Picture scaled(Picture picture, int width, int height);

// The part inside of `box` grown by `padding` on every side, as far as the picture goes; empty when nothing is left.
Picture crop(const Picture& picture, Box box, int padding = 0);

// What a recorder leaves around an element in its crop, where the edge of the page allows it. px.
inline constexpr int k_padding = 16;

// Where in its crop an element lies that was at `recorded` on its page and was cut out with `padding`.
Box place_in_crop(Box recorded, int padding = k_padding);

// The same when nobody knows: all but k_padding on every side, or the whole crop where that would be nothing.
Box place_in_crop(const Picture& crop);
// Made smaller, if need be, so that neither side is longer than `longest` px.
Picture shrink(Picture picture, int longest);

// Paints `box` over in one grey; what lies outside of the picture is passed over.
void paint_over(Picture& picture, Box box);

}  // namespace reprise::vision
