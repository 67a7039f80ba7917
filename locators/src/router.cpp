#include "router.hpp"

#include <algorithm>
#include <ranges>

#include <fmt/format.h>
#include <boost/algorithm/string/predicate.hpp>

#include <reprise/cdp/base64.hpp>
#include <reprise/cdp/command.hpp>
#include <reprise/cdp/protocol/fetch.hpp>
#include <reprise/cdp/protocol/network.hpp>

#include "route_state.hpp"

namespace reprise::locators {
namespace {

namespace fetch = cdp::fetch;
constexpr Milliseconds k_patience{5'000};  // with a handler that runs while its route ends
constexpr std::chrono::seconds k_body_timeout{30};
constexpr std::string_view k_preflight_method = "Access-Control-Request-Method";
constexpr std::size_t k_most_errors = 100;  // that are kept until they are thrown

std::string header_of(const cdp::PausedRequest& request, std::string_view name) {
    for (const auto& [key, value] : request.headers) {
        if (boost::iequals(key, name)) return value;
    }
    return {};
}

// What the full browser asks for on its own, to show it in a tab: nobody's page knows of it.
bool is_own_favicon(const cdp::PausedRequest& request) {
    return request.resource_type == "Other" && request.url.ends_with("/favicon.ico");
}

bool is_preflight(const cdp::PausedRequest& request) {
    return request.method == "OPTIONS" && !header_of(request, k_preflight_method).empty();
}

// A cross-origin request is preceded by one that asks whether it is allowed. The server that a route stands in for
// may not even exist: the route allows it.
Fulfillment allowing(const cdp::PausedRequest& preflight) {
    const auto header = [&](std::string_view name) { return header_of(preflight, name); };
    const auto origin = header("Origin");
    HttpHeaders headers{{"Access-Control-Allow-Origin", origin.empty() ? "*" : origin},
                        {"Access-Control-Allow-Methods", header(k_preflight_method)},
                        {"Access-Control-Allow-Credentials", "true"}};
    if (const auto names = header("Access-Control-Request-Headers"); !names.empty()) {
        headers.emplace_back("Access-Control-Allow-Headers", names);
    }
    return {.status = 204, .headers = std::move(headers)};
}

// The page's session holds the requests of its workers, too, but does not know their bodies.
std::string ask_for_body(const cdp::PausedRequest& request) {
    const cdp::network::GetRequestPostData command{.requestId = request.network_id};
    std::vector<cdp::PendingAnswer> answers;
    answers.push_back(request.session.post(command));
    for (const auto& worker : request.workers) answers.push_back(worker.post(command));
    std::exception_ptr refusal;
    for (auto& answer : answers) {
        try {
            const auto body = cdp::decode_answer<cdp::network::GetRequestPostData>(
                answer.get(cdp::Deadline::after(refusal ? k_patience : k_body_timeout)));
            return body.base64Encoded ? cdp::decode_base64(body.postData) : body.postData;
        } catch (const Error&) {  // it is another's, who may have ended, or is busy
            if (!refusal) refusal = std::current_exception();
        }
    }
    std::rethrow_exception(refusal);
}

}  // namespace

void Router::add(RouteEntry entry) {
    const std::lock_guard lock{mutex_};
    if (closing_) throw cdp::ConnectionClosed(entry.call + ": the context was closed, or has let go of its handlers");
    entries_.push_back(std::make_shared<RouteEntry>(std::move(entry)));
}

void Router::remove(const std::string& page, const std::optional<UrlMatch>& match) {
    std::vector<Entry> gone;  // released outside the lock
    std::unique_lock lock{mutex_};
    for (const auto& entry : entries_) {
        if (entry->page == page && (!match || (!entry->wanted && entry->match == *match))) gone.push_back(entry);
    }
    for (const auto& entry : gone) {
        entry->removed = true;
        std::erase(entries_, entry);
    }
    const auto runs = [&] { return std::ranges::find(gone, running_) != gone.end(); };
    if (!running_ || !runs() || std::this_thread::get_id() == thread_.get_id()) return;
    if (!changed_.wait_for(lock, k_patience, [&] { return !running_ || !runs(); })) {
        throw RouteError(fmt::format("{}: its handler still runs after {} ms", running_->call, k_patience.count()));
    }
}

cdp::InterceptionRules Router::rules() const {
    const std::lock_guard lock{mutex_};
    cdp::InterceptionRules rules{.credentials = answers_credentials()};
    // Questions for credentials are put about held requests only.
    if (answers_credentials()) rules.all.patterns.emplace_back("*");
    for (const auto& entry : entries_) {
        if (entry->left == 0) continue;
        auto& held = entry->page.empty() ? rules.all : rules.pages[entry->page];
        for (auto& pattern : entry->match.browser_patterns()) held.patterns.push_back(std::move(pattern));
        held.past_cache = held.past_cache || !entry->keeps_cache;
    }
    return rules;
}

Router::Entry Router::find_entry(const std::string& page, const std::string& url,
                                 const std::vector<Entry>& tried) const {
    for (const bool of_page : {true, false}) {
        for (const auto& entry : entries_ | std::views::reverse) {
            if (entry->page.empty() == of_page || (of_page && entry->page != page)) continue;
            if (entry->left == 0 || std::ranges::find(tried, entry) != tried.end()) continue;
            if (entry->match.matches(url)) return entry;
        }
    }
    return nullptr;
}

bool Router::is_refused(const cdp::PausedRequest& request) const {
    return std::ranges::any_of(refused_, [&](const Refused& refused) {
        return (refused.page.empty() || refused.page == request.page) && refused.match.matches(request.url);
    });
}

void Router::on_request_on_io_thread(cdp::PausedRequest request) {
    if (request.answer) return on_answer_on_io_thread(std::move(request));
    {
        const std::lock_guard lock{mutex_};
        try {
            if (is_refused(request)) {
                request.session.post(fetch::FailRequest{.requestId = request.id, .errorReason = "Aborted"});
                return;
            }
            if (!closing_ && !is_own_favicon(request) && find_entry(request.page, request.url, {})) {
                return queue({.request = std::make_shared<RouteState>(std::move(request), weak_from_this())});
            }
        } catch (const std::exception& error) {  // an expression that is too costly for an address
            keep_error(fmt::format("a route for {}: {}; the request was failed", request.url, error.what()));
            request.session.post(fetch::FailRequest{.requestId = request.id, .errorReason = "Failed"});
            return;
        }
    }
    fetch::ContinueRequest command;
    command.requestId = request.id;
    request.session.post(command);
}

void Router::on_credentials_on_io_thread(const cdp::Session& session, const std::string& id, Asking asking) {
    bool first = false;
    {
        const std::lock_guard lock{mutex_};
        first = asked_.insert({session.id(), id + (asking == Asking::proxy ? " proxy" : "")}).second;
    }
    // Asked again for the same request: they are wrong.
    fetch::AuthChallengeResponse response{.response = "CancelAuth"};
    const auto give = [&](const std::string& username, const std::string& password) {
        response = {.response = "ProvideCredentials", .username = username, .password = password};
    };
    if (first && asking == Asking::proxy && proxy_credentials_) {
        give(proxy_credentials_->username, proxy_credentials_->password);
    } else if (first && asking == Asking::server && credentials_) {
        give(credentials_->username, credentials_->password);
    }
    session.post(fetch::ContinueWithAuth{.requestId = id, .authChallengeResponse = std::move(response)});
}

void Router::queue(Work work) {
    queue_.push_back(std::move(work));
    if (!thread_.joinable()) thread_ = std::thread([self = shared_from_this()] { self->run(); });
    changed_.notify_all();
}

void Router::hand_on(std::shared_ptr<RouteState> request) {
    const std::lock_guard lock{mutex_};
    if (!closing_) queue({.request = std::move(request)});
}

void Router::run_later(std::shared_ptr<RouteEntry> entry, std::function<void()> work) {
    const std::lock_guard lock{mutex_};
    if (!closing_) queue({.entry = std::move(entry), .run = std::move(work)});
}

void Router::report(std::string error) {
    const std::lock_guard lock{mutex_};
    keep_error(std::move(error));
}

void Router::keep_error(std::string error) {
    // Pages can bring about as many as they like.
    if (errors_.size() == k_most_errors) errors_.emplace_back("what else went wrong in routes is left out");
    if (errors_.size() < k_most_errors) errors_.push_back(std::move(error));
    failed_ = true;
}

bool Router::closing() const {
    const std::lock_guard lock{mutex_};
    return closing_;
}

void Router::run() {
    std::unique_lock lock{mutex_};
    while (true) {
        changed_.wait(lock, [this] { return closing_ || !queue_.empty(); });
        if (closing_) break;
        auto work = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        work.request ? handle(std::move(work.request)) : handle_other(std::move(work));
        lock.lock();
    }
}

// By value, as below: what it holds is released before the caller takes the lock again.
void Router::handle_other(Work work) {  // NOLINT(performance-unnecessary-value-param)
    {
        const std::lock_guard lock{mutex_};
        if (closing_) return;
        running_ = work.entry;
    }
    work.run();
    const std::lock_guard lock{mutex_};
    running_ = nullptr;
    changed_.notify_all();
}

// The next one to try, which runs from now on.
Router::Entry Router::take_entry(RouteState& request) {
    const std::lock_guard lock{mutex_};
    running_ = closing_ ? nullptr : find_entry(request.paused.page, request.request.url, request.tried);
    if (running_) request.tried.push_back(running_);
    changed_.notify_all();
    return running_;
}

void Router::count(RouteEntry& entry) {
    const std::lock_guard lock{mutex_};
    if (entry.left) --*entry.left;
}

// By value: one that nobody has kept is gone, and told of, before the caller takes the lock again.
void Router::handle(std::shared_ptr<RouteState> request) {
    Entry entry;
    const auto failed = [&](std::string_view what) {
        // Told first: the page may go on as soon as its request has failed.
        report(fmt::format("{}: the handler threw \"{}\" for {} {}{}", entry ? entry->call : "a route", what,
                           request->request.method, request->request.url,
                           request->answered() ? "" : "; the request was failed"));
        request->fail();
    };
    try {
        do {
            entry = take_entry(*request);
        } while (entry && entry->wanted && !entry->wanted(request->request.url));
        if (!entry) return closing() ? request->fail() : request->pass_on();
        if (is_preflight(request->paused)) {
            request->fulfill(allowing(request->paused));
        } else {
            count(*entry);
            if (request->paused.body_left_out && !request->request.post_data) {
                request->request.post_data = ask_for_body(request->paused);
            }
            entry->handler(Route{request});
        }
    } catch (const RequestGone&) {
    } catch (const std::exception& error) {
        failed(error.what());
    } catch (...) {
        failed("something that is no std::exception");
    }
    const std::lock_guard lock{mutex_};
    running_ = nullptr;
    if (entry && entry->left == 0) std::erase(entries_, entry);  // what it holds goes with us, outside the lock
    changed_.notify_all();
}

std::vector<std::string> Router::take_errors() {
    const std::lock_guard lock{mutex_};
    failed_ = false;
    return std::exchange(errors_, {});
}

void Router::throw_errors() {
    if (!failed_) return;
    std::string text;
    for (const auto& error : take_errors()) text += (text.empty() ? "" : "\n") + error;
    if (!text.empty()) throw RouteError(text);
}

void Router::close() noexcept {
    std::vector<Entry> entries;  // all released outside the lock: they may hold what holds us
    std::deque<Work> unanswered;
    std::thread thread;
    bool ended = true;
    {
        std::unique_lock lock{mutex_};
        if (std::exchange(closing_, true)) return;
        for (const auto& entry : entries_) {
            if (entry->left != 0) refused_.push_back({entry->page, entry->match});
        }
        entries.swap(entries_);
        unanswered.swap(queue_);
        changed_.notify_all();
        thread = std::move(thread_);
        const bool ours = thread.get_id() == std::this_thread::get_id();
        if (!ours) ended = changed_.wait_for(lock, k_patience, [this] { return !running_; });
        if (!ended) {
            keep_error(fmt::format("{}: its handler still ran {} ms after the context was closed", running_->call,
                                   k_patience.count()));
        }
        ended = ended && !ours;
    }
    if (!thread.joinable()) return;
    // A handler that does not come back is left alone with its thread: waiting would hang the test.
    ended ? thread.join() : thread.detach();
}

}  // namespace reprise::locators
