// One call of the page script about a locator: finds the frame, asks, waits, and turns the answer into a result or an
// error that says what was called, what happened and what was seen on the way.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <reprise/cdp/deadline.hpp>
#include <reprise/cdp/page_target.hpp>
#include <reprise/locators/locator.hpp>

#include "input.hpp"
#include "page_state.hpp"

namespace reprise::locators {

class ElementCall {
public:
    // `call`: ".click()", as written after the locator.
    ElementCall(const Scope& scope, std::string_view call, cdp::Deadline deadline);
    // What is still armed then is PageState::left_watches.
    ~ElementCall();
    ElementCall(const ElementCall&) = delete;
    ElementCall& operator=(const ElementCall&) = delete;
    static PageState& page_of(const Scope& scope) { return *scope.page_; }
    static std::string text_of(const Scope& scope, std::string_view call) { return scope.text_ + std::string(call); }

    // Awaits `reprise.<function>({chain, timeout_ms, <arguments>})` on the current document, again on the next one when
    // the document was replaced before anything was dispatched. Returns the answer, ok or not.
    boost::json::object ask(std::string_view function, std::string_view arguments);
    // From now on ask() does not wait for frames on the way: without one there is no element, which is what is sought.
    // Its answer is then {ok, pass: true, received}.
    void absent_frames_will_do() { frames_wanted_ = false; }
    // A page that is too busy to answer in time has some seconds for it: nothing is judged that was never looked at.
    void look_at_least_once() { patient_ = true; }
    // ask(), and throws unless the answer is ok.
    boost::json::object demand(std::string_view function, std::string_view arguments);
    // demand("act") that arms the document against input which does not reach the element.
    boost::json::object arm(std::string_view arguments);
    void disarmed() { armed_ = false; }  // what was armed has been asked
    // One question about the document last asked, without waiting for elements; the object is empty when it is gone.
    boost::json::object ask_again(std::string_view function, std::string_view arguments);
    // The frame that the scope's way leads to; waits for it.
    cdp::FrameId enter();
    // demand(), and the element that the page script then holds.
    cdp::RemoteHandle hold(std::string_view arguments);
    const cdp::FrameId& last_frame() const { return last_frame_; }  // that was asked
    // Sends input, or asks about it. When the browser does not answer in time or ends, the error says what was called.
    void dispatch(const std::function<void()>& send) const;

    // Where `point`, in the viewport of the element's frame, is; checks in each frame above that the point shows the
    // frame, and scrolls to it. Empty: something covers the frame; `blocker` says what.
    struct Through {
        std::string_view token{};  // frames above are armed against presses that arrive there: empty: none
        enum {
            of_process,
            all
        } arms{of_process};  // those of the element's process, or all, when the press goes to the page
        bool no_scroll{};
    };
    std::optional<Spot> to_page(Point point, const Through& through, std::string& blocker);
    // What the frames that to_page() has armed have seen, innermost first; they watch no longer.
    std::vector<boost::json::object> ask_above(std::string_view function, std::string_view arguments);

    [[noreturn]] void fail(const boost::json::object& answer) const;
    [[noreturn]] void fail_after_dispatch(std::string_view what) const;
    void note(std::string_view text);  // a line of the call log

    PageState& page() const { return *page_; }
    cdp::Deadline deadline() const { return deadline_; }
    cdp::Deadline answer_by() const;  // of the page, which ends its own waits at deadline() unless it is busy
    std::string text() const { return text_; }
    std::string explain(std::string_view headline) const;

private:
    struct Place {
        cdp::FrameId frame;
        std::string chain;                             // JSON array
        std::optional<boost::json::object> refusal{};  // why a frame on the way could not be entered
    };
    Place enter_frames(bool wait);
    // run(), and again once closed shadow roots are known, if the page has any.
    boost::json::object run_knowing_roots(const Place& place, std::string_view function, std::string_view arguments,
                                          bool wait);
    boost::json::object run(const Place& place, std::string_view function, std::string_view arguments, bool wait);
    std::string list_candidates(const boost::json::array& candidates, double matches) const;
    // Of locator handlers (locator_handlers.cpp). Whether the page script of `frame` can see the handler's locator
    // itself.
    bool seen_in(const Scope& handler, const cdp::FrameId& frame) const;
    std::string handlers_json(const cdp::FrameId& frame) const;
    bool sees_all_handlers(const cdp::FrameId& frame) const;
    Milliseconds patience(const cdp::FrameId& frame) const;  // how long a page may wait at once
    void handle_other_frames();
    void run_handler(std::size_t index);
    bool is_let_be(const LocatorHandlers::Entry& entry) const;
    bool waits_on(const boost::json::object& answer) const;  // the page's patience has ended, not ours
    boost::json::object ask_frame(const cdp::FrameId& frame, std::string_view function, std::string_view arguments);
    cdp::RemoteHandle held(const cdp::FrameId& frame) const;  // throws DocumentGone when it holds nothing
    void keep_log(const boost::json::object& answer);
    void keep_surroundings(const boost::json::object& answer);
    long elapsed_ms() const;

    std::shared_ptr<PageState> page_;
    const std::vector<Scope::Link>& links_;
    cdp::FrameId root_;
    std::string text_;
    std::string place_;                // the page or the frame, as written
    std::vector<std::string> around_;  // the aria snapshot of where the last answer failed
    cdp::Deadline deadline_;
    cdp::Deadline::Clock::time_point start_;
    cdp::FrameId last_frame_;
    // As it came: most calls succeed, and nobody reads theirs.
    struct LogLine {
        long ms{};  // since the start
        std::string text{};
        long count{};  // how often it was seen in a row
    };
    std::vector<LogLine> log_;
    std::vector<std::shared_ptr<LocatorHandlers::Entry>> let_be_;  // have run, and what they are for may stay
    std::vector<cdp::FrameId> above_;                              // frames that to_page() has armed
    bool frames_wanted_{true};
    bool patient_{};                         // see look_at_least_once()
    bool armed_{};                           // so has arm() the one last asked
    std::vector<cdp::FrameId> roots_known_;  // frames whose closed shadow roots the page script knows
};

ActionResult to_result(const boost::json::object& answer);

// Members of an answer; "", 0 and false when they are missing.
std::string string_of(const boost::json::object& object, std::string_view name);
double number_of(const boost::json::object& object, std::string_view name);
bool is_true(const boost::json::object& object, std::string_view name);

// The member of act's argument that names the states to check: `list` is JSON strings, "\"visible\",\"stable\"".
std::string checks(std::string_view list);

// The members of read's argument that ask for an aria snapshot. Throws UsageError.
std::string aria_snapshot_arguments(const AriaSnapshotOptions& options);

// Forgets an object of the page, which would otherwise stay as long as its document. Returns at once.
void release(const cdp::RemoteHandle& handle);

// `text` as a JSON string.
std::string json_text(std::string_view text);

}  // namespace reprise::locators
