// A proxy that answers in the servers' place and keeps what it was asked: over HTTP, with a name and password or
// without, and over SOCKS5. On 127.0.0.1 and a free port.
#pragma once

#include <sys/socket.h>

#include <array>
#include <atomic>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

namespace reprise::tests {

class ScriptedProxy {
public:
    enum class Kind { http, socks5 };
    // `token`: what Proxy-Authorization has to be, "Basic dTpw"; none: nobody is asked.
    explicit ScriptedProxy(Kind kind = Kind::http, std::optional<std::string> token = {})
        : kind_{kind}, token_{std::move(token)}, thread_{[this] { accept(); }} {}
    ~ScriptedProxy() {
        ending_ = true;
        ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
        thread_.join();
        {
            const std::lock_guard lock{mutex_};
            for (auto& socket : sockets_) ::shutdown(socket.native_handle(), SHUT_RDWR);
        }
        for (auto& thread : connections_) thread.join();
    }
    ScriptedProxy(const ScriptedProxy&) = delete;
    ScriptedProxy& operator=(const ScriptedProxy&) = delete;

    std::string server() const {
        return (kind_ == Kind::http ? "http://127.0.0.1:" : "socks5://127.0.0.1:") +
               std::to_string(acceptor_.local_endpoint().port());
    }
    // First lines, "GET http://shop.example/ HTTP/1.1"; with "!" before those that lacked the token.
    std::vector<std::string> asked() const {
        const std::lock_guard lock{mutex_};
        return asked_;
    }

private:
    using Socket = boost::asio::ip::tcp::socket;

    void accept() {
        while (!ending_) {
            boost::system::error_code error;
            Socket socket{io_};
            acceptor_.accept(socket, error);
            if (error) continue;
            const std::lock_guard lock{mutex_};
            sockets_.push_back(std::move(socket));
            connections_.emplace_back([this, &kept = sockets_.back()] { serve(kept); });
        }
    }
    void serve(Socket& socket) {
        boost::system::error_code error;
        if (kind_ == Kind::socks5) greet(socket, error);
        boost::asio::streambuf buffer;
        while (!error && !ending_) {
            boost::asio::read_until(socket, buffer, "\r\n\r\n", error);
            if (error) return;
            std::string head{boost::asio::buffers_begin(buffer.data()), boost::asio::buffers_end(buffer.data())};
            buffer.consume(buffer.size());
            boost::asio::write(socket, boost::asio::buffer(answer_to(head)), error);
        }
    }
    // RFC 1928: no authentication, one CONNECT, to which everything is said to be connected.
    static void greet(Socket& socket, boost::system::error_code& error) {
        std::array<unsigned char, 2> hello{};
        boost::asio::read(socket, boost::asio::buffer(hello), error);
        std::vector<unsigned char> methods(hello[1]);
        boost::asio::read(socket, boost::asio::buffer(methods), error);
        boost::asio::write(socket, boost::asio::buffer("\x05\x00", 2), error);
        std::array<unsigned char, 5> request{};
        boost::asio::read(socket, boost::asio::buffer(request), error);
        const std::size_t rest = request[3] == 1 ? 5U : request[3] == 3 ? request[4] + 2U : 17U;
        std::vector<unsigned char> address(rest);
        boost::asio::read(socket, boost::asio::buffer(address), error);
        boost::asio::write(socket, boost::asio::buffer("\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", 10), error);
    }
    std::string answer_to(const std::string& head) {
        const auto line = head.substr(0, head.find("\r\n"));
        const bool lacks = token_ && head.find("Proxy-Authorization: " + *token_ + "\r\n") == std::string::npos;
        {
            const std::lock_guard lock{mutex_};
            asked_.push_back((lacks ? "! " : "") + line);
        }
        const std::string body = "<!doctype html><title>proxy: " + line + "</title>";
        const std::string length =
            "Content-Type: text/html\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
        return (lacks ? "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"\r\n"
                      : "HTTP/1.1 200 OK\r\n") +
               length + body;
    }

    const Kind kind_;
    const std::optional<std::string> token_;
    boost::asio::io_context io_;
    boost::asio::ip::tcp::acceptor acceptor_{io_, {boost::asio::ip::make_address("127.0.0.1"), 0}};
    std::atomic<bool> ending_{};
    mutable std::mutex mutex_;
    std::list<Socket> sockets_;             // guarded by mutex_
    std::vector<std::thread> connections_;  // of the accepting thread
    std::vector<std::string> asked_;        // guarded by mutex_
    std::thread thread_;
};

}  // namespace reprise::tests
