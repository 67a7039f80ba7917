// Typed commands: a struct with the wire's member names, its method, and the shape of its answer.
//
//     struct GetVersion { static constexpr std::string_view method = "Browser.getVersion"; struct Result {...}; };
//
// Include this where commands are sent; headers need only session.hpp.
#pragma once

#include <boost/json/value.hpp>

#include <reprise/cdp/described_json.hpp>
#include <reprise/cdp/session.hpp>

namespace reprise::cdp {

// The answer of a command that has none.
struct Nothing {};
BOOST_DESCRIBE_STRUCT(Nothing, (), ())

template <class Command>
typename Command::Result decode_answer(const boost::json::value& answer) {
    typename Command::Result result{};
    if constexpr (!std::is_same_v<typename Command::Result, Nothing>) read_json(answer, result, Command::method);
    return result;
}

template <class Command>
typename Command::Result Session::send(const Command& command, Deadline deadline) const {
    return decode_answer<Command>(send_raw(Command::method, to_json_text(command), deadline));
}

template <class Command>
PendingAnswer Session::post(const Command& command) const {
    return post_raw(Command::method, to_json_text(command));
}

template <class Command>
CommandBatch& CommandBatch::add(const Command& command) {
    return add_raw(Command::method, to_json_text(command));
}

}  // namespace reprise::cdp
