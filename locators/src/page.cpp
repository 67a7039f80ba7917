#include <reprise/locators/page.hpp>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <reprise/cdp/command.hpp>
#include <reprise/locators/error.hpp>

#include "address.hpp"
#include "context_state.hpp"
#include "element_call.hpp"
#include "expectation.hpp"
#include "input.hpp"
#include "observation.hpp"
#include "page_state.hpp"

namespace reprise::locators {
namespace {

constexpr Milliseconds k_page_margin{800};  // the page ends its own waits on time, unless it is busy

// A string argument as a call shows it.
std::string shown(std::string_view text) {
    constexpr std::size_t k_most = 100;
    if (text.size() <= k_most) return json_text(text);
    auto end = k_most;
    while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // never within a character
    return json_text(std::string(text.substr(0, end)) + "…");
}

}  // namespace

std::string PageState::next_token() {
    static std::atomic<unsigned> tokens{0};
    return "t" + std::to_string(++tokens);
}

const std::string& PageState::base_url() const {
    return context.state_->base_url;
}

void PageState::throw_route_errors() const {
    context.state_->router->throw_errors();
}

Page::Page(const Context& context, cdp::PageTarget target, const PageOptions& options)
    : DocumentScope{std::make_shared<PageState>(context, std::move(target), options), {}, "page"} {}

Page::Page(const Context& context, cdp::PageTarget target) : Page{context, std::move(target), context.page_options()} {}

Page::Page(std::shared_ptr<PageState> state) : DocumentScope{std::move(state), {}, "page"} {}

Page Locator::page() const {
    return Page{page_};
}

Page Page::open(const Context& context) {
    return open(context, context.page_options());
}

Page Page::open(const Context& context, const PageOptions& options) {
    return Page{context, context.target().new_page(cdp::Deadline::after(options.timeout)), options};
}

const Context& Page::context() const {
    return page_->context;
}

std::optional<cdp::NetworkRequest> Page::navigate(const std::string& url, const NavigateOptions& options) const {
    const auto text = [&] { return fmt::format("page.navigate({})", shown(url)); };
    return observed(*page_, options.site, text, [&] {
        const auto deadline = page_->deadline(options.timeout);
        try {
            return page_->target.navigate(resolve_address(page_->context.state_->base_url, url), options.until,
                                          deadline, options.referer);
        } catch (const cdp::NavigationError&) {
            page_->throw_route_errors();  // when the reason is a route that failed, that is what helps
            throw;
        }
    });
}

void Page::route(const UrlMatch& url, RouteHandler handler, const RouteOptions& options) const {
    page_->context.state_->add_route(page_->target.id(), url, std::move(handler), options);
}

void Page::route(const RouteFilter& wanted, RouteHandler handler, const RouteOptions& options) const {
    page_->context.state_->add_route(page_->target.id(), wanted, std::move(handler), options);
}

void Page::unroute(const UrlMatch& url) const {
    page_->context.state_->remove_route(page_->target.id(), url);
}

void Page::unroute_all() const {
    page_->context.state_->remove_route(page_->target.id(), std::nullopt);
}

std::optional<cdp::NetworkRequest> Page::reload(const NavigateOptions& options) const {
    const auto text = [&] { return std::string("page.reload()"); };
    return observed(*page_, options.site, text,
                    [&] { return page_->target.reload(options.until, page_->deadline(options.timeout)); });
}

std::optional<cdp::NetworkRequest> Page::document_request() const {
    return page_->target.document_request();
}

bool Page::go_back(const NavigateOptions& options) const {
    const auto text = [&] { return std::string("page.go_back()"); };
    return observed(*page_, options.site, text,
                    [&] { return page_->target.step_history(-1, options.until, page_->deadline(options.timeout)); });
}

bool Page::go_forward(const NavigateOptions& options) const {
    const auto text = [&] { return std::string("page.go_forward()"); };
    return observed(*page_, options.site, text,
                    [&] { return page_->target.step_history(1, options.until, page_->deadline(options.timeout)); });
}

namespace {

// Resolves when the document has come so far. Listeners of before document.open() are gone.
std::string_view document_comes_to(cdp::LoadState state) {
    switch (state) {
        case cdp::LoadState::commit:
            return "null";
        case cdp::LoadState::dom_content_loaded:
            return "document.readyState !== 'loading' || new Promise((done) => "
                   "document.addEventListener('DOMContentLoaded', done, { once: true }))";
        default:
            return "document.readyState === 'complete' || new Promise((done) => addEventListener('load', done, { once: "
                   "true }))";
    }
}

}  // namespace

void Page::set_content(std::string_view html, const NavigateOptions& options) const {
    const auto text = [&] { return fmt::format("page.set_content({})", shown(html)); };
    return observed(*page_, options.site, text, [&] {
        const auto deadline = page_->deadline(options.timeout);
        bool has_moved_on = false;
        try {
            page_->target.evaluate(page_->target.main_frame(), cdp::World::isolated,
                                   fmt::format("(async () => {{ document.open(); document.write({}); "
                                               "document.close(); await ({}); return null; }})()",
                                               json_text(html), document_comes_to(options.until)),
                                   deadline);
        } catch (const cdp::TimeoutError& error) {
            throw TimeoutError(fmt::format("{}: the document has not loaded: {}", text(), error.what()));
        } catch (const cdp::DocumentGone&) {
            has_moved_on = true;  // by a script of its own
        }
        if (has_moved_on || options.until == cdp::LoadState::network_idle) {
            page_->target.wait_for_load_state(options.until, deadline);
        }
    });
}

bool Page::settle(Milliseconds quiet, cdp::Deadline deadline, CallSite site) const {
    const auto text = [&] { return fmt::format("page.settle({} ms)", quiet.count()); };
    return observed(*page_, site, text, [&] {
        const auto& target = page_->target;
        while (!deadline.passed()) {
            try {
                const auto answer = target.evaluate(target.main_frame(), cdp::World::isolated,
                                                    fmt::format("reprise.settle({{quiet_ms:{},timeout_ms:{}}})",
                                                                quiet.count(), deadline.remaining().count()),
                                                    deadline.plus(k_page_margin));
                const auto* object = answer.if_object();
                if (object != nullptr && is_true(*object, "settled") && target.requests_in_flight() == 0) return true;
            } catch (const cdp::DocumentGone&) {
                continue;  // the next document is waited for
            } catch (const cdp::TimeoutError&) {
                return false;
            }
        }
        return false;
    });
}

std::string Page::url() const {
    return page_->target.url();
}

void Page::close(const CloseOptions& options) const {
    const auto text = [&] { return std::string("page.close()"); };
    observed(*page_, options.site, text, [&] {
        const auto deadline = page_->deadline(options.timeout);
        if (options.run_before_unload && !is_closed()) return page_->target.close_as_user(options.reason);
        page_->target.close(options.reason);  // a crashed one, too: its tab is still there
        page_->target.wait_for_end(deadline);
    });
}

bool Page::is_closed() const {
    return !page_->target.alive();
}

void Page::bring_to_front(CallSite site) const {
    const auto text = [&] { return std::string("page.bring_to_front()"); };
    observed(*page_, site, text, [&] { page_->target.bring_to_front(page_->deadline({})); });
}

std::string Page::title(CallSite site) const {
    const auto text = [&] { return std::string("page.title()"); };
    return observed(*page_, site, text, [&] {
        const auto deadline = page_->deadline({});
        while (true) {
            try {
                const auto title = page_->target.evaluate(page_->target.main_frame(), cdp::World::isolated,
                                                          "document.title", deadline);
                return title.is_string() ? std::string(title.get_string()) : std::string();
            } catch (const cdp::DocumentGone&) {  // the next one has a title, too
                if (deadline.passed()) throw;
            }
        }
    });
}

std::string Page::aria_snapshot(const AriaSnapshotOptions& options) const {
    const auto arguments = aria_snapshot_arguments(options);
    return observed(*this, ".aria_snapshot()", options,
                    [&](ElementCall& call) { return string_of(call.demand("read", arguments), "value"); });
}

std::vector<cdp::ConsoleMessage> Page::console_messages() const {
    return page_->target.console_messages();
}

std::vector<cdp::PageError> Page::page_errors() const {
    return page_->target.page_errors();
}

void Page::press(std::string_view keys, CallSite site) const {
    const auto text = [&] { return fmt::format("page.press(\"{}\")", keys); };
    return observed(*page_, site, text, [&] {
        dispatch_chord(page_->target, keys, page_->deadline({}));
        page_->target.settle_navigation(page_->deadline({}));
    });
}

void Page::scroll_by(Point distance, CallSite site) const {
    const auto text = [&] { return fmt::format("page.scroll_by({}, {})", distance.x, distance.y); };
    return observed(*page_, site, text, [&] {
        dispatch_wheel(page_->target, {10, 10}, distance, page_->deadline({}));
    });
}

void Page::scroll_to(Point offset, CallSite site) const {
    const auto text = fmt::format(".scroll_to({}, {})", offset.x, offset.y);
    observed(*this, text, ActionOptions{.site = site}, [&](ElementCall& call) {
        call.demand("act", fmt::format(R"("action":"scroll_to","x":{},"y":{})", offset.x, offset.y));
    });
}

void Page::expect(const Expectation& expectation) const {
    expect_in_page(*this, expectation, page_->options.expect_timeout);
}

cdp::PageTarget& Page::target() const {
    return page_->target;
}
const PageOptions& Page::options() const {
    return page_->options;
}

}  // namespace reprise::locators
