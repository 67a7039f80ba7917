// Target: browser contexts, pages, and sessions attached to them. Members bear the wire's names; tests hold them
// against the browser's own description.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/cdp/command.hpp>

namespace reprise::cdp::target {

struct TargetInfo {
    std::string targetId{};
    std::string type{};
    std::string title{};
    std::string url{};
    std::optional<std::string> openerId{};
    std::optional<std::string> browserContextId{};
};
BOOST_DESCRIBE_STRUCT(TargetInfo, (), (targetId, type, title, url, openerId, browserContextId))

struct CreateBrowserContext {
    static constexpr std::string_view method = "Target.createBrowserContext";
    struct Result {
        std::string browserContextId{};
    };
    std::optional<bool> disposeOnDetach{};
    std::optional<std::string> proxyServer{};
    std::optional<std::string> proxyBypassList{};
};
BOOST_DESCRIBE_STRUCT(CreateBrowserContext, (), (disposeOnDetach, proxyServer, proxyBypassList))
BOOST_DESCRIBE_STRUCT(CreateBrowserContext::Result, (), (browserContextId))

struct DisposeBrowserContext {
    static constexpr std::string_view method = "Target.disposeBrowserContext";
    using Result = Nothing;
    std::string browserContextId{};
};
BOOST_DESCRIBE_STRUCT(DisposeBrowserContext, (), (browserContextId))

struct GetBrowserContexts {
    static constexpr std::string_view method = "Target.getBrowserContexts";
    struct Result {
        std::vector<std::string> browserContextIds{};  // without the default one
        std::optional<std::string> defaultBrowserContextId{};
    };
};
BOOST_DESCRIBE_STRUCT(GetBrowserContexts, (), ())
BOOST_DESCRIBE_STRUCT(GetBrowserContexts::Result, (), (browserContextIds, defaultBrowserContextId))

struct GetTargets {
    static constexpr std::string_view method = "Target.getTargets";
    struct Result {
        std::vector<TargetInfo> targetInfos{};
    };
};
BOOST_DESCRIBE_STRUCT(GetTargets, (), ())
BOOST_DESCRIBE_STRUCT(GetTargets::Result, (), (targetInfos))

struct CreateTarget {
    static constexpr std::string_view method = "Target.createTarget";
    struct Result {
        std::string targetId{};
    };
    std::string url{};
    std::optional<std::string> browserContextId{};
    std::optional<int> width{};
    std::optional<int> height{};
};
BOOST_DESCRIBE_STRUCT(CreateTarget, (), (url, browserContextId, width, height))
BOOST_DESCRIBE_STRUCT(CreateTarget::Result, (), (targetId))

struct AttachToTarget {
    static constexpr std::string_view method = "Target.attachToTarget";
    struct Result {
        std::string sessionId{};
    };
    std::string targetId{};
    std::optional<bool> flatten{};
};
BOOST_DESCRIBE_STRUCT(AttachToTarget, (), (targetId, flatten))
BOOST_DESCRIBE_STRUCT(AttachToTarget::Result, (), (sessionId))

struct DetachFromTarget {
    static constexpr std::string_view method = "Target.detachFromTarget";
    using Result = Nothing;
    std::optional<std::string> sessionId{};
};
BOOST_DESCRIBE_STRUCT(DetachFromTarget, (), (sessionId))

struct CloseTarget {
    static constexpr std::string_view method = "Target.closeTarget";
    using Result = Nothing;
    std::string targetId{};
};
BOOST_DESCRIBE_STRUCT(CloseTarget, (), (targetId))

struct ActivateTarget {
    static constexpr std::string_view method = "Target.activateTarget";
    using Result = Nothing;
    std::string targetId{};
};
BOOST_DESCRIBE_STRUCT(ActivateTarget, (), (targetId))

struct FilterEntry {
    std::optional<std::string> type{};
};
BOOST_DESCRIBE_STRUCT(FilterEntry, (), (type))

struct SetAutoAttach {
    static constexpr std::string_view method = "Target.setAutoAttach";
    using Result = Nothing;
    bool autoAttach{};
    bool waitForDebuggerOnStart{};
    std::optional<bool> flatten{};
    std::optional<std::vector<FilterEntry>> filter{};
};
BOOST_DESCRIBE_STRUCT(SetAutoAttach, (), (autoAttach, waitForDebuggerOnStart, flatten, filter))

struct SetDiscoverTargets {
    static constexpr std::string_view method = "Target.setDiscoverTargets";
    using Result = Nothing;
    bool discover{};
};
BOOST_DESCRIBE_STRUCT(SetDiscoverTargets, (), (discover))

}  // namespace reprise::cdp::target
