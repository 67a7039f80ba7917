// Keeps the WebSockets of a page and what went over them. Sans-I/O. One thread at a time.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include <reprise/cdp/web_socket.hpp>

namespace reprise::cdp {

class WebSocketTracker {
public:
    static constexpr std::size_t k_most_sockets = 100;
    static constexpr std::size_t k_most_frames = 1'000;          // of one socket
    static constexpr std::size_t k_most_held_frames = 50'000;    // of one socket
    static constexpr std::size_t k_most_bytes = 16U << 20;       // of one socket
    static constexpr std::size_t k_most_frame_bytes = 1U << 20;  // of one frame

    // True when the event was one of WebSockets.
    bool on_event(const std::string& session, std::string_view method, const boost::json::object& params);
    std::size_t seen() const noexcept { return seen_; }
    void keep(std::size_t most_frames);                                               // of each socket, the last ones
    const std::deque<WebSocketRecord>& records() const noexcept { return records_; }  // oldest first

private:
    struct Place {
        std::size_t number{};
        std::size_t bytes{};  // of the frames that are kept
    };
    void open(const std::string& key, const boost::json::object& params);
    WebSocketRecord* find(const std::string& key);
    void trim(WebSocketRecord& record, std::size_t& bytes) const;
    void add_frame(const std::string& key, WebSocketFrame::Direction direction, const boost::json::object& params);

    std::deque<WebSocketRecord> records_;
    std::map<std::string, Place> places_;  // of those that are not closed, by "<session>/<request id>"
    std::size_t seen_{};
    std::size_t most_frames_{k_most_frames};
};

}  // namespace reprise::cdp
