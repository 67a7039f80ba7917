// Holds a portal against what its pages do (tests/portal/contract): their calls, with the client library that they use.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "portal/support/portal_stack.hpp"

namespace reprise::tests {

// The pages' own life with rows of their own making; the stack is reset before.
testing::AssertionResult pages_work(PortalStack& stack);

// Pages of `user` can read what was written: the job has ended, its counts are right, each row has the columns and
// words that pages take.
testing::AssertionResult pages_can_read(const PortalStack& stack, const PortalUser& user, const std::string& job,
                                        const std::string& recording);
// The same for pages of the other vocabulary, on the schema "schema".
testing::AssertionResult other_pages_can_read(const PortalStack& stack, const std::string& job,
                                              const std::string& recording);

}  // namespace reprise::tests
