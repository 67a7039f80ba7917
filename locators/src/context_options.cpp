#include <array>

#include <boost/json/object.hpp>

#include <reprise/cdp/command.hpp>
#include <reprise/cdp/protocol/emulation.hpp>
#include <reprise/cdp/protocol/network.hpp>
#include <reprise/cdp/protocol/page.hpp>
#include <reprise/cdp/protocol/security.hpp>

#include "context_state.hpp"
#include "user_agent.hpp"

namespace reprise::locators {
namespace {

namespace emulation = cdp::emulation;
using Sessions = cdp::SetUpCommand::Sessions;

template <class Command>
cdp::SetUpCommand set_up(const Command& command, Sessions sessions = Sessions::all) {
    return {.method = Command::method, .params = cdp::to_json_text(command), .sessions = sessions};
}

boost::json::object headers_json(const HttpHeaders& headers) {
    boost::json::object json;
    for (const auto& [name, value] : headers) json[name] = value;
    return json;
}

void add_looks(const ContextOptions& options, std::vector<cdp::SetUpCommand>& commands) {
    std::vector<emulation::MediaFeature> features;
    for (const auto& [name, value] : media_features(options)) features.push_back({name, value});
    if (!features.empty()) commands.push_back(set_up(emulation::SetEmulatedMedia{.features = std::move(features)}));
    if (options.has_touch) commands.push_back(set_up(emulation::SetTouchEmulationEnabled{.enabled = true}));
}

}  // namespace

std::vector<cdp::SetUpCommand> set_up_commands(const ContextOptions& options) {
    std::vector<cdp::SetUpCommand> commands;
    if (options.service_workers == ServiceWorkers::block) {
        commands.push_back(set_up(cdp::page::AddScriptToEvaluateOnNewDocument{
            .source = "if (navigator.serviceWorker) navigator.serviceWorker.register = async () => {"
                      " console.warn('Service Worker registration blocked by Reprise'); };"}));
    }
    for (const auto& script : options.init_scripts) {
        commands.push_back(set_up(cdp::page::AddScriptToEvaluateOnNewDocument{.source = script}));
    }
    if (!options.extra_headers.empty()) {
        commands.push_back(set_up(cdp::network::SetExtraHTTPHeaders{.headers = headers_json(options.extra_headers)}));
    }
    if (!options.user_agent.empty() || !options.locale.empty()) {
        emulation::SetUserAgentOverride command{.userAgent = options.user_agent};
        if (!options.locale.empty()) command.acceptLanguage = options.locale;
        command.userAgentMetadata = client_hints(options.user_agent, options.is_mobile);
        commands.push_back(set_up(command));
    }
    if (!options.locale.empty()) commands.push_back(set_up(emulation::SetLocaleOverride{.locale = options.locale}));
    if (!options.timezone.empty()) {
        commands.push_back(set_up(emulation::SetTimezoneOverride{.timezoneId = options.timezone}));
    }
    add_looks(options, commands);
    if (const auto& place = options.geolocation) {
        commands.push_back(set_up(emulation::SetGeolocationOverride{
            .latitude = place->latitude, .longitude = place->longitude, .accuracy = place->accuracy_m}));
    }
    if (options.offline) {
        commands.push_back(set_up(cdp::network::EmulateNetworkConditions{
            .offline = true, .latency = 0, .downloadThroughput = -1, .uploadThroughput = -1}));
    }
    if (options.ignore_https_errors) {
        commands.push_back(set_up(cdp::security::SetIgnoreCertificateErrors{.ignore = true}));
    }
    if (!options.java_script_enabled) {
        commands.push_back(set_up(emulation::SetScriptExecutionDisabled{.value = true}));
    }
    if (options.bypass_csp) commands.push_back(set_up(cdp::page::SetBypassCSP{.enabled = true}));
    if (options.record_video) {
        const auto command = screencast_command(options.record_video->size);
        commands.push_back(
            {cdp::page::StartScreencast::method, cdp::to_json_text(command), cdp::SetUpCommand::Sessions::pages});
    }
    return commands;
}

std::map<std::string, std::string> media_features(const ContextOptions& options) {
    std::map<std::string, std::string> features;
    if (options.colour_scheme) {
        static constexpr const char* k_names[] = {"light", "dark", ""};
        features["prefers-color-scheme"] = k_names[static_cast<int>(*options.colour_scheme)];
    }
    if (options.reduced_motion) {
        static constexpr const char* k_names[] = {"no-preference", "reduce", ""};
        features["prefers-reduced-motion"] = k_names[static_cast<int>(*options.reduced_motion)];
    }
    return features;
}

std::string chromium_permission(const std::string& name) {
    static constexpr std::array<std::pair<std::string_view, const char*>, 13> k_names{{
        {"accelerometer", "sensors"},
        {"ambient-light-sensor", "sensors"},
        {"background-sync", "backgroundSync"},
        {"camera", "videoCapture"},
        {"clipboard-read", "clipboardReadWrite"},
        {"clipboard-write", "clipboardSanitizedWrite"},
        {"gyroscope", "sensors"},
        {"local-fonts", "localFonts"},
        {"magnetometer", "sensors"},
        {"microphone", "audioCapture"},
        {"midi-sysex", "midiSysex"},
        {"payment-handler", "paymentHandler"},
        {"storage-access", "storageAccess"},
    }};
    for (const auto& [known, chromium] : k_names) {
        if (known == name) return chromium;
    }
    return name;
}

}  // namespace reprise::locators
