// One held request on its way through the routes. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <reprise/cdp/interception.hpp>
#include <reprise/locators/route.hpp>

#include "router.hpp"

namespace reprise::locators {

class RouteState : public std::enable_shared_from_this<RouteState> {
public:
    RouteState(cdp::PausedRequest paused, std::weak_ptr<Router> router);
    RouteState(const RouteState&) = delete;
    RouteState& operator=(const RouteState&) = delete;
    // A request that nobody will answer any more is failed, and reported.
    ~RouteState();

    FetchedResponse fetch(const RequestChanges& changes, cdp::Deadline deadline);
    void fulfill(const Fulfillment& with);
    void abort(std::string_view reason);
    void let_through(const RequestChanges& changes);
    void fall_back(const RequestChanges& changes);
    void pass_on() noexcept;  // no route is left: to the server
    void fail() noexcept;     // unless it was answered
    bool answered();

    Request request;
    const cdp::PausedRequest paused;
    // Of the routes' thread.
    std::vector<std::shared_ptr<RouteEntry>> tried;

private:
    enum class Status { open, answered };
    bool let_answer_through(const RequestChanges& changes);
    void claim(const char* call);
    // Sends the answer; when the browser refuses it, the request is open again and its words are thrown.
    template <class Command>
    void answer(const char* call, const Command& command);
    void merge(const RequestChanges& changes);

    const std::weak_ptr<Router> router_;
    std::mutex mutex_;
    Status status_{Status::open};  // guarded by mutex_
    bool fetched_{};               // guarded by mutex_; the server's answer is held
    RequestChanges changes_;       // guarded by mutex_; of the routes that fell back
};

}  // namespace reprise::locators
