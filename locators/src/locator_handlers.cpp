#include "locator_handlers.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <reprise/locators/error.hpp>
#include <reprise/locators/page.hpp>

#include "context_state.hpp"
#include "element_call.hpp"
#include "page_state.hpp"

namespace reprise::locators {
namespace {

// How long a page may wait for something else before a handler's locator in another frame is looked for.
constexpr Milliseconds k_slice{250};

}  // namespace

bool PageState::wants_handlers() const {
    return handlers.wanted() && !context.state_->handlers_let_go;
}

void Page::add_locator_handler(const Locator& locator, LocatorHandler handler,
                               const LocatorHandlerOptions& options) const {
    if (locator.page_ != page_) throw UsageError("add_locator_handler: the locator is of another page");
    if (options.times && *options.times < 1) throw UsageError("add_locator_handler: times is 1 or more");
    auto own = locator;
    own.page_.reset();
    page_->handlers.entries.push_back(std::make_shared<LocatorHandlers::Entry>(
        LocatorHandlers::Entry{std::move(own), std::move(handler), options.times, options.no_wait_after}));
}

void Page::remove_locator_handler(const Locator& locator) const {
    const auto same_link = [](const auto& a, const auto& b) { return a.part == b.part; };
    std::erase_if(page_->handlers.entries, [&](const auto& entry) {
        const auto& known = entry->locator;
        return locator.page_ == page_ && known.frame_ == locator.frame_ &&
               std::ranges::equal(known.links_, locator.links_, same_link);
    });
}

bool ElementCall::seen_in(const Scope& handler, const cdp::FrameId& frame) const {
    const auto inner = std::ranges::any_of(handler.links_, [](const auto& link) { return link.part.empty(); });
    const auto& start = handler.frame_.empty() ? page_->target.main_frame() : handler.frame_;
    return !inner && start == frame;
}

bool ElementCall::is_let_be(const LocatorHandlers::Entry& entry) const {
    return std::ranges::any_of(let_be_, [&](const auto& one) { return one.get() == &entry; });
}

std::string ElementCall::handlers_json(const cdp::FrameId& frame) const {
    std::string list;
    for (std::size_t i = 0; i < page_->handlers.entries.size(); ++i) {
        const Scope& handler = page_->handlers.entries[i]->locator;
        if (!seen_in(handler, frame) || is_let_be(*page_->handlers.entries[i])) continue;
        std::string chain;
        for (const auto& link : handler.links_) chain += (chain.empty() ? "" : ",") + link.part;
        list += fmt::format(R"({}{{"index":{},"chain":[{}]}})", list.empty() ? "" : ",", i, chain);
    }
    return list.empty() ? list : fmt::format(R"(,"handlers":[{}])", list);
}

bool ElementCall::sees_all_handlers(const cdp::FrameId& frame) const {
    return std::ranges::all_of(page_->handlers.entries,
                               [&](const auto& entry) { return is_let_be(*entry) || seen_in(entry->locator, frame); });
}

Milliseconds ElementCall::patience(const cdp::FrameId& frame) const {
    const auto left = deadline_.remaining();
    return sees_all_handlers(frame) ? left : std::min(left, k_slice);
}

void ElementCall::handle_other_frames() {
    if (!page_->wants_handlers()) return;
    const auto here =
        links_.empty() || std::ranges::none_of(links_, [](const auto& link) { return link.part.empty(); });
    for (std::size_t i = 0; i < page_->handlers.entries.size(); ++i) {
        if (is_let_be(*page_->handlers.entries[i])) continue;
        auto locator = page_->handlers.entries[i]->locator;
        if (here && seen_in(locator, root_)) continue;  // the page script looks itself
        locator.page_ = page_;
        page_->handlers.running = true;
        bool visible = false;
        try {
            ElementCall look{locator, ".is_visible()", deadline_};
            visible = is_true(look.ask("query", R"("what":"is_visible")"), "value");
        } catch (...) {
            page_->handlers.running = false;
            throw;
        }
        page_->handlers.running = false;
        if (visible) run_handler(i--);
        if (page_->handlers.entries.empty()) return;
    }
}

void ElementCall::run_handler(std::size_t index) {
    auto& handlers = page_->handlers;
    if (index >= handlers.entries.size()) return;
    const auto entry = handlers.entries[index];
    if (entry->times_left && --*entry->times_left == 0) {
        handlers.entries.erase(handlers.entries.begin() + static_cast<std::ptrdiff_t>(index));
    }
    auto locator = entry->locator;
    locator.page_ = page_;
    note(fmt::format("{} is visible, its handler runs", locator.text_));
    struct Running {
        bool& flag;
        explicit Running(bool& running) : flag{running} { flag = true; }
        ~Running() { flag = false; }
    } const running{handlers.running};
    entry->run(locator);
    if (entry->no_wait_after) {
        let_be_.push_back(entry);
        return;
    }
    ElementCall gone{locator, ".wait_for(hidden)", deadline_};
    if (is_true(gone.ask("wait", R"("state":"hidden")"), "ok")) return;
    throw TimeoutError(explain(fmt::format("the handler of {} has run, and it is still visible after {} ms",
                                           locator.text_, deadline_.timeout().count())));
}

}  // namespace reprise::locators
