// Small texts of the portal's rows.
//
// Thread contract: pure functions.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <reprise/reporters/event.hpp>

#include "names.hpp"
#include "text_sanitizer.hpp"
#include "time_text.hpp"

namespace reprise::reporters::supabase {

inline boost::json::string text(std::string_view value) {
    return boost::json::string(repair_utf8(value));
}

inline boost::json::value text_or_null(std::string_view value) {
    return value.empty() ? boost::json::value(nullptr) : boost::json::value(text(value));
}

inline std::string first_line(std::string_view value) {
    return std::string(value.substr(0, value.find('\n')));
}

// Lines of one row that happen within a millisecond keep their order by their microseconds.
inline std::string line_time(WallTime time, int number) {
    auto written = iso_time(time);
    written.pop_back();
    return fmt::format("{}{:03}Z", written, number % 1000);
}

// Why a row did not pass; empty: it did.
inline std::string why(const TestResult& result) {
    if (result.outcome == Outcome::passed || result.outcome == Outcome::flaky) return {};
    if (result.outcome == Outcome::skipped) return result.skip_reason.empty() ? "skipped" : result.skip_reason;
    if (!result.attempts.empty() && result.attempts.back().failure) return result.attempts.back().failure->message;
    return std::string(name_of(result.outcome));
}

}  // namespace reprise::reporters::supabase
