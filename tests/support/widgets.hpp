// Draws pages of little widgets into pictures, for tests and benches of looking at pages. Every text has a pattern of
// its own: letters are 5 x 7 dots made from their code, no font is involved and every machine draws the same.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/vision/picture.hpp>

namespace reprise::tests {

using Rgb = std::array<unsigned char, 3>;

struct Theme {
    Rgb page{255, 255, 255}, surface{233, 236, 239}, border{108, 117, 125}, ink{33, 37, 41};
};
inline constexpr Theme k_light{};
inline constexpr Theme k_dark{{18, 18, 18}, {44, 48, 52}, {140, 146, 152}, {222, 226, 230}};

inline vision::Picture blank(int width, int height, Rgb colour) {
    vision::Picture picture{.width = width, .height = height, .rgb = {}};
    picture.rgb.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
    for (int i = 0; i < width * height; ++i) picture.rgb.insert(picture.rgb.end(), colour.begin(), colour.end());
    return picture;
}

inline void fill(vision::Picture& picture, vision::Box box, Rgb colour) {
    for (int y = std::max(0, box.top); y < std::min(picture.height, box.top + box.height); ++y) {
        for (int x = std::max(0, box.left); x < std::min(picture.width, box.left + box.width); ++x) {
            const auto at =
                (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) + static_cast<std::size_t>(x)) *
                3;
            std::copy(colour.begin(), colour.end(), picture.rgb.begin() + static_cast<std::ptrdiff_t>(at));
        }
    }
}

// `dot` px a dot: a letter is 5 x 7 dots and takes 6.
inline void write(vision::Picture& picture, int left, int top, std::string_view text, Rgb ink, int dot = 1) {
    for (const char letter : text) {
        unsigned long long dots = static_cast<unsigned char>(letter) * 0x9e3779b97f4a7c15ull;
        dots ^= dots >> 29u;
        for (int i = 0; letter != ' ' && i < 35; ++i) {
            if ((dots >> static_cast<unsigned>(i) & 1u) != 0) {
                fill(picture, {left + i % 5 * dot, top + i / 5 * dot, dot, dot}, ink);
            }
        }
        left += 6 * dot;
    }
}

inline void button(vision::Picture& picture, vision::Box box, std::string_view text, const Theme& theme = k_light) {
    fill(picture, box, theme.border);
    fill(picture, {box.left + 1, box.top + 1, box.width - 2, box.height - 2}, theme.surface);
    constexpr int k_dot = 2;
    const int width = static_cast<int>(text.size()) * 6 * k_dot - k_dot;
    write(picture, box.left + (box.width - width) / 2, box.top + (box.height - 7 * k_dot) / 2, text, theme.ink, k_dot);
}

// A word of its own for each number.
inline std::string word(int number) {
    std::string word;
    for (unsigned rest = static_cast<unsigned>(number) * 7919u + 17u, i = 0; i < 5; ++i, rest /= 11) {
        word += static_cast<char>('a' + rest % 26);
    }
    return word;
}

struct WidgetPage {
    vision::Picture picture{};
    std::vector<vision::Box> boxes{};
};

// 1366 x 1300 px with 60 buttons, six in a row; under each a line of small text.
inline WidgetPage page_of_widgets(const Theme& theme = k_light, int shift_x = 0, int shift_y = 0) {
    WidgetPage page{blank(1366, 1300, theme.page), {}};
    for (int i = 0; i < 60; ++i) {
        const vision::Box box{40 + i % 6 * 215 + shift_x, 60 + i / 6 * 118 + shift_y, 90 + i * 37 % 60, 36};
        button(page.picture, box, word(i), theme);
        write(page.picture, box.left, box.top + 48, word(i + 100) + ' ' + word(i + 200) + ' ' + word(i + 300),
              theme.ink);
        page.boxes.push_back(box);
    }
    return page;
}

// Bilinear, as zooming does it.
inline vision::Picture zoomed(const vision::Picture& picture, double scale) {
    vision::Picture result{.width = static_cast<int>(picture.width * scale),
                           .height = static_cast<int>(picture.height * scale),
                           .rgb = {}};
    const auto pixel = [&](int x, int y, int c) {
        const auto at =
            static_cast<std::size_t>(std::clamp(y, 0, picture.height - 1)) * static_cast<std::size_t>(picture.width) +
            static_cast<std::size_t>(std::clamp(x, 0, picture.width - 1));
        return static_cast<double>(picture.rgb[at * 3 + static_cast<std::size_t>(c)]);
    };
    for (int y = 0; y < result.height; ++y) {
        for (int x = 0; x < result.width; ++x) {
            const double u = std::max(0.0, (x + 0.5) / scale - 0.5);
            const double v = std::max(0.0, (y + 0.5) / scale - 0.5);
            const int left = static_cast<int>(u);
            const int top = static_cast<int>(v);
            for (int c = 0; c < 3; ++c) {
                const double above = pixel(left, top, c) * (1 - (u - left)) + pixel(left + 1, top, c) * (u - left);
                const double below =
                    pixel(left, top + 1, c) * (1 - (u - left)) + pixel(left + 1, top + 1, c) * (u - left);
                result.rgb.push_back(static_cast<unsigned char>(above * (1 - (v - top)) + below * (v - top) + 0.5));
            }
        }
    }
    return result;
}

inline vision::Picture inverted(vision::Picture picture) {
    for (auto& value : picture.rgb) value = static_cast<unsigned char>(255 - value);
    return picture;
}

// Every value is off by up to `levels`.
inline vision::Picture noisy(vision::Picture picture, int levels, unsigned seed = 1) {
    for (auto& value : picture.rgb) {
        seed = seed * 1664525u + 1013904223u;
        const int by = static_cast<int>(seed >> 16u) % (2 * levels + 1) - levels;
        value = static_cast<unsigned char>(std::clamp(static_cast<int>(value) + by, 0, 255));
    }
    return picture;
}

}  // namespace reprise::tests
