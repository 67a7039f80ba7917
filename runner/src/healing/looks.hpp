// How candidates look, held against a picture of the element as it was recorded. The picture breaks ties between
// elements that the document tells apart badly; it never heals alone (docs/healing.md).
#pragma once

#include <string>

#include <reprise/locators/candidates.hpp>
#include <reprise/locators/page.hpp>
#include <reprise/vision/picture.hpp>

namespace reprise::runner {

// What a page shows: one pixel per CSS px, and where in the page that is. The viewport only: to draw more, the browser
// resizes the page, and menus close.
struct View {
    vision::Picture picture;
    locators::Point scroll{};
};
// The same before it is read: some 20 KB, where a View of 1280 x 720 px takes 3 MB, and twice that while it is read.
struct Shot {
    std::string png;
    locators::Point scroll{};
    int width{};  // of the viewport, CSS px
    int height{};
};
// Throws what cdp throws.
Shot shot_of(const locators::Page& page);
// Throws Error for a screenshot that is none.
View view_of(const Shot& shot);
View view_of(const locators::Page& page);  // throws both

// Where the view shows a box of the page; it may lie outside.
vision::Box box_in(const View& view, const locators::BoundingBox& box);

// A recorded crop and where in it the element itself is.
struct RecordedLook {
    vision::Picture crop;
    vision::Box element{};
};
// Recorders leave 16 px around an element, or nothing: its recorded box tells. Throws vision::PictureError.
RecordedLook recorded_look(const std::string& png, const locators::BoundingBox& box);

// Notes in each candidate that the view shows how alike it looks.
void compare_looks(locators::CandidateList& list, const View& view, const RecordedLook& recorded);

// The part of a view around a box of the page; empty when the view does not show all of the box.
vision::Picture crop_of(const View& view, const locators::BoundingBox& box, int padding = vision::k_padding);

}  // namespace reprise::runner
