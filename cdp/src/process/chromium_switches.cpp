#include "process/chromium_switches.hpp"

#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace reprise::cdp {
namespace {

// What makes a browser quiet and repeatable: no calls home, no throttling of pages that are not in front, no prompts.
constexpr std::array k_switches{
    "--disable-field-trial-config",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-back-forward-cache",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-hang-monitor",
    "--disable-ipc-flooding-protection",
    "--disable-popup-blocking",
    "--disable-prompt-on-repost",
    "--disable-renderer-backgrounding",
    "--disable-search-engine-choice-screen",
    "--disable-infobars",
    "--disable-sync",
    "--allow-pre-commit-input",
    "--force-color-profile=srgb",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-service-autorun",
    "--password-store=basic",
    "--use-mock-keychain",
    "--enable-unsafe-swiftshader",
    "--no-startup-window",
    "--disable-gpu",
    // PaintHolding and prerendering show or swap documents behind the driver's back; HTTPS upgrades change addresses.
    "--disable-features=AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,DialMediaRouteProvider,"
    "GlobalMediaControls,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,"
    "Prerender2,Translate,OptimizationHints,NetworkTimeServiceQuerying",
};

// Chromium keeps shared memory in /dev/shm; containers give it 64 MB by default, too little for one large page.
bool shared_memory_is_small() {
    struct statvfs info {};
    constexpr unsigned long long k_enough_bytes = 512ULL << 20;
    return ::statvfs("/dev/shm", &info) != 0 ||
           static_cast<unsigned long long>(info.f_blocks) * info.f_frsize < k_enough_bytes;
}

// `wanted`: the whole of it, or its name.
bool is_switch(std::string_view argument, std::string_view wanted) {
    return argument == wanted || argument.substr(0, argument.find('=')) == wanted;
}

}  // namespace

std::string bypass_list(const ProxyServer& proxy) {
    return proxy.bypass.empty() ? "<-loopback>" : "<-loopback>," + proxy.bypass;
}

CommandLine chromium_command_line(const LaunchOptions& options, const std::filesystem::path& binary,
                                  const std::filesystem::path& profile) {
    CommandLine line;
    auto& arguments = line.arguments;
    arguments.push_back(binary.string());
    arguments.insert(arguments.end(), k_switches.begin(), k_switches.end());
    if (options.window == WindowMode::headless) {
        arguments.insert(arguments.end(), {"--headless", "--hide-scrollbars", "--mute-audio",
                                           "--blink-settings=primaryHoverType=2,availableHoverTypes=2,"
                                           "primaryPointerType=4,availablePointerTypes=4"});
    }
    if (shared_memory_is_small()) arguments.emplace_back("--disable-dev-shm-usage");
    line.sandbox = options.sandbox == Sandbox::on || (options.sandbox == Sandbox::automatic && ::geteuid() != 0);
    if (!line.sandbox) arguments.emplace_back("--no-sandbox");
    arguments.push_back("--window-size=" + std::to_string(options.width_px) + "," + std::to_string(options.height_px));
    arguments.push_back("--user-data-dir=" + profile.string());
    arguments.emplace_back("--remote-debugging-pipe");
    if (options.proxy) {
        arguments.push_back("--proxy-server=" + options.proxy->server);
        arguments.push_back("--proxy-bypass-list=" + bypass_list(*options.proxy));
    }
    std::erase_if(arguments, [&](const std::string& argument) {
        return &argument != arguments.data() &&
               std::ranges::any_of(options.left_out_switches,
                                   [&](const std::string& wanted) { return is_switch(argument, wanted); });
    });
    arguments.insert(arguments.end(), options.extra_switches.begin(), options.extra_switches.end());
    return line;
}

}  // namespace reprise::cdp
