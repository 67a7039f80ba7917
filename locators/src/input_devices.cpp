#include <reprise/locators/input_devices.hpp>

#include <fmt/format.h>

#include "device_call.hpp"
#include "hands.hpp"
#include "input.hpp"
#include "page_state.hpp"

namespace reprise::locators {
namespace {

std::string at(Point point) {
    return fmt::format("{}, {}", point.x, point.y);
}

}  // namespace

void Mouse::move(Point to, const MouseMoveOptions& options) const {
    use(*page_, options.site, fmt::format("page.mouse().move({})", at(to)),
        [&](cdp::Deadline deadline) { move_pointer(*page_, to, options.steps, deadline); });
}

void Mouse::down(const MouseButtonOptions& options) const {
    use(*page_, options.site, "page.mouse().down()",
        [&](cdp::Deadline deadline) { press_button(*page_, options.button, options.count, deadline); });
}

void Mouse::up(const MouseButtonOptions& options) const {
    use(*page_, options.site, "page.mouse().up()",
        [&](cdp::Deadline deadline) { release_button(*page_, options.button, options.count, deadline); });
}

void Mouse::click(Point point, const MouseButtonOptions& options) const {
    use(*page_, options.site, fmt::format("page.mouse().click({})", at(point)), [&](cdp::Deadline deadline) {
        move_pointer(*page_, point, 1, deadline);
        for (int count = 1; count <= options.count; ++count) {
            press_button(*page_, options.button, count, deadline);
            release_button(*page_, options.button, count, deadline);
        }
    });
}

void Mouse::double_click(Point point, MouseButtonOptions options) const {
    options.count = 2;
    click(point, options);
}

void Mouse::wheel(Point distance, CallSite site) const {
    use(*page_, site, fmt::format("page.mouse().wheel({})", at(distance)), [&](cdp::Deadline deadline) {
        dispatch_wheel(page_->target, page_->hands.pointer, distance, deadline, page_->hands.modifiers);
    });
}

void Touchscreen::tap(Point point, CallSite site) const {
    use(*page_, site, fmt::format("page.touchscreen().tap({})", at(point)), [&](cdp::Deadline deadline) {
        dispatch_tap(page_->target, {.in_page = point}, page_->hands.modifiers, deadline);
    });
}

}  // namespace reprise::locators
