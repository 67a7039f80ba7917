// A line to one target of the browser (the browser itself, a page, an out-of-process frame): send commands over it.
//
//     auto shot = session.send(page::CaptureScreenshot{.format = page::ImageFormat::png}, Deadline::after(5s));
//
// Thread-safe: a cheap handle on a shared connection. Calls from many threads interleave, each call in order.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include <reprise/cdp/deadline.hpp>

namespace reprise::cdp {

class Connection;
class PendingCall;

// An answer that is on its way. Dropping it is fine: the answer is then ignored.
class PendingAnswer {
public:
    explicit PendingAnswer(std::shared_ptr<PendingCall> call) noexcept : call_{std::move(call)} {}
    // Waits. Throws ProtocolError (the browser refused), ConnectionClosed, TargetCrashed, TimeoutError. Once only.
    boost::json::value get(Deadline deadline);
    bool settled() const;

private:
    std::shared_ptr<PendingCall> call_;
};

class Session {
public:
    Session() = default;
    Session(std::shared_ptr<Connection> connection, std::string id);

    const std::string& id() const noexcept { return id_; }

    // Untyped: `params` is JSON text of an object. For commands that have no type in protocol/.
    boost::json::value send_raw(std::string_view method, std::string_view params, Deadline deadline) const;
    PendingAnswer post_raw(std::string_view method, std::string_view params) const;

    // Typed (reprise/cdp/command.hpp): waits for the answer, or posts and returns at once.
    template <class Command>
    typename Command::Result send(const Command& command, Deadline deadline) const;
    template <class Command>
    PendingAnswer post(const Command& command) const;

private:
    std::shared_ptr<Connection> connection_;
    std::string id_;
    friend class CommandBatch;
};

// Collects commands and writes them together, in order.
class CommandBatch {
public:
    explicit CommandBatch(Session session) : session_{std::move(session)} {}
    template <class Command>
    CommandBatch& add(const Command& command);
    CommandBatch& add_raw(std::string_view method, std::string params);
    std::vector<PendingAnswer> post();

private:
    Session session_;
    std::vector<std::pair<std::string_view, std::string>> calls_;
};

}  // namespace reprise::cdp
