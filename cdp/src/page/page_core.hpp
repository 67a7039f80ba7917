// The shared state of one page: what its sessions tell is kept here, and those who wait are woken.
//
// Thread-safe. Events arrive on the I/O thread; it never waits.
#pragma once

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <reprise/cdp/browser_context.hpp>
#include <reprise/cdp/dialog.hpp>
#include <reprise/cdp/file_chooser.hpp>
#include <reprise/cdp/session.hpp>

#include "page/console_tracker.hpp"
#include "page/frame_tracker.hpp"
#include "page/interception.hpp"
#include "page/later_set_up.hpp"
#include "page/network_tracker.hpp"
#include "page/page_observers.hpp"
#include "page/script_host.hpp"
#include "page/web_socket_tracker.hpp"
#include "session/connection.hpp"
#include "waiters.hpp"
#include "worker/service_workers.hpp"
#include "worker/worker_core.hpp"

namespace reprise::cdp {

// What the pages of a context have in common.
struct ContextShare {
    std::shared_ptr<const ContextOptions> options{};
    std::shared_ptr<Interception> interception{};
    std::shared_ptr<PageObservers> observers{std::make_shared<PageObservers>()};
    std::shared_ptr<LaterSetUp> later{std::make_shared<LaterSetUp>()};
    std::shared_ptr<ServiceWorkers> service_workers{std::make_shared<ServiceWorkers>()};
};

class PageCore : public SessionListener, public ScriptHost, public std::enable_shared_from_this<PageCore> {
public:
    // A page that is adopted has a past: frames and documents that no event tells of.
    enum class Origin { new_page, adopted };
    struct Place {
        std::string url{};
        std::string opener{};  // PageTarget::id() of the page that opened it; empty: none
        Origin origin{Origin::new_page};
    };
    // Opens the session on the connection and posts the set-up commands; returns without waiting for them.
    static std::shared_ptr<PageCore> attach(std::shared_ptr<Connection> connection, std::string target,
                                            std::string session, ContextShare share, Place place);

    void on_event_on_io_thread(const std::string& session, std::string_view method,
                               const boost::json::object& params) override;
    void on_session_end_on_io_thread(const std::string& session, const TerminalCause& cause) override;
    // A frame in a process of its own goes with its session; the page itself may be well.
    void throw_end_of(const std::string& session) const override;
    // The page's process died: told by the browser's session.
    void tell_context_gone_on_io_thread(const std::string& session, int context);
    void crash_on_io_thread();
    // Nothing more comes of it: its calls fail with this cause, and its listeners are told.
    void end(const TerminalCause& cause);
    void give_reason(const std::string& reason) { connection_->give_reason(session_, reason); }  // of its being closed

    // Waits for the answers to the set-up commands. A navigation that overtakes them in a renderer that is still
    // starting gets documents without our listeners and bindings.
    void await_set_up(Deadline deadline);
    // A page of our own begins without the isolated script: most are sent elsewhere at once, and the script costs its
    // first document 4 ms. Whoever asks that document for anything has it run first.
    void run_script_if_due(Deadline deadline);

    // Leaves the page to whoever else has it: the session ends, the page stays.
    void let_go();
    // File choosers are told of, instead of shown, from the first on to the last off.
    void intercept_file_choosers(bool on, Deadline deadline);

    // Response bodies are kept from now on, in frames to come as well.
    void keep_bodies(Deadline deadline);
    std::vector<std::shared_ptr<PendingCall>> post_keep_bodies();  // the same; the answers, if the caller wants them

    const std::string& target() const noexcept { return target_; }
    Session session(const std::string& id) const { return Session{connection_, id}; }
    Session main_session() const { return Session{connection_, session_}; }
    const std::string& opener() const noexcept { return opener_; }
    const std::string& binding() const noexcept { return binding_; }

    // Until `ready()`, called under the lock, is true. Throws TimeoutError("<what> ...") or the terminal cause.
    template <class Ready>
    void wait(Deadline deadline, const char* what, Ready&& ready,
              Waiters::AskedBy asked_by = Waiters::AskedBy::anyone) {
        std::unique_lock lock{mutex_};
        const auto done = [&] {
            if (ready()) return true;
            throw_if_ended();
            return false;
        };
        if (!waiters_.wait(lock, deadline, done, asked_by)) throw_timeout(what, deadline);
    }
    template <class Read>
    auto read(Read&& read) const {
        const std::lock_guard lock{mutex_};
        return read();
    }
    bool ended() const {
        const std::lock_guard lock{mutex_};
        return end_.has_value();
    }

    // All below: guarded by the lock; touch only inside wait() and read().
    FrameTracker frames;
    NetworkTracker network;
    ConsoleTracker console;
    WebSocketTracker web_sockets;
    int traffic_holds{};  // PageTarget::hold_traffic()
    std::map<std::uint64_t, DialogAnswer> next_answers;
    std::uint64_t answers_given{};
    std::vector<Dialog> dialogs;
    std::vector<FileChooserOpened> file_choosers;
    std::optional<boost::json::value> drag_data;
    std::map<std::string, std::string> style_sheets;           // id to address, while somebody has them told
    std::map<std::string, std::string, std::less<>> messages;  // token → what the page script sent
    std::deque<std::shared_ptr<WorkerCore>> workers;           // oldest first; of ended ones the last k_ended_workers
    std::size_t workers_seen{};

    void throw_if_ended() const;  // under the lock

private:
    PageCore(std::shared_ptr<Connection> connection, std::string target, std::string session, ContextShare share);
    PageCore(std::shared_ptr<Connection> connection, std::string target, std::string session, ContextShare share,
             std::string binding);
    enum class Start { now, with_next_document, with_every_document };
    std::string script_params(Start start) const;
    std::vector<Connection::Call> set_up_calls(const std::string& session, std::vector<Connection::Call> later) const;
    // A call of a session's set-up, and the session.
    struct SetUpCall {
        std::string session;
        std::shared_ptr<PendingCall> call;
    };
    std::vector<SetUpCall> set_up(const std::string& session);
    void await_set_up(const SetUpCall& sent, Deadline deadline);
    void adopt_frames(const SetUpCall& sent, Deadline deadline);
    void on_attached_on_io_thread(const std::string& parent_session, const boost::json::object& params);
    // Of workers (page_workers.cpp).
    static constexpr std::size_t k_ended_workers = 100;
    void on_worker_on_io_thread(const std::string& parent_session, const boost::json::object& params);
    std::shared_ptr<WorkerCore> worker_of(const std::string& session) const;
    void end_workers_of_on_io_thread(const std::string& session, const TerminalCause& cause);
    // What the session told is of the console or of WebSockets, and kept; it is told to the observers, too.
    bool note_on_io_thread(const std::string& session, std::string_view method, const boost::json::object& params,
                           const ConsoleWriter& writer);
    void on_dialog_on_io_thread(const std::string& session, const boost::json::object& params);
    // Counts a dialog; true: it is one too many within one call.
    bool too_many_dialogs_on_io_thread();
    void on_screencast_frame_on_io_thread(const std::string& session, const boost::json::object& params);
    void on_message_on_io_thread(const std::string& session, const boost::json::object& params);
    [[noreturn]] static void throw_timeout(const char* what, Deadline deadline);

    const std::shared_ptr<Connection> connection_;
    const std::string target_;
    const std::string session_;
    const ContextShare share_;
    const std::string binding_;
    const std::string world_;          // another client of the browser may be of our kind: not the same name
    Origin origin_{Origin::new_page};  // set before the session is opened
    std::string opener_;               // set before the session is opened
    std::mutex set_up_mutex_;
    std::vector<SetUpCall> set_up_;            // guarded by set_up_mutex_; empty: done
    std::shared_ptr<PendingCall> script_run_;  // guarded by set_up_mutex_; of run_script_if_due()
    mutable std::mutex mutex_;
    Waiters waiters_;                                                     // guarded by mutex_
    std::optional<TerminalCause> end_;                                    // guarded by mutex_
    std::vector<std::string> child_sessions_;                             // guarded by mutex_
    std::map<std::string, std::shared_ptr<WorkerCore>> worker_sessions_;  // guarded by mutex_; alive ones
    std::atomic<bool> keeps_bodies_{};
    std::atomic<bool> script_is_due_{};
    std::uint64_t calls_at_dialog_{};  // I/O thread: posted to the page when the last dialog was answered
    std::size_t dialogs_in_call_{};    // I/O thread: shown since the page was last asked for anything
    std::atomic<int> file_chooser_waiters_{};
};

}  // namespace reprise::cdp
