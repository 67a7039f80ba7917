#include "sharding/durations.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <reprise/runner/data_error.hpp>

#include "data/text_position.hpp"

namespace reprise::runner {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr std::size_t k_largest_bytes = std::size_t{1} << 30;

// Of a row as it stands in the report; nullopt: it did not pass.
std::optional<milliseconds> passed_in(const json::value& test) {
    const auto& outcome = test.at("outcome").as_string();
    if (outcome != "passed" && outcome != "flaky") return std::nullopt;
    return milliseconds{test.at("attempts").as_array().back().at("duration").as_int64()};
}

}  // namespace

Durations read_timings(const std::filesystem::path& report) {
    const auto text = read_text_file(report.string(), k_largest_bytes);
    Durations durations;
    try {
        const auto document = json::parse(text);
        for (const auto& test : document.at("tests").as_array()) {
            if (const auto time = passed_in(test)) {
                durations.insert_or_assign(std::string(test.at("test").at("id").as_string()), *time);
            }
        }
    } catch (const std::exception&) {
        throw DataError(Problem{.file = report.generic_string(),
                                .text = "is no JSON report of a run, as --reporter json writes it"});
    }
    return durations;
}

void DurationKeeper::on_test_finished(const reporters::TestResult& result) {
    if (result.attempts.empty() || result.attempts.back().status != reporters::Status::passed) return;
    passed_.insert_or_assign(result.test.id, result.attempts.back().duration);
}

std::optional<std::string> DurationKeeper::save() {
    try {
        history_->keep_durations(passed_);
        return std::nullopt;
    } catch (const std::exception& error) {
        return fmt::format("the durations of the rows are not kept: {}", error.what());
    }
}

}  // namespace reprise::runner
