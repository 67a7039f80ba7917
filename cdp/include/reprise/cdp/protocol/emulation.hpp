// Emulation: what the page believes about its surroundings. Members bear the wire's names; tests hold them against the
// browser's own description.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/cdp/command.hpp>

namespace reprise::cdp::emulation {

struct SetFocusEmulationEnabled {
    static constexpr std::string_view method = "Emulation.setFocusEmulationEnabled";
    using Result = Nothing;
    bool enabled{};
};
BOOST_DESCRIBE_STRUCT(SetFocusEmulationEnabled, (), (enabled))

struct SetDeviceMetricsOverride {
    static constexpr std::string_view method = "Emulation.setDeviceMetricsOverride";
    using Result = Nothing;
    int width{};
    int height{};
    double deviceScaleFactor{};
    bool mobile{};
};
BOOST_DESCRIBE_STRUCT(SetDeviceMetricsOverride, (), (width, height, deviceScaleFactor, mobile))

}  // namespace reprise::cdp::emulation
