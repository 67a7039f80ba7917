#include <reprise/locators/worker.hpp>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <reprise/locators/page.hpp>

#include "context_state.hpp"
#include "network_text.hpp"
#include "script_call.hpp"
#include "script_place.hpp"

namespace reprise::locators {
namespace json = boost::json;

cdp::Deadline ScriptPlace::deadline(std::optional<Milliseconds> timeout) const {
    if (page_) return page_->deadline(timeout);
    return timeout ? cdp::Deadline::after(*timeout) : context_deadline();
}

namespace {

// What the browser says of a worker comes without the call.
template <class Body>
auto in_worker(const ScriptPlace& place, const std::string& call, CallSite site, const Body& body) {
    const auto text = [&] { return call; };
    return observed(place, site, text, [&] {
        try {
            return telling_call(text, [&] { return body(place.deadline()); });
        } catch (const cdp::ConnectionClosed& error) {
            throw cdp::ConnectionClosed(fmt::format("{}: {}", call, error.what()));
        } catch (const cdp::TimeoutError& error) {
            throw cdp::TimeoutError(fmt::format("{}: {} (the worker {})", call, error.what(), place.worker().url()));
        }
    });
}

cdp::RemoteValue run(const ScriptPlace& place, const Script& script, cdp::Want want, cdp::Deadline deadline) {
    const auto& worker = place.worker();
    const auto evaluate = [&](const std::string& text) { return cdp::evaluate_remote(worker, text, want, deadline); };
    if (script.argument == nullptr) {
        return run_expression(script.source, evaluate, [&](const cdp::RemoteHandle& function, const std::string& text) {
            return cdp::call_remote_on(place.host(), function, text, {}, want, deadline);
        });
    }
    return send_script(script, evaluate, [&](const std::string& function, const std::vector<std::string>& objects) {
        return cdp::call_remote(worker, function, objects, want, deadline);
    });
}

JsValue value_in(const ScriptPlace& place, const Script& script, cdp::Deadline deadline) {
    return read_remote(place.host(), run(place, script, cdp::Want::value, deadline), deadline);
}

json::value json_in(const ScriptPlace& place, const Script& script, CallSite site) {
    return in_worker(place, "worker" + script_call_text("evaluate", script.source), site,
                     [&](cdp::Deadline deadline) { return to_plain_json(value_in(place, script, deadline)); });
}

JsValue value_in(const ScriptPlace& place, const Script& script, CallSite site) {
    return in_worker(place, "worker" + script_call_text("evaluate_value", script.source), site,
                     [&](cdp::Deadline deadline) { return value_in(place, script, deadline); });
}

JsHandle handle_in(const std::shared_ptr<const ScriptPlace>& place, const Script& script, CallSite site) {
    return in_worker(*place, "worker" + script_call_text("evaluate_handle", script.source), site,
                     [&](cdp::Deadline deadline) {
                         return to_handle(place, run(*place, script, cdp::Want::handle, deadline), deadline);
                     });
}

template <class Entry>
std::vector<Entry> written_by(const std::string& worker, std::vector<Entry> entries) {
    std::erase_if(entries, [&](const Entry& entry) { return entry.worker_id != worker; });
    return entries;
}

}  // namespace

const std::string& Worker::url() const noexcept {
    return place_->worker().url();
}
const std::string& Worker::id() const noexcept {
    return place_->worker().id();
}
bool Worker::operator==(const Worker& other) const noexcept {
    return place_->worker() == other.place_->worker();
}

json::value Worker::evaluate(std::string_view expression, CallSite site) const {
    return json_in(*place_, {expression}, site);
}

json::value Worker::evaluate(std::string_view function, const json::value& argument, CallSite site) const {
    const JsValue given{argument};
    return json_in(*place_, {function, &given}, site);
}

JsValue Worker::evaluate_value(std::string_view expression, CallSite site) const {
    return value_in(*place_, {expression}, site);
}

JsValue Worker::evaluate_value(std::string_view function, const JsValue& argument, CallSite site) const {
    return value_in(*place_, {function, &argument}, site);
}

JsHandle Worker::evaluate_handle(std::string_view expression, CallSite site) const {
    return handle_in(place_, {expression}, site);
}

JsHandle Worker::evaluate_handle(std::string_view function, const JsValue& argument, CallSite site) const {
    return handle_in(place_, {function, &argument}, site);
}

std::vector<cdp::ConsoleMessage> Worker::console_messages() const {
    return written_by(id(), place_->page() != nullptr ? place_->page()->target.console_messages()
                                                      : cdp::service_worker_messages(place_->context()->target()));
}

std::vector<cdp::PageError> Worker::errors() const {
    return written_by(id(), place_->page() != nullptr ? place_->page()->target.page_errors()
                                                      : cdp::service_worker_errors(place_->context()->target()));
}

bool Worker::closed() const {
    return !place_->worker().alive();
}

void Worker::wait_for_close(const WaitOptions& options) const {
    const std::string call = "worker.wait_for_close()";
    observed(
        *place_, options.site, [&] { return call; },
        [&] {
            try {
                place_->worker().wait_for_end(place_->deadline(options.timeout));
            } catch (const cdp::TimeoutError& error) {
                throw cdp::TimeoutError(fmt::format("{}: {}", call, error.what()));
            }
        });
}

std::vector<Worker> Page::workers() const {
    std::vector<Worker> alive;
    for (auto& worker : cdp::workers(page_->target)) {
        alive.emplace_back(std::make_shared<const ScriptPlace>(page_, std::move(worker)));
    }
    return alive;
}

namespace {

Worker wait_for(const std::shared_ptr<PageState>& page, const std::string& call,
                const std::function<bool(const std::string&)>& wanted, const std::function<void()>& action,
                const WaitOptions& options) {
    const auto seen = cdp::workers_seen(page->target);
    page->throw_route_errors();
    action();
    return observed(
        *page, options.site, [&] { return call; },
        [&] {
            try {
                return Worker{std::make_shared<const ScriptPlace>(
                    page, cdp::wait_for_worker(
                              page->target, seen, [&](const cdp::WorkerTarget& worker) { return wanted(worker.url()); },
                              page->deadline(options.timeout)))};
            } catch (const cdp::TimeoutError& error) {
                std::string others;
                for (const auto& worker : cdp::workers(page->target)) others += "\n  " + worker.url();
                throw cdp::TimeoutError(
                    fmt::format("{}: {}{}", call, error.what(),
                                others.empty() ? "; the page has no workers" : "; the page's workers:" + others));
            }
        });
}

}  // namespace

std::vector<Worker> Context::service_workers() const {
    std::vector<Worker> alive;
    for (auto& worker : cdp::service_workers(state_->target)) {
        alive.emplace_back(std::make_shared<const ScriptPlace>(*this, std::move(worker)));
    }
    return alive;
}

Worker Context::wait_for_service_worker(const std::function<void()>& action, Milliseconds timeout) const {
    const auto seen = cdp::service_workers_seen(state_->target);
    action();
    state_->router->throw_errors();
    try {
        return Worker{std::make_shared<const ScriptPlace>(
            *this, cdp::wait_for_service_worker(state_->target, seen, cdp::Deadline::after(timeout)))};
    } catch (const cdp::TimeoutError& error) {
        throw cdp::TimeoutError(fmt::format("context.wait_for_service_worker(): {}", error.what()));
    }
}

Worker Page::wait_for_worker(const std::function<void()>& action, const WaitOptions& options) const {
    return wait_for(
        page_, "page.wait_for_worker()", [](const std::string&) { return true; }, action, options);
}

Worker Page::wait_for_worker(const UrlMatch& url, const std::function<void()>& action,
                             const WaitOptions& options) const {
    const auto match = url.based_on(page_->context.state_->base_url);
    return wait_for(
        page_, fmt::format("page.wait_for_worker({})", url.shown()),
        [&](const std::string& address) { return match.matches(address); }, action, options);
}

}  // namespace reprise::locators
