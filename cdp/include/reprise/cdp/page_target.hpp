// One page (a tab or a popup): its frames, its scripts, its dialogs, its end. Facts only; acting on a page as a user
// does is the business of reprise/locators.
//
// Thread-safe: a cheap handle on a shared core. Waiting functions block the caller only.
// Errors: every waiting function throws ConnectionClosed or TargetCrashed as soon as the page or the browser ends, and
// TimeoutError when its deadline passes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include <reprise/cdp/console.hpp>
#include <reprise/cdp/deadline.hpp>
#include <reprise/cdp/dialog.hpp>
#include <reprise/cdp/file_chooser.hpp>
#include <reprise/cdp/frame_tree.hpp>
#include <reprise/cdp/network.hpp>
#include <reprise/cdp/session.hpp>
#include <reprise/cdp/web_socket.hpp>

namespace reprise::cdp {

class PageCore;
class ScriptHost;

// A JavaScript object held in the page, and the session it lives on. Released with its document.
struct RemoteHandle {
    std::string object_id;
    Session session;
};

class PageTarget {
public:
    explicit PageTarget(std::shared_ptr<PageCore> core) noexcept;

    const std::string& id() const noexcept;
    bool operator==(const PageTarget& other) const noexcept { return core_ == other.core_; }
    Session session() const;  // the main frame's; input goes here, in main-frame coordinates
    // That of the process in which a frame is; nullopt: the frame has gone. Input of a session of its own goes to that
    // process, or to one of a frame within, whatever lies over the frame, in the coordinates of the first frame of it.
    std::optional<Session> session_of(const FrameId& frame) const;
    bool alive() const;
    const std::string& opener() const noexcept;  // id() of the page that opened it, which may have gone; empty: none

    // Waits until the page is set up; every other call does so by itself.
    void await_ready(Deadline deadline) const;
    FrameId main_frame() const;
    std::vector<FrameInfo> frames() const;  // parents before children
    std::optional<FrameInfo> frame(const FrameId& id) const;
    std::string url() const;

    // Evaluates `expression` in the frame's current document; promises are awaited, the result is returned by value.
    // Throws DocumentGone when the document is replaced or removed meanwhile, ScriptError with the JavaScript stack.
    boost::json::value evaluate(const FrameId& frame, World world, std::string_view expression,
                                Deadline deadline) const;
    // The same, but the result stays in the page.
    RemoteHandle evaluate_handle(const FrameId& frame, World world, std::string_view expression,
                                 Deadline deadline) const;
    // Calls `function` (JavaScript text) with `handle` as its argument after `argument_json`, by value.
    boost::json::value call_with(const RemoteHandle& handle, std::string_view function, std::string_view argument_json,
                                 Deadline deadline) const;
    // The same object as the page's own world knows it: for elements of the isolated world. Throws DocumentGone.
    RemoteHandle in_page_world(const FrameId& frame, const RemoteHandle& element, Deadline deadline) const;
    // The frame inside an <iframe>; nullopt: the element holds none. DocumentGone: it was taken out of its document.
    std::optional<FrameId> content_frame(const RemoteHandle& element, Deadline deadline) const;
    // The <iframe> element that holds `frame`, as an object of the parent's isolated world.
    RemoteHandle frame_owner(const FrameId& frame, Deadline deadline) const;
    // Hands every closed shadow root of the frame's document to `function(host, root)` in the isolated world.
    // Returns how many there were.
    int for_each_closed_shadow_root(const FrameId& frame, std::string_view function, Deadline deadline) const;

    // Opens `url` in the main frame and waits for `until`. Throws NavigationError with Chromium's reason. Both return
    // what document_request() does; nothing when there was no new document.
    // `referer`: as if a link there had been followed, sent as it is; empty: none.
    std::optional<NetworkRequest> navigate(const std::string& url, LoadState until, Deadline deadline,
                                           const std::string& referer = {}) const;
    std::optional<NetworkRequest> reload(LoadState until, Deadline deadline) const;
    // The request of the main frame's document, the last one of a chain of redirects; nothing when it was not seen, as
    // for about:blank.
    std::optional<NetworkRequest> document_request() const;
    // Steps through the history; false: there is no entry in that direction.
    bool step_history(int delta, LoadState until, Deadline deadline) const;
    void wait_for_load_state(LoadState state, Deadline deadline) const;
    // Until the main frame's address, as last heard of, is `wanted`; changes without a new document count. `wanted`
    // must not call back into the page.
    void wait_for_url(const std::function<bool(const std::string&)>& wanted, Deadline deadline) const;
    // After an input: when it has begun to replace the main document, waits until the new one is there or the attempt
    // has ended (204, download, stop). Costs one round trip when nothing navigates.
    void settle_navigation(Deadline deadline) const;
    int requests_in_flight() const;
    // What the page, its frames and their workers have asked of the network since it was made, oldest first.
    std::vector<NetworkRequest> requests() const;
    std::size_t requests_seen() const;
    // While it lives, the last 50,000 requests are kept instead of 1,000, and as many frames of each WebSocket: nothing
    // that an action causes is forgotten before it is asked for.
    std::shared_ptr<void> hold_traffic() const;
    // The first request numbered above `after` that has come to `stage` and is `wanted`; waits for it. `wanted` must
    // not call back into the page.
    NetworkRequest wait_for_request(NetworkStage stage, std::size_t after,
                                    const std::function<bool(const NetworkRequest&)>& wanted, Deadline deadline) const;
    // The same request when its last stage has come.
    NetworkRequest complete(const NetworkRequest& request, Deadline deadline) const;
    // The body that was sent, whole and as bytes; nothing: there is none. Throws ProtocolError when the browser has it
    // no more.
    std::optional<std::string> post_data(const NetworkRequest& request, Deadline deadline) const;
    std::vector<WebSocketRecord> web_sockets() const;
    // Until `wanted`, which must not call back into the page, is true of one of them.
    WebSocketRecord wait_for_web_socket(const std::function<bool(const WebSocketRecord&)>& wanted,
                                        Deadline deadline) const;
    // From now on the browser keeps the bodies of answers (as many as 64 MB of them) for response_body().
    void keep_response_bodies(Deadline deadline) const;
    // Waits until the request has ended. Throws ProtocolError when the browser has not kept its body.
    std::string response_body(const NetworkRequest& request, Deadline deadline) const;
    // Lets the page alone for so long, or until the deadline.
    void pause(std::chrono::milliseconds duration, Deadline deadline) const;

    // The next dialog gets this answer. Others get the one of ContextOptions::dialog_listener, if it has one, or follow
    // the default rule: alerts and beforeunload are accepted, confirm and prompt are dismissed. All are kept in
    // dialogs(). A page that shows more than 50 while nothing is asked of it is closed: what waits then throws
    // ConnectionClosed, which says so.
    // Returns a number by which an answer that was not needed is taken back.
    std::uint64_t answer_next_dialog(DialogAnswer answer) const;
    void take_back_answer(std::uint64_t number) const;
    std::vector<Dialog> dialogs() const;
    // Waits until `count` dialogs have been shown since the page was made.
    void wait_for_dialogs(std::size_t count, Deadline deadline) const;

    // What the page, its frames and their workers have written and thrown since the page was made, the last 1,000 of
    // each. What a script of a document wrote before its value came back is here by then.
    std::vector<ConsoleMessage> console_messages() const;
    std::vector<PageError> page_errors() const;

    // A message that the page script sent about `token` through the binding; waits for one.
    std::string wait_for_message(std::string_view token, Deadline deadline) const;
    std::optional<std::string> take_message(std::string_view token) const;

    // Native drags are handed to us instead of the window system; what the page wants dragged is kept for one taking.
    void intercept_drags(Deadline deadline) const;
    std::optional<boost::json::value> take_drag_data(Deadline deadline) const;
    // Style sheets that were told of since CSS.enable: id to address.
    std::map<std::string, std::string> style_sheets() const;
    void forget_style_sheets() const;

    // While this is on, once for each who wants it, the page and its frames show no file choosers, which are kept in
    // file_choosers() instead.
    void intercept_file_choosers(bool on, Deadline deadline) const;
    std::vector<FileChooserOpened> file_choosers() const;  // since the page was made
    // Waits until there are more than `count`.
    FileChooserOpened wait_for_file_chooser(std::size_t count, Deadline deadline) const;
    // A node of the frame's document, by the backend's number, as the isolated world knows it. Throws DocumentGone.
    RemoteHandle node(const FrameId& frame, int backend_node, Deadline deadline) const;

    void bring_to_front(Deadline deadline) const;
    // Returns at once; beforeunload handlers do not run. `reason`: put into the errors of calls that find it closed.
    void close(const std::string& reason = {}) const;
    // As a user closes it: beforeunload handlers run, and may ask. Returns at once.
    void close_as_user(const std::string& reason = {}) const;
    void wait_for_end(Deadline deadline) const;  // of the page, by whatever cause

    const ScriptHost& script_host() const noexcept;
    PageCore& core() const noexcept { return *core_; }  // for cdp's own functions about pages

private:
    std::shared_ptr<PageCore> core_;
};

}  // namespace reprise::cdp
