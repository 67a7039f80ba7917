// What all handles of one context share. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <reprise/locators/context.hpp>

#include "router.hpp"

namespace reprise::locators {

// The commands that `options` mean for every page.
std::vector<cdp::SetUpCommand> set_up_commands(const ContextOptions& options);
// Playwright's name of a permission, or any other, as Chromium calls it.
std::string chromium_permission(const std::string& name);

// For cdp::ContextOptions::isolated_script.
std::string isolated_page_script();

class ContextState {
public:
    ContextState(cdp::BrowserContext context, std::string base, std::shared_ptr<Router> context_router)
        : target{std::move(context)}, base_url{std::move(base)}, router{std::move(context_router)} {}
    ContextState(const ContextState&) = delete;
    ContextState& operator=(const ContextState&) = delete;
    ~ContextState();

    // `page`: PageTarget::id(), or empty for all.
    void add_route(const std::string& page, const UrlMatch& url, RouteHandler handler, const RouteOptions& options);
    // nullopt: all of them.
    void remove_route(const std::string& page, const std::optional<UrlMatch>& url);
    // Tells the browser which requests to hold.
    void apply_rules();

    const cdp::BrowserContext target;
    const std::string base_url;
    const std::shared_ptr<Router> router;

    // Recordings that the end of the context writes. Guarded by recordings_mutex.
    std::mutex recordings_mutex;
    std::vector<HarRecording> recordings;

    // Origins whose storage was restored: theirs is part of the state, whether a page goes there or not. Set before
    // anyone else sees the context.
    std::vector<std::string> restored_origins;

private:
    std::mutex rules_mutex_;  // rules reach the browser in the order in which they were made
};

// Opens a page of its own, takes each origin in turn, and gives its local storage the items of the state.
void restore_local_storage(ContextState& context, const std::vector<OriginStorage>& origins);
// Of all origins that pages of the context have shown; those without items are left out.
std::vector<OriginStorage> read_local_storage(ContextState& context);

inline cdp::Deadline context_deadline() {
    return cdp::Deadline::after(std::chrono::seconds{30});
}

}  // namespace reprise::locators
