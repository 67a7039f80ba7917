// How contexts begin: made anew, or taken part in.
#include <fmt/format.h>

#include <reprise/cdp/error.hpp>
#include <reprise/locators/adopt.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

#include "context_state.hpp"
#include "page_script.hpp"

namespace reprise::locators {
namespace {

// The browser's are for the browser's proxy.
std::optional<cdp::ProxyCredentials> proxy_credentials(const cdp::Browser& browser, const ContextOptions& options) {
    if (!options.proxy_credentials && !options.proxy) return browser.proxy_credentials();
    if (options.proxy && options.proxy->server.starts_with("socks") && options.proxy_credentials) {
        throw reprise::UsageError("new_context(): Chromium knows no names and passwords for SOCKS proxies");
    }
    return options.proxy_credentials;
}

// Installed anew even where it is already: a frame's first document may lend its window, but not its listeners, to the
// next one.
std::shared_ptr<const cdp::IsolatedScript> isolated_page_script() {
    static const auto script = std::make_shared<const cdp::IsolatedScript>(page_script);
    return script;
}

Listeners make_listeners(const cdp::Browser& browser, const ContextOptions& options) {
    if (options.record_video) check_recording(*options.record_video);
    return {.router = std::make_shared<Router>(options.http_credentials, proxy_credentials(browser, options)),
            .videos = std::make_shared<Videos>(options.record_video)};
}

cdp::ContextOptions target_options(const ContextOptions& options, const Listeners& listeners) {
    return {.isolated_script = isolated_page_script(),
            .width_px = options.width_px,
            .height_px = options.height_px,
            .device_scale_factor = options.device_scale_factor,
            .is_mobile = options.is_mobile,
            .downloads_folder = options.downloads_folder,
            .set_up = set_up_commands(options),
            .request_listener = listeners.router,
            .proxy = options.proxy,
            .binding_listener = listeners.bindings,
            .screencast_listener = listeners.videos,
            .dialog_listener = listeners.dialogs};
}

// What pages have no part in.
std::shared_ptr<ContextState> make_state(cdp::BrowserContext target, const ContextOptions& options, Listeners listeners,
                                         cdp::Deadline deadline) {
    auto state = std::make_shared<ContextState>(std::move(target), options.base_url, std::move(listeners));
    if (!options.permissions.empty()) state->grant_permissions(options.permissions, {}, deadline);
    state->media = media_features(options);
    state->extra_headers[""] = options.extra_headers;
    state->device_scale_factor = options.device_scale_factor.value_or(0);
    state->is_mobile = options.is_mobile;
    if (options.page_options) state->page_options = *options.page_options;
    state->target.set_owner(state);
    if (state->router->answers_credentials()) state->apply_rules();
    if (options.storage_state) {
        if (!options.storage_state->cookies.empty()) Context{state}.add_cookies(options.storage_state->cookies);
        restore_storage(*state, options.storage_state->origins, "new_context(): storage state");
    }
    return state;
}

std::shared_ptr<ContextState> known_state(const cdp::Browser& browser, const std::string& id) {
    return std::static_pointer_cast<ContextState>(browser.context_owner(id).lock());
}

Context take_part(const cdp::Browser& browser, const std::string& id, const ContextOptions& options,
                  cdp::Browser::Adoption adoption, cdp::Deadline deadline) {
    auto listeners = make_listeners(browser, options);
    auto target = browser.adopt_context(id, target_options(options, listeners), deadline, adoption);
    auto state = make_state(std::move(target), options, std::move(listeners), deadline);
    state->refuses_downloads = adoption == cdp::Browser::Adoption::as_own && !options.downloads_folder;
    return Context{std::move(state)};
}

Context known_or_taken_part(const cdp::Browser& browser, const std::string& id, const AdoptOptions& options,
                            cdp::Deadline deadline) {
    if (auto known = known_state(browser, id)) return Context{std::move(known)};
    return take_part(browser, id, {.base_url = options.base_url}, cdp::Browser::Adoption::as_it_is, deadline);
}

std::string default_context_id(const cdp::Browser& browser, std::string_view call, cdp::Deadline deadline) {
    auto ids = browser.context_ids(deadline);
    if (ids.empty()) throw ActionError(fmt::format("{}: the browser tells of no context", call));
    return std::move(ids.front());
}

}  // namespace

Context new_context(const cdp::Browser& browser, const ContextOptions& options, Milliseconds timeout) {
    const auto deadline = cdp::Deadline::after(timeout);
    auto listeners = make_listeners(browser, options);
    auto target = browser.new_context(target_options(options, listeners), deadline);
    auto state = make_state(std::move(target), options, std::move(listeners), deadline);
    state->refuses_downloads = !options.downloads_folder;
    return Context{std::move(state)};
}

Context persistent_context(const cdp::Browser& browser, const ContextOptions& options, Milliseconds timeout) {
    const auto deadline = cdp::Deadline::after(timeout);
    const auto id = default_context_id(browser, "persistent_context()", deadline);
    if (known_state(browser, id)) {
        throw UsageError("persistent_context(): the browser's default context is in use here already");
    }
    return take_part(browser, id, options, cdp::Browser::Adoption::as_own, deadline);
}

Context default_context(const cdp::Browser& browser, const AdoptOptions& options) {
    const auto deadline = cdp::Deadline::after(options.timeout);
    return known_or_taken_part(browser, default_context_id(browser, "default_context()", deadline), options, deadline);
}

std::vector<Context> contexts(const cdp::Browser& browser, const AdoptOptions& options) {
    const auto deadline = cdp::Deadline::after(options.timeout);
    std::vector<Context> found;
    for (const auto& id : browser.context_ids(deadline)) {
        found.push_back(known_or_taken_part(browser, id, options, deadline));
    }
    return found;
}

}  // namespace reprise::locators
