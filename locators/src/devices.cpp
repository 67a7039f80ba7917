#include <reprise/locators/devices.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <reprise/locators/error.hpp>

namespace reprise::locators {
namespace {

enum class Kind { desk, android_phone, android_tablet, iphone, ipad };

struct Device {
    const char* name;
    Kind kind;
    int width_px;
    int height_px;
    int landscape_width_px;  // bars take another part of it
    int landscape_height_px;
    double scale;
};

constexpr std::array k_devices{
    Device{"Desktop", Kind::desk, 1280, 720, 1280, 720, 1},
    Device{"Desktop HiDPI", Kind::desk, 1280, 720, 1280, 720, 2},
    Device{"Desktop Full HD", Kind::desk, 1920, 1080, 1920, 1080, 1},
    Device{"Galaxy S9+", Kind::android_phone, 320, 658, 658, 320, 4.5},
    Device{"Galaxy S24", Kind::android_phone, 360, 780, 780, 360, 3},
    Device{"Galaxy A55", Kind::android_phone, 480, 1040, 1040, 480, 2.25},
    Device{"Galaxy Tab S9", Kind::android_tablet, 640, 1024, 1024, 640, 2.5},
    Device{"Pixel 5", Kind::android_phone, 393, 727, 802, 293, 2.75},
    Device{"Pixel 7", Kind::android_phone, 412, 839, 863, 360, 2.625},
    Device{"iPhone SE", Kind::iphone, 375, 548, 667, 331, 2},
    Device{"iPhone 13", Kind::iphone, 390, 664, 750, 342, 3},
    Device{"iPhone 15", Kind::iphone, 393, 659, 734, 343, 3},
    Device{"iPhone 15 Pro Max", Kind::iphone, 430, 739, 814, 380, 3},
    Device{"iPad Mini", Kind::ipad, 768, 1024, 1024, 768, 2},
    Device{"iPad Pro 11", Kind::ipad, 834, 1194, 1194, 834, 2},
};

// "156" of "HeadlessChrome/156.0.8078.79".
std::string_view major_version(std::string_view product) {
    product.remove_prefix(std::min(product.size(), product.find('/') + 1));
    return product.substr(0, product.find('.'));
}

// Chromium itself no longer says which Android, which device and which build it is: "Android 10; K" is all of them.
std::string user_agent(Kind kind, const cdp::Browser& browser) {
    const auto chromium = [&](std::string_view system, std::string_view mobile) {
        return fmt::format("Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 {}Safari/537.36",
                           system, major_version(browser.version()), mobile);
    };
    const auto safari = [](std::string_view system) {
        return fmt::format(
            "Mozilla/5.0 ({} OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.5 Mobile/15E148 Safari/604.1",
            system);
    };
    switch (kind) {
        case Kind::android_phone:
            return chromium("Linux; Android 10; K", "Mobile ");
        case Kind::android_tablet:
            return chromium("Linux; Android 10; K", "");
        case Kind::iphone:
            return safari("iPhone; CPU iPhone");
        case Kind::ipad:
            return safari("iPad; CPU");
        case Kind::desk:
            break;
    }
    return chromium("X11; Linux x86_64", "");
}

}  // namespace

std::vector<std::string> device_names() {
    std::vector<std::string> names;
    for (const auto& device : k_devices) names.emplace_back(device.name);
    return names;
}

ContextOptions device_options(const cdp::Browser& browser, std::string_view name, Orientation orientation) {
    const auto* device = std::ranges::find(k_devices, name, &Device::name);
    if (device == k_devices.end()) {
        throw UsageError(fmt::format("device_options(\"{}\"): no device has this name; there are: {}", name,
                                     fmt::join(device_names(), ", ")));
    }
    const bool lies = orientation == Orientation::landscape;
    const bool handheld = device->kind != Kind::desk;
    return {.width_px = lies ? device->landscape_width_px : device->width_px,
            .height_px = lies ? device->landscape_height_px : device->height_px,
            .user_agent = user_agent(device->kind, browser),
            .device_scale_factor = device->scale,
            .is_mobile = handheld,
            .has_touch = handheld};
}

}  // namespace reprise::locators
