#include <reprise/locators/context.hpp>

#include <cstdio>

#include <fmt/format.h>

#include <reprise/cdp/command.hpp>
#include <reprise/cdp/protocol/storage.hpp>
#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

#include "address.hpp"
#include "context_state.hpp"
#include "network_text.hpp"

namespace reprise::locators {
namespace {

namespace storage = cdp::storage;

// Pages make cookies without a name: `document.cookie = "text"`.
storage::CookieParam to_param(const Cookie& cookie, const char* call) {
    if ((cookie.name.empty() && cookie.value.empty()) || cookie.domain.empty()) {
        throw reprise::UsageError(fmt::format("{}: cookie \"{}\" needs a name and a domain", call, cookie.name));
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

storage::SetCookies to_command(const Context& context, const std::vector<Cookie>& cookies, const char* call) {
    storage::SetCookies command{.browserContextId = context.target().id()};
    for (const auto& cookie : cookies) command.cookies.push_back(to_param(cookie, call));
    return command;
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

}  // namespace

ContextState::~ContextState() {
    router->close();
    functions->close();
    videos->close();
    web_sockets->close();
    dialogs->close();
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

void ContextState::add_route(const std::string& page, const RouteFilter& wanted, RouteHandler handler,
                             const RouteOptions& options) {
    router->add({.page = page,
                 .match = "**",
                 .handler = std::move(handler),
                 .left = options.times,
                 .keeps_cache = options.keep_cache,
                 .call = fmt::format("{}.route({})", page.empty() ? "context" : "page", k_some_function),
                 .wanted = wanted});
    apply_rules();
}

void ContextState::remove_route(const std::string& page, const std::optional<UrlMatch>& url) {
    router->remove(page, url ? std::optional{url->based_on(base_url)} : std::nullopt);
    apply_rules();
}

Page Context::new_page() const {
    return Page::open(*this);
}

Page Context::new_page(const PageOptions& options) const {
    return Page::open(*this, options);
}

const PageOptions& Context::page_options() const {
    return state_->page_options;
}

std::vector<Page> Context::pages() const {
    return pages(page_options());
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
    const auto command = to_command(*this, cookies, "context.add_cookies()");
    state_->target.browser_session().send(command, context_deadline());
}

void Context::clear_cookies() const {
    state_->target.browser_session().send(storage::ClearCookies{.browserContextId = state_->target.id()},
                                          context_deadline());
}

StorageState Context::storage_state(const StorageStateOptions& options) const {
    return {.cookies = cookies(), .origins = read_storage(*state_, options)};
}

void Context::set_storage_state(const StorageState& state) const {
    constexpr const char* k_call = "context.set_storage_state()";
    const auto command = to_command(*this, state.cookies, k_call);  // may refuse one, before anything is lost
    clear_cookies();
    forget_storage(*state_);
    if (!state.cookies.empty()) state_->target.browser_session().send(command, context_deadline());
    restore_storage(*state_, state.origins, k_call);
}

void Context::route(const UrlMatch& url, RouteHandler handler, const RouteOptions& options) const {
    state_->add_route({}, url, std::move(handler), options);
}

void Context::route(const RouteFilter& wanted, RouteHandler handler, const RouteOptions& options) const {
    state_->add_route({}, wanted, std::move(handler), options);
}

void Context::unroute(const UrlMatch& url) const {
    state_->remove_route({}, url);
}

void Context::unroute_all() const {
    state_->remove_route({}, std::nullopt);
}

void Context::let_go_of_handlers() const noexcept {
    state_->handlers_let_go = true;
    state_->router->close();
    state_->functions->close();
    state_->web_sockets->close();
    state_->dialogs->close();
}

bool Context::is_closed() const {
    return !state_->target.alive();
}

void Context::close(const std::string& reason) const {
    state_->router->close();
    state_->functions->close();
    state_->web_sockets->close();
    state_->dialogs->close();
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
    state_->target.close(reason);
    if (unwritten) std::rethrow_exception(unwritten);
    state_->router->throw_errors();
    if (const auto errors = state_->videos->take_errors(); !errors.empty()) throw ActionError(errors.front());
}

const cdp::BrowserContext& Context::target() const {
    return state_->target;
}

}  // namespace reprise::locators
