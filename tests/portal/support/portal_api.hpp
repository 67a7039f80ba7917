// Requests to the portal as its clients send them.
#pragma once

#include <string>

#include <reprise/fixtures/api_request.hpp>

#include "portal/support/portal_stack.hpp"

namespace reprise::tests {

// As the holder of `key`, or as whom `token` was given to.
inline fixtures::ApiRequest portal_api(const PortalStack& stack, const std::string& key,
                                       const std::string& token = {}) {
    return fixtures::ApiRequest{
        {.base_url = stack.url(),
         .headers = {{"apikey", key}, {"Authorization", "Bearer " + (token.empty() ? key : token)}}}};
}

}  // namespace reprise::tests
