#include "browser_core.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>
#include <reprise/cdp/protocol/browser.hpp>
#include <reprise/cdp/protocol/runtime.hpp>
#include <reprise/cdp/protocol/target.hpp>

#include "page/json_member.hpp"

namespace reprise::cdp {
namespace json = boost::json;

namespace {

// A page that is held has no address yet: then it is the one that is being made, unless another thread makes one, too.
bool is_unseen(ContextState& context, const json::object& info) {
    auto& awaited = context.unseen_pages;
    const auto url = string_member(info, "url");
    const auto found = url.empty() && string_member(info, "openerId").empty() ? awaited.begin() : awaited.find(url);
    if (found == awaited.end()) return false;
    awaited.erase(found);
    return true;
}

}  // namespace

std::vector<std::shared_ptr<PageCore>> ContextState::forget_ended() {
    constexpr std::ptrdiff_t k_most_ended = 20;
    const auto has_ended = [](const auto& page) { return page && page->ended(); };
    std::vector<std::shared_ptr<PageCore>> forgotten;
    auto surplus = std::ranges::count_if(pages, has_ended) - k_most_ended;
    for (auto page = pages.begin(); surplus > 0 && page != pages.end(); ++page) {
        if (!has_ended(*page)) continue;
        (*page)->read([&] { past_origins.insert((*page)->frames.origins().begin(), (*page)->frames.origins().end()); });
        forgotten.push_back(std::exchange(*page, nullptr));
        --surplus;
    }
    return forgotten;
}

ContextCore::~ContextCore() {
    dispose();
}

void ContextCore::dispose(const std::string& reason) noexcept {
    const auto cause = "the context was closed" + (reason.empty() ? reason : ": " + reason);
    const auto state = browser->take_out(id);  // released outside the lock
    if (!state.share.options) return;
    if (!state.adopted) {
        browser->connection->post("", target::DisposeBrowserContext::method,
                                  to_json_text(target::DisposeBrowserContext{.browserContextId = id}));
        for (const auto& page : state.pages) {
            if (page) page->end({TerminalCause::Kind::closed, cause});
        }
    } else {
        for (const auto& page : state.pages) {
            if (page) page->let_go();
        }
        if (state.sets_downloads) {
            const browser::SetDownloadBehavior command{.behavior = "default", .browserContextId = id};
            browser->connection->post("", browser::SetDownloadBehavior::method, to_json_text(command));
        }
        const auto& others = *state.share.service_workers;
        for (const auto& worker : others.read([&] { return others.workers; })) {
            if (worker->ended()) continue;
            const target::DetachFromTarget command{.sessionId = worker->place().session};
            browser->connection->post("", target::DetachFromTarget::method, to_json_text(command));
        }
    }
    state.share.observers->end(cause);
}

ContextState BrowserCore::take_out(const std::string& context) {
    const std::lock_guard lock{mutex_};
    const auto found = contexts.find(context);
    if (found == contexts.end()) return {};
    auto state = std::move(found->second);
    contexts.erase(found);
    waiters_.changed();
    return state;
}

void BrowserCore::hold_new_pages(Deadline deadline) {
    if (read([this] { return std::exchange(holds_new_pages_, true); })) return;
    const target::SetAutoAttach command{
        .autoAttach = true,
        .waitForDebuggerOnStart = true,
        .flatten = true,
        .filter = std::vector<target::FilterEntry>{{.type = "page"}, {.type = "service_worker"}}};
    try {
        connection->post("", target::SetAutoAttach::method, to_json_text(command))->wait_settled(deadline);
    } catch (...) {
        read([this] { holds_new_pages_ = false; });
        throw;
    }
}

void BrowserCore::on_event_on_io_thread(const std::string&, std::string_view method, const json::object& params) {
    if (method == "Target.targetCreated") {
        if (const auto* info = object_member(params, "targetInfo")) on_target_created_on_io_thread(*info);
    } else if (method == "Target.attachedToTarget") {
        on_attached_on_io_thread(params);
    } else if (method == "Target.targetCrashed") {
        const auto id = string_member(params, "targetId");
        std::shared_ptr<PageCore> page;
        read([&] {
            for (auto& [key, context] : contexts) {
                for (auto& candidate : context.pages) {
                    if (candidate && candidate->target() == id) page = candidate;
                }
            }
        });
        if (page) page->crash_on_io_thread();
    } else if (method.starts_with("Browser.download")) {
        on_download_on_io_thread(method, params);
    }
}

// Pages that our pages open, and all of an adopted context. Others come from new_page(), which attaches by itself;
// those of other clients are theirs.
void BrowserCore::on_target_created_on_io_thread(const json::object& info) {
    if (string_member(info, "type") == "service_worker") return on_service_worker_on_io_thread(info);
    if (string_member(info, "type") != "page") return;
    const auto opener = string_member(info, "openerId");
    const auto wanted = read([&] {
        const auto found = contexts.find(string_member(info, "browserContextId"));
        if (found == contexts.end()) return false;
        found->second.openers[string_member(info, "targetId")] = opener;
        return !holds_new_pages_ && (!opener.empty() || found->second.adopted);
    });
    if (!wanted) return;
    connection->post(
        "", target::AttachToTarget::method,
        to_json_text(target::AttachToTarget{.targetId = string_member(info, "targetId"), .flatten = true}));
}

void BrowserCore::on_service_worker_on_io_thread(const json::object& info) {
    const auto target = string_member(info, "targetId");
    const auto attach = read([&] {
        const auto found = contexts.find(string_member(info, "browserContextId"));
        if (found == contexts.end()) return false;
        found->second.share.service_workers->expect(target);
        return !holds_new_pages_;
    });
    if (!attach) return;
    connection->post("", target::AttachToTarget::method,
                     to_json_text(target::AttachToTarget{.targetId = target, .flatten = true}));
}

void BrowserCore::attach_service_worker_on_io_thread(const json::object& params) {
    const auto* info = object_member(params, "targetInfo");
    const auto share = read([&] {
        const auto found = contexts.find(string_member(*info, "browserContextId"));
        return found == contexts.end() ? ContextShare{} : found->second.share;
    });
    const bool ours =
        share.options && share.service_workers->attach_on_io_thread(
                             connection, {share.options, share.interception, share.observers, share.later}, params);
    if (!ours) return let_go_on_io_thread(string_member(params, "sessionId"));
    const std::lock_guard lock{mutex_};
    waiters_.changed();
}

void BrowserCore::on_attached_on_io_thread(const json::object& params) {
    const auto* info = object_member(params, "targetInfo");
    if (info == nullptr) return;
    if (string_member(*info, "type") == "service_worker") return attach_service_worker_on_io_thread(params);
    if (string_member(*info, "type") != "page") return;
    const auto context = string_member(*info, "browserContextId");
    const auto target = string_member(*info, "targetId");
    const auto session = string_member(params, "sessionId");
    ContextShare share;
    auto origin = PageCore::Origin::new_page;
    read([&] {
        const auto found = contexts.find(context);
        if (found == contexts.end()) return;
        for (const auto& page : found->second.pages) {
            if (page && page->target() == target && !page->ended()) return;  // attached already, in another way
        }
        share = found->second.share;
        if (is_unseen(found->second, *info)) share.observers = std::make_shared<PageObservers>();
        if (found->second.adopted) origin = PageCore::Origin::adopted;
    });
    if (!share.options) return let_go_on_io_thread(session);
    bool open = false;
    std::vector<std::shared_ptr<PageCore>> forgotten;
    auto page = PageCore::attach(
        connection, target, session, share,
        {.url = string_member(*info, "url"), .opener = string_member(*info, "openerId"), .origin = origin});
    {
        const std::lock_guard lock{mutex_};
        const auto found = contexts.find(context);
        open = found != contexts.end();
        if (open) {
            found->second.pages.push_back(page);
            forgotten = found->second.forget_ended();
        }
        waiters_.changed();
    }
    if (!open) return page->end({TerminalCause::Kind::closed, "the context was closed"});
    if (share.observers->any()) share.observers->tell_on_io_thread(target, PageOpened{PageTarget{page}});
    // Whoever asked for it before the page was in the list has not told it.
    if (share.observers->keeps_bodies()) page->post_keep_bodies();
}

// Not ours to drive, but held by us.
void BrowserCore::let_go_on_io_thread(const std::string& session) {
    connection->post_unheard(session, runtime::RunIfWaitingForDebugger::method, "{}");
    connection->post("", target::DetachFromTarget::method,
                     to_json_text(target::DetachFromTarget{.sessionId = session}));
}

// A window that only fetches a file may begin the download, and end, before it is attached: it is known by its id,
// which its main frame has, too.
BrowserCore::FrameOwner BrowserCore::owner_of_frame(const std::string& frame) {
    for (auto& [id, context] : contexts) {
        const auto window = context.openers.find(frame);
        const auto opener = window == context.openers.end() ? std::string() : window->second;
        for (const auto& page : context.pages) {
            if (!page) continue;
            const auto found = page->read([&] { return page->frames.frame(frame); });
            if (!found) continue;
            const bool shows_nothing = found->url.empty() || found->url == "about:blank";
            return {&context, page->target(), shows_nothing ? opener : ""};
        }
        if (window != context.openers.end()) return {&context, frame, opener};
    }
    return {};
}

void BrowserCore::on_download_on_io_thread(std::string_view method, const json::object& params) {
    const auto guid = string_member(params, "guid");
    if (method == "Browser.downloadWillBegin") {
        on_download_begun_on_io_thread(guid, params);
    } else {
        const std::lock_guard lock{mutex_};
        const auto state = string_member(params, "state");
        for (auto& [id, context] : contexts) {
            for (auto& download : context.downloads) {
                if (download.guid != guid) continue;
                download.received_bytes = static_cast<std::uint64_t>(number_member(params, "receivedBytes"));
                if (state == "completed") download.state = Download::State::completed;
                if (state == "canceled") download.state = Download::State::canceled;
            }
        }
    }
    const std::lock_guard lock{mutex_};
    waiters_.changed();
}

void BrowserCore::on_download_begun_on_io_thread(const std::string& guid, const json::object& params) {
    const auto frame = string_member(params, "frameId");
    std::shared_ptr<PageObservers> observers;
    Download download{.guid = guid,
                      .url = string_member(params, "url"),
                      .suggested_filename = string_member(params, "suggestedFilename")};
    {
        const std::lock_guard lock{mutex_};
        const auto owner = owner_of_frame(frame);
        if (owner.context == nullptr) return;
        download.page = owner.page;
        download.opener = owner.opener;
        download.file = owner.context->share.options->downloads_folder.value_or("") / guid;
        owner.context->downloads.push_back(download);
        observers = owner.context->share.observers;
    }
    if (observers->any())
        observers->tell_on_io_thread(download.opener.empty() ? download.page : download.opener, download);
}

void BrowserCore::on_session_end_on_io_thread(const std::string&, const TerminalCause& cause) {
    std::vector<std::shared_ptr<PageObservers>> observers;
    {
        const std::lock_guard lock{mutex_};
        end_cause = cause.text;
        for (const auto& [id, context] : contexts) observers.push_back(context.share.observers);
        waiters_.changed();
    }
    for (const auto& of_context : observers) of_context->end(cause.text);
}

bool BrowserCore::wait_for_end(Deadline deadline) {
    std::unique_lock lock{mutex_};
    return waiters_.wait(lock, deadline, [this] { return !end_cause.empty(); });
}

void BrowserCore::throw_if_ended() const {
    if (!end_cause.empty()) throw ConnectionClosed(end_cause);
}

void BrowserCore::throw_timeout(const char* what, Deadline deadline) {
    throw TimeoutError(fmt::format("{} after {} ms", what, deadline.timeout().count()));
}

}  // namespace reprise::cdp
