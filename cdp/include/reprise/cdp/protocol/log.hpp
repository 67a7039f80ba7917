// Log: what the browser itself writes to a page's console. Members bear the wire's names; tests hold them against the
// browser's own description.
#pragma once

#include <string_view>

#include <reprise/cdp/command.hpp>

namespace reprise::cdp::log {

struct Enable {
    static constexpr std::string_view method = "Log.enable";
    using Result = Nothing;
};
BOOST_DESCRIBE_STRUCT(Enable, (), ())

}  // namespace reprise::cdp::log
