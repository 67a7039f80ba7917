// Where a handle's object lives and scripts of users run: a page's documents, or a worker.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <reprise/cdp/remote_value.hpp>

#include "observation.hpp"
#include "page_state.hpp"

namespace reprise::locators {

class ScriptPlace {
public:
    explicit ScriptPlace(std::shared_ptr<PageState> page) : page_{std::move(page)} {}
    ScriptPlace(std::shared_ptr<PageState> page, cdp::WorkerTarget worker)
        : page_{std::move(page)}, worker_{std::move(worker)} {}
    // A worker that belongs to no page.
    ScriptPlace(Context context, cdp::WorkerTarget worker) : context_{std::move(context)}, worker_{std::move(worker)} {}

    const cdp::ScriptHost& host() const { return worker_ ? worker_->script_host() : page_->target.script_host(); }
    PageState* page() const noexcept { return page_.get(); }               // null: of no page
    const cdp::WorkerTarget& worker() const noexcept { return *worker_; }  // of a worker only
    const std::optional<Context>& context() const noexcept { return context_; }
    cdp::Deadline deadline(std::optional<Milliseconds> timeout = {}) const;

private:
    std::shared_ptr<PageState> page_;
    std::optional<Context> context_;
    std::optional<cdp::WorkerTarget> worker_;
};

// As observed(page, ...); calls on a worker of no page have no observer.
template <typename Text, typename Body>
auto observed(const ScriptPlace& place, CallSite site, const Text& text, const Body& body) {
    return observed(place.page(), site, text, body);
}

}  // namespace reprise::locators
