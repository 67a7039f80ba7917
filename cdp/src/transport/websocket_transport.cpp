// The only file that knows Beast: it costs more to compile than all the rest of the module.
#include <algorithm>
#include <deque>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/json/parse.hpp>

#include <reprise/cdp/error.hpp>

#include "page/json_member.hpp"
#include "transport/message_splitter.hpp"
#include "transport/transport.hpp"

namespace reprise::cdp {
namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
namespace {

struct Address {
    std::string scheme, authority, host, port, target;
};

Address parse_address(const std::string& url) {
    Address address;
    const auto colon = url.find("://");
    if (colon == std::string::npos) throw LaunchError(fmt::format("connect to {}: expected http:// or ws://", url));
    address.scheme = url.substr(0, colon);
    if (address.scheme != "http" && address.scheme != "ws") {
        throw LaunchError(
            fmt::format("connect to {}: \"{}\" is not supported, expected http or ws", url, address.scheme));
    }
    const auto rest = url.substr(colon + 3);
    const auto slash = rest.find('/');
    const auto authority = rest.substr(0, slash);
    address.target = slash == std::string::npos ? "/" : rest.substr(slash);
    // "host", "host:port", "[::1]", "[::1]:port"
    const auto bracket = authority.rfind(']');
    const auto port = authority.find(':', bracket == std::string::npos ? 0 : bracket);
    address.authority = authority;
    address.host = authority.substr(0, port);
    if (bracket != std::string::npos) address.host = address.host.substr(1, bracket - 1);
    address.port = port == std::string::npos ? "80" : authority.substr(port + 1);
    return address;
}

// Runs the one operation that `begin` starts to its end; Beast's deadlines hold for asynchronous operations only.
template <class Begin>
void run_to_end(asio::io_context& context, beast::tcp_stream& stream, Deadline deadline, Begin&& begin) {
    beast::error_code result;
    stream.expires_after(deadline.remaining());
    begin([&](beast::error_code error, auto&&...) { result = error; });
    context.restart();
    context.run();
    if (result) throw beast::system_error(result);
}

void connect(asio::io_context& context, beast::tcp_stream& stream, const Address& address, Deadline deadline) {
    tcp::resolver resolver{context};
    const auto endpoints = resolver.resolve(address.host, address.port);
    run_to_end(context, stream, deadline, [&](auto done) { stream.async_connect(endpoints, done); });
}

LaunchError refusal(const std::string& url, const beast::system_error& error, Deadline deadline) {
    const auto reason = error.code() == beast::error::timeout
                            ? fmt::format("no answer after {} ms", deadline.timeout().count())
                            : error.code().message();
    return LaunchError(fmt::format("connect to {}: {}", url, reason));
}

void check(const ConnectHeaders& headers) {
    constexpr auto k_ends_line = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
    for (const auto& [name, value] : headers) {
        const bool is_header = !name.empty() && std::ranges::none_of(name + value, k_ends_line) &&
                               name.find_first_of(" :\t") == std::string::npos;
        if (!is_header) throw UsageError(fmt::format("connect: \"{}\" is no header, or has no such value", name));
    }
}

void add(const ConnectHeaders& headers, beast::http::fields& to) {
    for (const auto& [name, value] : headers) to.set(name, value);
}

class WebSocketTransport final : public Transport {
public:
    WebSocketTransport(const std::string& url, const ConnectHeaders& headers, Deadline deadline) : socket_{context_} {
        const auto address = parse_address(url);
        try {
            connect(context_, beast::get_lowest_layer(socket_), address, deadline);
            // Small messages in both directions: with Nagle's algorithm each exchange would wait for a delayed ACK.
            beast::get_lowest_layer(socket_).socket().set_option(tcp::no_delay(true));
            socket_.read_message_max(MessageSplitter::k_largest_message_bytes);
            socket_.auto_fragment(false);  // Chromium takes whole messages only
            socket_.set_option(beast::websocket::stream_base::decorator(
                [&headers](beast::websocket::request_type& request) { add(headers, request); }));
            run_to_end(context_, beast::get_lowest_layer(socket_), deadline,
                       [&](auto done) { socket_.async_handshake(address.authority, address.target, done); });
            beast::get_lowest_layer(socket_).expires_never();
        } catch (const beast::system_error& error) {
            throw refusal(url, error, deadline);
        }
    }

    ~WebSocketTransport() override { WebSocketTransport::stop(); }

    void start(Receiver receiver) override {
        receiver_ = std::move(receiver);
        read_on_io_thread();
        thread_ = std::thread([this] {
            context_.restart();
            context_.run();
            receiver_.on_closed(cause_);
        });
    }

    void write(std::string messages) override {
        asio::post(context_, [this, messages = std::move(messages)]() mutable {
            const bool idle = queue_.empty();
            for (std::size_t start = 0; start < messages.size();) {
                const auto end = messages.find('\0', start);
                queue_.push_back(messages.substr(start, end - start));
                start = end + 1;
            }
            if (idle && !queue_.empty()) write_on_io_thread();
        });
    }

    void stop() noexcept override {
        asio::post(context_, [this] {
            cause_ = "the connection was closed";
            beast::error_code ignored;
            beast::get_lowest_layer(socket_).socket().close(ignored);
        });
        if (thread_.joinable()) thread_.join();
    }

private:
    void read_on_io_thread() {
        socket_.async_read(buffer_, [this](beast::error_code error, std::size_t) {
            if (error) return fail_on_io_thread(error);
            const auto data = buffer_.cdata();
            receiver_.on_message({static_cast<const char*>(data.data()), data.size()});
            buffer_.consume(buffer_.size());
            read_on_io_thread();
        });
    }

    void write_on_io_thread() {
        socket_.async_write(asio::buffer(queue_.front()), [this](beast::error_code error, std::size_t) {
            if (error) return fail_on_io_thread(error);
            queue_.pop_front();
            if (!queue_.empty()) write_on_io_thread();
        });
    }

    void fail_on_io_thread(beast::error_code error) {
        if (cause_.empty()) cause_ = fmt::format("the connection to the browser ended: {}", error.message());
        beast::error_code ignored;
        beast::get_lowest_layer(socket_).socket().close(ignored);
    }

    asio::io_context context_;
    beast::websocket::stream<beast::tcp_stream> socket_;
    beast::flat_buffer buffer_;
    std::deque<std::string> queue_;
    Receiver receiver_;
    std::string cause_;
    std::thread thread_;
};

}  // namespace

std::unique_ptr<Transport> make_websocket_transport(const std::string& url, const ConnectHeaders& headers,
                                                    Deadline deadline) {
    check(headers);
    return std::make_unique<WebSocketTransport>(url, headers, deadline);
}

std::string find_devtools_endpoint(const std::string& url, const ConnectHeaders& headers, Deadline deadline) {
    check(headers);
    const auto address = parse_address(url);
    if (address.scheme == "ws") return url;
    namespace http = beast::http;
    try {
        asio::io_context context;
        beast::tcp_stream stream{context};
        connect(context, stream, address, deadline);
        http::request<http::empty_body> request{http::verb::get, "/json/version", 11};
        request.set(http::field::host, address.authority);
        add(headers, request);
        run_to_end(context, stream, deadline, [&](auto done) { http::async_write(stream, request, done); });
        beast::flat_buffer buffer;
        http::response<http::string_body> response;
        run_to_end(context, stream, deadline, [&](auto done) { http::async_read(stream, buffer, response, done); });
        boost::json::error_code error;
        const auto version = boost::json::parse(response.body(), error);
        const auto endpoint =
            error || !version.is_object() ? "" : string_member(version.get_object(), "webSocketDebuggerUrl");
        if (endpoint.empty()) {
            throw LaunchError(fmt::format("connect to {}: /json/version names no webSocketDebuggerUrl (HTTP {})", url,
                                          response.result_int()));
        }
        // The browser names itself as it was addressed; through a tunnel or a container that may not be reachable.
        const auto path = parse_address(endpoint).target;
        return fmt::format("ws://{}{}", address.authority, path);
    } catch (const beast::system_error& error) {
        throw refusal(url, error, deadline);
    }
}

}  // namespace reprise::cdp
