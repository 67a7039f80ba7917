// A browser that knows just enough of the protocol for one page, and can be told to fail at any message.
//
// Sans-I/O: a message in, a reaction out; the pipe program and the WebSocket server obey it. One thread at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>

namespace reprise::fake {

enum class FaultKind {
    none,
    close,       // the connection and the process end without a word
    hang,        // the connection ends, the process does not
    exit,        // the process ends with status 3 and last words
    error,       // the call is refused
    garbage,     // the answer is no JSON
    half,        // the answer breaks off, and the connection ends
    silence,     // no answer, then or later
    stranger,    // an answer to a call that nobody made, and none to this one
    twice,       // the answer comes two times
    noise,       // events and members that nobody knows come before the answer
    surrogates,  // before the answer comes an event with half a surrogate pair, which Chromium legally sends
};

inline constexpr FaultKind k_all_faults[] = {
    FaultKind::close,   FaultKind::hang,     FaultKind::exit,  FaultKind::error, FaultKind::garbage,   FaultKind::half,
    FaultKind::silence, FaultKind::stranger, FaultKind::twice, FaultKind::noise, FaultKind::surrogates};

std::string_view to_string(FaultKind kind);

struct Fault {
    FaultKind kind{FaultKind::none};
    int at{};  // which message, from 1
};

inline constexpr int k_exit_status = 3;
inline constexpr std::string_view k_last_words = "fake browser: I was told to end here";

struct Reaction {
    std::vector<std::string> messages;  // to be sent, in order
    bool half{};                        // the last of them only in part
    enum class End { none, close, hang, exit } end{End::none};
};

class FakeBrowser {
public:
    explicit FakeBrowser(Fault fault) : fault_{fault} {}
    Reaction on_message(std::string_view text);
    int messages() const noexcept { return messages_; }

private:
    void answer(const boost::json::object& call, Reaction& reaction);

    const Fault fault_;
    int messages_{};
    std::string world_{"none"};  // that scripts were installed in
    bool silent_{};
    bool history_has_next_{true};  // the first time it is asked for; then the page has gone on
};

}  // namespace reprise::fake
