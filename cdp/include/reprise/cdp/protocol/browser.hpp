// Browser: the browser as a whole. Members bear the wire's names; tests hold them against the browser's own
// description.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/cdp/command.hpp>

namespace reprise::cdp::browser {

struct GetVersion {
    static constexpr std::string_view method = "Browser.getVersion";
    struct Result {
        std::string protocolVersion{};
        std::string product{};
        std::string userAgent{};
    };
};
BOOST_DESCRIBE_STRUCT(GetVersion, (), ())
BOOST_DESCRIBE_STRUCT(GetVersion::Result, (), (protocolVersion, product, userAgent))

struct Close {
    static constexpr std::string_view method = "Browser.close";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(Close, (), ())

struct SetDownloadBehavior {
    static constexpr std::string_view method = "Browser.setDownloadBehavior";
    using Result = Nothing;
    std::string behavior{};
    std::optional<std::string> browserContextId{};
    std::optional<std::string> downloadPath{};
    std::optional<bool> eventsEnabled{};
};
BOOST_DESCRIBE_STRUCT(SetDownloadBehavior, (), (behavior, browserContextId, downloadPath, eventsEnabled))

struct GrantPermissions {
    static constexpr std::string_view method = "Browser.grantPermissions";
    using Result = Nothing;
    std::vector<std::string> permissions{};
    std::optional<std::string> browserContextId{};
    std::optional<std::string> origin{};
};
BOOST_DESCRIBE_STRUCT(GrantPermissions, (), (permissions, browserContextId, origin))

struct ResetPermissions {
    static constexpr std::string_view method = "Browser.resetPermissions";
    using Result = Nothing;
    std::optional<std::string> browserContextId{};
};
BOOST_DESCRIBE_STRUCT(ResetPermissions, (), (browserContextId))

struct CancelDownload {
    static constexpr std::string_view method = "Browser.cancelDownload";
    using Result = Nothing;
    std::string guid{};
    std::optional<std::string> browserContextId{};
};
BOOST_DESCRIBE_STRUCT(CancelDownload, (), (guid, browserContextId))

}  // namespace reprise::cdp::browser
