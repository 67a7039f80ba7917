#include <reprise/locators/screenshot.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <reprise/cdp/base64.hpp>
#include <reprise/cdp/command.hpp>
#include <reprise/cdp/protocol/emulation.hpp>
#include <reprise/cdp/protocol/page.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

#include "element_call.hpp"
#include "observation.hpp"
#include "page_state.hpp"

namespace reprise::locators {
namespace {

namespace json = boost::json;

// Runs in every document that there is; those that go meanwhile are no part of the picture.
void in_all_frames(PageState& page, const std::string& expression, cdp::Deadline deadline) {
    for (const auto& frame : page.target.frames()) {
        try {
            page.target.evaluate(frame.id, cdp::World::isolated, expression, deadline);
        } catch (const cdp::DocumentGone&) {
            continue;
        }
    }
}

// What was changed for the picture is as before when this ends.
class Posing {
public:
    Posing(PageState& page, const ScreenshotOptions& options, cdp::Deadline deadline)
        : page_{page}, transparent_{options.omit_background} {
        in_all_frames(page_,
                      fmt::format(R"(reprise.prepare_picture({{"animations":{},"caret":{},"style":{}}}))",
                                  options.animations, options.caret, json_text(options.style)),
                      deadline);
        for (const auto& masked : options.mask) {
            ElementCall call{masked, ".screenshot mask", deadline};
            const auto answer = call.ask("cover", fmt::format(R"("colour":{})", json_text(options.mask_colour)));
            if (!answer.contains("value") && string_of(answer, "error") != "timeout") call.fail(answer);
        }
        if (transparent_) set_background(cdp::emulation::Rgba{}, deadline);
    }
    Posing(const Posing&) = delete;
    Posing& operator=(const Posing&) = delete;
    ~Posing() {
        constexpr Milliseconds k_time{2'000};
        try {
            const auto deadline = cdp::Deadline::after(k_time);
            if (transparent_) set_background({}, deadline);
            in_all_frames(page_, "reprise.restore_picture()", deadline);
        } catch (const Error&) {
            return;  // the page has gone, and what was changed with it
        }
    }

private:
    void set_background(std::optional<cdp::emulation::Rgba> colour, cdp::Deadline deadline) {
        page_.target.session().send(cdp::emulation::SetDefaultBackgroundColorOverride{.color = colour}, deadline);
    }
    PageState& page_;
    bool transparent_;
};

cdp::page::ImageFormat format_of(ImageType type) {
    switch (type) {
        case ImageType::png:
            return cdp::page::ImageFormat::png;
        case ImageType::jpeg:
            return cdp::page::ImageFormat::jpeg;
        case ImageType::webp:
            return cdp::page::ImageFormat::webp;
    }
    return cdp::page::ImageFormat::png;
}

std::string capture(PageState& page, const ScreenshotOptions& options, std::optional<Rect> clip, bool whole,
                    cdp::Deadline deadline) {
    cdp::page::CaptureScreenshot command{.format = format_of(options.type), .quality = options.quality};
    if (options.type == ImageType::png) command.optimizeForSpeed = true;
    const auto metrics = page.target.session().send(cdp::page::GetLayoutMetrics{}, deadline);
    const auto& view = metrics.cssLayoutViewport;
    if (whole && !clip) clip = Rect{0, 0, metrics.cssContentSize.width, metrics.cssContentSize.height};
    if (clip || options.css_scale) {
        // Chromium counts from the corner of the document.
        Rect area = clip.value_or(
            Rect{.width = static_cast<double>(view.clientWidth), .height = static_cast<double>(view.clientHeight)});
        const bool fits = area.x >= 0 && area.y >= 0 && area.x + area.width <= view.clientWidth &&
                          area.y + area.height <= view.clientHeight;
        if (!whole) {
            area.x += view.pageX;
            area.y += view.pageY;
        }
        double scale = 1;
        if (options.css_scale) {
            const auto factor =
                page.target.evaluate(page.target.main_frame(), cdp::World::isolated, "devicePixelRatio", deadline);
            if (factor.is_number() && factor.to_number<double>() > 0) scale = 1 / factor.to_number<double>();
        }
        command.clip = cdp::page::Viewport{area.x, area.y, area.width, area.height, scale};
        command.captureBeyondViewport = whole || !fits;
    }
    return cdp::decode_base64(page.target.session().send(command, deadline).data);
}

Rect to_rect(const boost::json::value& box) {
    const auto& members = box.as_object();
    if (is_true(members, "gone")) throw cdp::DocumentGone("the frame was removed from the page");
    return {number_of(members, "x"), number_of(members, "y"), number_of(members, "width"),
            number_of(members, "height")};
}

Rect box_through_frames(ElementCall& call) {
    auto box = to_rect(call.demand("read", R"("what":"box")").at("value"));
    const auto& target = call.page().target;
    for (auto frame = call.last_frame(); frame != target.main_frame();) {
        const auto info = target.frame(frame);
        if (!info) throw cdp::DocumentGone("the frame was removed from the page");
        box = to_rect(target.call_with(
            target.frame_owner(frame, call.deadline()), "(box, frame) => reprise.box_through_frame(box, frame)",
            fmt::format(R"({{"x":{},"y":{},"width":{},"height":{}}})", box.x, box.y, box.width, box.height),
            call.deadline()));
        frame = info->parent;
    }
    return box;
}

Rect box_of(ElementCall& call) {
    while (true) {
        try {
            return box_through_frames(call);
        } catch (const cdp::DocumentGone& gone) {
            call.note(fmt::format("{} - trying again", gone.what()));
            if (call.deadline().passed()) throw TimeoutError(call.explain(gone.what()));
        }
    }
}

}  // namespace

std::string Page::screenshot(CallSite site) const {
    const auto text = [&] { return std::string("page.screenshot()"); };
    return observed(*page_, site, text, [&] {
        const auto shot = page_->target.session().send(
            cdp::page::CaptureScreenshot{.format = cdp::page::ImageFormat::png, .optimizeForSpeed = true},
            page_->deadline({}));
        return cdp::decode_base64(shot.data);
    });
}

std::string Page::screenshot(const ScreenshotOptions& options) const {
    if (options.clip && (options.clip->width <= 0 || options.clip->height <= 0)) {
        throw reprise::UsageError(fmt::format("page.screenshot(): a clip of {} x {} px shows nothing",
                                              options.clip->width, options.clip->height));
    }
    const auto text = [&] { return std::string("page.screenshot()"); };
    return observed(*page_, options.site, text, [&] {
        const auto deadline = page_->deadline(options.timeout);
        const Posing posing{*page_, options, deadline};
        return capture(*page_, options, options.clip, options.full_page, deadline);
    });
}

Rect Locator::bounding_box(const ActionOptions& options) const {
    return observed(*this, ".bounding_box()", options, [](ElementCall& call) { return box_of(call); });
}

std::string Locator::screenshot() const {
    return screenshot(ScreenshotOptions{});
}

std::string Locator::screenshot(const ScreenshotOptions& options) const {
    if (options.clip || options.full_page) {
        throw reprise::UsageError(text_ + ".screenshot(): clip and full_page are for pages");
    }
    return observed(*this, ".screenshot()", options, [&](ElementCall& call) {
        call.demand("act", R"("action":"scroll_into_view")" + checks(R"("visible","stable")"));
        const Posing posing{call.page(), options, call.deadline()};
        auto box = box_of(call);
        // Whole pixels: half ones would be mixed with what is beside the element.
        const double right = std::ceil(box.x + box.width), bottom = std::ceil(box.y + box.height);
        box.x = std::floor(box.x);
        box.y = std::floor(box.y);
        box.width = right - box.x;
        box.height = bottom - box.y;
        if (box.width <= 0 || box.height <= 0) throw ActionError(call.explain("the element takes up no room"));
        return capture(call.page(), options, box, false, call.deadline());
    });
}

int Locator::highlight(CallSite site) const {
    return observed(*this, ".highlight()", ActionOptions{.site = site}, [&](ElementCall& call) {
        const auto answer = call.ask("query", fmt::format(R"("what":"highlight","label":{})", json_text(text_)));
        if (!answer.contains("value") && string_of(answer, "error") != "timeout") call.fail(answer);
        return static_cast<int>(number_of(answer, "value"));
    });
}

void Page::hide_highlights(CallSite site) const {
    const auto text = [] { return std::string("page.hide_highlights()"); };
    observed(*page_, site, text, [&] { in_all_frames(*page_, "reprise.hide_highlights()", page_->deadline({})); });
}

}  // namespace reprise::locators
