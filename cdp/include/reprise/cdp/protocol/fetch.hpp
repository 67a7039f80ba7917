// Fetch: requests that are held until we answer. Members bear the wire's names; tests hold them against the browser's
// own description.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/cdp/command.hpp>

namespace reprise::cdp::fetch {

struct RequestPattern {
    std::optional<std::string> urlPattern{};  // * any text, ? any one character, \\ takes either literally
};
BOOST_DESCRIBE_STRUCT(RequestPattern, (), (urlPattern))

struct HeaderEntry {
    std::string name{};
    std::string value{};
};
BOOST_DESCRIBE_STRUCT(HeaderEntry, (), (name, value))

struct AuthChallengeResponse {
    std::string response{};  // Default, CancelAuth, ProvideCredentials
    std::optional<std::string> username{};
    std::optional<std::string> password{};
};
BOOST_DESCRIBE_STRUCT(AuthChallengeResponse, (), (response, username, password))

struct Enable {
    static constexpr std::string_view method = "Fetch.enable";
    using Result = Nothing;
    std::optional<std::vector<RequestPattern>> patterns{};
    std::optional<bool> handleAuthRequests{};
};
BOOST_DESCRIBE_STRUCT(Enable, (), (patterns, handleAuthRequests))

struct Disable {
    static constexpr std::string_view method = "Fetch.disable";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(Disable, (), ())

struct FailRequest {
    static constexpr std::string_view method = "Fetch.failRequest";
    using Result = Nothing;
    std::string requestId{};
    std::string errorReason{};
};
BOOST_DESCRIBE_STRUCT(FailRequest, (), (requestId, errorReason))

struct FulfillRequest {
    static constexpr std::string_view method = "Fetch.fulfillRequest";
    using Result = Nothing;
    std::string requestId{};
    int responseCode{};
    std::optional<std::vector<HeaderEntry>> responseHeaders{};
    std::optional<std::string> body{};  // base64
    std::optional<std::string> responsePhrase{};
};
BOOST_DESCRIBE_STRUCT(FulfillRequest, (), (requestId, responseCode, responseHeaders, body, responsePhrase))

// Apart, since one member bears the name that a command's own method has.
struct ContinueRequestMembers {
    std::string requestId{};
    std::optional<std::string> url{};
    std::optional<std::string> method{};
    std::optional<std::string> postData{};  // base64
    std::optional<std::vector<HeaderEntry>> headers{};
    std::optional<bool> interceptResponse{};
};
BOOST_DESCRIBE_STRUCT(ContinueRequestMembers, (), (requestId, url, method, postData, headers, interceptResponse))

struct ContinueRequest : ContinueRequestMembers {
    static constexpr std::string_view method = "Fetch.continueRequest";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(ContinueRequest, (ContinueRequestMembers), ())

// An answer that is held goes on as it is.
struct ContinueResponse {
    static constexpr std::string_view method = "Fetch.continueResponse";
    using Result = Nothing;
    std::string requestId{};
};
BOOST_DESCRIBE_STRUCT(ContinueResponse, (), (requestId))

struct GetResponseBody {
    static constexpr std::string_view method = "Fetch.getResponseBody";
    struct Result {
        std::string body{};
        bool base64Encoded{};
    };
    std::string requestId{};
};
BOOST_DESCRIBE_STRUCT(GetResponseBody, (), (requestId))
BOOST_DESCRIBE_STRUCT(GetResponseBody::Result, (), (body, base64Encoded))

struct ContinueWithAuth {
    static constexpr std::string_view method = "Fetch.continueWithAuth";
    using Result = Nothing;
    std::string requestId{};
    AuthChallengeResponse authChallengeResponse{};
};
BOOST_DESCRIBE_STRUCT(ContinueWithAuth, (), (requestId, authChallengeResponse))

}  // namespace reprise::cdp::fetch
