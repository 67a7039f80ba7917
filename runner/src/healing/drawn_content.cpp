#include "healing/drawn_content.hpp"

#include <cmath>

#include <fmt/format.h>

#include <reprise/vision/changed.hpp>
#include <reprise/vision/search.hpp>

namespace reprise::runner {
namespace {

// The part of the view that shows a candidate; empty: none of it.
vision::Box shown_part(const View& view, const locators::BoundingBox& box) {
    const auto all = box_in(view, box);
    const int left = std::max(0, all.left);
    const int top = std::max(0, all.top);
    const int right = std::min(view.picture.width, all.left + all.width);
    const int bottom = std::min(view.picture.height, all.top + all.height);
    return {left, top, std::max(0, right - left), std::max(0, bottom - top)};
}

}  // namespace

bool draws_itself(const std::string& tag) {
    return tag == "canvas" || tag == "video";
}

DrawnSearch find_drawn(const locators::CandidateList& list, const View& view, const RecordedLook& look,
                       std::optional<std::size_t> only) {
    DrawnSearch result;
    const auto boxes = locators::boxes_on_page(list);
    double nearest = 0;
    bool alike = false;
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        if ((only && *only != i) || !draws_itself(list.fingerprints[i].tag)) continue;
        const auto part = shown_part(view, boxes[i]);
        if (part.width == 0 || part.height == 0) continue;
        const auto seen = vision::search(vision::crop(view.picture, part), look.crop, {.element = look.element});
        if (seen.nearest) nearest = std::max(nearest, seen.nearest->likeness);
        if (seen.verdict == vision::Verdict::ambiguous) alike = true;
        if (seen.verdict != vision::Verdict::found) continue;
        if (result.place) alike = true;
        const auto& box = seen.nearest->box;
        const locators::Point middle{part.left + box.left + box.width / 2.0 + view.scroll.x,
                                     part.top + box.top + box.height / 2.0 + view.scroll.y};
        result.place = {.canvas = i,
                        .position = {middle.x - boxes[i].left, middle.y - boxes[i].top},
                        .middle = middle,
                        .likeness = seen.nearest->likeness};
    }
    constexpr double k_percent = 100;
    if (alike) {
        result.place.reset();
        result.doubt = "two places look like the recorded picture";
    } else if (!result.place) {
        result.doubt =
            fmt::format("nothing drawn looks like the recorded picture (likeness {:.0f} %, needed: {:.0f} %)",
                        k_percent * nearest, k_percent * vision::SearchOptions{}.least_likeness);
    }
    return result;
}

bool view_changed(const View& before, const View& after, locators::Point middle) {
    if (before.scroll.x != after.scroll.x || before.scroll.y != after.scroll.y) return true;
    constexpr int k_around = 24;
    const vision::Box place{static_cast<int>(middle.x - before.scroll.x) - k_around,
                            static_cast<int>(middle.y - before.scroll.y) - k_around, 2 * k_around, 2 * k_around};
    if (vision::changed(before.picture, after.picture, place)) return true;
    // A press may show its effect elsewhere; a blinking caret is less than this.
    constexpr double k_of_all = 0.0002;
    return vision::changed(before.picture, after.picture, {0, 0, before.picture.width, before.picture.height},
                           {.least_share = k_of_all});
}

}  // namespace reprise::runner
