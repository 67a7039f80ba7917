// The routes of a context: keeps them, matches held requests against them, and runs their handlers on a thread of its
// own. That thread is started with the first request that a route takes, and belongs to the context.
//
// Thread-safe.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <reprise/cdp/interception.hpp>
#include <reprise/locators/context.hpp>

namespace reprise::locators {

struct RouteEntry {
    std::string page;  // PageTarget::id(); empty: all pages
    UrlMatch match;
    RouteHandler handler;
    std::optional<int> left{};  // requests it still takes
    bool keeps_cache{};
    std::string call;      // page.route("**/*.png")
    RouteFilter wanted{};  // which of those that match; nothing: all
    bool removed{};
};

// Its page has given the request up, or has gone: there is nobody left to answer, and nothing to tell.
class RequestGone : public RouteError {
public:
    using RouteError::RouteError;
};

class Router : public cdp::RequestListener, public std::enable_shared_from_this<Router> {
public:
    explicit Router(std::optional<HttpCredentials> credentials,
                    std::optional<cdp::ProxyCredentials> proxy_credentials = std::nullopt)
        : credentials_{std::move(credentials)}, proxy_credentials_{std::move(proxy_credentials)} {}

    void add(RouteEntry entry);
    // Those of `page` for `match`, or all; waits until none of them runs, except on the routes' own thread.
    void remove(const std::string& page, const std::optional<UrlMatch>& match);
    bool answers_credentials() const { return credentials_ || proxy_credentials_; }
    cdp::InterceptionRules rules() const;

    // Throws RouteError with what has gone wrong since it was last asked.
    void throw_errors();
    // Waits for a handler that runs, and lets go of all handlers. The pages may go on: what its routes have taken, or
    // would have, is aborted. A server that they stood in for must not be asked after all. Idempotent.
    void close() noexcept;
    std::vector<std::string> take_errors();

    void on_request_on_io_thread(cdp::PausedRequest request) override;
    void on_credentials_on_io_thread(const cdp::Session& session, const std::string& id, Asking asking) override;
    void on_loss_on_io_thread(const std::string& network_id) override;
    void on_document_gone_on_io_thread(const std::string& frame) override;
    void on_end_on_io_thread(const std::string& session) override;

    // Lets the request go to the server, and waits until its answer is held, or the deadline. Nothing: it did not come.
    // Throws RequestGone when it is not to come any more.
    std::optional<cdp::PausedRequest> wait_for_answer(const cdp::PausedRequest& request,
                                                      const std::function<void()>& let_go, cdp::Deadline deadline);
    // Of a RouteState: once more into the line, for the route before; dropped without an answer.
    void hand_on(std::shared_ptr<RouteState> request);
    void report(std::string error);
    bool closing() const;
    // Something else of `entry`, which need not be a route of requests, to be done on the routes' thread in its turn.
    // It must not throw.
    void run_later(std::shared_ptr<RouteEntry> entry, std::function<void()> work);

private:
    using Entry = std::shared_ptr<RouteEntry>;
    struct Work {
        std::shared_ptr<RouteState> request{};  // or:
        Entry entry{};
        std::function<void()> run{};
    };
    // Under the lock. `url`: as the routes before have changed it.
    Entry find_entry(const std::string& page, const std::string& url, const std::vector<Entry>& tried) const;
    bool is_refused(const cdp::PausedRequest& request) const;  // under the lock
    void queue(Work work);                                     // under the lock
    void keep_error(std::string error);                        // under the lock
    void on_answer_on_io_thread(cdp::PausedRequest request);
    template <class Which>
    void lose(Which&& which);
    void run();
    void handle_other(Work work);
    Entry take_entry(RouteState& request);
    void count(RouteEntry& entry);  // a request that it takes
    void handle(std::shared_ptr<RouteState> request);

    const std::optional<HttpCredentials> credentials_;
    const std::optional<cdp::ProxyCredentials> proxy_credentials_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Entry> entries_;                           // guarded by mutex_; the oldest first
    std::deque<Work> queue_;                               // guarded by mutex_
    Entry running_;                                        // guarded by mutex_
    std::vector<std::string> errors_;                      // guarded by mutex_
    std::set<std::pair<std::string, std::string>> asked_;  // guarded by mutex_; credentials were given once
    struct Awaited {
        std::string network_id;
        std::string frame;                           // empty: of a document that is yet to come
        std::optional<cdp::PausedRequest> answer{};  // nothing until it has come
        bool lost{};
    };
    std::map<std::pair<std::string, std::string>, Awaited> awaited_;  // guarded by mutex_; by session and request
    bool closing_{};                                                  // guarded by mutex_
    struct Refused {
        std::string page;
        UrlMatch match;
    };
    std::vector<Refused> refused_;  // guarded by mutex_; by close()
    std::atomic<bool> failed_{};    // there are errors_
    std::thread thread_;            // guarded by mutex_
};

}  // namespace reprise::locators
