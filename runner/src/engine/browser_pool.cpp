#include "engine/browser_pool.hpp"

#include <reprise/cdp/error.hpp>

namespace reprise::runner {

BrowserPool::BrowserPool(cdp::LaunchOptions options, int slots)
    : options_{std::move(options)},
      places_(static_cast<std::size_t>((slots + k_slots_per_browser - 1) / k_slots_per_browser)) {}

cdp::Browser BrowserPool::get(int slot) {
    auto& place = places_[static_cast<std::size_t>(slot / k_slots_per_browser)];
    const std::lock_guard lock{place.mutex};
    {
        const std::lock_guard closing{mutex_};
        if (closed_) throw cdp::ConnectionClosed("the run is being ended");
    }
    if (!place.browser || !place.browser->connected()) {
        place.browser.reset();
        place.browser = cdp::Browser::launch(options_);
    }
    return *place.browser;
}

void BrowserPool::close() {
    {
        const std::lock_guard lock{mutex_};
        closed_ = true;
    }
    for (auto& place : places_) {
        std::optional<cdp::Browser> browser;
        {
            const std::lock_guard lock{place.mutex};
            browser = place.browser;
        }
        if (browser) browser->close();
    }
}

}  // namespace reprise::runner
