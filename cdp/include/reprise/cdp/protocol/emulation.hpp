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

struct UserAgentMetadata {
    std::string platform{};
    std::string platformVersion{};
    std::string architecture{};
    std::string model{};
    bool mobile{};
};
BOOST_DESCRIBE_STRUCT(UserAgentMetadata, (), (platform, platformVersion, architecture, model, mobile))

struct SetUserAgentOverride {
    static constexpr std::string_view method = "Emulation.setUserAgentOverride";
    using Result = Nothing;
    std::string userAgent{};
    std::optional<std::string> acceptLanguage{};
    std::optional<UserAgentMetadata> userAgentMetadata{};
};
BOOST_DESCRIBE_STRUCT(SetUserAgentOverride, (), (userAgent, acceptLanguage, userAgentMetadata))

struct SetLocaleOverride {
    static constexpr std::string_view method = "Emulation.setLocaleOverride";
    using Result = Nothing;
    std::optional<std::string> locale{};
};
BOOST_DESCRIBE_STRUCT(SetLocaleOverride, (), (locale))

struct SetTimezoneOverride {
    static constexpr std::string_view method = "Emulation.setTimezoneOverride";
    using Result = Nothing;
    std::string timezoneId{};
};
BOOST_DESCRIBE_STRUCT(SetTimezoneOverride, (), (timezoneId))

struct MediaFeature {
    std::string name{};
    std::string value{};
};
BOOST_DESCRIBE_STRUCT(MediaFeature, (), (name, value))

struct SetEmulatedMedia {
    static constexpr std::string_view method = "Emulation.setEmulatedMedia";
    using Result = Nothing;
    std::optional<std::string> media{};  // "print"; empty: as it is
    std::optional<std::vector<MediaFeature>> features{};
};
BOOST_DESCRIBE_STRUCT(SetEmulatedMedia, (), (media, features))

struct Rgba {
    int r{};
    int g{};
    int b{};
    double a{};
};
BOOST_DESCRIBE_STRUCT(Rgba, (), (r, g, b, a))

struct SetDefaultBackgroundColorOverride {
    static constexpr std::string_view method = "Emulation.setDefaultBackgroundColorOverride";
    using Result = Nothing;
    std::optional<Rgba> color{};  // none: as it was
};
BOOST_DESCRIBE_STRUCT(SetDefaultBackgroundColorOverride, (), (color))

struct SetTouchEmulationEnabled {
    static constexpr std::string_view method = "Emulation.setTouchEmulationEnabled";
    using Result = Nothing;
    bool enabled{};
};
BOOST_DESCRIBE_STRUCT(SetTouchEmulationEnabled, (), (enabled))

struct SetGeolocationOverride {
    static constexpr std::string_view method = "Emulation.setGeolocationOverride";
    using Result = Nothing;
    std::optional<double> latitude{};
    std::optional<double> longitude{};
    std::optional<double> accuracy{};
};
BOOST_DESCRIBE_STRUCT(SetGeolocationOverride, (), (latitude, longitude, accuracy))

struct SetScriptExecutionDisabled {
    static constexpr std::string_view method = "Emulation.setScriptExecutionDisabled";
    using Result = Nothing;
    bool value{};
};
BOOST_DESCRIBE_STRUCT(SetScriptExecutionDisabled, (), (value))

}  // namespace reprise::cdp::emulation
