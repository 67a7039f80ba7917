// An isolated profile within a browser, as its user sees it: own cookies, storage, permissions, routes. One per test.
//
//     auto context = new_context(browser, {.base_url = "https://shop.example", .locale = "de-DE"});
//     auto page = context.new_page();
//     page.navigate("/cart");
//
// Thread-safe: a cheap handle. The context ends with its last handle and its last page, or with close(). Every waiting
// function has 30 seconds.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <reprise/cdp/browser.hpp>
#include <reprise/locators/action_options.hpp>
#include <reprise/locators/har.hpp>
#include <reprise/locators/route.hpp>
#include <reprise/locators/storage_state.hpp>
#include <reprise/locators/video.hpp>

namespace reprise::locators {

class CallObserver;
class Clock;
class ContextState;
class ExposedFunction;
class Listening;
class Page;
class WebSocketRoute;
class Worker;

struct Listener;

struct PageOptions {
    Milliseconds timeout{30'000};                  // of actions and navigations that name none; see ActionOptions
    Milliseconds expect_timeout{5'000};            // of expectations that name none
    std::string test_id_attribute{"data-testid"};  // what get_by_test_id() looks at
    std::shared_ptr<CallObserver> observer{};      // told of every call on the page and its locators
    Milliseconds slow_mo{};                        // rest before each of them, for eyes that follow
};

enum class ColourScheme { light, dark, not_emulated };
enum class ReducedMotion { no_preference, reduce, not_emulated };
enum class ServiceWorkers { allow, block };

struct Geolocation {
    double latitude{};  // degrees
    double longitude{};
    double accuracy_m{};
};

struct HttpCredentials {
    std::string username{};
    std::string password{};
};

// All pages of the context get these before anything of them runs, popups and frames in other processes, too. What is
// not set costs nothing. What the browser refuses (a time zone that does not exist) is thrown when the first page is
// used.
struct ContextOptions {
    std::optional<int> width_px{};  // of the viewport; default: LaunchOptions'
    std::optional<int> height_px{};
    std::optional<std::filesystem::path> downloads_folder{};  // made when it is missing; default: downloads are refused
    std::string base_url{};                                   // of addresses that name no host
    HttpHeaders extra_headers{};                              // of every request
    std::string user_agent{};  // client hints follow it, when it names a system (devices.hpp has some)
    std::string locale{};      // "de-DE": languages asked for, formats of numbers and dates
    std::string timezone{};    // "Europe/Berlin"
    std::optional<ColourScheme> colour_scheme{};
    std::optional<ReducedMotion> reduced_motion{};
    std::optional<double> device_scale_factor{};
    bool is_mobile{};  // the viewport follows <meta name=viewport>, scroll bars lie over the page
    bool has_touch{};
    std::optional<Geolocation> geolocation{};  // needs the permission "geolocation", too
    // Playwright's names ("geolocation", "notifications", "clipboard-read", "camera", ...), or Chromium's.
    std::vector<std::string> permissions{};
    bool offline{};
    // For any server that asks, by Basic or Digest. Each request then takes the way through us.
    std::optional<HttpCredentials> http_credentials{};
    bool ignore_https_errors{};
    // Like Playwright's `proxy`: also for this machine's own servers, unless `bypass` names them.
    std::optional<cdp::ProxyServer> proxy{};  // default: the browser's
    // Told when the proxy asks, never to a server; each request then takes the way through us. Not over SOCKS, whose
    // names and passwords Chromium does not know. Default: the browser's, for the browser's proxy.
    std::optional<cdp::ProxyCredentials> proxy_credentials{};
    bool java_script_enabled{true};  // of the pages; locators work all the same
    bool bypass_csp{};
    // JavaScript that runs in every document of every page and frame, before anything of the page itself.
    std::vector<std::string> init_scripts{};
    // Blocked: `navigator.serviceWorker.register()` registers nothing, gives undefined and warns in the console.
    ServiceWorkers service_workers{ServiceWorkers::allow};
    std::optional<RecordVideo> record_video{};    // films of all its pages: video.hpp
    std::optional<StorageState> storage_state{};  // cookies and storage restored before any page is opened
    // Of pages that are asked for without options, and of those that listen() tells of. Default: PageOptions{}.
    std::optional<PageOptions> page_options{};
};

// A request, and the page that made it: PageTarget::id(); empty: a service worker has (NetworkRequest::worker).
struct ContextRequest {
    std::string page{};
    cdp::NetworkRequest request{};
};

// Whether a request is the one waited for. It must not call back into the page or its context, and may be called on the
// connection's own thread.
using RequestFilter = std::function<bool(const cdp::NetworkRequest&)>;

class Context;
Context new_context(const cdp::Browser& browser, const ContextOptions& options = {},
                    Milliseconds timeout = std::chrono::seconds{30});
// The default context of a browser that was launched with LaunchOptions::profile: what its pages leave behind is there
// again when the profile is launched next.
//
//     auto browser = cdp::Browser::launch({.profile = "profiles/anna"});
//     auto page = persistent_context(browser).new_page();
//
// Like Playwright's launchPersistentContext(), except that its close() leaves its pages to the browser, whose close()
// ends them. Throws UsageError when the context is in use here already, and for `proxy`, which is
// LaunchOptions::proxy there.
Context persistent_context(const cdp::Browser& browser, const ContextOptions& options = {},
                           Milliseconds timeout = std::chrono::seconds{30});

class Context {
public:
    explicit Context(std::shared_ptr<ContextState> state) noexcept : state_{std::move(state)} {}

    // Without options: page_options().
    Page new_page() const;
    Page new_page(const PageOptions& options) const;
    std::vector<Page> pages() const;  // alive ones, popups included
    std::vector<Page> pages(const PageOptions& options) const;
    const PageOptions& page_options() const;  // ContextOptions::page_options

    // Service workers that run now, oldest first. Include worker.hpp. The browser ends one that has nothing to do; when
    // it is needed again, it is another one.
    std::vector<Worker> service_workers() const;
    // Runs `action` and waits for the first service worker that it starts.
    Worker wait_for_service_worker(const std::function<void()>& action,
                                   Milliseconds timeout = std::chrono::seconds{30}) const;

    std::vector<Cookie> cookies(const std::vector<std::string>& urls = {}) const;  // default: all
    void add_cookies(const std::vector<Cookie>& cookies) const;
    void clear_cookies() const;
    // With the storage of all origins that its pages have shown. Throws ActionError when a database holds what a state
    // cannot.
    StorageState storage_state(const StorageStateOptions& options = {}) const;
    // In place of all cookies, and of what is stored at the origins that its pages have shown. Pages that are open find
    // the new storage, but are not loaded anew. Like Playwright's setStorageState(). Throws ActionError when something
    // cannot be restored.
    void set_storage_state(const StorageState& state) const;

    // Forgets those that agree with all that the filter names.
    void clear_cookies(const CookieFilter& filter) const;

    // All below: for every page that is there, and every one to come, frames in other processes and popups included.
    //
    // Functions that are told what happens, as it happens, as long as the result lives. Include listening.hpp.
    Listening listen(Listener listener) const;
    // JavaScript that runs in every document to come, before anything of the page itself, whatever its policy.
    void add_init_script(std::string_view script) const;
    // Makes `window[name]` a function that calls `function` here and gives a promise of its value; what it throws
    // rejects the promise. Documents that are there have it, too. Throws UsageError when the name is taken. The thread
    // contract is exposed_function.hpp's.
    //
    //     context.expose_function("add", [](int a, int b) { return a + b; });
    void expose_function(const std::string& name, const ExposedFunction& function) const;
    Clock clock() const;  // clock.hpp
    // Nullopt: the place cannot be had (POSITION_UNAVAILABLE), as in Playwright.
    void set_geolocation(const std::optional<Geolocation>& place) const;
    void set_offline(bool offline) const;
    void set_extra_headers(const HttpHeaders& headers) const;  // in place of ContextOptions::extra_headers
    // Names as of ContextOptions::permissions; of all origins, or of one. Those that were granted before, there or to
    // all, stay granted; all others are refused.
    void grant_permissions(const std::vector<std::string>& names, const std::string& origin = {}) const;
    void clear_permissions() const;

    // How dialogs are answered that no wait_for_dialog() takes; nothing, or an empty rule: alerts and beforeunload are
    // accepted, confirm and prompt are dismissed. A page's rule goes first. Like Playwright's on('dialog'), except that
    // the rule gives the answer back. It runs on the connection's own thread, which must not wait: it may look at
    // facts, but call nothing that asks the browser. What it throws is thrown by the next call on a page. A rule that
    // holds a page or the context keeps the context open until it is taken back, or close().
    //
    //     context.answer_dialogs([](const cdp::Dialog& dialog) -> std::optional<cdp::DialogAnswer> {
    //         if (dialog.message == "Delete it?") return cdp::DialogAnswer{.action = cdp::DialogAction::accept};
    //         return std::nullopt;
    //     });
    void answer_dialogs(cdp::DialogRule rule) const;

    // Requests of all pages whose address matches are handed to `handler`, the last route first; routes of a page go
    // before those of its context. Returns when every page knows it. Every hop of a redirect is a request of its own.
    // Requests of service workers are routed by routes of the context only, but not the one for their own script. Like
    // Playwright's, except for that one. Not routed: what shared workers ask for. While there is a route, the cache of
    // the pages it is for is off.
    void route(const UrlMatch& url, RouteHandler handler, const RouteOptions& options = {}) const;
    // Those that `wanted` is true of. All requests are held for it, which is slower than an address; unroute_all()
    // takes it back.
    void route(const RouteFilter& wanted, RouteHandler handler, const RouteOptions& options = {}) const;
    // Takes back all routes of the context for `url`; no handler of theirs runs when it returns.
    void unroute(const UrlMatch& url) const;
    // All routes of the context, those from HAR files, too; routes of pages stay.
    void unroute_all() const;
    // WebSockets that pages open from now on, to addresses that match, are handed to `handler`
    // (web_socket_route.hpp), the last route first; routes of a page go before those of its context. Others are the
    // browser's own. An address without a host begins at the context's base_url. Like Playwright's routeWebSocket(),
    // except that those of workers are not routed, and that JavaScript, not C++, takes regular expressions here. Of
    // what is routed nothing is asked of a page's policy (CSP), and Page::web_sockets() tells of the server's end only.
    void route_web_socket(const UrlMatch& url, std::function<void(const WebSocketRoute&)> handler) const;

    // Writes what the pages of the context ask of the network from now on into `file`, a ".har", or a ".zip" of one.
    HarRecording record_har(const std::filesystem::path& file, const HarOptions& options = {}) const;
    // Answers requests with what `file` holds for the same address, method and body; of several the one with the most
    // equal headers. Redirects are followed within the file. Like Playwright's routeFromHAR(), except that with
    // `update` bodies are written into the file itself unless that is a zip, and the mode is always minimal. Throws
    // ActionError with file and place when it is no HAR.
    void route_from_har(const std::filesystem::path& file, const HarReplayOptions& options = {}) const;

    // What the open pages of the context have asked of the network, oldest first. Of a popup the first requests may be
    // missing, unless a wait, a route or a recording of the context holds new pages until they are listened to.
    std::vector<ContextRequest> requests() const;
    // As Page::wait_for_request and wait_for_response, for all pages of the context and popups to come.
    ContextRequest wait_for_request(const UrlMatch& url, const std::function<void()>& action,
                                    Milliseconds timeout = std::chrono::seconds{30}) const;
    ContextRequest wait_for_response(const UrlMatch& url, const std::function<void()>& action,
                                     Milliseconds timeout = std::chrono::seconds{30}) const;
    ContextRequest wait_for_request(const RequestFilter& wanted, const std::function<void()>& action,
                                    Milliseconds timeout = std::chrono::seconds{30}) const;
    ContextRequest wait_for_response(const RequestFilter& wanted, const std::function<void()>& action,
                                     Milliseconds timeout = std::chrono::seconds{30}) const;
    // Runs `action` and waits for the first page that is opened in the context, by whomever.
    Page wait_for_page(const std::function<void()>& action, Milliseconds timeout = std::chrono::seconds{30}) const;

    // Waits until `download` has ended, well or not: see its state.
    cdp::Download wait_for_download_end(const cdp::Download& download,
                                        Milliseconds timeout = std::chrono::seconds{30}) const;
    void cancel_download(const cdp::Download& download) const;  // nothing happens to one that has ended

    // Calls nothing of the test any more: handlers of routes, of WebSocket routes and of locators, exposed functions,
    // rules for dialogs; waits for those that run, 5 s at most for each kind. For the end of a test, whose variables
    // they may hold. The pages stay as they are: what a route would have taken is aborted from now on, and never asked
    // of the server; WebSockets that were routed break off, calls of exposed functions are not answered. New routes,
    // functions and rules are refused (ConnectionClosed).
    void let_go_of_handlers() const noexcept;
    // Closes its pages and forgets its data. Waits 5 s at most for a route's handler that runs, and until videos are
    // complete. Throws RouteError when a route has failed, ActionError when a video could not be written, and no call
    // has told so; the context is closed by then.
    // `reason`: told by calls that find its pages closed.
    void close(const std::string& reason = {}) const;
    bool is_closed() const;                     // or its browser has ended
    const cdp::BrowserContext& target() const;  // facts: pages made, downloads

private:
    friend class Page;
    friend class PageState;
    std::shared_ptr<ContextState> state_;
};

}  // namespace reprise::locators
