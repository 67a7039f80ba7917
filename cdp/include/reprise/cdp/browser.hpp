// A running Chromium, started by us or connected to. Start here.
//
//     auto browser = Browser::launch();
//     auto page = browser.new_context({}, Deadline::after(5s)).new_page(Deadline::after(5s));
//
// Thread-safe: a cheap handle. The browser ends with the last handle; pages and contexts of an ended browser throw
// ConnectionClosed. Nothing of a launched Chromium outlives this process, however it ends.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <reprise/cdp/browser_context.hpp>
#include <reprise/cdp/launch_options.hpp>

namespace reprise::cdp {

class BrowserOwner;

class Browser {
public:
    // Throws LaunchError: what was started, how it ended, its last words.
    static Browser launch(const LaunchOptions& options = {});
    // `url`: "http://host:port" or "ws://host:port/devtools/browser/<id>". Throws LaunchError; UsageError for a header
    // that is none.
    static Browser connect(const std::string& url, const ConnectOptions& options = {});

    BrowserContext new_context(ContextOptions options, Deadline deadline) const;
    // Ids of the contexts that there are now, the default one first; those of other clients, too.
    std::vector<std::string> context_ids(Deadline deadline) const;
    // Takes part in a context that this connection has not made: its pages are attached when it returns, those that
    // others open there later follow by themselves. With the last handle it is let go: neither it nor its pages are
    // closed. `options` count for pages, existing ones included, as far as commands can still change them. Size and
    // downloads that they do not name stay as they are, or are as in a context of our own. Throws UsageError when a
    // handle of it, or of an own context, is alive, and for `proxy`.
    enum class Adoption { as_it_is, as_own };
    BrowserContext adopt_context(const std::string& id, ContextOptions options, Deadline deadline,
                                 Adoption adoption = Adoption::as_it_is) const;
    // What was set by BrowserContext::set_owner; empty when there is no such context here.
    std::weak_ptr<void> context_owner(const std::string& id) const;

    const std::string& version() const;  // "HeadlessChrome/156.0.8078.79"
    bool sandboxed() const;              // false: Chromium runs without its own sandbox (or it is not known: connect)
    const std::optional<ProxyCredentials>& proxy_credentials() const;  // LaunchOptions'
    bool connected() const;
    std::string end_cause() const;  // why it is no longer connected; empty while it is
    // The last lines that Chromium wrote to its stderr, also after it ended; empty for one that was connected to.
    std::string last_words() const;
    Session session() const;  // the browser's own
    // Ends it now; waits until it is gone and its profile removed. One whose profile stays is asked to end instead:
    // throws TimeoutError when it had to be killed, ConnectionClosed when it ended badly. The last handle does the
    // same, and writes to stderr what this throws.
    void close() const;

private:
    explicit Browser(std::shared_ptr<BrowserOwner> owner) noexcept : owner_{std::move(owner)} {}
    std::shared_ptr<BrowserOwner> owner_;
};

}  // namespace reprise::cdp
