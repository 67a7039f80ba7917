#include "exposed_functions.hpp"

#include <random>

#include <fmt/format.h>

#include <reprise/cdp/command.hpp>
#include <reprise/cdp/protocol/runtime.hpp>
#include <reprise/cdp/remote_value.hpp>
#include <reprise/locators/exposed_function.hpp>

#include "element_call.hpp"
#include "js_text.hpp"

namespace reprise::locators {
namespace {

constexpr std::chrono::seconds k_patience{5};
constexpr std::size_t k_most_waiting = 10'000;

// One hub for each document holds the calls that wait for an answer. What it needs is taken before the page could put
// something else in its place; the binding itself is hidden.
constexpr const char* k_expose = R"js(((name, binding) => {
  const key = binding + 'hub';
  if (!globalThis[key]) {
    const send = globalThis[binding];
    if (typeof send !== 'function') return;
    delete globalThis[binding];
    Object.defineProperty(globalThis, key, { value: { send, calls: { __proto__: null }, next: 0, Promise } });
  }
  const hub = globalThis[key];
  globalThis[name] = (...args) => new hub.Promise((resolve, reject) => {
    const id = hub.next++;
    hub.calls[id] = { args, resolve, reject };
    hub.send(id + ' ' + name);
  });
}))js";

std::string random_name() {
    std::random_device device;
    return fmt::format("e{:08x}{:08x}", device(), device());
}

// A call as the page has told it: "<id> <name>".
struct Told {
    std::string id, name;
};

std::optional<Told> read_told(const cdp::BindingCall& call) {
    const auto space = call.payload.find(' ');
    const auto id = call.payload.substr(0, space);
    if (space == std::string::npos || id.find_first_not_of("0123456789") != std::string::npos) return {};
    return Told{id, call.payload.substr(space + 1)};
}

// `outcome`: "resolve(...)" or "reject(...)".
void settle(const cdp::BindingCall& call, const std::string& waiting, const std::string& outcome) {
    // A value may not come into being there: RegExp{"("}.
    call.session.post(cdp::runtime::Evaluate{
        .expression =
            fmt::format("try {{ {0}.{1}; }} catch (error) {{ {0}.reject(error); }} delete {0};", waiting, outcome),
        .contextId = call.context});
}

std::string rejection(std::string_view text) {
    return fmt::format("reject({})", js_text(JsValue::ErrorObject{.name = "Error", .message = std::string(text)}).text);
}

}  // namespace

ExposedFunctions::ExposedFunctions() : binding_{random_name()} {}

std::string ExposedFunctions::script(const std::string& name) const {
    return fmt::format("{}({}, {});", k_expose, json_text(name), json_text(binding_));
}

void ExposedFunctions::add(const std::string& page, const std::string& name, const ExposedFunction& function,
                           const cdp::BrowserContext& context) {
    const std::lock_guard lock{mutex_};
    if (closing_) throw cdp::ConnectionClosed("expose_function: the context was closed, or has let go of its handlers");
    const auto taken = functions_.contains({"", name}) || functions_.contains({page, name});
    if (taken || name.empty()) {
        throw UsageError(fmt::format("expose_function(\"{}\"): {}", name,
                                     name.empty() ? "it has no name" : "a function of this name is exposed already"));
    }
    functions_[{page, name}] = std::make_shared<const ExposedFunction>(function);
    context_ = context;
}

std::string ExposedFunctions::waiting_in_page(const std::string& id) const {
    return fmt::format("globalThis.{}hub.calls[{}]", binding_, id);
}

ExposedFunctions::Function ExposedFunctions::find(const std::string& page, const std::string& name) const {
    for (const auto& of : {page, std::string()}) {
        if (const auto found = functions_.find({of, name}); found != functions_.end()) return found->second;
    }
    return nullptr;
}

void ExposedFunctions::on_binding_on_io_thread(cdp::BindingCall call) {
    if (call.name != binding_) return;
    const std::lock_guard lock{mutex_};
    if (closing_) return;
    if (queue_.size() >= k_most_waiting) {
        const auto told = read_told(call);
        if (told)
            settle(call, waiting_in_page(told->id), rejection(fmt::format("{} calls wait already", k_most_waiting)));
        return;
    }
    queue_.push_back(std::move(call));
    if (!thread_.joinable()) thread_ = std::thread([self = shared_from_this()] { self->run(); });
    changed_.notify_all();
}

void ExposedFunctions::run() {
    while (true) {
        cdp::BindingCall call;
        {
            std::unique_lock lock{mutex_};
            running_ = false;
            changed_.notify_all();
            changed_.wait(lock, [this] { return closing_ || !queue_.empty(); });
            if (closing_) return;
            call = std::move(queue_.front());
            queue_.pop_front();
            running_ = true;
        }
        try {
            answer(call);
        } catch (const std::exception&) {  // the document, the page or the browser has gone: nobody waits
        }
    }
}

void ExposedFunctions::answer(const cdp::BindingCall& call) {
    const auto told = read_told(call);
    if (!told) return;
    Function function;
    std::optional<cdp::PageTarget> page;
    {
        const std::lock_guard lock{mutex_};
        if (closing_ || !context_) return;
        function = find(call.page, told->name);
        for (const auto& known : context_->pages()) {
            if (known.id() == call.page) page = known;
        }
    }
    if (!function || !page) return;
    const auto deadline = cdp::Deadline::after(k_patience);
    const auto waiting = waiting_in_page(told->id);
    std::string outcome;
    try {
        const auto arguments =
            cdp::evaluate_in_context(call.session, call.context, waiting + ".args", cdp::Want::value, deadline);
        const auto result =
            js_text((*function)(read_remote(*page, arguments, deadline).as<std::vector<JsValue>>("arguments")));
        if (!result.objects.empty()) throw ValueError("a handle cannot be given back");
        outcome = fmt::format("resolve({})", result.text);
    } catch (const std::exception& error) {
        outcome = rejection(error.what());
    } catch (...) {
        outcome = rejection("something that is no std::exception");
    }
    settle(call, waiting, outcome);
}

void ExposedFunctions::close() noexcept {
    decltype(functions_) functions;  // released outside the lock: they may hold what holds us
    std::optional<cdp::BrowserContext> context;
    std::thread thread;
    bool ended = true;
    {
        std::unique_lock lock{mutex_};
        if (std::exchange(closing_, true)) return;
        functions.swap(functions_);
        context.swap(context_);
        queue_.clear();
        changed_.notify_all();
        thread = std::move(thread_);
        const bool ours = thread.get_id() == std::this_thread::get_id();
        if (!ours) ended = changed_.wait_for(lock, k_patience, [this] { return !running_; });
        ended = ended && !ours;
    }
    if (!thread.joinable()) return;
    // A function that does not come back is left alone with its thread: waiting would hang the test.
    ended ? thread.join() : thread.detach();
}

}  // namespace reprise::locators
