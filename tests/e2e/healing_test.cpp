// Recordings of the demo shop against the shop as it might look a year later.
#include "mutated_shop.hpp"
#include "shop.hpp"
#include "support/program_run.hpp"

namespace reprise::tests {
namespace {

using testing::HasSubstr;

class HealingTest : public ProgramRun {
protected:
    HealingTest() { harbour::serve_shop(server_, source_ / "examples/site"); }

    std::vector<std::string> all(const fixtures::HttpServer& server, std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{"run",        example("recordings"),
                                           "--data",     "order=" + example("data/customers.csv"),
                                           "--data",     "sign_in=" + example("data/accounts.csv"),
                                           "--data",     "pay_by_card=" + example("data/cards.csv"),
                                           "--data",     "book_sailing=" + example("data/sailings.csv"),
                                           "--grep",     "(order|sign_in|pay_by_card|book_sailing)/.*",
                                           "--row",      "1,15-16,30,45-47",
                                           "--retries",  "0",
                                           "--base-url", server.url(""),
                                           "--output",   out().string(),
                                           "--reporter", "list,json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    }

    // One green run on the shop as it was recorded.
    void learn() {
        const auto outcome = run(all(server_));
        ASSERT_EQ(outcome.exit_code, 0) << outcome.out;
        ASSERT_EQ(heals(), 0);
    }

    Outcome run_on(Mutation mutation, fixtures::HttpServer& server, std::vector<std::string> more = {}) {
        mutate_shop(source_ / "examples/site", folder_ / "site", mutation);
        harbour::serve_shop(server, folder_ / "site");
        return run(all(server, std::move(more)));
    }

    int heals() const { return static_cast<int>(report().at("healing").at("successfulHeals").to_number<int>()); }

    // `least`: heals; where ids have stayed, the recorded clues are enough.
    void expect_found(Mutation mutation, int least) {
        learn();
        fixtures::HttpServer changed;
        const auto outcome = run_on(mutation, changed);
        EXPECT_EQ(outcome.exit_code, 0) << outcome.out;
        EXPECT_EQ(changed.requests("/order"), server_.requests("/order"));
        EXPECT_GE(heals(), least);
    }
};

TEST_F(HealingTest, FindsControlsWhoseIdsAndClassesWereMadeAnew) {
    expect_found(Mutation::regenerated, 10);
}

TEST_F(HealingTest, FindsControlsWhoseLabelsWereReworded) {
    expect_found(Mutation::reworded, 0);
}

TEST_F(HealingTest, FindsControlsThatWereMoved) {
    expect_found(Mutation::moved, 0);
}

TEST_F(HealingTest, FindsControlsThatAreMadeOfOtherTags) {
    expect_found(Mutation::retagged, 3);
}

TEST_F(HealingTest, SaysThatARemovedControlIsGoneAndPressesNothingElse) {
    learn();
    fixtures::HttpServer changed;
    const auto outcome = run_on(Mutation::removed, changed, {"--grep", "order/|sign_in/|pay_by_card/"});
    EXPECT_EQ(outcome.exit_code, 1) << outcome.out;
    EXPECT_THAT(outcome.out, HasSubstr("it is gone"));
    EXPECT_EQ(changed.requests("/order"), 0);
    EXPECT_EQ(changed.requests("/api/sign-in"), 0);
    EXPECT_EQ(heals(), 0);
    EXPECT_EQ(outcomes()["passed"], 0);
}

}  // namespace
}  // namespace reprise::tests
