// An isolated profile within a browser: own cookies, storage and permissions. One per test.
//
// Thread-safe: a cheap handle on a shared core.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <reprise/cdp/deadline.hpp>
#include <reprise/cdp/download.hpp>
#include <reprise/cdp/interception.hpp>
#include <reprise/cdp/launch_options.hpp>
#include <reprise/cdp/page_event.hpp>
#include <reprise/cdp/page_target.hpp>
#include <reprise/cdp/screencast.hpp>

namespace reprise::cdp {

class ContextCore;

// A command that every page of a context is sent with its set-up, before anything of the page runs.
struct SetUpCommand {
    enum class Sessions {
        all,    // frames in other processes, too
        pages,  // main frames only
    };
    std::string_view method{};
    std::string params{"{}"};  // JSON text of an object
    Sessions sessions{Sessions::all};
    // Of all sessions' commands, workers get those of the network.
    bool for_workers() const { return sessions == Sessions::all && method.starts_with("Network."); }
};

// A command that is added to the set-up while the context is open.
struct LaterCommand {
    SetUpCommand command{};
    std::string key{};   // takes the place of an earlier one with the same key and page; empty: beside all others
    std::string page{};  // PageTarget::id(); empty: all pages
};

// A script of a page has called a binding, added by Runtime.addBinding, that is not the isolated script's.
struct BindingCall {
    Session session;
    std::string page{};  // PageTarget::id()
    int context{};       // the execution context of the script
    std::string name{};
    std::string payload{};
};

class BindingListener {
public:
    BindingListener() = default;
    BindingListener(const BindingListener&) = delete;
    BindingListener& operator=(const BindingListener&) = delete;
    virtual ~BindingListener() = default;
    // On the I/O thread, which must not wait.
    virtual void on_binding_on_io_thread(BindingCall call) = 0;
    // The document with this execution context has gone; 0: all of the session.
    virtual void on_context_gone_on_io_thread(const std::string& session, int context) {
        static_cast<void>(session), static_cast<void>(context);
    }
};

// A JavaScript function expression, called at document start in the isolated world of every frame of every page, popups
// included, with the name of a binding: `globalThis[name](text)` there sends {"token": ..., ...} to
// PageTarget::wait_for_message. Made ready for the browser once, for all contexts that share it. Immutable.
class IsolatedScript {
public:
    explicit IsolatedScript(std::string_view function);
    const std::string& escaped() const noexcept { return escaped_; }  // as within a JSON string

private:
    std::string escaped_;
};

struct ContextOptions {
    std::shared_ptr<const IsolatedScript> isolated_script{};  // default: none
    std::optional<int> width_px{};                            // of the viewport; default: LaunchOptions'
    std::optional<int> height_px{};
    std::optional<double> device_scale_factor{};  // default: the screen's
    bool is_mobile{};  // the viewport follows <meta name=viewport>, scroll bars lie over the page
    std::optional<std::filesystem::path> downloads_folder{};  // default: downloads are refused
    // Sent with the rest of the set-up, in one write. What the browser refuses is thrown by the first call that waits
    // for the page to be ready.
    std::vector<SetUpCommand> set_up{};
    std::weak_ptr<RequestListener> request_listener{};  // of intercept()
    std::optional<ProxyServer> proxy{};                 // default: the browser's; not of adopted contexts
    std::weak_ptr<BindingListener> binding_listener{};
    std::weak_ptr<ScreencastListener> screencast_listener{};
    std::weak_ptr<DialogListener> dialog_listener{};
};

class BrowserContext {
public:
    explicit BrowserContext(std::shared_ptr<ContextCore> core) noexcept;

    const std::string& id() const noexcept;  // the browser's
    Session browser_session() const;         // for commands that take the id
    PageTarget new_page(Deadline deadline) const;
    // A page of which those who observe() the context are not told.
    PageTarget new_unseen_page(Deadline deadline) const;
    std::vector<PageTarget> pages() const;  // alive ones, in the order of their making; popups included
    // The first page that was made in this context after so many; of those that the page `opener` has opened, unless
    // it is empty. Waits for it.
    PageTarget wait_for_page(std::size_t count, Deadline deadline, const std::string& opener = {}) const;
    std::size_t pages_made() const;
    bool alive() const;  // neither it was closed, nor has its browser ended

    std::vector<std::string> origins() const;  // of all web documents that its pages have shown: "https://shop.example"
    // Closes `page`, which is as if it had never been in pages() and pages_made().
    void take_back_page(const PageTarget& page) const;

    // From here on popups are held at their start until they are set up: of their first script, too, all is told. Other
    // functions below do the same.
    void hold_new_pages(Deadline deadline) const;

    // Sets which requests are held, in place of what was set before; returns when every page knows it. From the first
    // call on, popups are held at their start until they know it, too.
    void intercept(InterceptionRules rules, Deadline deadline) const;

    // Tells of all pages and their requests, popups from their beginning on. It is told as long as it lives. `kept`:
    // the browser keeps bodies of answers from now on, in pages to come as well.
    enum class Bodies { as_before, kept };
    void observe(const std::shared_ptr<PageListener>& listener, Bodies bodies, Deadline deadline) const;
    // Sends the command to every session of its pages, and to every new one with its set-up. Returns when all have
    // answered; throws what the browser refuses. From the first call on, popups are held until they are set up.
    void set_up_later(LaterCommand command, Deadline deadline) const;

    std::vector<Download> downloads() const;  // in the order of their beginning
    // Waits until `count` downloads have begun, or have ended.
    void wait_for_downloads_begun(std::size_t count, Deadline deadline) const;
    void wait_for_downloads(std::size_t count, Deadline deadline) const;
    // The first one after the first `count` that `page` (PageTarget::id()) began, or a window that it opened for it.
    Download wait_for_download_of(const std::string& page, std::size_t count, Deadline deadline) const;
    // Waits until it has ended: as it is then.
    Download wait_for_download_end(const std::string& guid, Deadline deadline) const;
    // Nothing happens to one that has ended.
    void cancel_download(const std::string& guid, Deadline deadline) const;

    // Closes its pages and forgets its data. Returns at once: the browser does it in its own time. A context that was
    // adopted is let go instead. `reason`: put into the errors of calls that find its pages closed.
    void close(const std::string& reason = {}) const;

    // What the layer above keeps for this context, for Browser::context_owner().
    void set_owner(std::weak_ptr<void> owner) const;

    ContextCore& core() const noexcept { return *core_; }  // for cdp's own functions about contexts

private:
    PageTarget make_page(const std::string& url, Deadline deadline) const;
    std::shared_ptr<ContextCore> core_;
};

}  // namespace reprise::cdp
