#include <reprise/reporters/http_client.hpp>

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

namespace reprise::reporters {
namespace {

struct FreeUrl {
    void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
struct FreeList {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

std::string part_of(const Url& url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url.get(), part, &text, 0) != CURLUE_OK) return {};
    std::string copy{text};
    curl_free(text);
    return copy;
}

Url parse(const std::string& address) {
    Url url{curl_url()};
    if (!url || curl_url_set(url.get(), CURLUPART_URL, address.c_str(), 0) != CURLUE_OK) return nullptr;
    return url;
}

// 127.0.0.0/8 by digits only: "127.evil.example" is a name.
bool is_loopback(const std::string& host) {
    if (host == "localhost" || host == "[::1]") return true;
    return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos;
}

// Scheme and host, for messages.
std::string site_of(const std::string& address) {
    const auto url = parse(address);
    return url ? fmt::format("{}://{}", part_of(url, CURLUPART_SCHEME), part_of(url, CURLUPART_HOST)) : address;
}

struct Received {
    std::size_t most_bytes{};
    std::string body{};
    bool too_big{};
};

std::size_t receive(char* bytes, std::size_t, std::size_t count, void* to) {
    auto& received = *static_cast<Received*>(to);
    received.too_big = received.body.size() + count > received.most_bytes;
    if (received.too_big) return 0;
    received.body.append(bytes, count);
    return count;
}

int is_stopped(void* flag, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const std::atomic<bool>*>(flag)->load() ? 1 : 0;
}

void initialise_curl() {
    static const auto once = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (once != CURLE_OK) throw HttpError(HttpError::Cause::unreachable, "libcurl cannot be used");
}

std::string header_of(CURL* curl, const char* name) {
    curl_header* header = nullptr;
    return curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value : "";
}

}  // namespace

std::string problem_of_base_address(const std::string& address) {
    const auto url = parse(address);
    if (!url) return "is no address";
    const auto scheme = part_of(url, CURLUPART_SCHEME);
    if (scheme != "https" && scheme != "http") return "is neither https nor http";
    if (!part_of(url, CURLUPART_USER).empty() || !part_of(url, CURLUPART_PASSWORD).empty()) {
        return "holds a user name; the key is sent in a header";
    }
    if (!part_of(url, CURLUPART_QUERY).empty() || !part_of(url, CURLUPART_FRAGMENT).empty()) {
        return "has a query or a fragment";
    }
    if (scheme == "http" && !is_loopback(part_of(url, CURLUPART_HOST))) {
        return "is plain http to another machine, where everyone on the way could read the key; use https";
    }
    return {};
}

struct HttpClient::Handle {
    CURL* curl{};
    std::unique_ptr<curl_slist, FreeList> headers{};
    ~Handle() { curl_easy_cleanup(curl); }
};

HttpClient::HttpClient(std::string address, std::vector<std::string> headers, HttpLimits limits)
    : address_{std::move(address)},
      headers_{std::move(headers)},
      limits_{std::move(limits)},
      handle_{std::make_unique<Handle>()} {
    initialise_curl();
    handle_->curl = curl_easy_init();
    if (handle_->curl == nullptr) throw HttpError(HttpError::Cause::unreachable, "libcurl cannot be used");
}

HttpClient::~HttpClient() = default;

void HttpClient::prepare(const HttpRequest& request, std::chrono::milliseconds timeout) {
    auto* curl = handle_->curl;
    curl_easy_reset(curl);  // of options; the connection stays
    // An empty "Expect:" spares the question whether a body of more than a megabyte is welcome.
    handle_->headers.reset(curl_slist_append(nullptr, "Expect:"));
    for (const auto* list : std::array<const std::vector<std::string>*, 2>{&headers_, &request.headers}) {
        for (const auto& header : *list) {
            handle_->headers.reset(curl_slist_append(handle_->headers.release(), header.c_str()));
        }
    }
    const auto address = address_ + request.path;
    const bool plain = address_.starts_with("http:");
    curl_easy_setopt(curl, CURLOPT_URL, address.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, plain ? "http" : "https");
    if (plain) curl_easy_setopt(curl, CURLOPT_PROXY, "");  // it would see the key
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!limits_.ca_certificate.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, limits_.ca_certificate.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, handle_->headers.get());
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "reprise/" REPRISE_VERSION);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);  // several threads
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, is_stopped);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &stopped_);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    // 0 would mean "for ever".
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, timeout.count())));
    if (request.method == "HEAD") {
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
        return;
    }
    if (request.method != "GET" && (request.method != "DELETE" || !request.body.empty())) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.empty() ? "" : request.body.data());
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

HttpAnswer HttpClient::send(const HttpRequest& request, std::chrono::milliseconds timeout) {
    using Cause = HttpError::Cause;
    auto* curl = handle_->curl;
    prepare(request, timeout);
    Received received{.most_bytes = limits_.most_bytes};
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &received);
    const auto code = curl_easy_perform(curl);
    const auto site = site_of(address_);
    if (stopped_) throw HttpError(Cause::stopped, "the run was ended");
    if (received.too_big) {
        throw HttpError(Cause::too_big, fmt::format("{} answered with more than {} bytes", site, limits_.most_bytes));
    }
    if (code == CURLE_OPERATION_TIMEDOUT) {
        throw HttpError(Cause::timed_out, fmt::format("{} did not answer within {} ms", site, timeout.count()));
    }
    if (code != CURLE_OK) {
        throw HttpError(Cause::unreachable, fmt::format("{} did not answer: {}", site, curl_easy_strerror(code)));
    }
    HttpAnswer answer{.content_range = header_of(curl, "Content-Range"), .body = std::move(received.body)};
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    const char* type = nullptr;
    if (curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type) == CURLE_OK && type != nullptr) {
        answer.content_type = type;
    }
    curl_off_t wait = 0;
    if (curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0) {
        answer.retry_after = std::chrono::seconds{wait};
    }
    return answer;
}

}  // namespace reprise::reporters
