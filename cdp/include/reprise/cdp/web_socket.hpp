// A WebSocket of a page and what went over it. Plain values.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <reprise/cdp/network.hpp>

namespace reprise::cdp {

struct WebSocketFrame {
    enum class Direction { sent, received };
    std::size_t number{};  // from 1, counted over the socket's life
    Direction direction{};
    bool binary{};
    std::string data{};  // text, or bytes; of one that is larger than 1 MB: its beginning
    std::size_t size_bytes{};
};

struct WebSocketRecord {
    std::size_t number{};  // from 1, counted over the page's life: the last 100 are kept
    std::string url{};
    int status{};                      // of the handshake's answer: 101; 0: none yet
    NetworkHeaders request_headers{};  // of the handshake
    NetworkHeaders response_headers{};
    std::vector<WebSocketFrame> frames{};  // the last 1,000, and 16 MB of data
    std::size_t frames_seen{};
    std::string error{};  // Chromium's words; empty: none
    bool closed{};
};

}  // namespace reprise::cdp
