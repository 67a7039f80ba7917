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

}  // namespace reprise::cdp::network
