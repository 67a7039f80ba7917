// The shared state of a browser connection: its contexts and the pages that attach to them.
//
// Thread-safe. Events arrive on the I/O thread; it never waits.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <reprise/cdp/browser_context.hpp>
#include <reprise/cdp/error.hpp>

#include "page/page_core.hpp"
#include "session/connection.hpp"
#include "waiters.hpp"

namespace reprise::cdp {

class BrowserCore;

// Guarded by the browser's lock.
struct ContextState {
    ContextShare share;
    std::vector<std::shared_ptr<PageCore>> pages;  // all that were made; nothing: it has ended long ago
    std::set<std::string> past_origins;            // that those have shown
    std::vector<Download> downloads;
    // Of all pages, also those that nobody has attached yet; with the one that opened it, or "".
    std::map<std::string, std::string> openers;
    std::set<std::string> unseen_pages;  // first addresses of those of BrowserContext::new_unseen_page()
    bool adopted{};             // somebody else's: never closed by us, and pages that others open there are ours, too
    bool sets_downloads{};      // of an adopted one: taken back when it is let go
    std::weak_ptr<void> owner;  // of the layer above

    // Of pages that have ended the last ones are kept, for what is asked of them later. Gives the others, to be
    // released outside the lock.
    std::vector<std::shared_ptr<PageCore>> forget_ended();
};

class ContextCore {
public:
    ContextCore(std::shared_ptr<BrowserCore> browser, std::string id)
        : browser{std::move(browser)}, id{std::move(id)} {}
    ContextCore(const ContextCore&) = delete;
    ContextCore& operator=(const ContextCore&) = delete;
    ~ContextCore();
    void dispose(const std::string& reason = {}) noexcept;

    const std::shared_ptr<BrowserCore> browser;
    const std::string id;
};

class BrowserCore : public SessionListener, public std::enable_shared_from_this<BrowserCore> {
public:
    explicit BrowserCore(std::shared_ptr<Connection> connection) : connection{std::move(connection)} {}

    void on_event_on_io_thread(const std::string& session, std::string_view method,
                               const boost::json::object& params) override;
    void on_session_end_on_io_thread(const std::string& session, const TerminalCause& cause) override;

    template <class Ready>
    void wait(Deadline deadline, const char* what, Ready&& ready) {
        std::unique_lock lock{mutex_};
        const auto done = [&] {
            if (ready()) return true;
            throw_if_ended();
            return false;
        };
        if (!waiters_.wait(lock, deadline, done)) throw_timeout(what, deadline);
    }
    // `ready` gets the context's state. Throws ConnectionClosed when the context is closed, or was.
    template <class Ready>
    void wait_in(const std::string& context, Deadline deadline, const char* what, Ready&& ready) {
        wait(deadline, what, [&] {
            const auto found = contexts.find(context);
            if (found == contexts.end()) throw ConnectionClosed(std::string(what) + ": the context was closed");
            return ready(found->second);
        });
    }
    // Whoever waits in the context is told.
    ContextState take_out(const std::string& context);
    bool wait_for_end(Deadline deadline);  // of the connection; false: it has not come
    template <class Read>
    auto read(Read&& read) const {
        const std::lock_guard lock{mutex_};
        return read();
    }

    // From here on the browser attaches every new page by itself and holds it until it is set up: popups, whose first
    // request and first script would otherwise run ahead of their set-up. Not so from the start, since pages of other
    // clients of the browser are held, too, until we let them go.
    void hold_new_pages(Deadline deadline);
    bool holds_new_pages() const {
        return read([this] { return holds_new_pages_; });
    }

    const std::shared_ptr<Connection> connection;

    // Guarded by the lock; touch only inside wait() and read().
    std::map<std::string, ContextState> contexts;
    std::string end_cause;
    std::string version;

private:
    void on_target_created_on_io_thread(const boost::json::object& info);
    void on_service_worker_on_io_thread(const boost::json::object& info);
    void attach_service_worker_on_io_thread(const boost::json::object& params);
    void on_attached_on_io_thread(const boost::json::object& params);
    void let_go_on_io_thread(const std::string& session);
    void on_download_on_io_thread(std::string_view method, const boost::json::object& params);
    void on_download_begun_on_io_thread(const std::string& guid, const boost::json::object& params);
    // Under the lock: whose frame it is, and the page that opened that one for nothing but a file. Nothing: nobody's.
    struct FrameOwner {
        ContextState* context{};
        std::string page{}, opener{};
    };
    FrameOwner owner_of_frame(const std::string& frame);
    void throw_if_ended() const;
    [[noreturn]] static void throw_timeout(const char* what, Deadline deadline);

    mutable std::mutex mutex_;
    Waiters waiters_;         // guarded by mutex_
    bool holds_new_pages_{};  // guarded by mutex_
};

}  // namespace reprise::cdp
