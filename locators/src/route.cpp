#include <reprise/cdp/base64.hpp>
#include <reprise/locators/route.hpp>

#include <array>
#include <fstream>
#include <system_error>

#include <fmt/format.h>
#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/cdp/command.hpp>
#include <reprise/cdp/exact_json.hpp>
#include <reprise/cdp/protocol/fetch.hpp>
#include <reprise/cdp/protocol/network.hpp>

#include "address.hpp"
#include "network_text.hpp"
#include "route_state.hpp"

namespace reprise::locators {
namespace {

namespace fetch = cdp::fetch;
constexpr std::chrono::seconds k_answer_timeout{30};

std::string find_header(const HttpHeaders& headers, std::string_view name) {
    for (const auto& [key, value] : headers) {
        if (boost::iequals(key, name)) return value;
    }
    return {};
}

// Also with nothing in it.
bool is_named(const HttpHeaders& headers, std::string_view name) {
    for (const auto& header : headers) {
        if (boost::iequals(header.first, name)) return true;
    }
    return false;
}

std::string content_type_of(const std::filesystem::path& file) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 18> k_types{{
        {".html", "text/html"},
        {".htm", "text/html"},
        {".css", "text/css"},
        {".js", "text/javascript"},
        {".mjs", "text/javascript"},
        {".json", "application/json"},
        {".txt", "text/plain"},
        {".csv", "text/csv"},
        {".xml", "application/xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".jpeg", "image/jpeg"},
        {".gif", "image/gif"},
        {".svg", "image/svg+xml"},
        {".webp", "image/webp"},
        {".ico", "image/x-icon"},
        {".pdf", "application/pdf"},
        {".woff2", "font/woff2"},
    }};
    const auto ending = boost::to_lower_copy(file.extension().string());
    for (const auto& [known, type] : k_types) {
        if (known == ending) return std::string(type);
    }
    return "application/octet-stream";
}

std::string read_file(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) {
        throw Error(fmt::format("route.fulfill(): cannot read {}: {}", path.string(),
                                error ? error.message() : std::string("it is no file")));
    }
    std::string bytes(std::filesystem::file_size(path, error), '\0');
    std::ifstream file{path, std::ios::binary};
    if (error || !file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
        throw Error(fmt::format("route.fulfill(): cannot read {}", path.string()));
    }
    return bytes;
}

// Without these the browser keeps the answer from the page: the server that would have sent them was not asked.
void allow_other_origin(const Request& request, HttpHeaders& headers) {
    const auto origin = request.header("origin");
    if (origin.empty() || origin == origin_of(request.url) || !request.url.starts_with("http")) return;
    if (is_named(headers, "access-control-allow-origin")) return;
    headers.emplace_back("access-control-allow-origin", origin);
    headers.emplace_back("access-control-allow-credentials", "true");
    headers.emplace_back("vary", "Origin");
}

std::vector<fetch::HeaderEntry> to_entries(const HttpHeaders& headers) {
    std::vector<fetch::HeaderEntry> entries;
    for (const auto& [name, value] : headers) entries.push_back({name, value});
    return entries;
}

std::string to_reason(std::string_view word) {
    static constexpr std::array<std::string_view, 14> k_reasons{"Failed",
                                                                "Aborted",
                                                                "TimedOut",
                                                                "AccessDenied",
                                                                "ConnectionClosed",
                                                                "ConnectionReset",
                                                                "ConnectionRefused",
                                                                "ConnectionAborted",
                                                                "ConnectionFailed",
                                                                "NameNotResolved",
                                                                "InternetDisconnected",
                                                                "AddressUnreachable",
                                                                "BlockedByClient",
                                                                "BlockedByResponse"};
    for (const auto reason : k_reasons) {
        if (boost::iequals(reason, word)) return std::string(reason);
    }
    throw reprise::UsageError(fmt::format("route.abort(\"{}\"): no such reason; one is \"failed\"", word));
}

// Of what the server sent: its body is decoded here, and may be changed.
HttpHeaders base_headers(const Fulfillment& answer) {
    HttpHeaders headers;
    if (!answer.response) return answer.headers;
    for (const auto& [name, value] : answer.response->headers) {
        const bool of_body = boost::iequals(name, "content-length") || boost::iequals(name, "content-encoding") ||
                             boost::iequals(name, "transfer-encoding");
        if (!of_body && !is_named(answer.headers, name)) headers.emplace_back(name, value);
    }
    headers.insert(headers.end(), answer.headers.begin(), answer.headers.end());
    return headers;
}

// By the page, meanwhile.
bool is_given_up(const cdp::ProtocolError& error) {
    return error.browser_text().find("Invalid InterceptionId") != std::string::npos;
}

fetch::FulfillRequest to_command(const Request& request, const std::string& id, const Fulfillment& answer) {
    if ((answer.body ? 1 : 0) + (answer.json.is_null() ? 0 : 1) + (answer.path ? 1 : 0) > 1) {
        throw reprise::UsageError("route.fulfill(): only one of body, json and path can be given");
    }
    auto body = answer.body.value_or("");
    auto type = answer.content_type;
    auto headers = base_headers(answer);
    const bool typed = is_named(headers, "content-type");
    if (!answer.json.is_null()) {
        body = boost::json::serialize(answer.json);
        if (type.empty() && !typed) type = "application/json";
    } else if (answer.path) {
        body = read_file(*answer.path);
        if (type.empty() && !typed) type = content_type_of(*answer.path);
    } else if (!answer.body && answer.response) {
        body = answer.response->body;
    }
    if (!type.empty() && !is_named(answer.headers, "content-type")) {
        std::erase_if(headers, [](const auto& header) { return boost::iequals(header.first, "content-type"); });
        headers.emplace_back("content-type", type);
    }
    if (find_header(headers, "content-length").empty()) {
        headers.emplace_back("content-length", std::to_string(body.size()));
    }
    if (!answer.response) allow_other_origin(request, headers);
    fetch::FulfillRequest command{
        .requestId = id,
        .responseCode = answer.status.value_or(answer.response ? answer.response->status : 200),
        .responseHeaders = to_entries(headers),
        .body = cdp::encode_base64(body)};
    if (answer.response && !answer.status && !answer.response->status_text.empty()) {
        command.responsePhrase = answer.response->status_text;
    }
    return command;
}

fetch::ContinueRequest to_command(const std::string& id, const RequestChanges& changes) {
    fetch::ContinueRequest command;
    command.requestId = id;
    command.url = changes.url;
    command.fetch::ContinueRequestMembers::method = changes.method;
    if (changes.headers) command.headers = to_entries(*changes.headers);
    if (changes.post_data) command.postData = cdp::encode_base64(*changes.post_data);
    return command;
}

}  // namespace

std::string Request::header(std::string_view name) const {
    return find_header(headers, name);
}

std::string FetchedResponse::header(std::string_view name) const {
    return find_header(headers, name);
}

boost::json::value FetchedResponse::json() const {
    boost::json::error_code error;
    auto value = cdp::parse_exactly(body, error);
    if (error) {
        throw RouteError(
            fmt::format("route.fetch(): the body is no JSON: {}: \"{}\"", error.message(), beginning_of(body)));
    }
    return value;
}

RouteState::RouteState(cdp::PausedRequest paused_request, std::weak_ptr<Router> router)
    : request{.url = paused_request.url,
              .method = paused_request.method,
              .headers = paused_request.headers,
              .post_data = paused_request.body,
              .resource_type = boost::to_lower_copy(paused_request.resource_type)},
      paused{std::move(paused_request)},
      router_{std::move(router)} {}

RouteState::~RouteState() {
    const auto router = router_.lock();
    if (status_ == Status::answered || !router) return;
    if (!router->closing()) {
        const auto call = tried.empty() ? std::string("a route") : tried.back()->call;
        router->report(fmt::format("{}: the handler has not answered {} {}; the request was failed", call,
                                   request.method, request.url));
    }
    fail();
}

void RouteState::claim(const char* call) {
    const std::lock_guard lock{mutex_};
    if (status_ == Status::answered) {
        throw reprise::UsageError(
            fmt::format("route.{}(): {} {} has been answered already", call, request.method, request.url));
    }
    status_ = Status::answered;
}

template <class Command>
void RouteState::answer(const char* call, const Command& command) {
    claim(call);
    try {
        paused.session.send(command, cdp::Deadline::after(k_answer_timeout));
    } catch (const cdp::ConnectionClosed&) {  // the page has gone, and its request with it
    } catch (const cdp::TargetCrashed&) {
    } catch (const cdp::ProtocolError& error) {
        if (is_given_up(error)) return;
        const std::lock_guard lock{mutex_};
        status_ = Status::open;
        throw;
    }
}

FetchedResponse RouteState::fetch(const RequestChanges& changes, cdp::Deadline deadline) {
    {
        const std::lock_guard lock{mutex_};
        if (std::exchange(fetched_, true)) throw reprise::UsageError("route.fetch(): it was fetched already");
    }
    merge(changes);
    claim("fetch");  // while it is on its way, it is nobody's to answer
    const auto router = router_.lock();
    auto command = to_command(paused.id, changes_);
    command.interceptResponse = true;
    const auto failed = [&](const std::string& what) {
        return RouteError(fmt::format("route.fetch(): {} {}: {}", request.method, request.url, what));
    };
    if (!router) throw failed("the context was closed");
    std::optional<cdp::PausedRequest> held;
    try {
        held = router->wait_for_answer(
            paused, [&] { paused.session.send(command, deadline); }, deadline);
    } catch (const cdp::ConnectionClosed&) {
        throw RequestGone(failed("its page has gone").what());
    } catch (const cdp::ProtocolError& error) {
        if (is_given_up(error)) throw RequestGone(failed("its page has given it up").what());
        // Refused: it may be answered in another way.
        const std::lock_guard lock{mutex_};
        status_ = Status::open;
        fetched_ = false;
        throw;
    }
    if (!held) throw failed(fmt::format("no answer within {} ms", deadline.timeout().count()));
    {
        const std::lock_guard lock{mutex_};
        status_ = Status::open;
    }
    if (!held->answer->failure.empty()) throw failed("the browser got no answer: " + held->answer->failure);
    FetchedResponse response{
        .status = held->answer->status, .status_text = held->answer->status_text, .headers = held->answer->headers};
    // The browser does not hand out the body of an answer that leads on.
    const bool redirect = response.status / 100 == 3 && !response.header("location").empty();
    if (redirect) return response;
    auto body = paused.session.send(fetch::GetResponseBody{.requestId = paused.id}, deadline);
    response.body = body.base64Encoded ? cdp::decode_base64(body.body) : std::move(body.body);
    return response;
}

void RouteState::fulfill(const Fulfillment& with) {
    answer("fulfill", to_command(request, paused.id, with));
}

void RouteState::abort(std::string_view reason) {
    answer("abort", fetch::FailRequest{.requestId = paused.id, .errorReason = to_reason(reason)});
}

void RouteState::merge(const RequestChanges& changes) {
    const std::lock_guard lock{mutex_};
    if (changes.url) changes_.url = changes.url;
    if (changes.method) changes_.method = changes.method;
    if (changes.headers) changes_.headers = changes.headers;
    if (changes.post_data) changes_.post_data = changes.post_data;
}

bool RouteState::let_answer_through(const RequestChanges& changes) {
    {
        const std::lock_guard lock{mutex_};
        if (!fetched_) return false;
    }
    if (changes.url || changes.method || changes.headers || changes.post_data) {
        throw reprise::UsageError("route.continue_(): the request was fetched already, and cannot be changed any more");
    }
    answer("continue_", fetch::ContinueResponse{.requestId = paused.id});
    return true;
}

void RouteState::let_through(const RequestChanges& changes) {
    if (let_answer_through(changes)) return;
    merge(changes);
    answer("continue_", to_command(paused.id, changes_));
}

// The next route gets a state of its own, so that this one is answered once and for all.
void RouteState::fall_back(const RequestChanges& changes) {
    {
        const std::lock_guard lock{mutex_};
        if (fetched_) throw reprise::UsageError("route.fallback(): the request was fetched already");
    }
    merge(changes);
    claim("fallback");
    auto next = std::make_shared<RouteState>(paused, router_);
    next->tried = tried;
    next->changes_ = changes_;
    if (changes_.url) next->request.url = *changes_.url;
    if (changes_.method) next->request.method = *changes_.method;
    if (changes_.headers) next->request.headers = *changes_.headers;
    if (changes_.post_data) next->request.post_data = *changes_.post_data;
    if (const auto router = router_.lock()) {
        router->hand_on(std::move(next));
    } else {
        next->pass_on();
    }
}

void RouteState::pass_on() noexcept {
    {
        const std::lock_guard lock{mutex_};
        status_ = Status::answered;
    }
    paused.session.post(to_command(paused.id, changes_));
}

bool RouteState::answered() {
    const std::lock_guard lock{mutex_};
    return status_ == Status::answered;
}

void RouteState::fail() noexcept {
    {
        const std::lock_guard lock{mutex_};
        if (std::exchange(status_, Status::answered) == Status::answered) return;
    }
    paused.session.post(fetch::FailRequest{.requestId = paused.id, .errorReason = "Failed"});
}

const Request& Route::request() const {
    return state_->request;
}
FetchedResponse Route::fetch(const RequestChanges& changes, Milliseconds timeout) const {
    return state_->fetch(changes, cdp::Deadline::after(timeout));
}
void Route::fulfill(const Fulfillment& answer) const {
    state_->fulfill(answer);
}
void Route::abort(std::string_view reason) const {
    state_->abort(reason);
}
void Route::continue_(const RequestChanges& changes) const {
    state_->let_through(changes);
}
void Route::fallback(const RequestChanges& changes) const {
    state_->fall_back(changes);
}

}  // namespace reprise::locators
