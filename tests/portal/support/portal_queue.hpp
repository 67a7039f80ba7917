// Calls the functions of the queue as workers do: over the API, as role reprise_worker.
#pragma once

#include <gmock/gmock.h>
#include <boost/json/array.hpp>

#include "portal/support/portal_api.hpp"
#include "portal/support/portal_rows.hpp"
#include "support/program_run.hpp"

namespace reprise::tests {

class Queue : public Portal {
protected:
    void SetUp() override {
        Portal::SetUp();
        recording_ = add_recording(stack(), stack().user_id());
    }
    std::string uuid() const { return stack().sql("select gen_random_uuid()"); }
    json::value call(const std::string& function, json::object arguments) {
        auto answer = worker_.post("/rest/v1/rpc/" + function, {.json = std::move(arguments)});
        EXPECT_EQ(answer.status(), 200) << answer.text();
        return answer.json();
    }
    json::value claim(const std::string& id, json::object more = {}) {
        more["worker"] = "worker-a";
        more["claim_id"] = id;
        return call("claim_execution_job", std::move(more));
    }
    json::value claim() { return claim(uuid()); }
    std::string heartbeat(const std::string& job, int attempt) {
        return text(call("heartbeat_execution_job", {{"job_id", job}, {"attempt", attempt}}).at("status"));
    }
    // One row's result, a line and a healing, as the worker of that attempt.
    json::object publish(const std::string& job, int attempt, int row = 0, const std::string& status = "passed") {
        const json::array results{{{"id", uuid()},
                                   {"row_index", row},
                                   {"status", status},
                                   {"row_data", {{"name", "Ada"}}},
                                   {"duration", 12}}};
        const json::array logs{{{"id", uuid()}, {"level", "info"}, {"message", "done"}, {"row_index", row}}};
        const json::array healing{{{"id", uuid()},
                                   {"step_number", 1},
                                   {"original_selector", "a"},
                                   {"healed_selector", "b"},
                                   {"healing_method", "text_match"},
                                   {"confidence", 91},
                                   {"success", true},
                                   {"applied", true}}};
        return call("publish_execution_rows",
                    {{"job_id", job}, {"attempt", attempt}, {"results", results}, {"logs", logs}, {"healing", healing}})
            .as_object();
    }
    json::object finish(const std::string& job, int attempt, const std::string& status = "completed") {
        return call("finish_execution_job", {{"job_id", job}, {"attempt", attempt}, {"status", status}}).as_object();
    }
    void let_the_lease_run_out(const std::string& job) {
        stack().sql(fmt::format(
            "update public.execution_jobs set lease_expires_at = now() - interval '1 second' where id = '{}'", job));
    }
    std::string column(const std::string& job, const std::string& columns) const {
        return stack().sql(fmt::format("select {} from public.execution_jobs where id = '{}'", columns, job));
    }
    static std::string text(const json::value& value) { return std::string(value.as_string()); }
    static std::string job_of(const json::value& claimed) { return text(claimed.at("job").at("id")); }
    std::string rows_written() const {
        return stack().sql(
            "select (select count(*) from public.execution_results), (select count(*) from public.execution_logs), "
            "(select count(*) from public.healing_logs)");
    }

    std::string recording_;
    fixtures::ApiRequest worker_ = portal_api(stack(), stack().anon_key(), stack().worker_key());
};

}  // namespace reprise::tests
