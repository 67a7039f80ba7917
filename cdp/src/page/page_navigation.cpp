// Where a page goes: addresses, history, load states.
#include <reprise/cdp/page_target.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>
#include <reprise/cdp/protocol/page.hpp>

#include "page/page_core.hpp"
#include "page/script_run.hpp"

namespace reprise::cdp {

void PageTarget::wait_for_load_state(LoadState state, Deadline deadline) const {
    core_->wait(deadline, "the page did not finish loading",
                [&] { return core_->frames.reached(core_->frames.main(), state); });
    if (state != LoadState::network_idle) return;
    constexpr std::chrono::milliseconds k_quiet{500};
    while (true) {
        std::chrono::steady_clock::time_point quiet_at{};
        core_->wait(deadline, "requests were still in flight", [&] { return core_->network.in_flight() == 0; });
        core_->read([&] { quiet_at = core_->network.quiet_since() + k_quiet; });
        if (Deadline::Clock::now() >= quiet_at) return;
        try {
            const auto pause = std::chrono::ceil<std::chrono::milliseconds>(quiet_at - Deadline::Clock::now());
            core_->wait(deadline.no_later_than(pause), "", [&] { return core_->network.in_flight() > 0; });
        } catch (const TimeoutError&) {
            if (deadline.passed()) throw TimeoutError("the page was not quiet for 500 ms before the deadline");
        }
    }
}

namespace {

// While one document takes the place of another there is, for a moment, no page to be asked.
template <class Command>
typename Command::Result send_to_active(PageCore& core, const Command& command, Deadline deadline) {
    constexpr std::chrono::milliseconds k_moment{50};
    while (true) {
        const auto commits = core.read([&] { return core.frames.commits(); });
        try {
            return core.main_session().send(command, deadline);
        } catch (const ProtocolError& error) {
            if (deadline.passed() || error.browser_text().find("Not attached to an active page") == std::string::npos)
                throw;
        }
        try {
            core.wait(deadline.no_later_than(k_moment), "", [&] { return core.frames.commits() > commits; });
        } catch (const TimeoutError&) {
            continue;
        }
    }
}

// The browser shows a page of its own for an address that cannot be had, a moment later: whoever goes on meanwhile
// would lose the next document to it. What was aborted leaves the document there that was.
void await_error_page(PageCore& core, const page::Navigate::Result& answer, Deadline deadline) {
    constexpr std::chrono::milliseconds k_moment{3'000};  // on a busy machine
    if (!answer.loaderId || answer.errorText == "net::ERR_ABORTED") return;
    try {
        core.wait(deadline.no_later_than(k_moment), "",
                  [&] { return core.frames.frame(core.frames.main())->loader == *answer.loaderId; });
    } catch (const TimeoutError&) {
        return;  // none came
    }
}

}  // namespace

std::optional<NetworkRequest> PageTarget::navigate(const std::string& url, LoadState until, Deadline deadline,
                                                   const std::string& referer) const {
    core_->await_set_up(deadline);
    page::Navigate command{.url = url, .frameId = main_frame()};
    if (!referer.empty()) {
        command.referrer = referer;
        command.referrerPolicy = "unsafeUrl";  // the caller's own words, not a page's secret
    }
    const auto moves = core_->read([this] { return core_->frames.moves(); });
    page::Navigate::Result answer;
    try {
        answer = send_to_active(*core_, command, deadline);
    } catch (const ProtocolError& error) {
        throw NavigationError(fmt::format("navigate to {}: {}", url, error.browser_text()));
    } catch (const TimeoutError&) {
        throw TimeoutError(fmt::format("navigate to {}: no response after {} ms", url, deadline.timeout().count()));
    }
    if (answer.errorText && !answer.errorText->empty()) {
        await_error_page(*core_, answer, deadline);
        const bool of_certificate = answer.errorText->starts_with("net::ERR_CERT_");
        throw NavigationError(fmt::format("navigate to {}: {}{}", url, *answer.errorText,
                                          of_certificate ? ": the server's certificate is not trusted; a context with "
                                                           "ignore_https_errors takes it all the same"
                                                         : ""));
    }
    if (!answer.loaderId) {  // same document: only the fragment changed, which is told at once
        constexpr std::chrono::milliseconds k_moment{500};
        try {
            core_->wait(deadline.no_later_than(k_moment), "", [&] { return core_->frames.moves() > moves; });
        } catch (const TimeoutError&) {
            // It was there already.
        }
        return std::nullopt;
    }
    const auto loader = *answer.loaderId;
    try {
        core_->wait(deadline, "the page did not begin to load", [&] {
            const auto& frames = core_->frames;
            if (frames.frame(frames.main())->loader == loader) return true;
            // Another navigation may have taken over (a script that redirects at once): its document is as good.
            return frames.superseded(loader) && frames.navigation() == FrameTracker::Navigation::none &&
                   frames.reached(frames.main(), LoadState::load);
        });
        wait_for_load_state(until, deadline);
    } catch (const TimeoutError& error) {
        throw TimeoutError(fmt::format("navigate to {}: {}", url, error.what()));
    }
    return document_request();
}

std::optional<NetworkRequest> PageTarget::reload(LoadState until, Deadline deadline) const {
    const auto before = core_->read([this] { return core_->frames.commits(); });
    send_to_active(*core_, page::Reload{}, deadline);
    core_->wait(deadline, "reload: the page did not begin to load", [&] { return core_->frames.commits() > before; });
    wait_for_load_state(until, deadline);
    return document_request();
}

std::optional<NetworkRequest> PageTarget::document_request() const {
    return core_->read([this]() -> std::optional<NetworkRequest> {
        const auto loader = core_->frames.frame(core_->frames.main())->loader;
        const auto& kept = core_->network.requests();
        const auto found = std::find_if(kept.rbegin(), kept.rend(), [&](const NetworkRequest& request) {
            return request.navigation && request.id == loader;
        });
        return found == kept.rend() ? std::nullopt : std::optional{*found};
    });
}

bool PageTarget::step_history(int delta, LoadState until, Deadline deadline) const {
    // The address tells nothing: several entries may have the same.
    const auto moves = [this] { return core_->frames.commits() + core_->frames.moves(); };
    unsigned before = 0;
    while (true) {
        const auto history = send_to_active(*core_, page::GetNavigationHistory{}, deadline);
        const int wanted = history.currentIndex + delta;
        if (wanted < 0 || wanted >= static_cast<int>(history.entries.size())) return false;
        const auto& entry = history.entries[static_cast<std::size_t>(wanted)];
        before = core_->read(moves);
        try {
            send_to_active(*core_, page::NavigateToHistoryEntry{.entryId = entry.id}, deadline);
            break;
        } catch (const ProtocolError& error) {
            // The page has gone on meanwhile, and what lay ahead of it is forgotten: the history is another one.
            if (deadline.passed() || error.browser_text().find("No entry with passed id") == std::string::npos) throw;
        }
    }
    core_->wait(deadline, "the page did not go through its history", [&] { return moves() > before; });
    wait_for_load_state(until, deadline);
    return true;
}

void PageTarget::settle_navigation(Deadline deadline) const {
    using Navigation = FrameTracker::Navigation;
    // The round trip flushes what the renderer has announced so far. Page.enable is answered at once even while a
    // navigation is on its way; scripts would be held back until it commits.
    session().send(page::Enable{}, deadline);
    if (core_->read([this] { return core_->frames.navigation(); }) == Navigation::none) return;
    // A request that never starts (a javascript: address, a protocol handled elsewhere) must not hold us long.
    constexpr std::chrono::milliseconds k_patience{500};
    try {
        core_->wait(deadline.no_later_than(k_patience), "",
                    [this] { return core_->frames.navigation() != Navigation::requested; });
    } catch (const TimeoutError&) {
        core_->read([this] { core_->frames.forget_request(); });
        return;
    }
    core_->wait(deadline, "the navigation did not end",
                [this] { return core_->frames.navigation() == Navigation::none; });
}

void PageTarget::pause(std::chrono::milliseconds duration, Deadline deadline) const {
    try {
        core_->wait(deadline.no_later_than(duration), "", [] { return false; });
    } catch (const TimeoutError&) {
        // That is what was asked for; a page that ends meanwhile is not.
    }
}

void PageTarget::wait_for_url(const std::function<bool(const std::string&)>& wanted, Deadline deadline) const {
    core_->wait(
        deadline, "the address did not come",
        [&] {
            const auto main = core_->frames.frame(core_->frames.main());
            return main && wanted(main->url);
        },
        Waiters::AskedBy::waiter);
}

}  // namespace reprise::cdp
