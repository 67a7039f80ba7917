#include <reprise/cdp/browser_context.hpp>

#include <algorithm>
#include <optional>
#include <random>
#include <set>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>
#include <reprise/cdp/protocol/browser.hpp>
#include <reprise/cdp/protocol/target.hpp>
#include <reprise/cdp/worker_target.hpp>

#include "browser_core.hpp"

namespace reprise::cdp {
namespace {

std::shared_ptr<PageCore> find_page(const BrowserCore& browser, const std::string& context, const std::string& target) {
    const auto found = browser.contexts.find(context);
    if (found == browser.contexts.end()) return nullptr;
    for (const auto& page : found->second.pages) {
        if (page && page->target() == target) return page;
    }
    return nullptr;
}

}  // namespace

BrowserContext::BrowserContext(std::shared_ptr<ContextCore> core) noexcept : core_{std::move(core)} {}

const std::string& BrowserContext::id() const noexcept {
    return core_->id;
}
Session BrowserContext::browser_session() const {
    return Session{core_->browser->connection, ""};
}

PageTarget BrowserContext::new_page(Deadline deadline) const {
    return make_page("about:blank", deadline);
}

PageTarget BrowserContext::new_unseen_page(Deadline deadline) const {
    std::random_device random;
    const auto url = fmt::format("about:blank#{:08x}{:08x}", random(), random());
    const auto in_context = [&](const auto& change) {
        core_->browser->read([&] {
            const auto found = core_->browser->contexts.find(core_->id);
            if (found != core_->browser->contexts.end()) change(found->second.unseen_pages);
        });
    };
    in_context([&](std::set<std::string>& awaited) { awaited.insert(url); });
    try {
        return make_page(url, deadline);
    } catch (...) {
        in_context([&](std::set<std::string>& awaited) { awaited.erase(url); });
        throw;
    }
}

PageTarget BrowserContext::make_page(const std::string& url, Deadline deadline) const {
    auto& browser = *core_->browser;
    bool adopted = false;
    const auto options = browser.read([&]() -> std::shared_ptr<const ContextOptions> {
        const auto found = browser.contexts.find(core_->id);
        if (found == browser.contexts.end()) return nullptr;
        adopted = found->second.adopted;
        return found->second.share.options;
    });
    if (!options) throw ConnectionClosed("new page: the context was closed");
    const Session root{browser.connection, ""};
    const auto target = root.send(target::CreateTarget{.url = url,
                                                       .browserContextId = core_->id,
                                                       .width = options->width_px,
                                                       .height = options->height_px},
                                  deadline)
                            .targetId;
    if (!adopted && !browser.holds_new_pages())
        root.send(target::AttachToTarget{.targetId = target, .flatten = true}, deadline);
    std::shared_ptr<PageCore> page;  // the event comes before the answer
    browser.wait(deadline, "new page: the browser did not attach it",
                 [&] { return (page = find_page(browser, core_->id, target)) != nullptr; });
    return PageTarget{std::move(page)};
}

std::vector<PageTarget> BrowserContext::pages() const {
    const auto& browser = *core_->browser;
    std::vector<PageTarget> result;
    browser.read([&] {
        const auto found = browser.contexts.find(core_->id);
        if (found == browser.contexts.end()) return;
        for (const auto& page : found->second.pages) {
            if (page && !page->ended()) result.emplace_back(page);
        }
    });
    return result;
}

bool BrowserContext::alive() const {
    const auto& browser = *core_->browser;
    return browser.read([&] { return browser.end_cause.empty() && browser.contexts.contains(core_->id); });
}

std::size_t BrowserContext::pages_made() const {
    const auto& browser = *core_->browser;
    return browser.read([&]() -> std::size_t {
        const auto found = browser.contexts.find(core_->id);
        return found == browser.contexts.end() ? 0 : found->second.pages.size();
    });
}

PageTarget BrowserContext::wait_for_page(std::size_t count, Deadline deadline, const std::string& opener) const {
    std::shared_ptr<PageCore> page;
    core_->browser->wait_in(core_->id, deadline, "no new page was opened", [&](const ContextState& context) {
        for (auto i = count; i < context.pages.size() && !page; ++i) {
            if (context.pages[i] && (opener.empty() || context.pages[i]->opener() == opener)) page = context.pages[i];
        }
        return page != nullptr;
    });
    return PageTarget{std::move(page)};
}

std::vector<std::string> BrowserContext::origins() const {
    const auto& browser = *core_->browser;
    std::set<std::string> origins;
    browser.read([&] {
        const auto found = browser.contexts.find(core_->id);
        if (found == browser.contexts.end()) return;
        origins = found->second.past_origins;
        for (const auto& page : found->second.pages) {
            if (!page) continue;
            page->read([&] { origins.insert(page->frames.origins().begin(), page->frames.origins().end()); });
        }
    });
    return {origins.begin(), origins.end()};
}

void BrowserContext::take_back_page(const PageTarget& page) const {
    auto& browser = *core_->browser;
    browser.read([&] {
        const auto found = browser.contexts.find(core_->id);
        if (found == browser.contexts.end()) return;
        std::erase_if(found->second.pages, [&](const auto& core) { return core && core->target() == page.id(); });
    });
    page.close();
}

void BrowserContext::hold_new_pages(Deadline deadline) const {
    core_->browser->hold_new_pages(deadline);
}

void BrowserContext::intercept(InterceptionRules rules, Deadline deadline) const {
    auto& browser = *core_->browser;
    const auto interception = browser.read([&]() -> std::shared_ptr<Interception> {
        const auto found = browser.contexts.find(core_->id);
        return found == browser.contexts.end() ? nullptr : found->second.share.interception;
    });
    if (!interception) throw ConnectionClosed("intercept requests: the context was closed");
    browser.hold_new_pages(deadline);
    for (const auto& call : interception->set_rules(std::move(rules), *browser.connection)) {
        try {
            call->wait_settled(deadline);
        } catch (const ConnectionClosed&) {  // a page that has gone needs no rules
        } catch (const TargetCrashed&) {
        }
    }
}

void BrowserContext::observe(const std::shared_ptr<PageListener>& listener, Bodies bodies, Deadline deadline) const {
    auto& browser = *core_->browser;
    const auto observers = browser.read([&]() -> std::shared_ptr<PageObservers> {
        const auto found = browser.contexts.find(core_->id);
        return found == browser.contexts.end() ? nullptr : found->second.share.observers;
    });
    if (!observers) throw ConnectionClosed("observe the pages: the context was closed");
    browser.hold_new_pages(deadline);
    observers->add(listener);
    if (bodies == Bodies::as_before) return;
    observers->keep_bodies();
    for (const auto& page : pages()) {
        try {
            page.keep_response_bodies(deadline);
        } catch (const ConnectionClosed&) {  // a page that has gone has no bodies to come
        } catch (const TargetCrashed&) {
        }
    }
}

void BrowserContext::set_up_later(LaterCommand command, Deadline deadline) const {
    auto& browser = *core_->browser;
    const auto later = browser.read([&]() -> std::shared_ptr<LaterSetUp> {
        const auto found = browser.contexts.find(core_->id);
        return found == browser.contexts.end() ? nullptr : found->second.share.later;
    });
    if (!later) throw ConnectionClosed(std::string(command.command.method) + ": the context was closed");
    browser.hold_new_pages(deadline);
    auto added = later->add(std::move(command), *browser.connection);
    for (const auto& call : added.calls) {
        try {
            call->wait_settled(deadline);
        } catch (const ConnectionClosed&) {  // a page that has gone needs none
        } catch (const TargetCrashed&) {
        } catch (const ProtocolError&) {
            later->take_back(std::move(added));
            throw;
        }
    }
}

std::vector<Download> BrowserContext::downloads() const {
    const auto& browser = *core_->browser;
    return browser.read([&]() -> std::vector<Download> {
        const auto found = browser.contexts.find(core_->id);
        return found == browser.contexts.end() ? std::vector<Download>{} : found->second.downloads;
    });
}

void BrowserContext::wait_for_downloads(std::size_t count, Deadline deadline) const {
    core_->browser->wait_in(core_->id, deadline, "no download has ended", [&](const ContextState& context) {
        const auto in_progress = std::ranges::count(context.downloads, Download::State::in_progress, &Download::state);
        return context.downloads.size() - static_cast<std::size_t>(in_progress) >= count;
    });
}

void BrowserContext::wait_for_downloads_begun(std::size_t count, Deadline deadline) const {
    core_->browser->wait_in(core_->id, deadline, "no download has begun",
                            [&](const ContextState& context) { return context.downloads.size() >= count; });
}

Download BrowserContext::wait_for_download_of(const std::string& page, std::size_t count, Deadline deadline) const {
    std::optional<Download> begun;
    core_->browser->wait_in(core_->id, deadline, "no download has begun", [&](const ContextState& context) {
        for (auto i = count; i < context.downloads.size() && !begun; ++i) {
            const auto& download = context.downloads[i];
            if (download.page == page || download.opener == page) begun = download;
        }
        return begun.has_value();
    });
    return *begun;
}

Download BrowserContext::wait_for_download_end(const std::string& guid, Deadline deadline) const {
    std::optional<Download> ended;
    core_->browser->wait_in(core_->id, deadline, "the download has not ended", [&](const ContextState& context) {
        for (const auto& download : context.downloads) {
            if (download.guid == guid && download.state != Download::State::in_progress) ended = download;
        }
        return ended.has_value();
    });
    return *ended;
}

void BrowserContext::cancel_download(const std::string& guid, Deadline deadline) const {
    const auto all = downloads();
    const auto found = std::ranges::find(all, guid, &Download::guid);
    if (found == all.end() || found->state != Download::State::in_progress) return;
    browser_session().send(browser::CancelDownload{.guid = guid, .browserContextId = core_->id}, deadline);
}

void BrowserContext::close(const std::string& reason) const {
    core_->dispose(reason);
}

void BrowserContext::set_owner(std::weak_ptr<void> owner) const {
    auto& browser = *core_->browser;
    browser.read([&] {
        const auto found = browser.contexts.find(core_->id);
        if (found != browser.contexts.end()) found->second.owner = std::move(owner);
    });
}

namespace {

std::shared_ptr<ServiceWorkers> find_service_workers(const BrowserCore& browser, const std::string& context) {
    const auto found = browser.contexts.find(context);
    return found == browser.contexts.end() ? nullptr : found->second.share.service_workers;
}

// What `read` finds; nothing when the context was closed.
template <class Read>
auto of_service_workers(const BrowserContext& context, Read&& read) {
    const auto& browser = *context.core().browser;
    const auto all = browser.read([&] { return find_service_workers(browser, context.id()); });
    return all ? all->read([&] { return read(*all); }) : decltype(read(*all)){};
}

}  // namespace

std::vector<WorkerTarget> service_workers(const BrowserContext& context) {
    return of_service_workers(context, [](const ServiceWorkers& all) {
        std::vector<WorkerTarget> alive;
        for (const auto& worker : all.workers) {
            if (!worker->ended()) alive.emplace_back(worker);
        }
        return alive;
    });
}

std::size_t service_workers_seen(const BrowserContext& context) {
    return of_service_workers(context, [](const ServiceWorkers& all) { return all.seen; });
}

WorkerTarget wait_for_service_worker(const BrowserContext& context, std::size_t seen, Deadline deadline) {
    auto& browser = *context.core().browser;
    std::shared_ptr<WorkerCore> found;
    browser.wait(deadline, "no service worker was started", [&] {
        const auto all = find_service_workers(browser, context.id());
        if (!all) throw ConnectionClosed("wait for a service worker: the context was closed");
        all->read([&] {
            for (const auto& worker : all->workers) {
                if (!found && worker->place().number > seen) found = worker;
            }
        });
        return found != nullptr;
    });
    return WorkerTarget{std::move(found)};
}

std::vector<ConsoleMessage> service_worker_messages(const BrowserContext& context) {
    return of_service_workers(context, [](const ServiceWorkers& all) { return all.console.messages(); });
}

std::vector<PageError> service_worker_errors(const BrowserContext& context) {
    return of_service_workers(context, [](const ServiceWorkers& all) { return all.console.errors(); });
}

std::vector<NetworkRequest> service_worker_requests(const BrowserContext& context) {
    return of_service_workers(context, [](const ServiceWorkers& all) {
        const auto& kept = all.network.requests();
        return std::vector<NetworkRequest>{kept.begin(), kept.end()};
    });
}

}  // namespace reprise::cdp
