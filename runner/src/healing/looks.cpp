#include "healing/looks.hpp"

#include <cmath>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <reprise/cdp/error.hpp>
#include <reprise/vision/compare.hpp>

namespace reprise::runner {
namespace {

bool shows(const View& view, const vision::Box& box) {
    return box.width > 0 && box.height > 0 && box.left >= 0 && box.top >= 0 &&
           box.left + box.width <= view.picture.width && box.top + box.height <= view.picture.height;
}

}  // namespace

vision::Box box_in(const View& view, const locators::BoundingBox& box) {
    return {static_cast<int>(std::lround(box.left - view.scroll.x)),
            static_cast<int>(std::lround(box.top - view.scroll.y)), static_cast<int>(std::lround(box.width)),
            static_cast<int>(std::lround(box.height))};
}

Shot shot_of(const locators::Page& page) {
    const auto measured = page.evaluate("[scrollX, scrollY, innerWidth, innerHeight]");
    const auto number = [&](std::size_t i) { return measured.at(i).to_number<double>(); };
    // Not by clip or scale of the browser's own: it moves the pointer for that, and the page sees it come and go.
    return {.png = page.screenshot(),
            .scroll = {number(0), number(1)},
            .width = static_cast<int>(number(2)),
            .height = static_cast<int>(number(3))};
}

View view_of(const Shot& shot) {
    try {
        return {.picture = vision::scaled(vision::decode_png(shot.png), shot.width, shot.height),
                .scroll = shot.scroll};
    } catch (const vision::PictureError& problem) {
        throw Error(fmt::format("the browser's screenshot cannot be read: {}", problem.what()));
    }
}

View view_of(const locators::Page& page) {
    return view_of(shot_of(page));
}

RecordedLook recorded_look(const std::string& png, const locators::BoundingBox& box) {
    RecordedLook look{.crop = vision::decode_png(png)};
    const auto beyond = std::max(look.crop.width - box.width, look.crop.height - box.height);
    const bool padded = box.width <= 0 || beyond >= vision::k_padding;
    look.element = {.left = 0, .top = 0, .width = look.crop.width, .height = look.crop.height};
    if (padded) look.element = vision::place_in_crop(look.crop);
    return look;
}

void compare_looks(locators::CandidateList& list, const View& view, const RecordedLook& recorded) {
    std::vector<vision::Box> boxes;
    std::vector<std::size_t> shown;
    const auto places = locators::boxes_on_page(list);
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto box = box_in(view, places[i]);
        if (!shows(view, box)) continue;
        boxes.push_back(box);
        shown.push_back(i);
    }
    const auto likenesses = vision::likeness_of_each(view.picture, boxes, recorded.crop, recorded.element);
    for (std::size_t i = 0; i < shown.size(); ++i) {
        if (!likenesses[i]) continue;
        list.fingerprints[shown[i]].looks = {
            .alike = likenesses[i]->value(), .exact = likenesses[i]->padded, .outline = likenesses[i]->edges()};
    }
}

vision::Picture crop_of(const View& view, const locators::BoundingBox& box, int padding) {
    const auto place = box_in(view, box);
    return shows(view, place) ? vision::crop(view.picture, place, padding) : vision::Picture{};
}

}  // namespace reprise::runner
