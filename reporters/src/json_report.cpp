#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/reporters/journal.hpp>

#include <reprise/reporters/healing_json.hpp>
#include "describe.hpp"
#include "event_json.hpp"
#include "file_reports.hpp"
#include "names.hpp"
#include "report_file.hpp"

namespace reprise::reporters {
namespace {

namespace json = boost::json;

constexpr int k_schema_version = 1;

json::object run_of(const JournalView& journal) {
    json::object run = to_json(journal.info());
    const auto& result = journal.result();
    run["status"] = result ? name_of(result->status) : "incomplete";
    if (result) {
        run["endedAt"] = to_json(*result).at("endedAt");
        run["duration"] = result->duration.count();
        run["warnings"] = to_json(*result).at("warnings");
    } else {
        run["neverStarted"] = journal.never_started();
    }
    return run;
}

Counts counts_of(const JournalView& journal) {
    auto counts = journal.counts();
    counts.total += journal.unfinished().size();
    counts.interrupted += journal.unfinished().size();
    return counts;
}

}  // namespace

// One row per line: readable by eye and by line-based tools, and written row by row.
void write_json_report(ReportFile& file, const JournalView& journal, const std::filesystem::path&) {
    file.write(fmt::format("{{\n\"schemaVersion\": {},\n\"run\": {},\n\"counts\": {},\n\"tests\": [", k_schema_version,
                           json::serialize(run_of(journal)), json::serialize(to_json(counts_of(journal)))));
    std::string_view separator = "\n";
    HealingStatistics healing;
    const auto write_row = [&](const TestResult& result) {
        file.write(separator);
        file.write(json::serialize(to_json(result)));
        separator = ",\n";
    };
    journal.for_each_test([&](const TestResult& result) {
        for (const auto& attempt : result.attempts) {
            for (const auto& log : attempt.healing) healing.add(log);
        }
        write_row(result);
    });
    for (const TestCase& test : journal.unfinished()) write_row(unfinished_result(test, journal.info()));
    file.write(fmt::format("\n],\n\"healing\": {},\n\"unfinished\": [", json::serialize(to_json(healing))));
    separator = "\n";
    for (const TestCase& test : journal.unfinished()) {
        file.write(separator);
        file.write(json::serialize(to_json(test)));
        separator = ",\n";
    }
    file.write("\n]\n}\n");
}

}  // namespace reprise::reporters
