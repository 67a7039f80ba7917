// How a picture is taken. Plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <reprise/locators/locator.hpp>

namespace reprise::locators {

enum class ImageType { png, jpeg, webp };

struct ScreenshotOptions {
    ImageType type{ImageType::png};
    std::optional<int> quality{};  // 0-100, of jpeg and webp; default: Chromium's
    bool full_page{};              // of a page: all of it, not only what the viewport shows
    std::optional<Rect> clip{};    // of a page: in CSS px from the viewport's corner; with full_page, from the page's
    bool omit_background{};        // what is not painted is transparent (png, webp)
    // Elements that are covered by boxes of `mask_colour`: all matches of each, in any frame.
    std::vector<Locator> mask{};
    std::string mask_colour{"#FF00FF"};  // CSS
    bool animations{};                   // false: those that end are at their end, others at their beginning
    bool caret{};                        // false: text carets are not shown
    std::string style{};                 // CSS that every document gets meanwhile
    bool css_scale{};                    // one pixel per CSS px, whatever the device scale factor
    std::optional<Milliseconds> timeout{};
    CallSite site{CallSite::here()};
};

}  // namespace reprise::locators
