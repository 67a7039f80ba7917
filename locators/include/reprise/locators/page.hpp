// A page as its user sees it: go somewhere, find things, act on them. Start here.
//
//     auto browser = cdp::Browser::launch();
//     auto page = new_context(browser).new_page();
//     page.navigate("https://shop.example/");
//     page.get_by_label("Email").fill("ada@example.com");
//
// Errors: cdp::NavigationError (an address that leads nowhere), TimeoutError, ActionError (it could not be done),
// RouteError (a route of before has failed), UsageError (the call itself is wrong), and what cdp throws when page or
// browser end. Thread contract: a cheap handle; one thread at a time per page.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include <reprise/locators/call_observer.hpp>
#include <reprise/locators/context.hpp>
#include <reprise/locators/input_devices.hpp>
#include <reprise/locators/locator.hpp>
#include <reprise/locators/locator_handler.hpp>
#include <reprise/locators/screenshot.hpp>

namespace reprise::locators {

struct NavigateOptions {
    cdp::LoadState until{cdp::LoadState::load};
    std::optional<Milliseconds> timeout{};
    std::string referer{};  // of navigate(): the address from which the page comes
    CallSite site{CallSite::here()};
};

struct CloseOptions {
    bool run_before_unload{};  // as a user closes it: the page is asked, and may stay
    std::string reason{};      // told by calls that find the page closed
    std::optional<Milliseconds> timeout{};
    CallSite site{CallSite::here()};
};

enum class MediaType { screen, print, not_emulated };
enum class Contrast { no_preference, more, not_emulated };
enum class ForcedColors { none, active, not_emulated };

// What is not named stays as it is; `not_emulated`: as the browser has it on its own.
struct MediaOptions {
    std::optional<MediaType> media{};
    std::optional<ColourScheme> colour_scheme{};
    std::optional<ReducedMotion> reduced_motion{};
    std::optional<Contrast> contrast{};
    std::optional<ForcedColors> forced_colors{};
};

class FileChooser;
struct Coverage;
struct PdfOptions;

class Listening;
struct Listener;
class WebStorage;
class Worker;

class Page : public DocumentScope {
public:
    // Opens a new page in `context`. Without options, here and below: the context's.
    static Page open(const Context& context);
    static Page open(const Context& context, const PageOptions& options);
    // Speaks to a page of `context` that exists: a popup.
    Page(const Context& context, cdp::PageTarget target);
    Page(const Context& context, cdp::PageTarget target, const PageOptions& options);
    const Context& context() const;

    // An address without a host begins at the context's base_url. Both return what document_request() does; navigate()
    // nothing when only the fragment changed. Like Playwright's goto() and reload(), except that they return the last
    // request of the chain with its response, and go_back() and go_forward() tell whether they have gone.
    std::optional<cdp::NetworkRequest> navigate(const std::string& url, const NavigateOptions& options = {}) const;
    std::optional<cdp::NetworkRequest> reload(const NavigateOptions& options = {}) const;
    // The request for the document that is there now; nothing: it was not asked of the network.
    std::optional<cdp::NetworkRequest> document_request() const;
    // False: the history has no entry there.
    bool go_back(const NavigateOptions& options = {}) const;
    bool go_forward(const NavigateOptions& options = {}) const;
    // The document is `html` from now on, with the address it had; waits until it is loaded, or as far as `until` says.
    // TimeoutError, when it is not.
    void set_content(std::string_view html, const NavigateOptions& options = {}) const;
    // Waits until the document is loaded, no request is in flight and nothing in it has changed for `quiet`. False:
    // it still changes at the deadline, as pages with clocks and tickers do.
    bool settle(Milliseconds quiet, cdp::Deadline deadline, CallSite site = CallSite::here()) const;
    void wait_for_load_state(cdp::LoadState state = cdp::LoadState::load, const WaitOptions& options = {}) const;
    // Until the page's address matches; also one that changes without a new document.
    void wait_for_url(const UrlMatch& url, const WaitOptions& options = {}) const;
    // `wanted` must not call back into the page.
    void wait_for_url(const std::function<bool(const std::string&)>& wanted, const WaitOptions& options = {}) const;
    // Each runs `action` and waits for what it sets off, also after it has returned.
    //
    //     auto terms = page.wait_for_popup([&] { page.get_by_text("Terms").click(); });
    Page wait_for_popup(const std::function<void()>& action, const WaitOptions& options = {}) const;
    // Its end. Throws ActionError when it is cancelled or breaks off; UsageError, before `action`, when the context is
    // one of our own without downloads_folder (those of test classes have one). Like Playwright's
    // waitForEvent('download'), except that the file has arrived, and stays in the folder.
    cdp::Download wait_for_download(const std::function<void()>& action, const WaitOptions& options = {}) const;
    // Its beginning: see Context::wait_for_download_end() and cancel_download().
    cdp::Download wait_for_download_start(const std::function<void()>& action, const WaitOptions& options = {}) const;
    // The dialog, answered as one that nobody waits for: by answer_dialogs()'s rule, and else alerts are accepted,
    // questions (confirm, prompt) dismissed, leaving a page is accepted.
    cdp::Dialog wait_for_dialog(const std::function<void()>& action, const WaitOptions& options = {}) const;
    // `answer` is given to the dialog as soon as it is shown.
    cdp::Dialog wait_for_dialog(const std::function<void()>& action, const cdp::DialogAnswer& answer,
                                const WaitOptions& options = {}) const;
    // As Context::answer_dialogs(), for this page; goes before the context's rule.
    void answer_dialogs(cdp::DialogRule rule) const;
    std::vector<cdp::Dialog> dialogs() const;  // that were shown since the page was made, with their answers
    // The first chooser that the page or a frame of it opens; they are intercepted only while this waits. Include
    // file_chooser.hpp.
    FileChooser wait_for_file_chooser(const std::function<void()>& action, const WaitOptions& options = {}) const;
    // Like Playwright's workers(): those that are alive, no shared ones. Of the page, its frames and of workers, oldest
    // first. Include worker.hpp.
    std::vector<Worker> workers() const;
    // Runs `action` and waits for the first worker that it starts (whose script's address matches `url`), before its
    // first statement has run; it may have ended since.
    Worker wait_for_worker(const std::function<void()>& action, const WaitOptions& options = {}) const;
    Worker wait_for_worker(const UrlMatch& url, const std::function<void()>& action,
                           const WaitOptions& options = {}) const;
    // Functions that are told what happens to the page, as it happens, as long as the result lives. Include
    // listening.hpp.
    Listening listen(Listener listener) const;
    // The page that opened this one, also by a link that keeps it from the page's scripts (noopener); nothing: none of
    // the context did, or it has gone.
    std::optional<Page> opener() const;
    // A frame that there is now, by its name or its address. Throws ActionError, which lists the frames. It is that
    // frame whatever it shows later; frame_locator() finds a frame anew each time.
    FrameLocator frame(std::string_view name) const;
    FrameLocator frame_at(const UrlMatch& url) const;
    // All there are now, those within frames, too, parents before children. Like Playwright's frames(), except that
    // the main frame, which is the page itself, is not among them.
    std::vector<FrameLocator> frames() const;
    std::string url() const;  // as last heard of: asks nothing, so observers are not told
    // Closes the page, and waits until it has gone; with `run_before_unload` it is only asked to, and wait_for_close()
    // waits. A page that has gone is closed already.
    void close(const CloseOptions& options = {}) const;
    bool is_closed() const;  // or crashed, or its browser has ended
    // Runs `action`, and waits until the page has gone: closed by itself, by a user, or by the end of its process.
    void wait_for_close(const std::function<void()>& action, const WaitOptions& options = {}) const;
    // Like Playwright's bringToFront(): no page here waits for being in front, and all believe to have the focus.
    void bring_to_front(CallSite site = CallSite::here()) const;
    std::string title(CallSite site = CallSite::here()) const;

    // Of the whole document; see Locator::aria_snapshot().
    std::string aria_snapshot(const AriaSnapshotOptions& options = {}) const;
    // What the page, its frames and their workers wrote to the console, and what nothing in them caught, since the page
    // was made: the last 1,000 of each, oldest first; the first one's `number` tells how many went before.
    std::vector<cdp::ConsoleMessage> console_messages() const;
    std::vector<cdp::PageError> page_errors() const;
    // What the page, its frames and their workers asked of the network since the page was made, the last 1,000, oldest
    // first.
    std::vector<cdp::NetworkRequest> requests() const;
    // Runs `action` and waits for the first request it makes, or the first answer it gets, whose address matches; also
    // what comes after it has returned. What was asked before does not count. An address without a host begins at the
    // context's base_url; the question that a browser asks before a cross-origin request (a CORS preflight) is none of
    // them. What fails gets no answer. Throws TimeoutError, which names what was asked instead, and failed. With a
    // function all requests are looked at, preflights too.
    //
    //     auto order = page.wait_for_response("**/api/orders", [&] { page.get_by_text("Order").click(); });
    //     EXPECT_EQ(order.response->status, 201);
    //     auto body = page.response_body(order);
    cdp::NetworkRequest wait_for_request(const UrlMatch& url, const std::function<void()>& action,
                                         const WaitOptions& options = {}) const;
    cdp::NetworkRequest wait_for_response(const UrlMatch& url, const std::function<void()>& action,
                                          const WaitOptions& options = {}) const;
    cdp::NetworkRequest wait_for_request(const RequestFilter& wanted, const std::function<void()>& action,
                                         const WaitOptions& options = {}) const;
    cdp::NetworkRequest wait_for_response(const RequestFilter& wanted, const std::function<void()>& action,
                                          const WaitOptions& options = {}) const;
    // The body of an answer; waits until it is whole. The browser keeps bodies (up to 16 MB each, 64 MB in all) from
    // the page's first keep_response_bodies() or wait_for_response() on.
    std::string response_body(const cdp::NetworkRequest& request, const WaitOptions& options = {}) const;
    // The body read as JSON. Throws ActionError, which quotes the beginning of what is none.
    boost::json::value response_json(const cdp::NetworkRequest& request, const WaitOptions& options = {}) const;
    void keep_response_bodies(CallSite site = CallSite::here()) const;
    // The same request, once it has ended and all is known of it: headers as they were sent (`all_headers`, cookies
    // too), sizes, times.
    cdp::NetworkRequest complete(const cdp::NetworkRequest& request, const WaitOptions& options = {}) const;
    // The whole body that was sent, as bytes, large ones too; nothing: there is none.
    std::optional<std::string> post_data(const cdp::NetworkRequest& request, const WaitOptions& options = {}) const;
    // WebSockets of the page and its frames, the last 100, with the last 1,000 frames of each.
    std::vector<cdp::WebSocketRecord> web_sockets() const;
    // Runs `action` and waits for the first WebSocket that it opens, or for the first frame from then on that `wanted`
    // takes (default: any), also of sockets that were open before. `wanted` must not call back into the page.
    cdp::WebSocketRecord wait_for_web_socket(const UrlMatch& url, const std::function<void()>& action,
                                             const WaitOptions& options = {}) const;
    cdp::WebSocketFrame wait_for_web_socket_frame(const UrlMatch& url, const std::function<void()>& action,
                                                  const std::function<bool(const cdp::WebSocketFrame&)>& wanted = {},
                                                  const WaitOptions& options = {}) const;
    // As Context::route, for requests of this page and its frames.
    void route(const UrlMatch& url, RouteHandler handler, const RouteOptions& options = {}) const;
    void route(const RouteFilter& wanted, RouteHandler handler, const RouteOptions& options = {}) const;
    void unroute(const UrlMatch& url) const;
    void unroute_all() const;
    void route_web_socket(const UrlMatch& url, std::function<void(const WebSocketRoute&)> handler) const;
    // Runs `handler` whenever `locator` is visible when something else is acted on or expected (locator_handler.hpp).
    // With several, the one added first goes first.
    void add_locator_handler(const Locator& locator, LocatorHandler handler,
                             const LocatorHandlerOptions& options = {}) const;
    void remove_locator_handler(const Locator& locator) const;  // all that were added for this locator
    // As of Context, for this page and its frames; for functions include exposed_function.hpp.
    void add_init_script(std::string_view script) const;
    void expose_function(const std::string& name, const ExposedFunction& function) const;
    Clock clock() const;  // the context's; include clock.hpp
    // Beside the context's, and in place of those with the same names; in place of what was set before. Not of popups.
    void set_extra_headers(const HttpHeaders& headers) const;
    // Kept over navigations.
    void emulate_media(const MediaOptions& options) const;
    void set_viewport_size(int width_px, int height_px) const;
    WebStorage local_storage() const;  // of the main document's origin: web_storage.hpp
    WebStorage session_storage() const;
    void request_gc() const;  // collects the garbage of the page's scripts
    Keyboard keyboard() const { return Keyboard{page_}; }
    Mouse mouse() const { return Mouse{page_}; }
    Touchscreen touchscreen() const { return Touchscreen{page_}; }
    // The bytes of a picture file. Without options: PNG of the viewport as it is, animations and caret included, at
    // once.
    std::string screenshot(CallSite site = CallSite::here()) const;
    std::string screenshot(const ScreenshotOptions& options) const;
    void hide_highlights(CallSite site = CallSite::here()) const;  // of Locator::highlight(), in all frames
    // The bytes of a PDF file (pdf.hpp). Headless browsers only.
    std::string pdf(const PdfOptions& options) const;
    // The film of this page, the latest: of a context with `record_video`, or of start_video(). Nothing: there is none.
    // Like Playwright's video(): also after the page is closed.
    std::optional<Video> video() const;
    // Records the page from now on, until Video::stop() or its end (video.hpp). Throws UsageError when it is being
    // recorded already, ActionError when the file cannot be made. Like Playwright's page.screencast.start(), except
    // that nothing is drawn into the picture, and frames are not handed out.
    Video start_video(const VideoOptions& options) const;
    // From now on the browser notes which scripts and which style rules of the main frame's process are used
    // (coverage.hpp); what is read at the end is of the documents that are still there. Like Playwright's coverage,
    // except that navigations do not begin it anew.
    void start_js_coverage(const WaitOptions& options = {}) const;
    std::vector<Coverage> stop_js_coverage(const WaitOptions& options = {}) const;
    void start_css_coverage(const WaitOptions& options = {}) const;
    std::vector<Coverage> stop_css_coverage(const WaitOptions& options = {}) const;
    void press(std::string_view keys, CallSite site = CallSite::here()) const;  // to whatever has the focus
    void scroll_by(Point distance, CallSite site = CallSite::here()) const;     // by wheel, at the viewport's corner
    void scroll_to(Point offset, CallSite site = CallSite::here()) const;       // the document
    // Url and title; throws AssertionError.
    void expect(const Expectation& expectation) const;

    // The way out: Chromium's own commands, by target().session(), and what the page tells of itself.
    cdp::PageTarget& target() const;
    const PageOptions& options() const;

private:
    friend class Locator;
    explicit Page(std::shared_ptr<PageState> state);
    cdp::NetworkRequest wait_for_network(cdp::NetworkStage stage, const std::string& shown, const RequestFilter& wanted,
                                         const std::function<void()>& action, const WaitOptions& options) const;
    void wait_for_url(const std::string& shown, const std::function<bool(const std::string&)>& wanted,
                      const WaitOptions& options) const;
};

}  // namespace reprise::locators
