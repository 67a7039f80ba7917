// One address that JSON is posted to, over HTTPS, with headers that nobody else may see. Nothing is followed, nothing
// is trusted: a redirect is an answer like others, certificates are verified, bodies are bounded.
//
// One thread at a time, but for stop(), which may come from any.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <reprise/cdp/error.hpp>

namespace reprise::runner {

struct HttpAnswer {
    int status{};
    std::string content_type{};
    std::optional<std::chrono::seconds> retry_after{};
    std::string body{};
};

// No answer came. The text names neither header nor body.
class HttpError : public Error {
public:
    enum class Cause { unreachable, timed_out, too_big, stopped };
    HttpError(Cause cause, const std::string& message) : Error(message), cause_{cause} {}
    Cause cause() const noexcept { return cause_; }

private:
    Cause cause_;
};

// What is wrong with `address` as the base of an API that gets a key; empty: nothing. Plain http is for this machine
// only.
std::string problem_of_base_address(const std::string& address);

class HttpPost {
public:
    static constexpr std::size_t k_most_bytes = std::size_t{256} << 10;  // of an answer

    // `headers`: "name: value". `address` has no problem_of_base_address().
    HttpPost(std::string address, const std::vector<std::string>& headers);
    ~HttpPost();
    HttpPost(const HttpPost&) = delete;
    HttpPost& operator=(const HttpPost&) = delete;

    // Throws HttpError. The connection is kept for the next one.
    HttpAnswer post(const std::string& json, std::chrono::milliseconds timeout);
    // Ends a post() that goes on, within a second, and all later ones.
    void stop() noexcept { stopped_ = true; }

private:
    struct Handle;
    std::string address_;
    std::unique_ptr<Handle> handle_;
    std::atomic<bool> stopped_{};
};

}  // namespace reprise::runner
