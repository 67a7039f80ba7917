// A page as its user sees it: go somewhere, find things, act on them. Start here.
//
//     auto browser = cdp::Browser::launch();
//     auto page = new_context(browser).new_page();
//     page.navigate("https://shop.example/");
//     page.get_by_label("Email").fill("ada@example.com");
//
// Thread contract: a cheap handle; one thread at a time per page.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include <reprise/locators/call_observer.hpp>
#include <reprise/locators/context.hpp>
#include <reprise/locators/input_devices.hpp>
#include <reprise/locators/locator.hpp>
#include <reprise/locators/screenshot.hpp>

namespace reprise::locators {

struct NavigateOptions {
    cdp::LoadState until{cdp::LoadState::load};
    std::optional<Milliseconds> timeout{};
    CallSite site{CallSite::here()};
};

struct WaitOptions {
    std::optional<Milliseconds> timeout{};  // default: the page's
    CallSite site{CallSite::here()};
};

class FileChooser;

class Page : public Scope {
public:
    // Opens a new page in `context`.
    static Page open(const Context& context, const PageOptions& options = {});
    // Speaks to a page of `context` that exists: a popup.
    Page(const Context& context, cdp::PageTarget target, const PageOptions& options = {});
    const Context& context() const;

    // An address without a host begins at the context's base_url.
    void navigate(const std::string& url, const NavigateOptions& options = {}) const;
    void reload(const NavigateOptions& options = {}) const;
    // False: the history has no entry there.
    bool go_back(const NavigateOptions& options = {}) const;
    bool go_forward(const NavigateOptions& options = {}) const;
    void set_content(std::string_view html, CallSite site = CallSite::here()) const;
    // Waits until the document is loaded, no request is in flight and nothing in it has changed for `quiet`. False:
    // it still changes at the deadline, as pages with clocks and tickers do.
    bool settle(Milliseconds quiet, cdp::Deadline deadline, CallSite site = CallSite::here()) const;
    void wait_for_load_state(cdp::LoadState state = cdp::LoadState::load, const WaitOptions& options = {}) const;
    // Until the page's address matches; also one that changes without a new document.
    void wait_for_url(const UrlMatch& url, const WaitOptions& options = {}) const;
    // Each runs `action` and waits for what it sets off, also after it has returned.
    //
    //     auto terms = page.wait_for_popup([&] { page.get_by_text("Terms").click(); });
    Page wait_for_popup(const std::function<void()>& action, const WaitOptions& options = {}) const;
    // Its end. The context needs a downloads_folder. Throws ActionError when it is cancelled.
    cdp::Download wait_for_download(const std::function<void()>& action, const WaitOptions& options = {}) const;
    // `answer` is given to the dialog as soon as it is shown. Dialogs that nobody waits for: alerts and beforeunload
    // are accepted, confirm and prompt are dismissed; target().dialogs() tells of all.
    cdp::Dialog wait_for_dialog(const std::function<void()>& action, const cdp::DialogAnswer& answer = {},
                                const WaitOptions& options = {}) const;
    // The first chooser that the page or a frame of it opens; they are intercepted only while this waits. Include
    // file_chooser.hpp.
    FileChooser wait_for_file_chooser(const std::function<void()>& action, const WaitOptions& options = {}) const;
    // A frame that there is now, by its name or its address. Throws ActionError, which lists the frames. It is that
    // frame whatever it shows later; frame_locator() finds a frame anew each time.
    FrameLocator frame(std::string_view name) const;
    FrameLocator frame_at(const UrlMatch& url) const;
    std::string url() const;  // as last heard of: asks nothing, so observers are not told
    std::string title(CallSite site = CallSite::here()) const;

    // Runs in the page's own world; promises are awaited. Throws cdp::ScriptError.
    boost::json::value evaluate(std::string_view expression, CallSite site = CallSite::here()) const;
    // Calls `function`, "(name) => window[name]", with `argument`.
    boost::json::value evaluate(std::string_view function, const boost::json::value& argument,
                                CallSite site = CallSite::here()) const;
    // Of the whole document; see Locator::aria_snapshot().
    std::string aria_snapshot(const ActionOptions& options = {}) const;
    // What the page and its frames wrote to the console, and what nothing in them caught, since the page was made: the
    // last 1,000 of each, oldest first; the first one's `number` tells how many went before.
    std::vector<cdp::ConsoleMessage> console_messages() const;
    std::vector<cdp::PageError> page_errors() const;
    // What the page and its frames asked of the network since the page was made, the last 1,000, oldest first.
    std::vector<cdp::NetworkRequest> requests() const;
    // Runs `action` and waits for the first request it makes, or the first answer it gets, whose address matches; also
    // what comes after it has returned. What was asked before does not count. An address without a host begins at the
    // context's base_url. Throws TimeoutError, which names what was asked instead.
    //
    //     auto order = page.wait_for_response("**/api/orders", [&] { page.get_by_text("Order").click(); });
    //     EXPECT_EQ(order.response->status, 201);
    //     auto body = page.response_body(order);
    cdp::NetworkRequest wait_for_request(const UrlMatch& url, const std::function<void()>& action,
                                         const WaitOptions& options = {}) const;
    cdp::NetworkRequest wait_for_response(const UrlMatch& url, const std::function<void()>& action,
                                          const WaitOptions& options = {}) const;
    // The body of an answer; waits until it is whole. The browser keeps bodies (up to 16 MB each, 64 MB in all) from
    // the page's first keep_response_bodies() or wait_for_response() on.
    std::string response_body(const cdp::NetworkRequest& request, const WaitOptions& options = {}) const;
    void keep_response_bodies(CallSite site = CallSite::here()) const;
    // As Context::route, for requests of this page and its frames.
    void route(const UrlMatch& url, RouteHandler handler, const RouteOptions& options = {}) const;
    void unroute(const UrlMatch& url) const;
    Keyboard keyboard() const { return Keyboard{page_}; }
    Mouse mouse() const { return Mouse{page_}; }
    Touchscreen touchscreen() const { return Touchscreen{page_}; }
    // The bytes of a picture file. Without options: PNG of the viewport as it is, animations and caret included, at
    // once.
    std::string screenshot(CallSite site = CallSite::here()) const;
    std::string screenshot(const ScreenshotOptions& options) const;
    void press(std::string_view keys, CallSite site = CallSite::here()) const;  // to whatever has the focus
    void scroll_by(Point distance, CallSite site = CallSite::here()) const;     // by wheel, at the viewport's corner
    void scroll_to(Point offset, CallSite site = CallSite::here()) const;       // the document
    // Url and title; throws AssertionError.
    void expect(const Expectation& expectation) const;

    // The way out: Chromium's own commands, by target().session(), and what the page tells of itself.
    cdp::PageTarget& target() const;
    const PageOptions& options() const;

private:
    cdp::NetworkRequest wait_for_network(cdp::NetworkStage stage, const UrlMatch& url,
                                         const std::function<void()>& action, const WaitOptions& options) const;
};

}  // namespace reprise::locators
