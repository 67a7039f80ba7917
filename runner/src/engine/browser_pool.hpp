// The browsers of a run: started when first needed, started anew when one has died, ended together.
//
// Thread-safe. Slots share browsers, k_slots_per_browser at most: when one dies, that many rows at most are affected.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <reprise/cdp/browser.hpp>

namespace reprise::runner {

// One browser for up to four slots: a further browser costs about 60 ms of start and 100 MB; measured on two cores,
// rows gain nothing from it.
inline constexpr int k_slots_per_browser = 4;

class BrowserPool {
public:
    BrowserPool(cdp::LaunchOptions options, int slots);

    // A living browser for the slot; starts one if need be. Throws LaunchError; ConnectionClosed after close().
    cdp::Browser get(int slot);
    // Ends all browsers: whoever waits for one fails at once. No browser is started afterwards.
    void close();

private:
    struct Place {
        std::mutex mutex;
        std::optional<cdp::Browser> browser;  // guarded by mutex
    };
    const cdp::LaunchOptions options_;
    std::vector<Place> places_;
    std::mutex mutex_;
    bool closed_{};  // guarded by mutex_
};

}  // namespace reprise::runner
