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

// When the steps of an exchange began and ended, ms since NetworkRequest::time; -1: there was no such step, or it is
// not known. A connection that was used before has no dns, connect and tls.
struct NetworkTiming {
    double dns_start{-1}, dns_end{-1};
    double connect_start{-1}, connect_end{-1};  // with tls
    double tls_start{-1}, tls_end{-1};
    double request_start{-1}, request_end{-1};    // sending it
    double response_start{-1}, response_end{-1};  // from the first byte of the headers to the last of the body
};

// Of a connection over TLS.
struct NetworkSecurity {
    std::string protocol{};  // "TLS 1.3"
    std::string subject{};   // the certificate's name
    std::string issuer{};
    std::chrono::system_clock::time_point valid_from{};
    std::chrono::system_clock::time_point valid_to{};
};

struct NetworkResponse {
    int status{};
    std::string status_text{};
    NetworkHeaders headers{};
    std::string mime_type{};
    std::string protocol{};  // "h2", "http/1.1"
    bool from_cache{};
    bool from_service_worker{};
    // As the server sent them, Set-Cookie too, one entry each; empty until they are known (NetworkStage::complete), and
    // of answers that no server sent.
    NetworkHeaders all_headers{};
    std::string server_ip{};  // empty: not known, as of answers from the cache
    int server_port{};
    std::optional<NetworkSecurity> security{};
    double header_bytes{};  // as they came over the wire

    // The header's value, whatever the case of its name; empty when it is missing. Of all_headers, when they are known.
    std::string header(std::string_view name) const;
    // Of all headers of that name.
    std::vector<std::string> header_values(std::string_view name) const;
};

struct NetworkRequest {
    // From 1, counted over the page's life: the last 1,000 are kept.
    std::size_t number{};
    std::string url{};  // without the fragment
    std::string method{};
    NetworkHeaders headers{};
    // As it is sent along with the request's event: bodies that are large, or hold files, are not, nor are those of the
    // oldest requests when all together are too large: PageTarget::post_data() asks for them.
    std::optional<std::string> post_data{};
    bool has_post_data{};
    std::string resource_type{};  // "document", "stylesheet", "image", "script", "xhr", "fetch", "websocket", ...
    FrameId frame{};              // of a worker: the one that it belongs to; empty: a service worker's
    std::string worker{};  // WorkerTarget::id() of the worker that asks, also for its own script; empty: a document
    bool navigation{};     // for the document of a frame
    std::optional<std::size_t> redirected_from{};  // number of the request that was answered with this address
    std::optional<std::size_t> redirected_to{};    // number of the request that its answer led to
    std::chrono::system_clock::time_point time{};
    std::optional<NetworkResponse> response{};  // nothing yet, or it never came
    bool finished{};                            // the whole body has arrived
    std::string failure{};                      // Chromium's reason, "net::ERR_CONNECTION_REFUSED"; empty: none yet
    double transferred_bytes{};                 // headers and body as they came over the wire
    double decoded_bytes{};                     // of the body, as the page got it
    std::chrono::milliseconds duration{};       // until it finished or failed
    NetworkTiming timing{};
    // As they were sent, Cookie too; empty until they are known (NetworkStage::complete), and of those never sent.
    NetworkHeaders all_headers{};  // of workers' requests they may stay empty
    bool complete{};               // it has ended, and all is known of it that will be

    // As they go over the wire; headers as HTTP/1.1 writes them.
    double request_header_bytes() const;
    double request_body_bytes() const;
    double response_body_bytes() const;

    // The header's value, whatever the case of its name; empty when it is missing. Of all_headers, when they are known.
    std::string header(std::string_view name) const;
    bool ended() const { return finished || !failure.empty(); }

    // Where it is known under which name: for PageTarget::response_body().
    std::string session{};
    std::string id{};
};

// How far a request has come.
enum class NetworkStage {
    sent,
    answered,
    ended,
    complete,  // ended, and headers as they went over the wire are known: a moment later than `ended`
};

}  // namespace reprise::cdp
