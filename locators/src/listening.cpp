#include <reprise/locators/listening.hpp>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>
#include <reprise/cdp/page_event.hpp>
#include <reprise/cdp/protocol/browser.hpp>
#include <reprise/locators/page.hpp>
#include <reprise/locators/worker.hpp>

#include "context_state.hpp"
#include "page_state.hpp"
#include "script_place.hpp"

namespace reprise::locators {
namespace {

constexpr std::chrono::seconds k_patience{5};
constexpr std::size_t k_most_waiting = 10'000;

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;  // Clang 14 does not find it by itself

}  // namespace

// Takes events on the I/O thread, and runs the functions on a thread of its own, which begins with the first event.
// What users gave it must not go on the I/O thread, which lends itself our handle: it goes with stop(), or with that
// thread.
class ListeningState : public cdp::PageListener, public std::enable_shared_from_this<ListeningState> {
public:
    // `page`: PageTarget::id(), or empty for all of the context.
    ListeningState(Context context, std::shared_ptr<Router> router, std::string page, PageOptions options,
                   Listener listener)
        : router_{std::move(router)},
          page_{std::move(page)},
          given_{std::make_unique<Given>(std::move(context), std::move(options), std::move(listener))} {}

    void on_network_on_io_thread(const std::string& page, const cdp::Session&, cdp::NetworkStage stage,
                                 const cdp::NetworkRequest& request) override;
    void on_page_event_on_io_thread(const std::string& page, const cdp::PageEvent& event) override;
    void stop();
    // The last thing that is asked of it.
    void end() noexcept;

private:
    struct Given {
        Given(Context its_context, PageOptions its_options, Listener its_functions)
            : context{std::move(its_context)}, options{std::move(its_options)}, functions{std::move(its_functions)} {}
        Context context;
        PageOptions options;
        Listener functions;
    };
    struct Work {
        const char* name{};
        std::function<void()> run{};
    };

    bool is_ours(const std::string& page) const { return page_.empty() || page == page_; }
    Page page_of(const cdp::PageTarget& target) const { return Page{given_->context, target, given_->options}; }
    // Under the lock, all below.
    template <class Event>
    void add(const char* name, const std::function<void(const Event&)>& function, const Event& event) {
        if (function) push({name, [&function, event] { function(event); }});
    }
    void add_page(const char* name, const std::function<void(const Page&)>& function, const cdp::PageTarget& page) {
        if (function) push({name, [this, &function, page] { function(page_of(page)); }});
    }
    void add_worker(const cdp::WorkerStarted& started);
    void add_frame(const cdp::FrameEvent& event);
    void push(Work work);

    void run();
    bool on_own_thread() const { return thread_.get_id() == std::this_thread::get_id(); }  // under the lock
    void await_the_browsers_word();
    std::string call() const { return page_.empty() ? "context.listen()" : "page.listen()"; }

    const std::shared_ptr<Router> router_;
    const std::string page_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::unique_ptr<Given> given_;  // guarded by mutex_, but stays while a function runs
    std::deque<Work> queue_;        // guarded by mutex_
    const char* running_{};         // guarded by mutex_; the name of the function that runs
    bool closed_{};                 // guarded by mutex_; takes no more
    bool ending_{};                 // guarded by mutex_; runs no more
    bool overflowed_{};             // guarded by mutex_; since the queue was last empty
    bool stopped_{};                // guarded by mutex_; by another thread than its own
    std::thread thread_;            // guarded by mutex_
};

void ListeningState::on_network_on_io_thread(const std::string& page, const cdp::Session&, cdp::NetworkStage stage,
                                             const cdp::NetworkRequest& request) {
    const std::lock_guard lock{mutex_};
    if (closed_ || !is_ours(page)) return;
    const auto& functions = given_->functions;
    switch (stage) {
        case cdp::NetworkStage::sent:
            return add("request", functions.request, request);
        case cdp::NetworkStage::answered:
            return add("response", functions.response, request);
        case cdp::NetworkStage::ended:
            if (request.failure.empty()) return add("request_finished", functions.request_finished, request);
            return add("request_failed", functions.request_failed, request);
        case cdp::NetworkStage::complete:
            return;
    }
}

void ListeningState::on_page_event_on_io_thread(const std::string& page, const cdp::PageEvent& event) {
    const std::lock_guard lock{mutex_};
    const auto* opened = std::get_if<cdp::PageOpened>(&event);
    if (closed_ || !is_ours(opened != nullptr ? opened->page.opener() : page)) return;
    const auto& functions = given_->functions;
    std::visit(Overloaded{[&](const cdp::ConsoleMessage& message) { add("console", functions.console, message); },
                          [&](const cdp::PageError& error) { add("page_error", functions.page_error, error); },
                          [&](const cdp::Dialog& dialog) { add("dialog", functions.dialog, dialog); },
                          [&](const cdp::Download& download) { add("download", functions.download, download); },
                          [&](const cdp::WebSocketRecord& socket) { add("web_socket", functions.web_socket, socket); },
                          [&](const cdp::WorkerStarted& started) { add_worker(started); },
                          [&](const cdp::FrameEvent& frame) { add_frame(frame); },
                          [&](const cdp::PageEnded& ended) {
                              if (ended.crashed) add_page("crash", functions.crash, ended.page);
                              add_page("close", functions.close, ended.page);
                          },
                          [&](const cdp::PageOpened& popup) { add_page("popup", functions.popup, popup.page); }},
               event);
}

void ListeningState::add_worker(const cdp::WorkerStarted& started) {
    const auto& function = given_->functions.worker;
    if (!function) return;
    push({"worker", [this, &function, started] {
              const auto page = std::make_shared<PageState>(given_->context, started.page, given_->options);
              function(Worker{std::make_shared<const ScriptPlace>(page, started.worker)});
          }});
}

void ListeningState::add_frame(const cdp::FrameEvent& event) {
    const auto& functions = given_->functions;
    switch (event.kind) {
        case cdp::FrameEvent::Kind::attached:
            return add("frame_attached", functions.frame_attached, event.frame);
        case cdp::FrameEvent::Kind::navigated:
            return add("frame_navigated", functions.frame_navigated, event.frame);
        case cdp::FrameEvent::Kind::dom_content_loaded:
            return add("dom_content_loaded", functions.dom_content_loaded, event.frame);
        case cdp::FrameEvent::Kind::load:
            return add("load", functions.load, event.frame);
        case cdp::FrameEvent::Kind::detached:
            return add("frame_detached", functions.frame_detached, event.frame);
    }
}

void ListeningState::push(Work work) {
    if (queue_.size() >= k_most_waiting) {
        if (!std::exchange(overflowed_, true)) {
            router_->report(fmt::format("{}: {} events wait for its functions: those that came then were not told",
                                        call(), k_most_waiting));
        }
        return;
    }
    queue_.push_back(std::move(work));
    if (!thread_.joinable()) thread_ = std::thread([self = shared_from_this()] { self->run(); });
    changed_.notify_all();
}

void ListeningState::run() {
    std::unique_ptr<Given> gone;  // outlives the lock
    while (true) {
        Work work;
        {
            std::unique_lock lock{mutex_};
            running_ = nullptr;
            if (queue_.empty()) overflowed_ = false;
            changed_.notify_all();
            changed_.wait(lock, [this] { return ending_ || !queue_.empty(); });
            if (ending_) {
                gone = std::move(given_);
                return;
            }
            work = std::move(queue_.front());
            queue_.pop_front();
            running_ = work.name;
        }
        std::string thrown;
        try {
            work.run();
            continue;
        } catch (const std::exception& error) {
            thrown = error.what();
        } catch (...) {
            thrown = "something that is no std::exception";
        }
        router_->report(fmt::format("{}: the function `{}` threw: {}", call(), work.name, thrown));
    }
}

// What the test has seen happen may be on its way to us: waiters are woken first. The browser's thread does one thing
// after the other, so by its next answer we were told.
void ListeningState::await_the_browsers_word() {
    std::optional<Context> context;
    {
        const std::lock_guard lock{mutex_};
        if (!given_) return;
        context = given_->context;
    }
    try {
        context->target().browser_session().send(cdp::browser::GetVersion{}, cdp::Deadline::after(k_patience));
    } catch (const std::exception&) {  // the browser has ended, and told
    }
}

void ListeningState::stop() {
    std::unique_ptr<Given> gone;
    std::deque<Work> left;
    std::thread thread;
    std::string runs;
    {
        const std::lock_guard lock{mutex_};
        if (on_own_thread()) {  // whoever holds the handle waits for the thread
            closed_ = ending_ = true;
            left.swap(queue_);
            return;
        }
        if (stopped_) return;
    }
    await_the_browsers_word();
    {
        std::unique_lock lock{mutex_};
        if (std::exchange(stopped_, true)) return;
        closed_ = true;
        changed_.wait_for(lock, k_patience, [this] { return queue_.empty() && running_ == nullptr; });
        ending_ = true;
        left.swap(queue_);
        changed_.notify_all();
        changed_.wait_for(lock, k_patience, [this] { return running_ == nullptr; });
        if (running_ != nullptr) runs = running_;
        thread = std::move(thread_);
        if (!thread.joinable()) gone = std::move(given_);
    }
    if (runs.empty() && thread.joinable()) thread.join();
    if (!runs.empty()) {
        // A function that does not come back is left alone with its thread: waiting would hang the test.
        thread.detach();
        throw cdp::TimeoutError(
            fmt::format("{}: the function `{}` still runs after {} s; {} events behind it were not told", call(), runs,
                        (2 * k_patience).count(), left.size()));
    }
    if (left.empty()) return;
    throw cdp::TimeoutError(fmt::format("{}: its functions took more than {} s: {} events were not told", call(),
                                        k_patience.count(), left.size()));
}

void ListeningState::end() noexcept {
    try {
        stop();
    } catch (const std::exception& error) {
        router_->report(error.what());
    }
    const std::lock_guard lock{mutex_};
    if (thread_.joinable() && on_own_thread()) thread_.detach();  // it ends by itself; nobody is left to wait for it
}

Listening& Listening::operator=(Listening&& other) noexcept {
    if (this != &other && state_) state_->end();
    state_ = std::move(other.state_);
    return *this;
}

Listening::~Listening() {
    if (state_) state_->end();
}

void Listening::stop() {
    if (state_) state_->stop();
}

Listening Context::listen(Listener listener) const {
    auto state =
        std::make_shared<ListeningState>(*this, state_->router, std::string(), page_options(), std::move(listener));
    state_->target.observe(state, cdp::BrowserContext::Bodies::as_before, context_deadline());
    return Listening{std::move(state)};
}

Listening Page::listen(Listener listener) const {
    page_->target.await_ready(page_->deadline({}));  // what it was before is told of no more
    const auto& context = page_->context;
    auto state = std::make_shared<ListeningState>(context, context.state_->router, page_->target.id(), page_->options,
                                                  std::move(listener));
    context.target().observe(state, cdp::BrowserContext::Bodies::as_before, page_->deadline({}));
    return Listening{std::move(state)};
}

}  // namespace reprise::locators
