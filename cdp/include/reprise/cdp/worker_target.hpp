// A worker: a script that runs beside the documents, in a thread of its own. Facts only; see
// reprise/locators/worker.hpp for users.
//
// Thread-safe: a cheap handle on a shared core. Waiting functions block the caller only, and throw TimeoutError when
// their deadline passes.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <reprise/cdp/console.hpp>
#include <reprise/cdp/deadline.hpp>
#include <reprise/cdp/network.hpp>
#include <reprise/cdp/session.hpp>

namespace reprise::cdp {

class BrowserContext;
class PageTarget;
class ScriptHost;
class WorkerCore;

class WorkerTarget {
public:
    explicit WorkerTarget(std::shared_ptr<WorkerCore> core) noexcept : core_{std::move(core)} {}

    const std::string& id() const noexcept;   // the browser's
    const std::string& url() const noexcept;  // of its script
    bool operator==(const WorkerTarget& other) const noexcept { return core_ == other.core_; }
    Session session() const;
    bool alive() const;
    void wait_for_end(Deadline deadline) const;

    const ScriptHost& script_host() const noexcept;
    WorkerCore& core() const noexcept { return *core_; }  // for cdp's own functions about workers

private:
    std::shared_ptr<WorkerCore> core_;
};

// Dedicated workers of a page, those of its frames and of workers, too: alive ones, oldest first.
std::vector<WorkerTarget> workers(const PageTarget& page);
std::size_t workers_seen(const PageTarget& page);  // since the page was made
// The first one that came after the first `seen` and is `wanted`, which must not call back into the page; it may have
// ended since. Throws as PageTarget's waiting functions.
WorkerTarget wait_for_worker(const PageTarget& page, std::size_t seen,
                             const std::function<bool(const WorkerTarget&)>& wanted, Deadline deadline);

// The same of a context's service workers, which belong to no page.
std::vector<WorkerTarget> service_workers(const BrowserContext& context);
std::size_t service_workers_seen(const BrowserContext& context);
WorkerTarget wait_for_service_worker(const BrowserContext& context, std::size_t seen, Deadline deadline);
// What they wrote, did not catch and asked of the network, as of PageTarget.
std::vector<ConsoleMessage> service_worker_messages(const BrowserContext& context);
std::vector<PageError> service_worker_errors(const BrowserContext& context);
std::vector<NetworkRequest> service_worker_requests(const BrowserContext& context);

}  // namespace reprise::cdp
