// How the dialogs of a context's pages are answered: by the page's rule, then by the context's. Thread-safe.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include <reprise/cdp/dialog.hpp>

#include "router.hpp"

namespace reprise::locators {

class DialogRules : public cdp::DialogListener {
public:
    // What a rule throws is told as what goes wrong in routes is.
    explicit DialogRules(std::shared_ptr<Router> router) : router_{std::move(router)} {}

    // `page`: PageTarget::id(), or empty for all. In place of the one before, which no longer runs when this returns;
    // an empty rule takes it back. Throws UsageError in a rule, TimeoutError when one runs for 5 s, ConnectionClosed
    // after close().
    void set(const std::string& page, cdp::DialogRule rule);
    // Lets go of the rules of pages that are not among `pages`.
    void keep_only(const std::set<std::string>& pages);
    // Waits as set() does, and lets go of all rules; of none when one does not come back.
    void close() noexcept;

    std::optional<cdp::DialogAnswer> answer_on_io_thread(const std::string& page, const cdp::Dialog& dialog) override;

private:
    // What rules hold may do anything when it goes: they go on the threads of users, and outside of the lock.
    using Rules = std::map<std::string, cdp::DialogRule>;
    // The rule, which stays as it is until done(); null: there is none.
    const cdp::DialogRule* begin_on_io_thread(const std::string& page);
    void done_on_io_thread();
    bool wait_until_none_runs(std::unique_lock<std::mutex>& lock);

    const std::shared_ptr<Router> router_;
    std::mutex mutex_;
    std::condition_variable changed_;
    Rules rules_;              // guarded by mutex_
    std::thread::id running_;  // that runs a rule; none. Guarded by mutex_
    bool closed_{};            // guarded by mutex_
};

}  // namespace reprise::locators
