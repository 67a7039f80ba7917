// Keeps what a page wrote to its console and what it threw, from the browser's events. Sans-I/O. One thread at a time.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

#include <reprise/cdp/console.hpp>

namespace reprise::cdp {

// Whose console it is: the id and the address of a worker, or nothing.
struct ConsoleWriter {
    std::string id{}, url{};
};

class ConsoleTracker {
public:
    static constexpr std::size_t k_most_kept = 1'000;  // of each kind
    static constexpr std::size_t k_longest_text_bytes = 16U << 10;

    // True when the event was one of the console or of errors.
    bool on_event(std::string_view method, const boost::json::object& params, const ConsoleWriter& writer = {});

    std::size_t messages_seen() const noexcept { return messages_seen_; }
    std::size_t errors_seen() const noexcept { return errors_seen_; }
    const ConsoleMessage& last_message() const { return messages_.back(); }
    const PageError& last_error() const { return errors_.back(); }
    std::vector<ConsoleMessage> messages() const { return {messages_.begin(), messages_.end()}; }
    std::vector<PageError> errors() const { return {errors_.begin(), errors_.end()}; }

private:
    void on_console_call(const boost::json::object& params, const ConsoleWriter& writer);
    void on_log_entry(const boost::json::object& params, const ConsoleWriter& writer);
    void on_exception(const boost::json::object& params, const ConsoleWriter& writer);

    std::deque<ConsoleMessage> messages_;
    std::deque<PageError> errors_;
    std::size_t messages_seen_{};
    std::size_t errors_seen_{};
};

}  // namespace reprise::cdp
