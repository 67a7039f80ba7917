// IO: streams of what is too large for one answer. Members bear the wire's names; tests hold them against the browser's
// own description.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <reprise/cdp/command.hpp>

namespace reprise::cdp::io {

struct Read {
    static constexpr std::string_view method = "IO.read";
    struct Result {
        std::optional<bool> base64Encoded{};
        std::string data{};
        bool eof{};
    };
    std::string handle{};
    std::optional<int> size{};
};
BOOST_DESCRIBE_STRUCT(Read, (), (handle, size))
BOOST_DESCRIBE_STRUCT(Read::Result, (), (base64Encoded, data, eof))

struct Close {
    static constexpr std::string_view method = "IO.close";
    using Result = Nothing;
    std::string handle{};
};
BOOST_DESCRIBE_STRUCT(Close, (), (handle))

}  // namespace reprise::cdp::io
