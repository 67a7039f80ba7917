// What the portal's pages do works with the migrations, and with rows as workers write them.
#include <gmock/gmock.h>

#include "portal/support/portal_contract.hpp"
#include "portal/support/portal_rows.hpp"

namespace reprise::tests {
namespace {

using testing::HasSubstr;

class Contract : public Portal {
protected:
    // A job of three rows, one of each end, written by a worker.
    void run_a_job(const std::string& result_of_last_row) {
        user_ = stack().sign_up("ada@example.test");
        recording_ = add_recording(stack(), user_.id, "status", "'completed'");
        job_ = add_job(stack(), recording_, 3);
        stack().sql(fmt::format(R"(
            select claim_execution_job('worker', gen_random_uuid());
            select publish_execution_rows('{0}', 1, '[
                {{"row_index": 0, "row_data": {{"name": "Ada"}}, "status": "passed", "steps_completed": 2, "duration": 1200}},
                {{"row_index": 1, "row_data": {{"name": "Bob"}}, "status": "failed", "steps_completed": 1, "steps_failed": 1,
                  "error_message": "click: no element", "error_step_number": 2, "started_at": "2026-01-01T00:00:00Z"}},
                {1}]',
              '[{{"level": "info", "message": "began", "row_index": 0}}, {{"level": "error", "message": "no element", "row_index": 1, "step_number": 2}}]',
              '[{{"step_number": 1, "original_selector": "#a", "healed_selector": "#b", "healing_method": "structural", "confidence": 88.5,
                  "success": true, "applied": true}}]');
            select finish_execution_job('{0}', 1, 'failed'))",
                                job_, result_of_last_row));
    }

    PortalUser user_;
    std::string recording_;
    std::string job_;
};

TEST_F(Contract, IsWhatPagesDo) {
    EXPECT_TRUE(pages_work(stack()));
}

TEST_F(Contract, IsKeptByRowsOfWorkers) {
    run_a_job(R"({"row_index": 2, "row_data": {"name": "Cy"}, "status": "skipped"})");
    EXPECT_TRUE(pages_can_read(stack(), user_, job_, recording_));
}

TEST_F(Contract, IsBrokenByAWordThatPagesDoNotKnow) {
    run_a_job(R"({"row_index": 2, "row_data": {"name": "Cy"}, "status": "success"})");
    const auto outcome = pages_can_read(stack(), user_, job_, recording_);
    ASSERT_FALSE(outcome);
    EXPECT_THAT(outcome.message(),
                HasSubstr(R"(result.status is "success", expected pending|running|passed|failed|skipped)"));
}

}  // namespace
}  // namespace reprise::tests
