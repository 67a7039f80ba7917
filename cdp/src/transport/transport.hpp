// Carries whole protocol messages (JSON text) between us and a browser. Obeys; decides nothing.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <reprise/cdp/deadline.hpp>
#include <reprise/cdp/launch_options.hpp>

namespace reprise::cdp {

struct BrowserProcess;

class Transport {
public:
    struct Receiver {
        std::function<void(std::string_view message)> on_message;  // I/O thread; the text is valid during the call only
        std::function<void(std::string cause)> on_closed;          // I/O thread, once, last
    };

    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    virtual ~Transport() = default;  // as stop()

    virtual void start(Receiver receiver) = 0;
    // Queues `messages` (each ended by a NUL byte) in this order. Thread-safe, never blocks. After the end of the
    // connection nothing happens: on_closed has told, or will tell.
    virtual void write(std::string messages) = 0;
    // Ends the connection (and with it a browser that we started) and waits until the I/O thread has finished;
    // on_closed has been called by then. Not from the I/O thread; one thread at a time; idempotent.
    virtual void stop() noexcept = 0;
    // The end of what the browser wrote to its stderr; empty where that is not ours to read. Thread-safe.
    virtual std::string last_words() const { return {}; }
};

// Over the pipe of a browser that we started. Owns the process.
std::unique_ptr<Transport> make_pipe_transport(BrowserProcess process);
// Over a DevTools WebSocket, "ws://host:port/devtools/browser/<id>". Connects before it returns; throws LaunchError.
// `headers`: of the request by which it connects.
using ConnectHeaders = std::vector<std::pair<std::string, std::string>>;
std::unique_ptr<Transport> make_websocket_transport(const std::string& url, const ConnectHeaders& headers,
                                                    Deadline deadline);
// "http://host:port" → the browser's WebSocket address, by /json/version; a ws:// address is returned as it is.
std::string find_devtools_endpoint(const std::string& url, const ConnectHeaders& headers, Deadline deadline);

}  // namespace reprise::cdp
