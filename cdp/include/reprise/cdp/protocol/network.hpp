// Network: requests in flight. Members bear the wire's names; tests hold them against the browser's own description.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/cdp/command.hpp>

namespace reprise::cdp::network {

struct Enable {
    static constexpr std::string_view method = "Network.enable";
    using Result = Nothing;
    std::optional<int> maxTotalBufferSize{};
    std::optional<int> maxResourceBufferSize{};
    std::optional<int> maxPostDataSize{};
};
BOOST_DESCRIBE_STRUCT(Enable, (), (maxTotalBufferSize, maxResourceBufferSize, maxPostDataSize))

struct SetExtraHTTPHeaders {
    static constexpr std::string_view method = "Network.setExtraHTTPHeaders";
    using Result = Nothing;
    boost::json::value headers{};
};
BOOST_DESCRIBE_STRUCT(SetExtraHTTPHeaders, (), (headers))

struct SetCacheDisabled {
    static constexpr std::string_view method = "Network.setCacheDisabled";
    using Result = Nothing;
    bool cacheDisabled{};
};
BOOST_DESCRIBE_STRUCT(SetCacheDisabled, (), (cacheDisabled))

struct SetBypassServiceWorker {
    static constexpr std::string_view method = "Network.setBypassServiceWorker";
    using Result = Nothing;
    bool bypass{};
};
BOOST_DESCRIBE_STRUCT(SetBypassServiceWorker, (), (bypass))

struct EmulateNetworkConditions {
    static constexpr std::string_view method = "Network.emulateNetworkConditions";
    using Result = Nothing;
    bool offline{};
    double latency{};             // ms
    double downloadThroughput{};  // bytes/s; -1: as it is
    double uploadThroughput{};
};
BOOST_DESCRIBE_STRUCT(EmulateNetworkConditions, (), (offline, latency, downloadThroughput, uploadThroughput))

struct GetRequestPostData {
    static constexpr std::string_view method = "Network.getRequestPostData";
    struct Result {
        std::string postData{};
        bool base64Encoded{};
    };
    std::string requestId{};
};
BOOST_DESCRIBE_STRUCT(GetRequestPostData, (), (requestId))
BOOST_DESCRIBE_STRUCT(GetRequestPostData::Result, (), (postData, base64Encoded))

struct GetResponseBody {
    static constexpr std::string_view method = "Network.getResponseBody";
    struct Result {
        std::string body{};
        bool base64Encoded{};
    };
    std::string requestId{};
};
BOOST_DESCRIBE_STRUCT(GetResponseBody, (), (requestId))
BOOST_DESCRIBE_STRUCT(GetResponseBody::Result, (), (body, base64Encoded))

}  // namespace reprise::cdp::network
