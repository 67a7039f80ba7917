// Pictures in memory: from PNG and to PNG, and cut out of one another.
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
std::string encode_png(const Picture& picture);

// The part inside of `box` grown by `padding` on every side, as far as the picture goes; empty when nothing is left.
Picture crop(const Picture& picture, Box box, int padding = 0);

// Made smaller, if need be, so that neither side is longer than `longest` px.
Picture shrink(Picture picture, int longest);

// Paints `box` over in one grey; what lies outside of the picture is passed over.
void blank(Picture& picture, Box box);

}  // namespace reprise::vision
