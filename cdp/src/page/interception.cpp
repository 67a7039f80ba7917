#include "page/interception.hpp"

#include <reprise/cdp/protocol/fetch.hpp>
#include <reprise/cdp/protocol/network.hpp>

#include "page/json_member.hpp"
#include "page/network_values.hpp"

namespace reprise::cdp {
namespace json = boost::json;
namespace {

// Parts that are files or blobs are not sent along.
void read_body(const json::object& request, PausedRequest& paused) {
    if (!bool_member(request, "hasPostData") && !request.contains("postData")) return;
    paused.body = read_post_data(request);
    paused.body_left_out = !paused.body;
}

void read_answer(const json::object& params, PausedRequest& paused) {
    if (!params.contains("responseStatusCode") && !params.contains("responseErrorReason")) return;
    paused.answer = PausedRequest::Answer{.status = static_cast<int>(number_member(params, "responseStatusCode")),
                                          .status_text = string_member(params, "responseStatusText"),
                                          .failure = string_member(params, "responseErrorReason")};
    const auto* headers = params.if_contains("responseHeaders");
    if (headers == nullptr || !headers->is_array()) return;
    for (const auto& entry : headers->get_array()) {
        const auto* header = entry.if_object();
        if (header != nullptr)
            paused.answer->headers.emplace_back(string_member(*header, "name"), string_member(*header, "value"));
    }
}

PausedRequest read_request(Session session, const std::string& target, const json::object& params) {
    static const json::object k_none;
    const auto* request = object_member(params, "request");
    if (request == nullptr) request = &k_none;
    PausedRequest paused{.session = std::move(session),
                         .id = string_member(params, "requestId"),
                         .page = target,
                         .url = string_member(*request, "url"),
                         .method = string_member(*request, "method"),
                         .frame = string_member(params, "frameId"),
                         .network_id = string_member(params, "networkId"),
                         .resource_type = string_member(params, "resourceType")};
    if (const auto* headers = object_member(*request, "headers")) {
        for (const auto& [name, value] : *headers) {
            if (value.is_string()) paused.headers.emplace_back(name, value.get_string());
        }
    }
    read_body(*request, paused);
    read_answer(params, paused);
    return paused;
}

void tell_losses_on_io_thread(RequestListener& listener, std::string_view method, const json::object& params) {
    if (method == "Network.loadingFailed") {
        listener.on_loss_on_io_thread(string_member(params, "requestId"));
    } else if (method == "Page.frameNavigated") {
        // What its document had asked for ends without a word.
        if (const auto* frame = object_member(params, "frame")) {
            listener.on_document_gone_on_io_thread(string_member(*frame, "id"));
        }
    } else if (method == "Page.frameDetached" && string_member(params, "reason") == "remove") {
        listener.on_document_gone_on_io_thread(string_member(params, "frameId"));
    }
}

template <class Command>
Connection::Call call(const std::string& session, const Command& command) {
    return {session, Command::method, to_json_text(command)};
}

}  // namespace

std::vector<Connection::Call> Interception::calls_for(const Member& member, Change change) const {
    std::vector<fetch::RequestPattern> patterns;
    bool past_cache = false;
    const auto add = [&](const InterceptionRules::Held& held) {
        for (const auto& pattern : held.patterns) patterns.push_back({.urlPattern = pattern});
        past_cache = past_cache || held.past_cache;
    };
    add(rules_.all);
    if (const auto found = rules_.pages.find(member.target); found != rules_.pages.end()) add(found->second);
    const bool holds = !patterns.empty() || rules_.credentials;
    const bool first = change == Change::first;
    std::vector<Connection::Call> calls;
    if (past_cache || !first) {
        calls.push_back(call(member.session, network::SetCacheDisabled{.cacheDisabled = past_cache}));
    }
    if (member.role == Role::worker) return calls;
    if (holds) {
        const fetch::Enable enable{.patterns = std::move(patterns), .handleAuthRequests = rules_.credentials};
        calls.push_back(call(member.session, enable));
    } else if (!first) {
        calls.push_back(call(member.session, fetch::Disable{}));
    }
    return calls;
}

void Interception::leave_on_io_thread(const std::string& session) {
    {
        const std::lock_guard lock{mutex_};
        std::erase_if(sessions_, [&](const Member& member) { return member.session == session; });
    }
    if (const auto listener = listener_.lock()) listener->on_end_on_io_thread(session);
}

std::vector<std::shared_ptr<PendingCall>> Interception::set_rules(InterceptionRules rules, Connection& connection) {
    const std::lock_guard lock{mutex_};
    rules_ = std::move(rules);
    std::vector<Connection::Call> calls, of_workers;  // which may be busy: nobody waits for them
    for (const auto& member : sessions_) {
        auto& list = member.role == Role::worker ? of_workers : calls;
        for (auto& one : calls_for(member, Change::later)) list.push_back(std::move(one));
    }
    connection.post_all(of_workers);
    return connection.post_all(calls);
}

bool Interception::on_event_on_io_thread(const std::shared_ptr<Connection>& connection, const std::string& session,
                                         const std::string& target, std::string_view method,
                                         const json::object& params) {
    const auto listener = listener_.lock();
    if (listener) tell_losses_on_io_thread(*listener, method, params);
    if (!method.starts_with("Fetch.")) return false;
    const Session line{connection, session};
    if (method == "Fetch.requestPaused") {
        auto request = read_request(line, target, params);
        if (request.body_left_out) {
            const std::lock_guard lock{mutex_};
            for (const auto& member : sessions_) {
                if (member.role == Role::worker && member.target == target) {
                    request.workers.emplace_back(connection, member.session);
                }
            }
        }
        if (listener) {
            listener->on_request_on_io_thread(std::move(request));
        } else {  // whoever wanted to answer is gone
            fetch::ContinueRequest command;
            command.requestId = request.id;
            line.post(command);
        }
    } else if (method == "Fetch.authRequired" && listener) {
        const auto* challenge = object_member(params, "authChallenge");
        const bool proxy = challenge != nullptr && string_member(*challenge, "source") == "Proxy";
        listener->on_credentials_on_io_thread(line, string_member(params, "requestId"),
                                              proxy ? RequestListener::Asking::proxy : RequestListener::Asking::server);
    }
    return true;
}

}  // namespace reprise::cdp
