// The exposed functions of a context: takes calls of pages, and runs them on a thread of its own, which is started with
// the first call.
//
// Thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <reprise/cdp/browser_context.hpp>

namespace reprise::locators {

class ExposedFunction;

class ExposedFunctions : public std::enable_shared_from_this<ExposedFunctions> {
public:
    ExposedFunctions();
    // `page`: PageTarget::id(), or empty for all. Throws UsageError when the name is taken.
    void add(const std::string& page, const std::string& name, const ExposedFunction& function,
             const cdp::BrowserContext& context);
    // Takes no more calls, waits for a function that runs, lets go of all. Idempotent.
    void close() noexcept;
    void on_binding_on_io_thread(cdp::BindingCall call);

    // What makes window[name] in a document.
    std::string script(const std::string& name) const;
    const std::string& binding() const noexcept { return binding_; }

private:
    using Function = std::shared_ptr<const ExposedFunction>;
    void run();
    void answer(const cdp::BindingCall& call);
    std::string waiting_in_page(const std::string& id) const;  // the call there
    Function find(const std::string& page, const std::string& name) const;

    const std::string binding_;  // a name that no page can guess
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::pair<std::string, std::string>, Function> functions_;  // guarded by mutex_; by page and name
    std::optional<cdp::BrowserContext> context_;                         // guarded by mutex_
    std::deque<cdp::BindingCall> queue_;                                 // guarded by mutex_
    bool running_{};                                                     // guarded by mutex_
    bool closing_{};                                                     // guarded by mutex_
    std::thread thread_;                                                 // guarded by mutex_
};

}  // namespace reprise::locators
