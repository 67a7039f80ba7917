#include "page/interception.hpp"

#include <reprise/cdp/base64.hpp>
#include <reprise/cdp/protocol/fetch.hpp>
#include <reprise/cdp/protocol/network.hpp>

#include "page/json_member.hpp"

namespace reprise::cdp {
namespace json = boost::json;
namespace {

// The body's parts, when all of them were sent along: parts that are files or blobs are not.
void read_body(const json::object& request, PausedRequest& paused) {
    if (!bool_member(request, "hasPostData") && !request.contains("postData")) return;
    const auto* entries = request.if_contains("postDataEntries");
    if (entries == nullptr || !entries->is_array()) {
        paused.body_left_out = !request.contains("postData");
        if (!paused.body_left_out) paused.body = string_member(request, "postData");
        return;
    }
    std::string body;
    for (const auto& entry : entries->get_array()) {
        const auto* part = entry.if_object();
        if (part == nullptr || !part->contains("bytes")) {
            paused.body_left_out = true;
            return;
        }
        body += decode_base64(string_member(*part, "bytes"));
    }
    paused.body = std::move(body);
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
                         .network_id = string_member(params, "networkId"),
                         .resource_type = string_member(params, "resourceType")};
    if (const auto* headers = object_member(*request, "headers")) {
        for (const auto& [name, value] : *headers) {
            if (value.is_string()) paused.headers.emplace_back(name, value.get_string());
        }
    }
    read_body(*request, paused);
    return paused;
}

template <class Command>
Connection::Call call(const std::string& session, const Command& command) {
    return {session, Command::method, to_json_text(command)};
}

}  // namespace

std::vector<Connection::Call> Interception::calls_for(const Member& member, Change change) const {
    std::vector<fetch::RequestPattern> patterns;
    for (const auto& pattern : rules_.patterns) patterns.push_back({.urlPattern = pattern});
    if (const auto found = rules_.page_patterns.find(member.target); found != rules_.page_patterns.end()) {
        for (const auto& pattern : found->second) patterns.push_back({.urlPattern = pattern});
    }
    const bool holds = !patterns.empty() || rules_.credentials;
    if (!holds && change == Change::first) return {};
    if (!holds) return {call(member.session, fetch::Disable{}), call(member.session, network::SetCacheDisabled{})};
    // What comes out of the cache is not held: a route would be passed by.
    return {
        call(member.session, network::SetCacheDisabled{.cacheDisabled = true}),
        call(member.session, fetch::Enable{.patterns = std::move(patterns), .handleAuthRequests = rules_.credentials})};
}

void Interception::leave(const std::string& session) {
    const std::lock_guard lock{mutex_};
    std::erase_if(sessions_, [&](const Member& member) { return member.session == session; });
}

std::vector<std::shared_ptr<PendingCall>> Interception::set_rules(InterceptionRules rules, Connection& connection) {
    const std::lock_guard lock{mutex_};
    rules_ = std::move(rules);
    std::vector<Connection::Call> calls;
    for (const auto& member : sessions_) {
        for (auto& one : calls_for(member, Change::later)) calls.push_back(std::move(one));
    }
    return connection.post_all(calls);
}

bool Interception::on_event_on_io_thread(const std::shared_ptr<Connection>& connection, const std::string& session,
                                         const std::string& target, std::string_view method,
                                         const json::object& params) {
    if (!method.starts_with("Fetch.")) return false;
    const Session line{connection, session};
    const auto listener = listener_.lock();
    if (method == "Fetch.requestPaused") {
        auto request = read_request(line, target, params);
        if (listener) {
            listener->on_request_on_io_thread(std::move(request));
        } else {  // whoever wanted to answer is gone
            fetch::ContinueRequest command;
            command.requestId = request.id;
            line.post(command);
        }
    } else if (method == "Fetch.authRequired" && listener) {
        listener->on_credentials_on_io_thread(line, string_member(params, "requestId"));
    }
    return true;
}

}  // namespace reprise::cdp
