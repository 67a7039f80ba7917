// Storage: the cookies of a context, and what origins keep. Members bear the wire's names; tests hold them against the
// browser's own description.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/cdp/command.hpp>

namespace reprise::cdp::storage {

struct CookiePartitionKey {
    std::string topLevelSite{};
    bool hasCrossSiteAncestor{};
};
BOOST_DESCRIBE_STRUCT(CookiePartitionKey, (), (topLevelSite, hasCrossSiteAncestor))

struct Cookie {
    std::string name{};
    std::string value{};
    std::string domain{};
    std::string path{};
    double expires{};
    bool httpOnly{};
    bool secure{};
    std::optional<std::string> sameSite{};
    std::optional<CookiePartitionKey> partitionKey{};
};
BOOST_DESCRIBE_STRUCT(Cookie, (), (name, value, domain, path, expires, httpOnly, secure, sameSite, partitionKey))

struct CookieParam {
    std::string name{};
    std::string value{};
    std::optional<std::string> domain{};
    std::optional<std::string> path{};
    std::optional<bool> secure{};
    std::optional<bool> httpOnly{};
    std::optional<std::string> sameSite{};
    std::optional<double> expires{};
    std::optional<CookiePartitionKey> partitionKey{};
};
BOOST_DESCRIBE_STRUCT(CookieParam, (), (name, value, domain, path, secure, httpOnly, sameSite, expires, partitionKey))

struct GetCookies {
    static constexpr std::string_view method = "Storage.getCookies";
    struct Result {
        std::vector<Cookie> cookies{};
    };
    std::optional<std::string> browserContextId{};
};
BOOST_DESCRIBE_STRUCT(GetCookies, (), (browserContextId))
BOOST_DESCRIBE_STRUCT(GetCookies::Result, (), (cookies))

struct SetCookies {
    static constexpr std::string_view method = "Storage.setCookies";
    using Result = Nothing;
    std::vector<CookieParam> cookies{};
    std::optional<std::string> browserContextId{};
};
BOOST_DESCRIBE_STRUCT(SetCookies, (), (cookies, browserContextId))

struct ClearCookies {
    static constexpr std::string_view method = "Storage.clearCookies";
    using Result = Nothing;
    std::optional<std::string> browserContextId{};
};
BOOST_DESCRIBE_STRUCT(ClearCookies, (), (browserContextId))

struct ClearDataForOrigin {
    static constexpr std::string_view method = "Storage.clearDataForOrigin";
    using Result = Nothing;
    std::string origin{};
    std::string storageTypes{};  // "local_storage,indexeddb"
};
BOOST_DESCRIBE_STRUCT(ClearDataForOrigin, (), (origin, storageTypes))

}  // namespace reprise::cdp::storage
