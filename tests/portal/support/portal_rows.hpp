// Rows that most tests of the portal begin with.
#pragma once

#include <string>

#include <fmt/format.h>

#include "portal/support/portal_stack.hpp"

namespace reprise::tests {

// A recording of `user` with two steps; gives its id.
inline std::string add_recording(const PortalStack& stack, const std::string& user,
                                 const std::string& more_columns = {}, const std::string& more_values = {}) {
    return stack.sql(fmt::format(
        R"(insert into public.recordings (user_id, name, starting_url, steps{}) values ('{}', 'Order', 'https://shop.test/',
           '[{{"stepNumber": 1, "event": "open"}}, {{"stepNumber": 2, "event": "click"}}]'{}) returning id)",
        more_columns.empty() ? "" : ", " + more_columns, user, more_values.empty() ? "" : ", " + more_values));
}

// A job of that recording with `rows` rows that waits; gives its id. Jobs made later are claimed later.
inline std::string add_job(const PortalStack& stack, const std::string& recording, int rows = 2) {
    return stack.sql(fmt::format(
        R"(insert into public.execution_jobs (recording_id, user_id, name, csv_data, total_rows, created_at)
           select id, user_id, 'Orders', coalesce((select jsonb_agg(jsonb_build_object('name', 'Ada ' || n))
                                                   from generate_series(1, {0}) n), '[]'), {0}, clock_timestamp()
           from public.recordings where id = '{1}' returning id)",
        rows, recording));
}

// The row's result, as a client writes it that knows of no leases; "" when it is taken.
inline void add_result(const PortalStack& stack, const std::string& job, int row, const std::string& status) {
    stack.sql(fmt::format(
        "insert into public.execution_results (execution_job_id, row_index, status) values ('{}', {}, '{}')", job, row,
        status));
}

}  // namespace reprise::tests
