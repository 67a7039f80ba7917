// What all pages of a context ask of the network, and waiting for it.
#include <reprise/locators/context.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>
#include <reprise/cdp/page_event.hpp>
#include <reprise/cdp/worker_target.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

#include "context_state.hpp"
#include "network_text.hpp"

namespace reprise::locators {
namespace {

class NetworkWait : public cdp::PageListener {
public:
    NetworkWait(cdp::NetworkStage stage, RequestFilter wanted) : stage_{stage}, wanted_{std::move(wanted)} {}

    void on_network_on_io_thread(const std::string& page, const cdp::Session&, cdp::NetworkStage stage,
                                 const cdp::NetworkRequest& request) override {
        const std::lock_guard lock{mutex_};
        // What was asked before does not count.
        if (stage == cdp::NetworkStage::sent) asked_.insert({page, request.number});
        // One that failed is never answered.
        const bool failed = stage_ == cdp::NetworkStage::answered && stage == cdp::NetworkStage::ended &&
                            !request.response && !request.failure.empty();
        if ((stage != stage_ && !failed) || found_ || !asked_.contains({page, request.number})) return;
        try {
            if (failed || !wanted_(request)) {
                if (others_.size() < k_most_others) others_.push_back(request);
                return;
            }
        } catch (const std::exception& error) {  // of the caller's function; an expression too costly for an address
            problem_ = fmt::format("{}: {}", request.url, error.what());
            changed_.notify_all();
            return;
        }
        found_ = ContextRequest{page, request};
        changed_.notify_all();
    }
    void on_end(const std::string& cause) override {
        const std::lock_guard lock{mutex_};
        end_ = cause;
        changed_.notify_all();
    }
    std::optional<ContextRequest> wait(const std::string& call, cdp::Deadline deadline) {
        std::unique_lock lock{mutex_};
        changed_.wait_until(lock, deadline.at(),
                            [this] { return found_.has_value() || !problem_.empty() || !end_.empty(); });
        if (!problem_.empty()) throw ActionError(fmt::format("{}: {}", call, problem_));
        if (!found_ && !end_.empty()) throw cdp::ConnectionClosed(fmt::format("{}: {}", call, end_));
        return found_;
    }
    std::string others() {
        const std::lock_guard lock{mutex_};
        return asked_instead(others_, 0);
    }

private:
    static constexpr std::size_t k_most_others = 100;
    const cdp::NetworkStage stage_;
    const RequestFilter wanted_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::set<std::pair<std::string, std::size_t>> asked_;  // guarded by mutex_; page and number
    std::optional<ContextRequest> found_;                  // guarded by mutex_
    std::vector<cdp::NetworkRequest> others_;              // guarded by mutex_
    std::string problem_;                                  // guarded by mutex_
    std::string end_;                                      // guarded by mutex_
};

ContextRequest wait_for(ContextState& context, cdp::NetworkStage stage, const std::string& shown, RequestFilter wanted,
                        const std::function<void()>& action, Milliseconds timeout) {
    const bool answer = stage == cdp::NetworkStage::answered;
    const auto call = fmt::format("context.wait_for_{}({})", answer ? "response" : "request", shown);
    const auto wait = std::make_shared<NetworkWait>(stage, std::move(wanted));
    context.target.observe(wait, cdp::BrowserContext::Bodies::as_before, cdp::Deadline::after(timeout));
    action();
    context.router->throw_errors();
    if (auto found = wait->wait(call, cdp::Deadline::after(timeout))) return *found;
    context.router->throw_errors();
    throw cdp::TimeoutError(fmt::format("{}: no such {} within {} ms{}", call, answer ? "answer" : "request",
                                        timeout.count(), wait->others()));
}

}  // namespace

std::vector<ContextRequest> Context::requests() const {
    std::vector<ContextRequest> all;
    for (const auto& page : state_->target.pages()) {
        for (auto& request : page.requests()) all.push_back({page.id(), std::move(request)});
    }
    for (auto& request : cdp::service_worker_requests(state_->target)) all.push_back({{}, std::move(request)});
    std::ranges::stable_sort(all, {}, [](const ContextRequest& entry) { return entry.request.time; });
    return all;
}

ContextRequest Context::wait_for_request(const UrlMatch& url, const std::function<void()>& action,
                                         Milliseconds timeout) const {
    return wait_for(*state_, cdp::NetworkStage::sent, url.shown(), requests_to(url.based_on(state_->base_url)), action,
                    timeout);
}

ContextRequest Context::wait_for_response(const UrlMatch& url, const std::function<void()>& action,
                                          Milliseconds timeout) const {
    return wait_for(*state_, cdp::NetworkStage::answered, url.shown(), requests_to(url.based_on(state_->base_url)),
                    action, timeout);
}

ContextRequest Context::wait_for_request(const RequestFilter& wanted, const std::function<void()>& action,
                                         Milliseconds timeout) const {
    return wait_for(*state_, cdp::NetworkStage::sent, k_some_function, wanted, action, timeout);
}

ContextRequest Context::wait_for_response(const RequestFilter& wanted, const std::function<void()>& action,
                                          Milliseconds timeout) const {
    return wait_for(*state_, cdp::NetworkStage::answered, k_some_function, wanted, action, timeout);
}

Page Context::wait_for_page(const std::function<void()>& action, Milliseconds timeout) const {
    const auto before = state_->target.pages_made();
    action();
    const auto deadline = cdp::Deadline::after(timeout);
    try {
        auto page = state_->target.wait_for_page(before, deadline);
        page.await_ready(deadline);
        return Page{*this, std::move(page)};
    } catch (const cdp::TimeoutError& error) {
        throw cdp::TimeoutError(fmt::format("context.wait_for_page(): {}", error.what()));
    }
}

}  // namespace reprise::locators
