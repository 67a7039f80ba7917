#include <reprise/locators/context.hpp>

#include <cstdio>

#include <fmt/format.h>

#include <reprise/cdp/command.hpp>
#include <reprise/cdp/protocol/browser.hpp>
#include <reprise/cdp/protocol/storage.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

#include "address.hpp"
#include "context_state.hpp"
#include "page_script.hpp"

namespace reprise::locators {
namespace {

namespace storage = cdp::storage;

storage::CookieParam to_param(const Cookie& cookie) {
    if (cookie.name.empty() || cookie.domain.empty()) {
        throw reprise::UsageError(
            fmt::format("context.add_cookies(): cookie \"{}\" needs a name and a domain", cookie.name));
    }
    storage::CookieParam param{.name = cookie.name,
                               .value = cookie.value,
                               .domain = cookie.domain,
                               .path = cookie.path,
                               .secure = cookie.secure,
                               .httpOnly = cookie.http_only};
    if (!cookie.same_site.empty()) param.sameSite = cookie.same_site;
    if (cookie.expires >= 0) param.expires = cookie.expires;
    if (!cookie.partition_key.empty()) {
        param.partitionKey = storage::CookiePartitionKey{.topLevelSite = cookie.partition_key,
                                                         .hasCrossSiteAncestor = cookie.partitioned_below_other};
    }
    return param;
}

// Whether the cookie is sent to `url`.
bool belongs_to(const Cookie& cookie, const std::string& url) {
    const std::string_view origin = origin_of(url);
    auto host = origin.substr(std::min(origin.size(), origin.find("://") + 3));
    if (const auto port = host.rfind(':'); port != std::string_view::npos && !host.ends_with(']')) {
        host = host.substr(0, port);
    }
    const auto domain = cookie.domain.starts_with('.') ? cookie.domain : "." + cookie.domain;
    if (!("." + std::string(host)).ends_with(domain)) return false;
    auto path = std::string_view(url).substr(origin.size());
    path = path.substr(0, path.find_first_of("?#"));
    if (!(path.empty() ? "/" : path).starts_with(cookie.path)) return false;
    return !cookie.secure || url.starts_with("https:") || host == "localhost";
}

// The browser's are for the browser's proxy.
std::optional<cdp::ProxyCredentials> proxy_credentials(const cdp::Browser& browser, const ContextOptions& options) {
    if (!options.proxy_credentials && !options.proxy) return browser.proxy_credentials();
    if (options.proxy && options.proxy->server.starts_with("socks") && options.proxy_credentials) {
        throw reprise::UsageError("new_context(): Chromium knows no names and passwords for SOCKS proxies");
    }
    return options.proxy_credentials;
}

}  // namespace

ContextState::~ContextState() {
    router->close();
    functions->close();
    videos->close();
    web_sockets->close();
    // Nobody is left who could be thrown at.
    for (const auto& error : router->take_errors()) fmt::print(stderr, "reprise: {}\n", error);
    for (const auto& error : videos->take_errors()) fmt::print(stderr, "reprise: {}\n", error);
}

void ContextState::apply_rules() {
    const std::lock_guard lock{rules_mutex_};
    target.intercept(router->rules(), context_deadline());
}

void ContextState::add_route(const std::string& page, const UrlMatch& url, RouteHandler handler,
                             const RouteOptions& options) {
    auto call = fmt::format("{}.route({})", page.empty() ? "context" : "page", url.shown());
    router->add({.page = page,
                 .match = url.based_on(base_url),
                 .handler = std::move(handler),
                 .left = options.times,
                 .keeps_cache = options.keep_cache,
                 .call = std::move(call)});
    apply_rules();
}

void ContextState::remove_route(const std::string& page, const std::optional<UrlMatch>& url) {
    router->remove(page, url ? std::optional{url->based_on(base_url)} : std::nullopt);
    apply_rules();
}

// Installed anew even where it is already: a frame's first document may lend its window, but not its listeners, to the
// next one.
std::shared_ptr<const cdp::IsolatedScript> isolated_page_script() {
    static const auto script = std::make_shared<const cdp::IsolatedScript>(
        fmt::format("(repriseBinding) => {{ 'use strict';\n{}\n}}", page_script));
    return script;
}

Context new_context(const cdp::Browser& browser, const ContextOptions& options, Milliseconds timeout) {
    const auto deadline = cdp::Deadline::after(timeout);
    auto router = std::make_shared<Router>(options.http_credentials, proxy_credentials(browser, options));
    auto bindings = std::make_shared<Bindings>(router);
    if (options.record_video) check_recording(*options.record_video);
    auto videos = std::make_shared<Videos>(options.record_video);
    auto target = browser.new_context({.isolated_script = isolated_page_script(),
                                       .width_px = options.width_px,
                                       .height_px = options.height_px,
                                       .device_scale_factor = options.device_scale_factor,
                                       .is_mobile = options.is_mobile,
                                       .downloads_folder = options.downloads_folder,
                                       .set_up = set_up_commands(options),
                                       .request_listener = router,
                                       .proxy = options.proxy,
                                       .binding_listener = bindings,
                                       .screencast_listener = videos},
                                      deadline);
    if (!options.permissions.empty()) {
        cdp::browser::GrantPermissions command{.browserContextId = target.id()};
        for (const auto& name : options.permissions) command.permissions.push_back(chromium_permission(name));
        target.browser_session().send(command, deadline);
    }
    Context context{std::make_shared<ContextState>(std::move(target), options.base_url, std::move(router),
                                                   std::move(bindings), std::move(videos))};
    context.state_->media = media_features(options);
    context.state_->device_scale_factor = options.device_scale_factor.value_or(0);
    context.state_->is_mobile = options.is_mobile;
    context.state_->target.set_owner(context.state_);
    if (context.state_->router->answers_credentials()) context.state_->apply_rules();
    if (options.storage_state) {
        if (!options.storage_state->cookies.empty()) context.add_cookies(options.storage_state->cookies);
        restore_storage(*context.state_, options.storage_state->origins);
    }
    return context;
}

Page Context::new_page(const PageOptions& options) const {
    return Page::open(*this, options);
}

std::vector<Page> Context::pages(const PageOptions& options) const {
    std::vector<Page> pages;
    for (auto& page : state_->target.pages()) pages.emplace_back(*this, std::move(page), options);
    return pages;
}

std::vector<Cookie> Context::cookies(const std::vector<std::string>& urls) const {
    const auto answer = state_->target.browser_session().send(
        storage::GetCookies{.browserContextId = state_->target.id()}, context_deadline());
    std::vector<Cookie> cookies;
    for (const auto& known : answer.cookies) {
        Cookie cookie{.name = known.name,
                      .value = known.value,
                      .domain = known.domain,
                      .path = known.path,
                      .expires = known.expires,
                      .http_only = known.httpOnly,
                      .secure = known.secure,
                      .same_site = known.sameSite.value_or("")};
        if (known.partitionKey) {
            cookie.partition_key = known.partitionKey->topLevelSite;
            cookie.partitioned_below_other = known.partitionKey->hasCrossSiteAncestor;
        }
        bool wanted = urls.empty();
        for (const auto& url : urls) wanted = wanted || belongs_to(cookie, url);
        if (wanted) cookies.push_back(std::move(cookie));
    }
    return cookies;
}

void Context::add_cookies(const std::vector<Cookie>& cookies) const {
    storage::SetCookies command{.browserContextId = state_->target.id()};
    for (const auto& cookie : cookies) command.cookies.push_back(to_param(cookie));
    state_->target.browser_session().send(command, context_deadline());
}

void Context::clear_cookies() const {
    state_->target.browser_session().send(storage::ClearCookies{.browserContextId = state_->target.id()},
                                          context_deadline());
}

StorageState Context::storage_state(const StorageStateOptions& options) const {
    return {.cookies = cookies(), .origins = read_storage(*state_, options)};
}

void Context::route(const UrlMatch& url, RouteHandler handler, const RouteOptions& options) const {
    state_->add_route({}, url, std::move(handler), options);
}

void Context::unroute(const UrlMatch& url) const {
    state_->remove_route({}, url);
}

void Context::unroute_all() const {
    state_->remove_route({}, std::nullopt);
}

void Context::close() const {
    state_->router->close();
    state_->functions->close();
    state_->web_sockets->close();
    std::vector<HarRecording> recordings;
    {
        const std::lock_guard lock{state_->recordings_mutex};
        recordings.swap(state_->recordings);
    }
    std::exception_ptr unwritten;
    for (const auto& recording : recordings) {
        try {
            recording.stop();
        } catch (const Error&) {
            unwritten = std::current_exception();
        }
    }
    state_->videos->close();
    state_->target.close();
    if (unwritten) std::rethrow_exception(unwritten);
    state_->router->throw_errors();
    if (const auto errors = state_->videos->take_errors(); !errors.empty()) throw ActionError(errors.front());
}

const cdp::BrowserContext& Context::target() const {
    return state_->target;
}

}  // namespace reprise::locators
