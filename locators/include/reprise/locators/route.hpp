// Requests of pages answered, changed or refused by the test.
//
//     context.route("**/api/prices", [](const Route& route) { route.fulfill({.json = {{"total", 7}}}); });
//     page.route("**/*.{png,jpg}", [](const Route& route) { route.abort(); });
//
// Thread contract: handlers run one after the other on a thread of the context's own, never on that of the test: what
// they share with it needs a lock or an atomic, and must outlive the route (unroute() waits for a running handler).
// They must not use pages and locators. A Route may be kept and answered later, from any thread. Errors: what a handler
// throws fails its request and is thrown as RouteError by the next call on a page of the context, or by
// Context::close(); so is a Route that was dropped without an answer.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/value.hpp>

#include <reprise/cdp/error.hpp>
#include <reprise/locators/action_options.hpp>
#include <reprise/locators/selector.hpp>

namespace reprise::locators {

// Addresses: a glob, as Playwright's, or a regular expression that is found in the address.
//
// In a glob `*` is any text without "/", `**` any text, `{a,b}` either; all else, `?` too, is itself, and `\` takes the
// next character literally. It matches the whole address: that of a page with its fragment, of a request without.
// "/api/*" begins at the context's base_url.
class UrlMatch {
public:
    UrlMatch(const char* glob) : UrlMatch{std::string(glob)} {}  // NOLINT: implicit by intent
    UrlMatch(std::string glob);                                  // NOLINT
    // Flag "i" only. Throws UsageError for an expression that is none.
    UrlMatch(const Regex& regex);  // NOLINT

    bool matches(std::string_view url) const;
    std::string shown() const;  // as written in a call: "**/*.png" or /png$/i
    // The same glob, beginning at `base`, when it names no host.
    UrlMatch based_on(std::string_view base) const;
    // Chromium's patterns, which match at least what this matches. What they hold and this does not match, is let
    // through at once.
    std::vector<std::string> browser_patterns() const;
    // Source and flags of a regular expression of JavaScript that matches the same.
    std::pair<std::string, std::string> script_pattern() const;
    bool operator==(const UrlMatch& other) const noexcept { return source_ == other.source_ && flags_ == other.flags_; }

private:
    struct Compiled;
    std::string source_;
    std::optional<std::string> flags_{};  // set: a regex
    std::shared_ptr<const Compiled> compiled_;
};

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct Request {
    std::string url{};  // without the fragment
    std::string method{};
    HttpHeaders headers{};
    std::optional<std::string> post_data{};
    // "document", "stylesheet", "image", "media", "font", "script", "xhr" (fetch(), too), "eventsource", "websocket",
    // "ping",
    // ...
    std::string resource_type{};

    // The header's value, whatever the case of its name; empty when it is missing.
    std::string header(std::string_view name) const;
};

// What the server has answered: Route::fetch().
struct FetchedResponse {
    int status{};
    std::string status_text{};
    HttpHeaders headers{};  // as they came, Set-Cookie too
    std::string body{};     // decoded; of a redirect: empty

    std::string header(std::string_view name) const;
    // Throws RouteError, which quotes the beginning of what is none.
    boost::json::value json() const;
};

struct Fulfillment {
    // Where it is set, status, headers and body are those of this answer as far as none are named here.
    std::optional<FetchedResponse> response{};
    std::optional<int> status{};  // default 200
    // With `response`: replace those of the same name.
    HttpHeaders headers{};
    std::string content_type{};                   // default: JSON's for `json`, by the name's ending for `path`
    std::optional<std::string> body{};            // at most one of these three; none: that of `response`, or empty
    boost::json::value json{};                    // null: none; JSON's null is the body "null"
    std::optional<std::filesystem::path> path{};  // a file
};

// What is changed of a request on its way; what is not named stays as it is.
struct RequestChanges {
    std::optional<std::string> url{};  // of the same protocol; the page does not see it
    std::optional<std::string> method{};
    std::optional<HttpHeaders> headers{};  // all of them
    std::optional<std::string> post_data{};
};

// Something went wrong in a route: which one, what, and the request.
class RouteError : public Error {
public:
    using Error::Error;
    const char* type() const noexcept override { return "RouteError"; }
};

class RouteState;

// One request that waits for an answer. One of the four functions is to be called, once; UsageError otherwise. A page
// that is gone meanwhile needs none: nothing happens then.
class Route {
public:
    explicit Route(std::shared_ptr<RouteState> state) noexcept : state_{std::move(state)} {}

    const Request& request() const;
    // Answers in the server's place. A cross-origin request is given the headers that allow it, unless they are named.
    void fulfill(const Fulfillment& answer) const;
    // Reasons: "failed", "aborted", "accessdenied", "addressunreachable", "blockedbyclient", "blockedbyresponse",
    // "connectionaborted", "connectionclosed", "connectionfailed", "connectionrefused", "connectionreset",
    // "internetdisconnected", "namenotresolved", "timedout".
    void abort(std::string_view reason = "failed") const;
    void continue_(const RequestChanges& changes = {}) const;
    // Asks the server, by the browser itself, so that cookies go there and back as always, and hands its answer over:
    // the request still waits for fulfill({.response = ...}), abort(), or continue_(), which lets the answer through as
    // it is. Once. Like Playwright's route.fetch(), except that redirects are not followed: their answer is that of
    // this request, and when it is let through, the next hop is a request of its own. Other handlers wait meanwhile.
    // Throws RouteError when no answer came. When the page gives the request up meanwhile, or goes, that is no error:
    // the handler ends with the exception, and nothing is told.
    FetchedResponse fetch(const RequestChanges& changes = {}, Milliseconds timeout = std::chrono::seconds{30}) const;
    // To the route registered before this one; to the server when there is none.
    void fallback(const RequestChanges& changes = {}) const;

private:
    std::shared_ptr<RouteState> state_;
};

using RouteHandler = std::function<void(const Route&)>;
// Whether a route takes the requests to `url`. Called on the thread of the handlers.
using RouteFilter = std::function<bool(const std::string& url)>;

struct RouteOptions {
    std::optional<int> times{};  // how many requests it takes; default: all
    // Leaves the browser's cache on. As in Playwright a page with a route has none: scripts, styles and pictures that
    // the page still has in memory are not asked for a second time, and pass a route by. Where that does no harm -
    // blocked trackers, an answer that is never cached - pages with large files load faster with it. The cache is on
    // when all routes that a page has say so.
    bool keep_cache{};
};

}  // namespace reprise::locators
