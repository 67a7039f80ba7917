// What a page asks of the network.
#include <reprise/cdp/page_target.hpp>

#include <utility>

#include <reprise/cdp/base64.hpp>
#include <reprise/cdp/protocol/network.hpp>

#include "page/page_core.hpp"
#include "page/script_run.hpp"

namespace reprise::cdp {

int PageTarget::requests_in_flight() const {
    return core_->read([this] { return core_->network.in_flight(); });
}

std::vector<NetworkRequest> PageTarget::requests() const {
    return core_->read([this] {
        const auto& kept = core_->network.requests();
        return std::vector<NetworkRequest>{kept.begin(), kept.end()};
    });
}

std::size_t PageTarget::requests_seen() const {
    return core_->read([this] { return core_->network.seen(); });
}

std::shared_ptr<void> PageTarget::hold_traffic() const {
    struct Hold {
        explicit Hold(std::shared_ptr<PageCore> page) : core{std::move(page)} {
            core->read([this] {
                if (core->traffic_holds++ > 0) return;
                core->network.keep(NetworkTracker::k_most_held);
                core->web_sockets.keep(WebSocketTracker::k_most_held_frames);
            });
        }
        ~Hold() {
            core->read([this] {
                if (--core->traffic_holds > 0) return;
                core->network.keep(NetworkTracker::k_most_kept);
                core->web_sockets.keep(WebSocketTracker::k_most_frames);
            });
        }
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;
        const std::shared_ptr<PageCore> core;
    };
    return std::make_shared<Hold>(core_);
}

namespace {

bool has_come_to(NetworkStage stage, const NetworkRequest& request) {
    switch (stage) {
        case NetworkStage::sent:
            return true;
        case NetworkStage::answered:
            return request.response.has_value();
        case NetworkStage::ended:
            return request.ended();
        default:
            return request.complete;
    }
}

}  // namespace

NetworkRequest PageTarget::complete(const NetworkRequest& request, Deadline deadline) const {
    if (request.complete) return request;
    return wait_for_request(
        NetworkStage::complete, request.number - 1,
        [&](const NetworkRequest& other) { return other.number == request.number; }, deadline);
}

std::optional<std::string> PageTarget::post_data(const NetworkRequest& request, Deadline deadline) const {
    if (!request.has_post_data || request.post_data) return request.post_data;
    auto answer = core_->session(request.session).send(network::GetRequestPostData{.requestId = request.id}, deadline);
    return answer.base64Encoded ? decode_base64(answer.postData) : std::move(answer.postData);
}

NetworkRequest PageTarget::wait_for_request(NetworkStage stage, std::size_t after,
                                            const std::function<bool(const NetworkRequest&)>& wanted,
                                            Deadline deadline) const {
    NetworkRequest found;
    core_->wait(
        deadline, "no such request",
        [&] {
            for (const auto& request : core_->network.requests()) {
                if (request.number <= after || !has_come_to(stage, request) || !wanted(request)) continue;
                found = request;
                return true;
            }
            return false;
        },
        Waiters::AskedBy::waiter);
    return found;
}

std::vector<WebSocketRecord> PageTarget::web_sockets() const {
    return core_->read([this] {
        const auto& kept = core_->web_sockets.records();
        return std::vector<WebSocketRecord>{kept.begin(), kept.end()};
    });
}

WebSocketRecord PageTarget::wait_for_web_socket(const std::function<bool(const WebSocketRecord&)>& wanted,
                                                Deadline deadline) const {
    WebSocketRecord found;
    core_->wait(
        deadline, "no such WebSocket",
        [&] {
            for (const auto& record : core_->web_sockets.records()) {
                if (!wanted(record)) continue;
                found = record;
                return true;
            }
            return false;
        },
        Waiters::AskedBy::waiter);
    return found;
}

void PageTarget::keep_response_bodies(Deadline deadline) const {
    core_->await_set_up(deadline);
    core_->keep_bodies(deadline);
}

std::string PageTarget::response_body(const NetworkRequest& request, Deadline deadline) const {
    // Of one that had ended nothing is to be waited for; it may be kept no more.
    const auto ended = request.ended()
                           ? request
                           : wait_for_request(
                                 NetworkStage::ended, request.number - 1,
                                 [&](const NetworkRequest& other) { return other.number == request.number; }, deadline);
    auto answer = core_->session(ended.session).send(network::GetResponseBody{.requestId = request.id}, deadline);
    return answer.base64Encoded ? decode_base64(answer.body) : std::move(answer.body);
}

}  // namespace reprise::cdp
