// One address that requests go to, with headers that nobody else may see. Nothing is followed, nothing is trusted: a
// redirect is an answer like others, certificates are verified, answers are bounded. The connection is kept.
//
// One thread at a time, but for stop(), which may come from any.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace reprise::reporters {

struct HttpRequest {
    std::string method{"POST"};
    std::string path{};                  // added to the base address: "/rest/v1/jobs?select=id", escaped
    std::vector<std::string> headers{};  // "name: value", added to the client's
    std::string_view body{};             // must live until send() returns
};

struct HttpAnswer {
    int status{};
    std::string content_type{};
    std::string content_range{};
    std::optional<std::chrono::seconds> retry_after{};
    std::string body{};
};

// No answer came. The text names neither headers nor body.
class HttpError : public std::runtime_error {
public:
    enum class Cause { unreachable, timed_out, too_big, stopped };
    HttpError(Cause cause, const std::string& message) : std::runtime_error(message), cause_{cause} {}
    Cause cause() const noexcept { return cause_; }

private:
    Cause cause_;
};

// What is wrong with `address` as the base of an API that gets a key; empty: nothing. Plain http is for this machine
// only.
std::string problem_of_base_address(const std::string& address);

struct HttpLimits {
    std::size_t most_bytes{std::size_t{256} << 10};  // of an answer
    std::filesystem::path ca_certificate{};          // PEM; empty: the system's
};

class HttpClient {
public:
    // `address` has no problem_of_base_address().
    HttpClient(std::string address, std::vector<std::string> headers, HttpLimits limits = {});
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // Throws HttpError.
    HttpAnswer send(const HttpRequest& request, std::chrono::milliseconds timeout);
    // In place of those given before.
    void set_headers(std::vector<std::string> headers) { headers_ = std::move(headers); }
    // Ends a send() that goes on, within a second, and all later ones.
    void stop() noexcept { stopped_ = true; }
    bool stopped() const noexcept { return stopped_; }

private:
    struct Handle;
    void prepare(const HttpRequest& request, std::chrono::milliseconds timeout);

    std::string address_;
    std::vector<std::string> headers_;
    HttpLimits limits_;
    std::unique_ptr<Handle> handle_;
    std::atomic<bool> stopped_{};
};

}  // namespace reprise::reporters
