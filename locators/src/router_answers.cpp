// The server's answers that Route::fetch() waits for.
#include <fmt/format.h>

#include <reprise/cdp/command.hpp>
#include <reprise/cdp/protocol/fetch.hpp>

#include "router.hpp"

namespace reprise::locators {

void Router::on_answer_on_io_thread(cdp::PausedRequest request) {
    const std::lock_guard lock{mutex_};
    const auto found = awaited_.find({request.session.id(), request.id});
    if (found == awaited_.end()) {  // nobody waits any longer
        request.session.post(cdp::fetch::ContinueResponse{.requestId = request.id});
        return;
    }
    found->second.answer = std::move(request);
    changed_.notify_all();
}

template <class Which>
void Router::lose(Which&& which) {
    const std::lock_guard lock{mutex_};
    for (auto& [key, awaited] : awaited_) awaited.lost = awaited.lost || which(key.first, awaited);
    if (!awaited_.empty()) changed_.notify_all();
}

void Router::on_loss_on_io_thread(const std::string& network_id) {
    lose([&](const std::string&, const Awaited& awaited) { return awaited.network_id == network_id; });
}

void Router::on_document_gone_on_io_thread(const std::string& frame) {
    lose([&](const std::string&, const Awaited& awaited) { return awaited.frame == frame; });
}

void Router::on_end_on_io_thread(const std::string& session) {
    lose([&](const std::string& of, const Awaited&) { return of == session; });
}

std::optional<cdp::PausedRequest> Router::wait_for_answer(const cdp::PausedRequest& request,
                                                          const std::function<void()>& let_go, cdp::Deadline deadline) {
    const std::pair key{request.session.id(), request.id};
    {
        const std::lock_guard lock{mutex_};
        awaited_[key] = {.network_id = request.network_id,
                         .frame = request.resource_type == "Document" ? std::string() : request.frame};
    }
    std::unique_lock lock{mutex_, std::defer_lock};
    try {
        let_go();
    } catch (...) {
        lock.lock();
        awaited_.erase(key);
        throw;
    }
    lock.lock();
    auto& awaited = awaited_[key];
    changed_.wait_until(lock, deadline.at(), [&] { return closing_ || awaited.lost || awaited.answer; });
    auto answer = std::move(awaited.answer);
    const bool gone = !answer && (awaited.lost || closing_);
    awaited_.erase(key);
    if (gone)
        throw RequestGone(fmt::format("route.fetch(): {} {}: its page has given it up", request.method, request.url));
    return answer;
}

}  // namespace reprise::locators
