// What a page asked of the network, and what it was answered. Plain values.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <reprise/cdp/frame_tree.hpp>

namespace reprise::cdp {

// As scripts see them: cookies are not among them.
using NetworkHeaders = std::vector<std::pair<std::string, std::string>>;

struct NetworkResponse {
    int status{};
    std::string status_text{};
    NetworkHeaders headers{};
    std::string mime_type{};
    std::string protocol{};  // "h2", "http/1.1"
    bool from_cache{};
    bool from_service_worker{};

    // The header's value, whatever the case of its name; empty when it is missing.
    std::string header(std::string_view name) const;
};

struct NetworkRequest {
    // From 1, counted over the page's life: the last 1,000 are kept.
    std::size_t number{};
    std::string url{};  // without the fragment
    std::string method{};
    NetworkHeaders headers{};
    std::optional<std::string> post_data{};
    std::string resource_type{};  // "document", "stylesheet", "image", "script", "xhr", "fetch", "websocket", ...
    FrameId frame{};
    bool navigation{};                             // for the document of a frame
    std::optional<std::size_t> redirected_from{};  // number of the request that was answered with this address
    std::chrono::system_clock::time_point time{};
    std::optional<NetworkResponse> response{};  // nothing yet, or it never came
    bool finished{};                            // the whole body has arrived
    std::string failure{};                      // Chromium's reason, "net::ERR_CONNECTION_REFUSED"; empty: none yet
    double transferred_bytes{};                 // headers and body as they came over the wire
    std::chrono::milliseconds duration{};       // until it finished or failed

    std::string header(std::string_view name) const;
    bool ended() const { return finished || !failure.empty(); }

    // Where it is known under which name: for PageTarget::response_body().
    std::string session{};
    std::string id{};
};

// How far a request has come.
enum class NetworkStage { sent, answered, ended };

}  // namespace reprise::cdp
