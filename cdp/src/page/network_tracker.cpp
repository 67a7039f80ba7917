#include "page/network_tracker.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "page/json_member.hpp"
#include "page/network_values.hpp"

namespace reprise::cdp {
namespace json = boost::json;

namespace {

constexpr std::size_t k_most_strangers = 1'000;
constexpr std::size_t k_most_post_data_bytes = 16U << 20;  // in all

std::string without_fragment(const std::string& url) {
    return url.substr(0, url.find('#'));
}

double header_bytes_of(const NetworkHeaders& headers) {
    std::size_t bytes = 2;  // the empty line
    for (const auto& [name, value] : headers) bytes += name.size() + value.size() + 4;
    return static_cast<double>(bytes);
}

// What the full browser asks for on its own, headless-shell not: a picture for its tab, and those of its error pages.
bool is_browsers_own(const json::object& params) {
    if (string_member(params, "documentURL").starts_with("chrome-error:")) return true;
    const auto* request = object_member(params, "request");
    return request != nullptr && string_member(params, "type") == "Other" &&
           string_member(*request, "url").ends_with("/favicon.ico");
}

}  // namespace

std::string NetworkResponse::header(std::string_view name) const {
    return find_header(all_headers.empty() ? headers : all_headers, name);
}

std::vector<std::string> NetworkResponse::header_values(std::string_view name) const {
    std::vector<std::string> values;
    const auto wanted = lower_case(std::string(name));
    for (const auto& [known, value] : all_headers.empty() ? headers : all_headers) {
        if (lower_case(known) == wanted) values.push_back(value);
    }
    return values;
}

std::string NetworkRequest::header(std::string_view name) const {
    return find_header(all_headers.empty() ? headers : all_headers, name);
}

double NetworkRequest::request_header_bytes() const {
    const auto host = url.find("://");
    const auto path = host == std::string::npos ? host : url.find('/', host + 3);
    const auto path_bytes = path == std::string::npos ? 1 : url.size() - path;
    constexpr std::size_t k_line_bytes = sizeof(" HTTP/1.1\r\n");  // with the space before the path
    return static_cast<double>(method.size() + path_bytes + k_line_bytes) +
           header_bytes_of(all_headers.empty() ? headers : all_headers);
}

double NetworkRequest::request_body_bytes() const {
    if (post_data) return static_cast<double>(post_data->size());
    const auto length = header("content-length");
    return length.empty() ? 0 : std::strtod(length.c_str(), nullptr);
}

double NetworkRequest::response_body_bytes() const {
    return response ? std::max(0.0, transferred_bytes - response->header_bytes) : 0;
}

bool NetworkTracker::on_event(const std::string& session, std::string_view method, const json::object& params) {
    changes_.clear();
    if (method == "Page.frameDetached" && string_member(params, "reason") == "remove" && !left_behind_.empty()) {
        end_left_behind(string_member(params, "frameId"), "the frame was removed");
    }
    if (!method.starts_with("Network.")) return false;
    const auto key = key_of(session, params);
    if (method == "Network.requestWillBeSent") {
        if (is_browsers_own(params)) return true;
        // An event stream stays open by design: it is no sign of a page that is still loading.
        // A worker's own script is loaded by the worker (add_worker()); of a shared worker's no end is told here.
        const auto type = string_member(params, "type");
        const bool of_worker = type == "Script" && params.contains("frameId") && !workers_.contains(session) &&
                               string_member(params, "loaderId").empty();
        if (type != "EventSource" && !of_worker) in_flight_.insert(key);
        on_request(session, key, params);
    } else if (method == "Network.requestWillBeSentExtraInfo") {
        on_headers(key, false, params);
    } else if (method == "Network.responseReceivedExtraInfo") {
        on_headers(key, true, params);
    } else if (method == "Network.responseReceived") {
        on_response(key, params);
    } else if (method == "Network.requestServedFromCache") {
        if (numbers_.contains(key)) hops_[key].from_memory = true;  // told before the answer
    } else if (method == "Network.dataReceived") {
        if (auto* request = find(key)) request->decoded_bytes += number_member(params, "dataLength");
    } else if (method == "Network.loadingFinished") {
        on_end(key, params, {});
    } else if (method == "Network.loadingFailed") {
        const auto told = string_member(params, "errorText");
        on_end(key, params, told.empty() ? "failed" : told);
    }
    return true;
}

// The document of a frame is asked for on the session of the process that the frame is in, and comes on that of the
// process it goes to: under the same id, which is no other request's.
std::string NetworkTracker::key_of(const std::string& session, const json::object& params) {
    const auto id = string_member(params, "requestId");
    auto key = session + "/" + id;
    if (const auto other = handed_over_.find(key); other != handed_over_.end()) return other->second;
    const auto document = documents_.find(id);
    if (document == documents_.end() || document->second == key) return key;
    if (!numbers_.contains(document->second)) return document->second;  // it has ended there
    hand_over(document->second, key, session);
    return document->second = key;
}

void NetworkTracker::add_worker(const std::string& session, const std::string& parent, const std::string& worker,
                                const FrameId& frame) {
    workers_[session] = {worker, frame};
    hand_over(parent + "/" + worker, session + "/" + worker, session);
    const auto hops = hops_.find(session + "/" + worker);
    if (hops == hops_.end()) return;
    for (const auto number : hops->second.numbers) {
        if (auto* request = find_number(number)) request->worker = worker;
    }
}

void NetworkTracker::hand_over(const std::string& before, const std::string& now, const std::string& session) {
    handed_over_[before] = now;
    const auto move = [&](auto& map) {
        if (auto node = map.extract(before)) {
            node.key() = now;
            map.insert(std::move(node));
        }
    };
    if (auto node = hops_.extract(before)) {
        for (const auto number : node.mapped().numbers) {
            if (auto* request = find_number(number)) request->session = session;
        }
        node.key() = now;
        hops_.insert(std::move(node));
    }
    move(numbers_);
    move(began_);
    in_flight_.erase(before);
    left_behind_.erase(before);
    if (numbers_.contains(now)) in_flight_.insert(now);
    std::replace(strangers_.begin(), strangers_.end(), before, now);
}

void NetworkTracker::note_post_data(NetworkRequest& request, const json::object& told) {
    request.has_post_data = bool_member(told, "hasPostData") || told.contains("postData");
    if (!request.has_post_data) return;
    request.post_data = read_post_data(told);
    if (!request.post_data) return;
    post_data_bytes_ += request.post_data->size();
    for (auto& old : requests_) {
        if (post_data_bytes_ <= k_most_post_data_bytes) return;
        if (!old.post_data) continue;
        post_data_bytes_ -= old.post_data->size();
        old.post_data.reset();
    }
    if (post_data_bytes_ <= k_most_post_data_bytes) return;
    post_data_bytes_ -= request.post_data->size();
    request.post_data.reset();
}

void NetworkTracker::on_request(const std::string& session, const std::string& key, const json::object& params) {
    const auto* told = object_member(params, "request");
    if (told == nullptr) return;
    const double began = number_member(params, "timestamp");
    NetworkRequest request{.number = ++seen_,
                           .url = without_fragment(string_member(*told, "url")),
                           .method = string_member(*told, "method"),
                           .headers = read_headers(*told),
                           .resource_type = lower_case(string_member(params, "type")),
                           .frame = string_member(params, "frameId"),
                           .navigation = string_member(params, "loaderId") == string_member(params, "requestId"),
                           .time = wall_time(number_member(params, "wallTime")),
                           .session = session,
                           .id = string_member(params, "requestId")};
    if (const auto worker = workers_.find(session); worker != workers_.end() && request.frame.empty()) {
        request.worker = worker->second.id;
        request.frame = worker->second.frame;
    }
    note_post_data(request, *told);
    const auto* redirect = object_member(params, "redirectResponse");
    auto* before = redirect == nullptr ? nullptr : find(key);
    if (before != nullptr) {
        request.redirected_from = before->number;
        before->redirected_to = request.number;
        on_redirect(key, params, *redirect);
    } else if (const auto old = hops_.find(key); old != hops_.end() && !old->second.numbers.empty()) {
        old->second = {};  // the id is used anew
    }
    if (request.navigation) {
        end_left_behind(request.frame, "the frame went on");
        documents_[request.id] = key;
    }
    numbers_[key] = request.number;
    began_[key] = began;
    change(request.number, NetworkStage::sent);
    requests_.push_back(std::move(request));
    auto& hops = hops_[key];
    hops.numbers.push_back(seen_);
    hops.silent.push_back(false);
    std::erase(strangers_, key);
    match_headers(hops);
    if (requests_.size() > most_kept_) drop_first();
}

// What was answered with another address has ended with it.
void NetworkTracker::on_redirect(const std::string& key, const json::object& params, const json::object& answer) {
    auto* before = find(key);
    const double seconds = number_member(params, "timestamp") - began_[key];
    before->response = read_response(answer);
    before->timing = read_timing(answer, began_[key]);
    before->timing.response_end = std::max(0.0, seconds) * 1'000;
    before->finished = true;
    before->transferred_bytes = before->response->header_bytes;
    before->duration = std::chrono::milliseconds{std::lround(std::max(0.0, seconds) * 1'000)};
    change(before->number, NetworkStage::answered);
    change(before->number, NetworkStage::ended);
    auto& hops = hops_[key];
    if (hops.numbers.empty()) return;
    hops.silent.back() = !before->worker.empty() || !bool_member(params, "redirectHasExtraInfo");
    match_headers(hops);
    complete_if_known(hops, hops.numbers.size() - 1);
}

void NetworkTracker::on_response(const std::string& key, const json::object& params) {
    const auto* response = object_member(params, "response");
    auto* request = find(key);
    if (request == nullptr || response == nullptr) return;
    request->response = read_response(*response);
    auto& hops = hops_[key];
    if (hops.from_memory) {
        request->response->from_cache = true;  // the times are those of the request that brought it there
    } else {
        request->timing = read_timing(*response, began_[key]);
    }
    if (!hops.silent.empty()) hops.silent.back() = !bool_member(params, "hasExtraInfo");
    match_headers(hops);
    change(request->number, NetworkStage::answered);
}

void NetworkTracker::on_end(const std::string& key, const json::object& params, const std::string& failure) {
    if (auto* request = find(key)) {
        request->finished = failure.empty();
        request->failure = failure;
        request->transferred_bytes = std::max(0.0, number_member(params, "encodedDataLength"));
        const double seconds = std::max(0.0, number_member(params, "timestamp") - began_[key]);
        request->duration = std::chrono::milliseconds{std::lround(seconds * 1'000)};
        request->timing.response_end = seconds * 1'000;
        change(request->number, NetworkStage::ended);
        auto& hops = hops_[key];
        // One that was never answered may not have been sent at all.
        // Of workers the headers are told on other sessions, if at all: nobody waits for them.
        const bool of_worker = !request->worker.empty();
        if (!hops.silent.empty() && (!request->response || of_worker)) hops.silent.back() = true;
        if (!hops.numbers.empty()) complete_if_known(hops, hops.numbers.size() - 1);
    }
    finish(key);
}

void NetworkTracker::on_headers(const std::string& key, bool received, const json::object& params) {
    const auto [entry, is_new] = hops_.try_emplace(key);
    if (is_new) {
        strangers_.push_back(key);
        if (strangers_.size() > k_most_strangers) {
            hops_.erase(strangers_.front());
            strangers_.pop_front();
        }
    }
    auto& hops = entry->second;
    (received ? hops.received : hops.sent).push_back(read_headers(params));
    match_headers(hops);
}

void NetworkTracker::match_headers(Hops& hops) {
    const auto match = [&](std::deque<NetworkHeaders>& waiting, std::size_t& next, bool received) {
        while (!waiting.empty()) {
            while (next < hops.numbers.size() && hops.silent[next]) ++next;
            if (next >= hops.numbers.size()) return;
            auto* request = find_number(hops.numbers[next]);
            // The answer's own event may come later.
            if (request != nullptr && received && !request->response) return;
            if (request != nullptr) {
                (received ? request->response->all_headers : request->all_headers) = std::move(waiting.front());
            }
            waiting.pop_front();
            complete_if_known(hops, next++);
        }
    };
    match(hops.sent, hops.next_sent, false);
    match(hops.received, hops.next_received, true);
}

void NetworkTracker::complete_if_known(Hops& hops, std::size_t hop) {
    auto* request = find_number(hops.numbers[hop]);
    if (request == nullptr || request->complete || !request->ended()) return;
    const bool known = !request->all_headers.empty() && (!request->response || !request->response->all_headers.empty());
    if (!known && !hops.silent[hop]) return;
    request->complete = true;
    change(request->number, NetworkStage::complete);
}

void NetworkTracker::keep(std::size_t most) {
    most_kept_ = most;
    while (requests_.size() > most_kept_) drop_first();
}

void NetworkTracker::drop_first() {
    const auto& gone = requests_.front();
    if (gone.post_data) post_data_bytes_ -= gone.post_data->size();
    const auto hops = hops_.find(gone.session + "/" + gone.id);
    if (hops != hops_.end() && !hops->second.numbers.empty() && hops->second.numbers.back() == gone.number) {
        std::erase_if(handed_over_, [&](const auto& entry) { return entry.second == hops->first; });
        documents_.erase(gone.id);
        hops_.erase(hops);
    }
    requests_.pop_front();
}

NetworkRequest* NetworkTracker::find_number(std::size_t number) {
    if (requests_.empty() || number < requests_.front().number) return nullptr;
    return &requests_.at(number - requests_.front().number);
}

const NetworkRequest* NetworkTracker::request(std::size_t number) const {
    if (requests_.empty() || number < requests_.front().number || number > requests_.back().number) return nullptr;
    return &requests_.at(number - requests_.front().number);
}

NetworkRequest* NetworkTracker::find(const std::string& key) {
    const auto number = numbers_.find(key);
    return number == numbers_.end() ? nullptr : find_number(number->second);
}

void NetworkTracker::finish(const std::string& key) {
    numbers_.erase(key);
    began_.erase(key);
    if (in_flight_.erase(key) > 0 && in_flight_.empty()) quiet_since_ = Deadline::Clock::now();
}

void NetworkTracker::end_left_behind(const FrameId& frame, const std::string& failure) {
    std::erase_if(left_behind_, [&](const std::string& key) {
        auto* request = find(key);
        if (request != nullptr && request->frame != frame) return false;
        if (request != nullptr) {
            request->failure = failure;
            request->complete = true;
            change(request->number, NetworkStage::ended);
            change(request->number, NetworkStage::complete);
        }
        numbers_.erase(key);
        began_.erase(key);
        hops_.erase(key);
        return true;
    });
}

// A frame that goes to the process of the page around it leaves its own while its document is still coming.
void NetworkTracker::leave_documents(const std::string& session) {
    for (const auto& [key, number] : numbers_) {
        const auto* request = key.starts_with(session + "/") ? find_number(number) : nullptr;
        if (request != nullptr && request->navigation && request->response) left_behind_.insert(key);
    }
}

void NetworkTracker::forget(const std::string& session, Gone gone) {
    changes_.clear();
    const auto had = !in_flight_.empty();
    if (gone == Gone::frame) leave_documents(session);
    const auto of_session = [&](const std::string& key) {
        return key.starts_with(session + "/") && !left_behind_.contains(key);
    };
    for (const auto& [key, number] : numbers_) {
        auto* request = of_session(key) ? find(key) : nullptr;
        if (request == nullptr) continue;
        request->failure = "the page's process has gone";
        change(number, NetworkStage::ended);
    }
    for (auto& request : requests_) {  // headers that were still to come will not
        if (request.complete || request.session != session || left_behind_.contains(session + "/" + request.id))
            continue;
        request.complete = true;
        change(request.number, NetworkStage::complete);
    }
    workers_.erase(session);
    std::erase_if(handed_over_, [&](const auto& entry) {
        return entry.first.starts_with(session + "/") || entry.second.starts_with(session + "/");
    });
    std::erase_if(documents_, [&](const auto& entry) { return of_session(entry.second); });
    std::erase_if(hops_, [&](const auto& entry) { return of_session(entry.first); });
    std::erase_if(numbers_, [&](const auto& entry) { return of_session(entry.first); });
    std::erase_if(began_, [&](const auto& entry) { return of_session(entry.first); });
    std::erase_if(in_flight_, [&](const std::string& key) { return key.starts_with(session + "/"); });
    if (had && in_flight_.empty()) quiet_since_ = Deadline::Clock::now();
}

}  // namespace reprise::cdp
