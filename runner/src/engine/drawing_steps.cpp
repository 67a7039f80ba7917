// Steps about what a canvas shows: seen, pressed by coordinates, and the effect seen.
#include <fmt/format.h>

#include <reprise/locators/candidates.hpp>
#include <reprise/locators/error.hpp>

#include "engine/step_runner.hpp"
#include "healing/drawn_content.hpp"
#include "healing/recollection.hpp"

namespace reprise::runner {
namespace {

constexpr std::chrono::milliseconds k_last_look{200};  // of a step's time, for the click
constexpr std::chrono::milliseconds k_to_show{2'000};

// A press may take the page with it, and then there is nothing to be drawn for a while.
std::optional<View> try_view(const locators::Page& page) {
    try {
        return view_of(page);
    } catch (const cdp::DocumentGone&) {
        return std::nullopt;
    }
}

}  // namespace

void StepRunner::click_drawn(const Step& step, const RecordedLook& look, reporters::StepResult& result) {
    const auto canvas = target(step, result);
    const auto timeout = step_timeout(step);
    canvas.scroll_into_view({.timeout = timeout});
    const auto print = canvas.fingerprint({.timeout = timeout});
    const auto list = locators::collect_candidates(current_, print, step.bundle->iframe_chain, step_deadline_);
    const auto index = place_of(print, list);
    if (!index) throw locators::ActionError(fmt::format("{}: {} is not shown", name_of(step), describe(print)));

    // Looked at until it is there: each look takes a frame.
    std::optional<View> before;
    DrawnSearch seen;
    do {
        before = view_of(current_);
        seen = find_drawn(list, *before, look, index);
    } while (!seen.place && step_deadline_.remaining() > k_last_look);
    if (!seen.place) {
        throw locators::ActionError(
            fmt::format("{}: {} after {} ms: {}", name_of(step), describe(print), timeout.count(), seen.doubt));
    }
    const auto url = current_.url();
    found(canvas.click({.position = seen.place->position, .timeout = step_timeout(step)}), result);
    result.strategy = "vision";
    result.message = fmt::format("Seen at ({:.0f}, {:.0f}) of {} (likeness {:.0f} %)", seen.place->position.x,
                                 seen.place->position.y, describe(print), 100 * seen.place->likeness);
    // What was pressed cannot be asked whether it took the press: something has to look different now.
    const auto effect = row_deadline_.no_later_than(k_to_show);
    do {
        const auto after = try_view(current_);
        if (!after || current_.url() != url || view_changed(*before, *after, seen.place->middle)) return;
    } while (!effect.passed());
    throw locators::ActionError(
        fmt::format("{}: pressed at ({:.0f}, {:.0f}) of {}, and nothing looks different after {} ms", name_of(step),
                    seen.place->position.x, seen.place->position.y, describe(print), k_to_show.count()),
        locators::ActionError::Phase::after_dispatch);
}

}  // namespace reprise::runner
