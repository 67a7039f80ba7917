// One call's answer, awaited by its caller and settled by the I/O thread.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include <boost/json/value.hpp>

#include <reprise/cdp/deadline.hpp>

namespace reprise::cdp {

// Why a session can answer no more.
struct TerminalCause {
    enum class Kind { closed, crashed };
    Kind kind{Kind::closed};
    std::string text;  // "the browser was killed by signal 9 (Killed)"
};

// Thread-safe.
class PendingCall {
public:
    explicit PendingCall(std::string method) : method_{std::move(method)} {}

    void succeed(boost::json::value result);
    void refuse(int code, std::string browser_text);
    void end(TerminalCause cause);

    // Moves the result out. Throws ProtocolError, ConnectionClosed, TargetCrashed or TimeoutError.
    boost::json::value wait(Deadline deadline);
    // The same for any number of waiters: the result stays.
    void wait_settled(Deadline deadline);
    // The same without a throw; false: not before the deadline.
    bool wait_until_settled(Deadline deadline) const;
    bool settled() const;
    const std::string& method() const noexcept { return method_; }

private:
    struct Refusal {
        int code;
        std::string text;
    };
    void settle();
    void wait_locked(std::unique_lock<std::mutex>& lock, Deadline deadline);

    const std::string method_;
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    bool settled_{};
    boost::json::value result_;
    std::optional<Refusal> refusal_;
    std::optional<TerminalCause> cause_;
};

}  // namespace reprise::cdp
