// The pointer and the buttons of a page, which its Mouse and actions on elements share. One thread at a time.
#pragma once

#include <functional>
#include <vector>

#include <reprise/cdp/deadline.hpp>
#include <reprise/locators/action_options.hpp>

#include "page_state.hpp"

namespace reprise::locators {

// Brings the pointer to `to` in so many events. With a button down the page may start a drag of the browser's own,
// which is then carried along.
// `arrived`: a busy browser at times forgets to answer a move that it has made; the page may know better.
void move_pointer(PageState& page, Point to, int steps, cdp::Deadline deadline,
                  const std::function<bool()>& arrived = {});
void press_button(PageState& page, MouseButton button, int count, cdp::Deadline deadline);
// Drops what is carried along.
void release_button(PageState& page, MouseButton button, int count, cdp::Deadline deadline);
// Calls that failed may have left documents armed against input that is not theirs: no longer. Before input that is
// nobody's.
void end_left_watches(PageState& page, cdp::Deadline deadline);
// What is carried along is carried no more. False: nothing was.
bool cancel_drag(PageState& page, cdp::Deadline deadline);

// For its lifetime these modifiers are held, unless there are none.
class HeldModifiers {
public:
    HeldModifiers(PageState& page, const std::vector<Modifier>& modifiers);
    ~HeldModifiers() { page_.hands.modifiers = before_; }
    HeldModifiers(const HeldModifiers&) = delete;
    HeldModifiers& operator=(const HeldModifiers&) = delete;

private:
    PageState& page_;
    int before_;
};

}  // namespace reprise::locators
