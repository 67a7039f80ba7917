// What mouse and keyboard do, as protocol commands of one page. One thread at a time.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include <reprise/cdp/deadline.hpp>
#include <reprise/cdp/page_target.hpp>
#include <reprise/cdp/session.hpp>
#include <reprise/locators/action_options.hpp>

#include "key_layout.hpp"

namespace reprise::locators {

int modifier_bits(const std::vector<Modifier>& modifiers);

// Where input is to go. The browser looks for each event which process's picture is under the pointer, and its pictures
// are older than the page: what is meant for a frame of another process is sent to that process itself.
struct Spot {
    Point in_page{};  // in main-frame coordinates
    struct InFrame {
        cdp::FrameId frame;    // the first one of its process on the way to the element
        cdp::Session session;  // its process's
        Point point{};         // as input of that session counts
    };
    std::optional<InFrame> in_frame{};  // nullopt: the page's own process
};

// Moves to `spot`, unless it is in a frame of another process, and clicks `options.count` times; without a delay all
// events go in one write, with one `hold` waits while the button is down. Returns when the page has handled them, or
// the frame has gone with them. False: nothing was pressed, since the frame had gone before.
bool dispatch_click(const cdp::PageTarget& page, const Spot& spot, const ClickOptions& options, int modifiers,
                    const std::function<void()>& hold, cdp::Deadline deadline);
bool dispatch_tap(const cdp::PageTarget& page, const Spot& spot, int modifiers, cdp::Deadline deadline);
void dispatch_wheel(const cdp::PageTarget& page, Point at, Point distance, cdp::Deadline deadline, int modifiers = 0);
// `held`: modifiers that are down already, and stay so.
void dispatch_chord(const cdp::PageTarget& page, std::string_view chord, cdp::Deadline deadline, int held = 0);
void dispatch_key_down(const cdp::PageTarget& page, Key key, int modifiers, bool repeats, cdp::Deadline deadline);
void dispatch_key_up(const cdp::PageTarget& page, const Key& key, int modifiers, cdp::Deadline deadline);
// Key by key, with `delay` between them; what no key types is inserted.
void dispatch_text(const cdp::PageTarget& page, std::string_view utf8, int held, Milliseconds delay,
                   cdp::Deadline deadline);

// How many keys dispatch_text() presses for a text; characters without a key are put in as an input method does.
struct TextKeys {
    int keys{};
    bool keys_only{};
};
TextKeys keys_of(std::string_view utf8);

}  // namespace reprise::locators
