// What pages are told of the device besides the user agent: the client hints, which have to agree with it.
#pragma once

#include <optional>
#include <string_view>

#include <reprise/cdp/protocol/emulation.hpp>

namespace reprise::locators {

// Nothing: the user agent names no system that is known; pages then get no hints at all.
std::optional<cdp::emulation::UserAgentMetadata> client_hints(std::string_view user_agent, bool is_mobile);

}  // namespace reprise::locators
