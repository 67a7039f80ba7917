// A worker of a page (new Worker(...)), or a service worker of a context: a script that runs beside the documents.
//
//     auto worker = page.wait_for_worker([&] { page.get_by_text("Compute").click(); });
//     EXPECT_EQ(worker.evaluate_as<int>("self.answer"), 42);
//
// Thread contract: a cheap value; calls on the workers of one page from one thread at a time. Errors: calls on a worker
// that has ended, or ends meanwhile, throw cdp::ConnectionClosed at once, with the call and the worker's address.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include <reprise/cdp/console.hpp>
#include <reprise/locators/action_options.hpp>
#include <reprise/locators/js_handle.hpp>
#include <reprise/locators/js_value.hpp>

namespace reprise::locators {

class ScriptPlace;

class Worker {
public:
    explicit Worker(std::shared_ptr<const ScriptPlace> place) noexcept : place_{std::move(place)} {}

    const std::string& url() const noexcept;  // of its script
    const std::string& id() const noexcept;   // ConsoleMessage::worker_id and NetworkRequest::worker of what is its own
    bool operator==(const Worker& other) const noexcept;

    // As of a page (locator.hpp), in the worker's global scope. They wait until the worker's script has run through
    // once, so that what it defines is there.
    boost::json::value evaluate(std::string_view expression, CallSite site = CallSite::here()) const;
    boost::json::value evaluate(std::string_view function, const boost::json::value& argument,
                                CallSite site = CallSite::here()) const;
    JsValue evaluate_value(std::string_view expression, CallSite site = CallSite::here()) const;
    JsValue evaluate_value(std::string_view function, const JsValue& argument, CallSite site = CallSite::here()) const;
    template <typename T>
    T evaluate_as(std::string_view expression, CallSite site = CallSite::here()) const {
        return evaluate_value(expression, site).template as<T>();
    }
    template <typename T>
    T evaluate_as(std::string_view function, const JsValue& argument, CallSite site = CallSite::here()) const {
        return evaluate_value(function, argument, site).template as<T>();
    }
    // An object of the worker, held there; of use in this worker only.
    JsHandle evaluate_handle(std::string_view expression, CallSite site = CallSite::here()) const;
    JsHandle evaluate_handle(std::string_view function, const JsValue& argument,
                             CallSite site = CallSite::here()) const;

    // What it wrote, and what it did not catch: those among the last 1,000 of the page, or of the context's service
    // workers. Like Playwright's worker.on('console'), except that it is asked for.
    std::vector<cdp::ConsoleMessage> console_messages() const;
    std::vector<cdp::PageError> errors() const;

    bool closed() const;
    // Until it has ended: by itself, by the page, or with its page. Throws cdp::TimeoutError.
    void wait_for_close(const WaitOptions& options = {}) const;

private:
    std::shared_ptr<const ScriptPlace> place_;
};

}  // namespace reprise::locators
