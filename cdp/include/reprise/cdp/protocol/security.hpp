// Security: certificates. Members bear the wire's names; tests hold them against the browser's own description.
#pragma once

#include <string_view>

#include <reprise/cdp/command.hpp>

namespace reprise::cdp::security {

struct SetIgnoreCertificateErrors {
    static constexpr std::string_view method = "Security.setIgnoreCertificateErrors";
    using Result = Nothing;
    bool ignore{};
};
BOOST_DESCRIBE_STRUCT(SetIgnoreCertificateErrors, (), (ignore))

}  // namespace reprise::cdp::security
