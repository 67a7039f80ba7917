#include <reprise/cdp/browser_context.hpp>

#include <reprise/cdp/error.hpp>
#include <reprise/cdp/protocol/target.hpp>

#include "browser_core.hpp"

namespace reprise::cdp {
namespace {

std::shared_ptr<PageCore> find_page(const BrowserCore& browser, const std::string& context, const std::string& target) {
    const auto found = browser.contexts.find(context);
    if (found == browser.contexts.end()) return nullptr;
    for (const auto& page : found->second.pages) {
        if (page->target() == target) return page;
    }
    return nullptr;
}

}  // namespace

BrowserContext::BrowserContext(std::shared_ptr<ContextCore> core) noexcept : core_{std::move(core)} {}

PageTarget BrowserContext::new_page(Deadline deadline) const {
    auto& browser = *core_->browser;
    const auto options = browser.read([&]() -> std::shared_ptr<const ContextOptions> {
        const auto found = browser.contexts.find(core_->id);
        return found == browser.contexts.end() ? nullptr : found->second.options;
    });
    if (!options) throw ConnectionClosed("new page: the context was closed");
    const Session root{browser.connection, ""};
    const auto target = root.send(target::CreateTarget{.url = "about:blank",
                                                       .browserContextId = core_->id,
                                                       .width = options->width_px,
                                                       .height = options->height_px},
                                  deadline)
                            .targetId;
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
            if (!page->ended()) result.emplace_back(page);
        }
    });
    return result;
}

std::size_t BrowserContext::pages_made() const {
    const auto& browser = *core_->browser;
    return browser.read([&]() -> std::size_t {
        const auto found = browser.contexts.find(core_->id);
        return found == browser.contexts.end() ? 0 : found->second.pages.size();
    });
}

PageTarget BrowserContext::wait_for_page(std::size_t count, Deadline deadline) const {
    auto& browser = *core_->browser;
    std::shared_ptr<PageCore> page;
    browser.wait(deadline, "no new page was opened", [&] {
        const auto found = browser.contexts.find(core_->id);
        if (found == browser.contexts.end() || found->second.pages.size() <= count) return false;
        page = found->second.pages.back();
        return true;
    });
    return PageTarget{std::move(page)};
}

std::vector<Download> BrowserContext::downloads() const {
    const auto& browser = *core_->browser;
    return browser.read([&]() -> std::vector<Download> {
        const auto found = browser.contexts.find(core_->id);
        return found == browser.contexts.end() ? std::vector<Download>{} : found->second.downloads;
    });
}

void BrowserContext::wait_for_downloads(std::size_t count, Deadline deadline) const {
    auto& browser = *core_->browser;
    browser.wait(deadline, "no download has ended", [&] {
        const auto found = browser.contexts.find(core_->id);
        if (found == browser.contexts.end()) return false;
        std::size_t ended = 0;
        for (const auto& download : found->second.downloads) {
            if (download.state != Download::State::in_progress) ++ended;
        }
        return ended >= count;
    });
}

void BrowserContext::close() const {
    core_->dispose();
}

}  // namespace reprise::cdp
