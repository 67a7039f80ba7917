#include "page/web_socket_tracker.hpp"

#include <algorithm>

#include <reprise/cdp/base64.hpp>

#include "page/json_member.hpp"
#include "page/network_values.hpp"

namespace reprise::cdp {
namespace json = boost::json;

bool WebSocketTracker::on_event(const std::string& session, std::string_view method, const json::object& params) {
    if (!method.starts_with("Network.webSocket")) return false;
    const auto key = session + "/" + string_member(params, "requestId");
    if (method == "Network.webSocketCreated") {
        open(key, params);
    } else if (method == "Network.webSocketWillSendHandshakeRequest") {
        const auto* request = object_member(params, "request");
        auto* record = find(key);
        if (record != nullptr && request != nullptr) record->request_headers = read_headers(*request);
    } else if (method == "Network.webSocketHandshakeResponseReceived") {
        const auto* response = object_member(params, "response");
        auto* record = find(key);
        if (record != nullptr && response != nullptr) {
            record->status = static_cast<int>(number_member(*response, "status"));
            record->response_headers = read_headers(*response);
        }
    } else if (method == "Network.webSocketFrameSent") {
        add_frame(key, WebSocketFrame::Direction::sent, params);
    } else if (method == "Network.webSocketFrameReceived") {
        add_frame(key, WebSocketFrame::Direction::received, params);
    } else if (method == "Network.webSocketFrameError") {
        if (auto* record = find(key)) record->error = string_member(params, "errorMessage");
    } else if (method == "Network.webSocketClosed") {
        if (auto* record = find(key)) record->closed = true;
        places_.erase(key);
    }
    return true;
}

void WebSocketTracker::open(const std::string& key, const json::object& params) {
    records_.push_back({.number = ++seen_, .url = string_member(params, "url")});
    places_[key] = {.number = seen_};
    if (records_.size() <= k_most_sockets) return;
    const auto gone = records_.front().number;
    std::erase_if(places_, [&](const auto& entry) { return entry.second.number == gone; });
    records_.pop_front();
}

WebSocketRecord* WebSocketTracker::find(const std::string& key) {
    const auto place = places_.find(key);
    return place == places_.end() ? nullptr : &records_.at(place->second.number - records_.front().number);
}

void WebSocketTracker::add_frame(const std::string& key, WebSocketFrame::Direction direction,
                                 const json::object& params) {
    constexpr int k_binary = 2;
    const auto* told = object_member(params, "response");
    auto* record = find(key);
    if (record == nullptr || told == nullptr) return;
    WebSocketFrame frame{.number = ++record->frames_seen,
                         .direction = direction,
                         .binary = static_cast<int>(number_member(*told, "opcode")) == k_binary,
                         .data = string_member(*told, "payloadData")};
    if (frame.binary) frame.data = decode_base64(frame.data);
    frame.size_bytes = frame.data.size();
    if (frame.data.size() > k_most_frame_bytes) frame.data.resize(k_most_frame_bytes);
    auto& bytes = places_[key].bytes;
    bytes += frame.data.size();
    record->frames.push_back(std::move(frame));
    trim(*record, bytes);
}

void WebSocketTracker::keep(std::size_t most_frames) {
    most_frames_ = most_frames;
    std::size_t of_closed{};  // nothing is added to those
    for (auto& record : records_) {
        const auto place =
            std::ranges::find(places_, record.number, [](const auto& entry) { return entry.second.number; });
        trim(record, place == places_.end() ? of_closed : place->second.bytes);
    }
}

void WebSocketTracker::trim(WebSocketRecord& record, std::size_t& bytes) const {
    auto& frames = record.frames;
    auto first_kept = frames.begin();
    for (auto left = frames.size(); left > most_frames_ || bytes > k_most_bytes; --left, ++first_kept) {
        bytes -= first_kept->data.size();
    }
    frames.erase(frames.begin(), first_kept);
}

}  // namespace reprise::cdp
