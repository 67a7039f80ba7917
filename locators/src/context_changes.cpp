// What can be changed of a context, or a page, while it is open.
#include <boost/algorithm/string/case_conv.hpp>
#include <boost/json/object.hpp>
#include <boost/regex.hpp>

#include <reprise/cdp/command.hpp>
#include <reprise/cdp/protocol/browser.hpp>
#include <reprise/cdp/protocol/emulation.hpp>
#include <reprise/cdp/protocol/network.hpp>
#include <reprise/cdp/protocol/page.hpp>
#include <reprise/cdp/protocol/runtime.hpp>
#include <reprise/locators/exposed_function.hpp>
#include <reprise/locators/page.hpp>

#include "context_state.hpp"
#include "page_state.hpp"

namespace reprise::locators {
namespace {

namespace emulation = cdp::emulation;

void add_init_script_to(ContextState& context, std::string_view script, const std::string& page = {}) {
    context.set_up_later(cdp::page::AddScriptToEvaluateOnNewDocument{.source = std::string(script)}, page);
}

void expose_to(ContextState& context, const std::string& name, const ExposedFunction& function,
               const std::string& page = {}) {
    context.functions->add(page, name, function, context.target);
    context.set_up_later(cdp::runtime::AddBinding{.name = context.functions->binding()}, page, "binding");
    const auto script = context.functions->script(name);
    add_init_script_to(context, script, page);
    context.run_everywhere(script, page);
}

bool agrees(const std::optional<CookieFilter::Match>& wanted, const std::string& text) {
    if (!wanted) return true;
    if (const auto* exact = std::get_if<std::string>(&*wanted)) return *exact == text;
    const auto& regex = std::get<Regex>(*wanted);
    const auto flags = regex.flags == "i" ? boost::regex::perl | boost::regex::icase : boost::regex::perl;
    try {
        return boost::regex_search(text, boost::regex(regex.source, flags));
    } catch (const std::exception& error) {
        throw UsageError("context.clear_cookies(): /" + regex.source + "/: " + error.what());
    }
}

}  // namespace

void ContextState::set_up_later_as(std::string_view method, std::string params, const std::string& page,
                                   const std::string& key, cdp::SetUpCommand::Sessions sessions) {
    cdp::LaterCommand command;
    command.command.method = method;
    command.command.params = std::move(params);
    command.command.sessions = sessions;
    command.key = key;
    command.page = page;
    target.set_up_later(std::move(command), context_deadline());
}

void ContextState::run_everywhere(const std::string& script, const std::string& page) {
    for (const auto& target_page : target.pages()) {
        if (!page.empty() && target_page.id() != page) continue;
        try {
            target_page.await_ready(context_deadline());
            for (const auto& frame : target_page.frames()) {
                try {
                    target_page.evaluate(frame.id, cdp::World::page, script, context_deadline());
                } catch (const cdp::DocumentGone&) {  // the next document has it from its set-up
                }
            }
        } catch (const cdp::ConnectionClosed&) {
        } catch (const cdp::TargetCrashed&) {
        }
    }
}

void Context::add_init_script(std::string_view script) const {
    add_init_script_to(*state_, script);
}
void Page::add_init_script(std::string_view script) const {
    add_init_script_to(*page_->context.state_, script, page_->target.id());
}
void Context::expose_function(const std::string& name, const ExposedFunction& function) const {
    expose_to(*state_, name, function);
}
void Page::expose_function(const std::string& name, const ExposedFunction& function) const {
    expose_to(*page_->context.state_, name, function, page_->target.id());
}

void Context::clear_cookies(const CookieFilter& filter) const {
    std::vector<Cookie> kept;
    std::vector<Cookie> gone;
    for (auto& cookie : cookies()) {
        const bool goes = agrees(filter.name, cookie.name) && agrees(filter.domain, cookie.domain) &&
                          agrees(filter.path, cookie.path);
        (goes ? gone : kept).push_back(std::move(cookie));
    }
    // One that has expired is forgotten: the others are never away, not for a moment.
    for (auto& cookie : gone) cookie.expires = 1;
    if (!gone.empty()) add_cookies(gone);
}

void Context::set_geolocation(const std::optional<Geolocation>& place) const {
    emulation::SetGeolocationOverride command;
    if (place) command = {.latitude = place->latitude, .longitude = place->longitude, .accuracy = place->accuracy_m};
    state_->set_up_later(command, {}, "geolocation");
}

void Context::set_offline(bool offline) const {
    state_->set_up_later(
        cdp::network::EmulateNetworkConditions{
            .offline = offline, .latency = 0, .downloadThroughput = -1, .uploadThroughput = -1},
        {}, "offline");
}

void ContextState::set_extra_headers(const std::string& page, const HttpHeaders& headers) {
    const std::lock_guard lock{headers_mutex_};
    auto known = extra_headers;
    known[page] = headers;
    const auto& of_all = known[""];
    // A page that has some of its own gets the context's with them: the browser knows only one set.
    for (const auto& [to, own] : known) {
        if (!page.empty() && to != page) continue;
        boost::json::object json;
        for (const auto* some : {&of_all, &own}) {
            for (const auto& [name, value] : *some) json[boost::to_lower_copy(name)] = value;
        }
        set_up_later(cdp::network::SetExtraHTTPHeaders{.headers = std::move(json)}, to, "headers");
    }
    extra_headers = std::move(known);
}

void Context::set_extra_headers(const HttpHeaders& headers) const {
    state_->set_extra_headers({}, headers);
}

void Page::set_extra_headers(const HttpHeaders& headers) const {
    page_->context.state_->set_extra_headers(page_->target.id(), headers);
}

// The browser refuses what a grant does not name, also what one before has named.
void ContextState::grant_permissions(const std::vector<std::string>& names, const std::string& origin,
                                     cdp::Deadline deadline) {
    const std::lock_guard lock{permissions_mutex_};
    auto granted = permissions_;
    for (const auto& name : names) granted[origin].insert(chromium_permission(name));
    const auto& everywhere = granted[""];
    for (const auto& [place, own] : granted) {
        if (!origin.empty() && place != origin) continue;
        auto all = own;
        all.insert(everywhere.begin(), everywhere.end());
        cdp::browser::GrantPermissions command{.permissions = {all.begin(), all.end()},
                                               .browserContextId = target.id()};
        if (!place.empty()) command.origin = place;
        target.browser_session().send(command, deadline);
    }
    permissions_ = std::move(granted);
}

void ContextState::clear_permissions(cdp::Deadline deadline) {
    const std::lock_guard lock{permissions_mutex_};
    permissions_.clear();
    target.browser_session().send(cdp::browser::ResetPermissions{.browserContextId = target.id()}, deadline);
}

void Context::grant_permissions(const std::vector<std::string>& names, const std::string& origin) const {
    state_->grant_permissions(names, origin, context_deadline());
}

void Context::clear_permissions() const {
    state_->clear_permissions(context_deadline());
}

void Page::emulate_media(const MediaOptions& options) const {
    auto& media = page_->media;
    if (media.empty()) media = page_->context.state_->media;
    const auto set = [&](const auto& wanted, const char* feature, std::initializer_list<const char*> values) {
        if (wanted) media[feature] = values.begin()[static_cast<int>(*wanted)];
    };
    set(options.colour_scheme, "prefers-color-scheme", {"light", "dark", ""});
    set(options.reduced_motion, "prefers-reduced-motion", {"no-preference", "reduce", ""});
    set(options.contrast, "prefers-contrast", {"no-preference", "more", ""});
    set(options.forced_colors, "forced-colors", {"none", "active", ""});
    set(options.media, "", {"screen", "print", ""});
    emulation::SetEmulatedMedia command{.features = std::vector<emulation::MediaFeature>{}};
    for (const auto& [name, value] : media) {
        if (name.empty()) {
            command.media = value;
        } else {
            command.features->push_back({name, value});
        }
    }
    page_->context.state_->set_up_later(command, page_->target.id(), "media");
}

void Page::set_viewport_size(int width_px, int height_px) const {
    auto& context = *page_->context.state_;
    context.set_up_later(emulation::SetDeviceMetricsOverride{.width = width_px,
                                                             .height = height_px,
                                                             .deviceScaleFactor = context.device_scale_factor,
                                                             .mobile = context.is_mobile},
                         page_->target.id(), "size", cdp::SetUpCommand::Sessions::pages);
}

void Page::request_gc() const {
    page_->target.session().send_raw("HeapProfiler.collectGarbage", "{}", page_->deadline({}));
}

}  // namespace reprise::locators
