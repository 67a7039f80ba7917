// What came of a row of a recording, as rows of a portal's tables: in the columns of our own migrations. Dialect makes
// of them what another portal has.
//
// Thread contract: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include <reprise/reporters/event.hpp>

namespace reprise::reporters::supabase {

// Which row of which job a test is.
struct RowPlace {
    std::string job;  // its id
    int row_index{};
    int execution{};  // how often it was begun, from 1; 0: not yet. Log lines and heals of each are told apart.
};

struct ResultRows {
    boost::json::object result;
    std::vector<boost::json::object> logs;     // in order; the last one tells the end
    std::vector<boost::json::object> healing;  // in the order of attempts and their logs
    std::string picture;                       // the attachment that shows the failure; empty: there is none
};

// Ids follow from the place and from what is told: what is sent twice is there once. Without the pictures' keys, which
// only their sender knows. `steps`: a log line for each step.
ResultRows rows_of(const TestResult& result, const RowPlace& place, std::string_view recording, bool steps = true);

std::string result_id(const RowPlace& place);

}  // namespace reprise::reporters::supabase
