#include "fake_socket.hpp"

#include <atomic>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

namespace reprise::fake {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

// Blocking, one connection after the other, on a thread of its own: ended by closing the sockets under it.
class FakeSocket::Impl {
public:
    Impl(Fault fault, Manner manner)
        : fault_{fault}, manner_{manner}, acceptor_{context_, {asio::ip::address_v4::loopback(), 0}} {
        port_ = acceptor_.local_endpoint().port();
        thread_ = std::thread([this] { run(); });
    }
    ~Impl() {
        stopping_ = true;
        ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
        {
            const std::lock_guard lock{mutex_};
            if (connection_ >= 0) ::shutdown(connection_, SHUT_RDWR);
        }
        thread_.join();
    }
    unsigned short port() const noexcept { return port_; }
    int messages() const noexcept { return messages_; }
    std::vector<std::string> authorizations() {
        const std::lock_guard lock{mutex_};
        return authorizations_;
    }

private:
    void run() {
        while (!stopping_) {
            beast::error_code error;
            tcp::socket socket{context_};
            acceptor_.accept(socket, error);
            if (error) continue;
            set_connection(socket.native_handle());
            try {
                serve(std::move(socket));
            } catch (const beast::system_error&) {
                // The other side has gone, which is what most tests are about.
            }
            set_connection(-1);
        }
    }

    void set_connection(int handle) {
        const std::lock_guard lock{mutex_};
        connection_ = handle;
    }

    void serve(tcp::socket socket) {
        beast::flat_buffer buffer;
        http::request<http::string_body> request;
        http::read(socket, buffer, request);
        {
            const std::lock_guard lock{mutex_};
            authorizations_.emplace_back(request[http::field::authorization]);
        }
        if (manner_ == Manner::never_answers_http) {
            char waiting = 0;
            beast::error_code ended;
            socket.read_some(asio::buffer(&waiting, 1), ended);
            return;
        }
        if (!beast::websocket::is_upgrade(request) || manner_ == Manner::refuses_upgrade) {
            http::response<http::string_body> response{http::status::ok, request.version()};
            if (beast::websocket::is_upgrade(request)) response.result(http::status::forbidden);
            response.body() =
                manner_ == Manner::answers_no_json
                    ? "<html>not what you think</html>"
                    : fmt::format(R"({{"webSocketDebuggerUrl":"ws://other.example:1/devtools/browser/x"}})");
            response.prepare_payload();
            http::write(socket, response);
            return;
        }
        beast::websocket::stream<tcp::socket> web_socket{std::move(socket)};
        web_socket.next_layer().set_option(tcp::no_delay(true));
        web_socket.accept(request);
        talk(web_socket);
    }

    void talk(beast::websocket::stream<tcp::socket>& web_socket) {
        FakeBrowser browser{fault_};
        while (true) {
            beast::flat_buffer message;
            web_socket.read(message);
            ++messages_;
            const auto reaction = browser.on_message(beast::buffers_to_string(message.data()));
            for (std::size_t i = 0; i < reaction.messages.size(); ++i) {
                const auto& text = reaction.messages[i];
                if (reaction.half && i + 1 == reaction.messages.size()) {
                    web_socket.write_some(false, asio::buffer(text.data(), text.size() / 2));
                } else {
                    web_socket.write(asio::buffer(text));
                }
            }
            if (reaction.end == Reaction::End::exit) return web_socket.close(beast::websocket::close_code::going_away);
            if (reaction.end != Reaction::End::none) return;
        }
    }

    const Fault fault_;
    const Manner manner_;
    asio::io_context context_;
    tcp::acceptor acceptor_;
    unsigned short port_{};
    std::atomic<bool> stopping_{false};
    std::atomic<int> messages_{0};
    std::mutex mutex_;
    int connection_{-1};                       // guarded by mutex_
    std::vector<std::string> authorizations_;  // guarded by mutex_
    std::thread thread_;
};

FakeSocket::FakeSocket(Fault fault, Manner manner) : impl_{std::make_unique<Impl>(fault, manner)} {}
FakeSocket::~FakeSocket() = default;
int FakeSocket::messages() const {
    return impl_->messages();
}
std::vector<std::string> FakeSocket::authorizations() const {
    return impl_->authorizations();
}
std::string FakeSocket::url() const {
    return fmt::format("http://127.0.0.1:{}", impl_->port());
}

}  // namespace reprise::fake
