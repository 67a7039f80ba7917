#include "user_agent.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace reprise::locators {
namespace {

struct System {
    std::string_view mark;  // in the user agent; the version follows
    const char* platform;
    const char* architecture;
};

// The first that is found: Android's user agents name Linux, iOS's name macOS.
constexpr std::array k_systems{
    System{"Android ", "Android", ""},   System{"iPhone OS ", "iOS", ""},         System{"CPU OS ", "iOS", ""},
    System{"Mac OS X ", "macOS", "x86"}, System{"Windows NT ", "Windows", "x86"}, System{"Linux", "Linux", "x86"},
};

std::string version_at(std::string_view text) {
    const auto end = text.find_first_not_of("0123456789._");
    std::string version{text.substr(0, end)};
    std::ranges::replace(version, '_', '.');
    return version;
}

// "Pixel 7" of "(Linux; Android 14; Pixel 7)"; Chromium's own "K" stands for none.
std::string android_model(std::string_view after_mark) {
    const auto end = after_mark.find(')');
    const auto begin = after_mark.find("; ");
    if (end == std::string_view::npos || begin >= end) return {};
    auto model = after_mark.substr(begin + 2, end - begin - 2);
    model = model.substr(0, model.find(" Build/"));
    return model == "K" ? std::string() : std::string(model);
}

}  // namespace

std::optional<cdp::emulation::UserAgentMetadata> client_hints(std::string_view user_agent, bool is_mobile) {
    for (const auto& system : k_systems) {
        const auto at = user_agent.find(system.mark);
        if (at == std::string_view::npos) continue;
        const auto rest = user_agent.substr(at + system.mark.size());
        const bool android = system.platform == std::string_view("Android");
        return cdp::emulation::UserAgentMetadata{
            .platform = system.platform,
            .platformVersion = version_at(rest),
            .architecture = system.architecture,
            .model = android ? android_model(rest) : std::string(),
            // Tablets have the layout, but not the word.
            .mobile = is_mobile && (!android || user_agent.find(" Mobile") != std::string_view::npos)};
    }
    return std::nullopt;
}

}  // namespace reprise::locators
