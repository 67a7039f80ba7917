// A page on paper. Plain values.
#pragma once

#include <optional>
#include <string>

#include <reprise/locators/action_options.hpp>

namespace reprise::locators {

// Like Playwright's page.pdf(), except that lengths are millimetres, and paper is A4.
struct PdfOptions {
    double width_mm{210};
    double height_mm{297};
    bool landscape{};
    double margin_top_mm{}, margin_right_mm{}, margin_bottom_mm{}, margin_left_mm{};
    double scale{1};      // 0.1-2
    bool background{};    // colours and pictures behind the text
    std::string pages{};  // "1-5, 8"; empty: all
    // HTML at the top and bottom of each page, in the margin; elements of the classes date, title, url, pageNumber and
    // totalPages are filled in.
    std::string header{};
    std::string footer{};
    bool css_page_size{};  // @page { size } goes before width and height
    bool tagged{};         // for assistive technology
    bool outline{};        // of the headings
    std::optional<Milliseconds> timeout{};
    CallSite site{CallSite::here()};
};

}  // namespace reprise::locators
