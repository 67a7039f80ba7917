#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include <reprise/cdp/deadline.hpp>

#include "process/browser_process.hpp"
#include "process/guardian.hpp"
#include "transport/message_splitter.hpp"
#include "transport/transport.hpp"

namespace reprise::cdp {
namespace {

constexpr std::size_t k_read_bytes = 256U << 10;
constexpr std::size_t k_last_words_bytes = 8U << 10;

// Keeps the end of what Chromium wrote to stderr. Thread-safe.
class LastWords {
public:
    void add(std::string_view text) {
        const std::lock_guard lock{mutex_};
        text_ += text;
        if (text_.size() > 2 * k_last_words_bytes) text_.erase(0, text_.size() - k_last_words_bytes);
    }
    std::string tail() const {
        const std::lock_guard lock{mutex_};
        std::string_view view = text_;
        while (!view.empty() && (view.back() == '\n' || view.back() == '\r')) view.remove_suffix(1);
        constexpr int k_lines = 12;
        std::size_t start = view.size();
        for (int lines = 0; lines < k_lines && start != std::string_view::npos && start > 0; ++lines) {
            start = view.rfind('\n', start - 1);
        }
        if (start != std::string_view::npos && start > 0) view.remove_prefix(start + 1);
        return std::string(view);
    }

private:
    mutable std::mutex mutex_;
    std::string text_;  // guarded by mutex_
};

class PipeTransport final : public Transport {
public:
    explicit PipeTransport(BrowserProcess process)
        : process_{std::move(process)},
          wake_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)},
          watch_{::epoll_create1(EPOLL_CLOEXEC)} {}

    ~PipeTransport() override { PipeTransport::stop(); }

    void start(Receiver receiver) override {
        receiver_ = std::move(receiver);
        thread_ = std::thread([this] { run_on_io_thread(); });
    }

    void write(std::string messages) override {
        const std::lock_guard lock{write_mutex_};
        if (stopping_) return;
        // The usual case: the pipe has room, and the caller's own thread puts the bytes in.
        if (unsent_.empty()) {
            std::size_t sent = 0;
            if (!send_some(messages, sent)) return;
            if (sent == messages.size()) return;
            unsent_ = messages.substr(sent);
        } else {
            unsent_ += messages;
        }
        wake();
    }

    void stop() noexcept override {
        {
            const std::lock_guard lock{write_mutex_};
            stopping_ = true;
        }
        wake();
        if (thread_.joinable()) thread_.join();
    }

    std::string last_words() const override { return last_words_.tail(); }

private:
    // False: the browser's end is gone; the I/O thread will see it.
    bool send_some(std::string_view bytes, std::size_t& sent) {
        while (sent < bytes.size()) {
            const ssize_t n =
                ::send(process_.commands.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (n > 0) {
                sent += static_cast<std::size_t>(n);
            } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
                return true;
            } else if (errno != EINTR) {
                return false;
            }
        }
        return true;
    }

    void wake() noexcept {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
    }

    void drain_wake() noexcept {
        std::uint64_t drained = 0;
        [[maybe_unused]] const auto got = ::read(wake_.get(), &drained, sizeof drained);
    }

    bool flush_on_io_thread() {
        const std::lock_guard lock{write_mutex_};
        std::size_t sent = 0;
        if (!send_some(unsent_, sent)) return false;
        unsent_.erase(0, sent);
        return true;
    }

    bool stopping() {
        const std::lock_guard lock{write_mutex_};
        return stopping_;
    }

    bool has_unsent() {
        const std::lock_guard lock{write_mutex_};
        return !unsent_.empty();
    }

    // The end of the conversation: false when there is nothing more to read.
    bool read_answers_on_io_thread() {
        char* room = splitter_.prepare(k_read_bytes);
        const ssize_t n = ::recv(process_.answers.get(), room, k_read_bytes, MSG_DONTWAIT);
        if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
        if (n == 0) return false;
        if (!splitter_.commit(static_cast<std::size_t>(n), receiver_.on_message)) {
            cause_ = fmt::format("the browser sent a message of more than {} MB",
                                 MessageSplitter::k_largest_message_bytes >> 20);
            return false;
        }
        return true;
    }

    bool read_words_on_io_thread() {
        std::array<char, 4096> text{};
        const ssize_t n = ::recv(process_.last_words.get(), text.data(), text.size(), MSG_DONTWAIT);
        if (n > 0) {
            const auto size = static_cast<std::size_t>(n);
            last_words_.add({text.data(), size});
            // A copy for others: when it cannot be written, we still have the words.
            const int copy = process_.last_words_copy.get();
            if (copy >= 0 && ::write(copy, text.data(), size) < 0) process_.last_words_copy.reset();
        }
        return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
    }

    // Descriptors stay registered from one message to the next: a poll() would be told of all of them each time, and
    // there are more than a hundred messages to a page.
    void watch(int fd, std::uint32_t events, int operation = EPOLL_CTL_ADD) noexcept {
        epoll_event event{.events = events, .data = {.fd = fd}};
        ::epoll_ctl(watch_.get(), operation, fd, &event);
    }

    // Registered only while there is something to send: that the other end has gone is for the answers to tell.
    void watch_for_room_on_io_thread() {
        const bool waits = has_unsent();
        if (waits == watches_for_room_) return;
        watches_for_room_ = waits;
        watch(process_.commands.get(), EPOLLOUT, waits ? EPOLL_CTL_ADD : EPOLL_CTL_DEL);
    }

    // False: there is nothing more to do.
    bool serve_on_io_thread(const epoll_event& ready) {
        const int fd = ready.data.fd;
        if (fd == process_.answers.get()) return read_answers_on_io_thread();
        if (fd == wake_.get()) {
            drain_wake();
            watch_for_room_on_io_thread();
        } else if (fd == process_.last_words.get()) {
            if (!read_words_on_io_thread()) watch(fd, 0, EPOLL_CTL_DEL);
        } else if (fd == process_.commands.get()) {
            if (!flush_on_io_thread()) return false;
            watch_for_room_on_io_thread();
        }
        return true;
    }

    void run_on_io_thread() {
        watch(process_.answers.get(), EPOLLIN);
        watch(wake_.get(), EPOLLIN);
        watch(process_.last_words.get(), EPOLLIN);
        bool open = true;
        while (open && !stopping()) {
            std::array<epoll_event, 4> ready{};  // as many as are watched
            const int count = ::epoll_wait(watch_.get(), ready.data(), static_cast<int>(ready.size()), -1);
            if (count < 0 && errno != EINTR) break;
            for (int i = 0; open && i < count; ++i) open = serve_on_io_thread(ready[static_cast<std::size_t>(i)]);
        }
        finish_on_io_thread();
    }

    void finish_on_io_thread() {
        const bool asked = stopping();
        if (asked) {
            cause_ = "the browser was closed";
        } else if (cause_.empty()) {
            cause_ = "the browser " + wait_for_exit();
        }
        receiver_.on_closed(cause_);
        process_.close();
        const std::lock_guard lock{write_mutex_};
        stopping_ = true;
        unsent_.clear();
    }

    // False: there is none within the patience, or somebody wants the end now.
    bool wait_for_report() {
        const auto deadline = Deadline::after(process_.exit_patience);
        while (!stopping() && !deadline.passed()) {
            std::array<pollfd, 2> fds{{{process_.control.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
            constexpr std::chrono::milliseconds k_hour{3'600'000};
            if (::poll(fds.data(), fds.size(), static_cast<int>(std::min(deadline.remaining(), k_hour).count())) < 0 &&
                errno != EINTR)
                return false;
            if (fds[0].revents != 0) return true;
            drain_wake();
        }
        return false;
    }

    // The pipe has ended: Chromium is gone or going. The guardian tells how.
    std::string wait_for_exit() {
        ExitReport report{};
        if (!wait_for_report() || ::recv(process_.control.get(), &report, sizeof report, 0) != sizeof report) {
            return "closed the connection";
        }
        while (read_words_on_io_thread()) {
            pollfd more{process_.last_words.get(), POLLIN, 0};
            if (::poll(&more, 1, 0) <= 0) break;
        }
        std::string text = describe_exit(report.exec_errno, report.wait_status);
        if (report.exec_errno != 0) return text + " (" + process_.binary.string() + ")";
        if (const std::string words = last_words_.tail(); !words.empty()) text += "; its last words:\n" + words;
        return text;
    }

    BrowserProcess process_;
    Fd wake_;
    Fd watch_;  // epoll
    Receiver receiver_;
    MessageSplitter splitter_;  // I/O thread only
    LastWords last_words_;
    std::string cause_;        // I/O thread only
    bool watches_for_room_{};  // I/O thread only
    std::mutex write_mutex_;
    std::string unsent_;  // guarded by write_mutex_
    bool stopping_{};     // guarded by write_mutex_
    std::thread thread_;
};

}  // namespace

std::unique_ptr<Transport> make_pipe_transport(BrowserProcess process) {
    return std::make_unique<PipeTransport>(std::move(process));
}

}  // namespace reprise::cdp
