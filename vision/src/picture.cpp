#include <reprise/vision/picture.hpp>

#include <algorithm>
#include <cstring>
#include <memory>

#define STBI_NO_STDIO
#include <stb_image.h>
#define STBI_WRITE_NO_STDIO
#include <stb_image_write.h>

namespace reprise::vision {
namespace {

constexpr int k_rgb = 3;
constexpr int k_rgba = 4;
constexpr int k_opaque = 255;
constexpr std::string_view k_png = "\x89PNG";

struct Free {
    void operator()(unsigned char* pixels) const noexcept { stbi_image_free(pixels); }
};

// On white.
std::vector<unsigned char> blended(const unsigned char* rgba, std::size_t count) {
    std::vector<unsigned char> rgb(count * k_rgb);
    for (std::size_t i = 0; i < count; ++i) {
        const auto* from = rgba + i * k_rgba;
        auto* to = rgb.data() + i * k_rgb;
        const int alpha = from[3];
        if (alpha == k_opaque) {  // as most are: half of the time was spent on blending these
            std::memcpy(to, from, k_rgb);
            continue;
        }
        for (std::size_t c = 0; c < k_rgb; ++c) {
            to[c] = static_cast<unsigned char>((from[c] * alpha + k_opaque * (k_opaque - alpha)) / k_opaque);
        }
    }
    return rgb;
}

// As every screenshot is. Not those that name a colour which is to be transparent.
bool is_opaque_png(std::string_view bytes, int channels) {
    return channels == k_rgb && bytes.starts_with(k_png) &&
           bytes.substr(0, bytes.find("IDAT")).find("tRNS") == std::string_view::npos;
}

// Whatever else stb knows, what does not begin so is not taken.
Picture decode(std::string_view bytes, std::string_view beginning, const std::string& format) {
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    const auto size = static_cast<int>(std::min<std::size_t>(bytes.size(), 1u << 30));
    Picture picture;
    int channels = 0;
    // The header first: a hostile one may claim any size.
    if (!bytes.starts_with(beginning) ||
        stbi_info_from_memory(data, size, &picture.width, &picture.height, &channels) == 0) {
        throw PictureError("not a " + format);
    }
    if (static_cast<long long>(picture.width) * picture.height > k_most_pixels) {
        throw PictureError(std::to_string(picture.width) + " x " + std::to_string(picture.height) + " px are too many");
    }
    // Taken as they are: no second picture of four bytes per pixel. JPEGs are read faster as four bytes.
    const bool opaque = is_opaque_png(bytes, channels);
    const std::unique_ptr<unsigned char, Free> pixels{
        stbi_load_from_memory(data, size, &picture.width, &picture.height, &channels, opaque ? k_rgb : k_rgba)};
    if (!pixels) throw PictureError("a damaged " + format + ": " + stbi_failure_reason());
    const auto count = static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height);
    if (opaque) {
        picture.rgb.assign(pixels.get(), pixels.get() + count * k_rgb);
    } else {
        picture.rgb = blended(pixels.get(), count);
    }
    return picture;
}

}  // namespace

Picture decode_png(std::string_view bytes) {
    return decode(bytes, k_png, "PNG");
}

Picture decode_jpeg(std::string_view bytes) {
    return decode(bytes, "\xFF\xD8\xFF", "JPEG");
}

std::string encode_png(const Picture& picture) {
    std::string bytes;
    const auto append = [](void* to, void* data, int size) {
        static_cast<std::string*>(to)->append(static_cast<const char*>(data), static_cast<std::size_t>(size));
    };
    if (picture.empty() || stbi_write_png_to_func(append, &bytes, picture.width, picture.height, k_rgb,
                                                  picture.rgb.data(), picture.width * k_rgb) == 0) {
        throw PictureError("an empty picture cannot be written");
    }
    return bytes;
}

Picture crop(const Picture& picture, Box box, int padding) {
    const int left = std::clamp(box.left - padding, 0, picture.width);
    const int top = std::clamp(box.top - padding, 0, picture.height);
    const int right = std::clamp(box.left + box.width + padding, left, picture.width);
    const int bottom = std::clamp(box.top + box.height + padding, top, picture.height);
    Picture part{.width = right - left, .height = bottom - top, .rgb = {}};
    if (part.width == 0 || part.height == 0) return {};
    const auto row = static_cast<std::size_t>(part.width) * k_rgb;
    part.rgb.resize(row * static_cast<std::size_t>(part.height));
    for (int y = 0; y < part.height; ++y) {
        const auto from = (static_cast<std::size_t>(top + y) * static_cast<std::size_t>(picture.width) +
                           static_cast<std::size_t>(left)) *
                          k_rgb;
        std::memcpy(part.rgb.data() + static_cast<std::size_t>(y) * row, picture.rgb.data() + from, row);
    }
    return part;
}

Box place_in_crop(Box recorded, int padding) {
    return {std::clamp(recorded.left, 0, padding), std::clamp(recorded.top, 0, padding), recorded.width,
            recorded.height};
}

Box place_in_crop(const Picture& crop) {
    const Box inner{k_padding, k_padding, crop.width - 2 * k_padding, crop.height - 2 * k_padding};
    return inner.width > 0 && inner.height > 0 ? inner : Box{0, 0, crop.width, crop.height};
}

void paint_over(Picture& picture, Box box) {
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
