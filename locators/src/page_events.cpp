// What a page sets off: popups, downloads, dialogs, addresses, frames.
#include <reprise/locators/page.hpp>

#include <fmt/format.h>

#include <reprise/locators/error.hpp>
#include <reprise/locators/route.hpp>

#include "address.hpp"
#include "context_state.hpp"
#include "network_text.hpp"
#include "observation.hpp"
#include "page_state.hpp"

namespace reprise::locators {
namespace {

// Runs `action`, then `wait(deadline)`; what it waits for in vain is told as `call`'s error.
template <typename Wait>
auto wait_after(PageState& page, const WaitOptions& options, const std::string& call,
                const std::function<void()>& action, const Wait& wait) {
    page.throw_route_errors();
    action();
    return observed(
        page, options.site, [&] { return call; },
        [&] {
            const auto deadline = page.deadline(options.timeout);
            try {
                return wait(deadline);
            } catch (const cdp::TimeoutError& error) {
                throw cdp::TimeoutError(fmt::format("{}: {}", call, error.what()));
            }
        });
}

const std::function<void()> k_nothing = [] {};

std::string list_of(const std::vector<cdp::FrameInfo>& frames) {
    std::string list;
    for (const auto& frame : frames) {
        if (!frame.parent.empty()) list += fmt::format("\n  \"{}\" {}", frame.name, frame.url);
    }
    return list.empty() ? "; the page has no frames" : "; the page's frames:" + list;
}

}  // namespace

void PageState::check_takes_downloads(std::string_view call) const {
    if (!context.state_->refuses_downloads) return;
    throw UsageError(
        fmt::format("{}: the context refuses downloads: ContextOptions::downloads_folder is not set", call));
}

void Page::wait_for_load_state(cdp::LoadState state, const WaitOptions& options) const {
    wait_after(*page_, options, "page.wait_for_load_state()", k_nothing,
               [&](cdp::Deadline deadline) { page_->target.wait_for_load_state(state, deadline); });
}

void Page::wait_for_url(const UrlMatch& url, const WaitOptions& options) const {
    const auto wanted = url.based_on(page_->context.state_->base_url);
    wait_for_url(
        url.shown(), [&](const std::string& now) { return wanted.matches(now); }, options);
}

void Page::wait_for_url(const std::function<bool(const std::string&)>& wanted, const WaitOptions& options) const {
    wait_for_url(k_some_function, wanted, options);
}

void Page::wait_for_url(const std::string& shown, const std::function<bool(const std::string&)>& wanted,
                        const WaitOptions& options) const {
    wait_after(*page_, options, fmt::format("page.wait_for_url({})", shown), k_nothing, [&](cdp::Deadline deadline) {
        try {
            page_->target.wait_for_url(wanted, deadline);
        } catch (const cdp::TimeoutError& error) {
            throw cdp::TimeoutError(fmt::format("{}; it is {}", error.what(), page_->target.url()));
        }
    });
}

Page Page::wait_for_popup(const std::function<void()>& action, const WaitOptions& options) const {
    const auto& context = page_->context.target();
    const auto before = context.pages_made();
    return wait_after(*page_, options, "page.wait_for_popup()", action, [&](cdp::Deadline deadline) {
        auto popup = context.wait_for_page(before, deadline, page_->target.id());
        popup.await_ready(deadline);
        return Page{page_->context, std::move(popup), page_->options};
    });
}

cdp::Download Page::wait_for_download(const std::function<void()>& action, const WaitOptions& options) const {
    page_->check_takes_downloads("page.wait_for_download()");
    const auto& context = page_->context.target();
    const auto before = context.downloads().size();
    const auto requests_before = page_->target.requests_seen();
    return wait_after(*page_, options, "page.wait_for_download()", action, [&](cdp::Deadline deadline) {
        cdp::Download download;
        try {
            download = context.wait_for_download_of(page_->target.id(), before, deadline);
        } catch (const cdp::TimeoutError& error) {
            throw cdp::TimeoutError(error.what() + asked_instead(page_->target.requests(), requests_before));
        }
        download = context.wait_for_download_end(download.guid, deadline);
        if (download.state != cdp::Download::State::completed) {
            throw ActionError(
                fmt::format("page.wait_for_download(): the download of {} was cancelled, or broke off, after {} bytes",
                            download.url, download.received_bytes));
        }
        return download;
    });
}

cdp::Download Page::wait_for_download_start(const std::function<void()>& action, const WaitOptions& options) const {
    page_->check_takes_downloads("page.wait_for_download_start()");
    const auto& context = page_->context.target();
    const auto before = context.downloads().size();
    return wait_after(*page_, options, "page.wait_for_download_start()", action, [&](cdp::Deadline deadline) {
        return context.wait_for_download_of(page_->target.id(), before, deadline);
    });
}

cdp::Download Context::wait_for_download_end(const cdp::Download& download, Milliseconds timeout) const {
    try {
        return state_->target.wait_for_download_end(download.guid, cdp::Deadline::after(timeout));
    } catch (const cdp::TimeoutError& error) {
        throw cdp::TimeoutError(fmt::format("context.wait_for_download_end({}): {}", download.url, error.what()));
    }
}

void Context::cancel_download(const cdp::Download& download) const {
    state_->target.cancel_download(download.guid, cdp::Deadline::after(std::chrono::seconds{30}));
}

cdp::Dialog Page::wait_for_dialog(const std::function<void()>& action, const WaitOptions& options) const {
    const auto before = page_->target.dialogs().size();
    return wait_after(*page_, options, "page.wait_for_dialog()", action, [&](cdp::Deadline deadline) {
        page_->target.wait_for_dialogs(before + 1, deadline);
        return page_->target.dialogs().at(before);
    });
}

cdp::Dialog Page::wait_for_dialog(const std::function<void()>& action, const cdp::DialogAnswer& answer,
                                  const WaitOptions& options) const {
    // An answer that no dialog has taken by the end is not for a later one.
    struct Given {
        const cdp::PageTarget& page;
        std::uint64_t number;
        ~Given() { page.take_back_answer(number); }
    };
    const Given given{page_->target, page_->target.answer_next_dialog(answer)};
    return wait_for_dialog(action, options);
}

void Page::wait_for_close(const std::function<void()>& action, const WaitOptions& options) const {
    const auto closing = [&] {
        try {
            action();
        } catch (const cdp::ConnectionClosed&) {
            if (!is_closed()) throw;  // what it did last is what is waited for
        } catch (const cdp::TargetCrashed&) {
            if (!is_closed()) throw;
        }
    };
    wait_after(*page_, options, "page.wait_for_close()", closing,
               [&](cdp::Deadline deadline) { page_->target.wait_for_end(deadline); });
}

std::optional<Page> Page::opener() const {
    const auto& id = page_->target.opener();
    for (auto& page : page_->context.target().pages()) {
        if (!id.empty() && page.id() == id) return Page{page_->context, std::move(page), page_->options};
    }
    return std::nullopt;
}

FrameLocator Page::frame(std::string_view name) const {
    page_->target.await_ready(page_->deadline({}));
    const auto frames = page_->target.frames();
    for (const auto& frame : frames) {
        if (!frame.parent.empty() && frame.name == name) {
            return FrameLocator{page_, frame.id, fmt::format("page.frame(\"{}\")", name)};
        }
    }
    throw ActionError(fmt::format("page.frame(\"{}\"): no frame has this name{}", name, list_of(frames)));
}

FrameLocator Page::frame_at(const UrlMatch& url) const {
    page_->target.await_ready(page_->deadline({}));
    const auto wanted = url.based_on(page_->context.state_->base_url);
    const auto frames = page_->target.frames();
    for (const auto& frame : frames) {
        if (!frame.parent.empty() && wanted.matches(frame.url)) {
            return FrameLocator{page_, frame.id, fmt::format("page.frame_at({})", url.shown())};
        }
    }
    throw ActionError(fmt::format("page.frame_at({}): no frame has such an address{}", url.shown(), list_of(frames)));
}

std::vector<FrameLocator> Page::frames() const {
    page_->target.await_ready(page_->deadline({}));  // of an adopted page they are asked for
    std::vector<FrameLocator> found;
    for (const auto& frame : page_->target.frames()) {
        if (frame.parent.empty()) continue;
        found.push_back(FrameLocator{page_, frame.id, fmt::format("page.frames()[{}]", found.size())});
    }
    return found;
}

cdp::FrameInfo FrameLocator::info(std::string_view call_text, const WaitOptions& options) const {
    return observed(*this, call_text, options, [&](ElementCall& call) {
        auto info = page_->target.frame(call.enter());
        if (!info) throw ActionError(fmt::format("{}: the frame has gone", call.text()));
        return std::move(*info);
    });
}

std::string FrameLocator::url(const WaitOptions& options) const {
    return info(".url()", options).url;
}

std::string FrameLocator::name(const WaitOptions& options) const {
    return info(".name()", options).name;
}

}  // namespace reprise::locators
