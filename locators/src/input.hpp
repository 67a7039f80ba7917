// What mouse and keyboard do, as protocol commands of one page. One thread at a time.
#pragma once

#include <functional>
#include <string_view>

#include <reprise/cdp/deadline.hpp>
#include <reprise/cdp/page_target.hpp>
#include <reprise/locators/action_options.hpp>

#include "key_layout.hpp"

namespace reprise::locators {

int modifier_bits(const std::vector<Modifier>& modifiers);

// Moves to `point` and clicks `options.count` times. All events in one write; returns when the page has handled them.
void dispatch_click(const cdp::PageTarget& page, Point point, const ClickOptions& options, cdp::Deadline deadline);
// Returns when the page has handled it, or `arrived`: a busy browser at times forgets to answer a move that it has
// made.
void dispatch_move(const cdp::PageTarget& page, Point point, const std::function<bool()>& arrived,
                   cdp::Deadline deadline);
// A drag in two parts: the press at `from`; then the way to `to` and the release there.
void dispatch_drag_start(const cdp::PageTarget& page, Point from, cdp::Deadline deadline);
// True: the page started a drag of the browser's own (dragstart), so a drop event is due.
bool dispatch_drag_end(const cdp::PageTarget& page, Point from, Point to, cdp::Deadline deadline);
void dispatch_release(const cdp::PageTarget& page, Point at, cdp::Deadline deadline);
void dispatch_wheel(const cdp::PageTarget& page, Point at, Point distance, cdp::Deadline deadline);
// `held`: modifiers that are down already, and stay so.
void dispatch_chord(const cdp::PageTarget& page, std::string_view chord, cdp::Deadline deadline, int held = 0);
void dispatch_key_down(const cdp::PageTarget& page, Key key, int modifiers, bool repeats, cdp::Deadline deadline);
void dispatch_key_up(const cdp::PageTarget& page, const Key& key, int modifiers, cdp::Deadline deadline);
void dispatch_text(const cdp::PageTarget& page, std::string_view utf8, cdp::Deadline deadline);

// How many keys dispatch_text() presses for a text; characters without a key are put in as an input method does.
struct TextKeys {
    int keys{};
    bool keys_only{};
};
TextKeys keys_of(std::string_view utf8);

}  // namespace reprise::locators
