#include "page/network_tracker.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "page/json_member.hpp"

namespace reprise::cdp {
namespace json = boost::json;

namespace {

std::string lower_case(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string find_header(const NetworkHeaders& headers, std::string_view name) {
    const auto wanted = lower_case(std::string(name));
    for (const auto& [known, value] : headers) {
        if (lower_case(known) == wanted) return value;
    }
    return {};
}

NetworkHeaders headers_of(const json::object& object) {
    NetworkHeaders headers;
    const auto* list = object_member(object, "headers");
    if (list == nullptr) return headers;
    for (const auto& entry : *list) {
        if (entry.value().is_string()) headers.emplace_back(entry.key(), entry.value().get_string());
    }
    return headers;
}

NetworkResponse response_of(const json::object& object) {
    return {.status = static_cast<int>(number_member(object, "status")),
            .status_text = string_member(object, "statusText"),
            .headers = headers_of(object),
            .mime_type = string_member(object, "mimeType"),
            .protocol = string_member(object, "protocol"),
            .from_cache = bool_member(object, "fromDiskCache"),
            .from_service_worker = bool_member(object, "fromServiceWorker")};
}

std::string without_fragment(std::string url) {
    return url.substr(0, url.find('#'));
}

std::chrono::system_clock::time_point wall_time(double seconds) {
    return std::chrono::system_clock::time_point{
        std::chrono::duration_cast<std::chrono::system_clock::duration>(std::chrono::duration<double>{seconds})};
}

// What the full browser asks for on its own, to show it in a tab. headless-shell does not.
bool is_own_favicon(const json::object& params) {
    const auto* request = object_member(params, "request");
    return request != nullptr && string_member(params, "type") == "Other" &&
           string_member(*request, "url").ends_with("/favicon.ico");
}

}  // namespace

std::string NetworkResponse::header(std::string_view name) const {
    return find_header(headers, name);
}

std::string NetworkRequest::header(std::string_view name) const {
    return find_header(headers, name);
}

bool NetworkTracker::on_event(const std::string& session, std::string_view method, const json::object& params) {
    if (!method.starts_with("Network.")) return false;
    const auto key = session + "/" + string_member(params, "requestId");
    if (method == "Network.requestWillBeSent") {
        if (is_own_favicon(params)) return true;
        // An event stream stays open by design: it is no sign of a page that is still loading.
        if (string_member(params, "type") != "EventSource") in_flight_.insert(key);
        on_request(session, key, params);
    } else if (method == "Network.responseReceived") {
        const auto* response = object_member(params, "response");
        auto* request = find(key);
        if (request != nullptr && response != nullptr) request->response = response_of(*response);
    } else if (method == "Network.requestServedFromCache") {
        if (auto* request = find(key); request != nullptr && request->response) request->response->from_cache = true;
    } else if (method == "Network.loadingFinished") {
        on_end(key, params, {});
    } else if (method == "Network.loadingFailed") {
        const auto told = string_member(params, "errorText");
        on_end(key, params, told.empty() ? "failed" : told);
    }
    return true;
}

void NetworkTracker::on_request(const std::string& session, const std::string& key, const json::object& params) {
    const auto* told = object_member(params, "request");
    if (told == nullptr) return;
    const double began = number_member(params, "timestamp");
    NetworkRequest request{.number = ++seen_,
                           .url = without_fragment(string_member(*told, "url")),
                           .method = string_member(*told, "method"),
                           .headers = headers_of(*told),
                           .resource_type = lower_case(string_member(params, "type")),
                           .frame = string_member(params, "frameId"),
                           .navigation = string_member(params, "loaderId") == string_member(params, "requestId"),
                           .time = wall_time(number_member(params, "wallTime")),
                           .session = session,
                           .id = string_member(params, "requestId")};
    if (bool_member(*told, "hasPostData")) request.post_data = string_member(*told, "postData");
    if (const auto* redirect = object_member(params, "redirectResponse")) {
        if (auto* before = find(key)) {
            before->response = response_of(*redirect);
            before->finished = true;
            before->duration = std::chrono::milliseconds{std::lround((began - began_[key]) * 1'000)};
            request.redirected_from = before->number;
        }
    }
    numbers_[key] = request.number;
    began_[key] = began;
    requests_.push_back(std::move(request));
    if (requests_.size() > k_most_kept) requests_.pop_front();
}

void NetworkTracker::on_end(const std::string& key, const json::object& params, const std::string& failure) {
    if (auto* request = find(key)) {
        request->finished = failure.empty();
        request->failure = failure;
        request->transferred_bytes = number_member(params, "encodedDataLength");
        const double seconds = number_member(params, "timestamp") - began_[key];
        request->duration = std::chrono::milliseconds{std::lround(std::max(0.0, seconds) * 1'000)};
    }
    finish(key);
}

NetworkRequest* NetworkTracker::find(const std::string& key) {
    const auto number = numbers_.find(key);
    if (number == numbers_.end() || requests_.empty() || number->second < requests_.front().number) return nullptr;
    return &requests_.at(number->second - requests_.front().number);
}

void NetworkTracker::finish(const std::string& key) {
    numbers_.erase(key);
    began_.erase(key);
    if (in_flight_.erase(key) > 0 && in_flight_.empty()) quiet_since_ = Deadline::Clock::now();
}

void NetworkTracker::forget(const std::string& session) {
    const auto had = !in_flight_.empty();
    const auto of_session = [&](const std::string& key) { return key.starts_with(session + "/"); };
    for (const auto& [key, number] : numbers_) {
        if (auto* request = of_session(key) ? find(key) : nullptr) request->failure = "the page's process has gone";
    }
    std::erase_if(numbers_, [&](const auto& entry) { return of_session(entry.first); });
    std::erase_if(began_, [&](const auto& entry) { return of_session(entry.first); });
    std::erase_if(in_flight_, of_session);
    if (had && in_flight_.empty()) quiet_since_ = Deadline::Clock::now();
}

}  // namespace reprise::cdp
