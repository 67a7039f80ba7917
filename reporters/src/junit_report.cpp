#include <fmt/format.h>

#include <reprise/reporters/journal.hpp>

#include "describe.hpp"
#include "file_reports.hpp"
#include "junit_rows.hpp"
#include "time_text.hpp"
#include "xml_writer.hpp"

namespace reprise::reporters {
namespace {

XmlAttributes attributes_of(const TestResult& result) {
    const TestCase& test = result.test;
    XmlAttributes attributes{{"classname", test.suite}, {"name", test.row_id}, {"time", seconds(duration_of(result))}};
    if (!result.attempts.empty()) attributes.emplace_back("timestamp", iso_time(result.attempts.front().started_at));
    if (!test.data_path.empty()) {
        attributes.emplace_back("file", test.data_path);
        attributes.emplace_back("line", std::to_string(test.data_line));
    } else if (!test.recording_path.empty()) {
        attributes.emplace_back("file", test.recording_path);
    } else if (!test.source_path.empty()) {
        attributes.emplace_back("file", test.source_path);
        attributes.emplace_back("line", std::to_string(test.source_line));
    }
    return attributes;
}

// The data of the row stands here and not in its name: names must stay the same from run to run.
void write_properties(XmlWriter& xml, const TestResult& result) {
    StringMap properties;
    const auto property = [&](const std::string& name, std::string value) {
        properties.emplace_back(name, std::move(value));
    };
    if (!result.test.recording_path.empty()) {
        property("recording", result.test.recording_path);
        property("recording_name", result.test.recording_name);
    }
    for (const auto& [column, value] : result.test.row_data) property("data." + column, value);
    for (const auto& tag : result.test.tags) property("tag", tag);
    if (!result.attempts.empty()) {
        for (const auto& [name, value] : result.attempts.back().extracted_data) property("extracted." + name, value);
    }
    if (const int healed = healed_steps(result); healed > 0) property("healed", std::to_string(healed));
    if (result.attempts.size() > 1) property("attempts", std::to_string(result.attempts.size()));
    if (properties.empty()) return;
    xml.open("properties");
    for (const auto& [name, value] : properties) xml.element("property", {{"name", name}, {"value", value}});
    xml.close();
}

// The attempts before the last: what made the row flaky, or what failed before it failed for good.
void write_earlier_attempts(XmlWriter& xml, const TestResult& result) {
    const std::string_view element = result.outcome == Outcome::flaky ? "flakyFailure" : "rerunFailure";
    for (std::size_t i = 0; i + 1 < result.attempts.size(); ++i) {
        const Failure failure = failure_of(result.attempts[i]);
        xml.open(element, {{"message", std::string(first_line(failure.message))}, {"type", failure.type}});
        xml.element("stackTrace", {}, failure.message);
        xml.close();
    }
}

void write_row(XmlWriter& xml, const TestResult& result, const std::filesystem::path& output_folder) {
    xml.open("testcase", attributes_of(result));
    write_properties(xml, result);
    switch (verdict_of(result)) {
        case JunitVerdict::passed:
            break;
        case JunitVerdict::skipped:
            xml.element("skipped", {{"message", result.skip_reason}});
            break;
        case JunitVerdict::failure:
        case JunitVerdict::error:
            write_problem(xml, result);
            break;
    }
    write_earlier_attempts(xml, result);
    if (const std::string story = story_of(result, output_folder); !story.empty()) {
        xml.element("system-out", {}, story);
    }
    xml.close();
}

}  // namespace

// The root has no counts: some readers take skipped rows for passed ones when they sum up the root.
void write_junit_report(ReportFile& file, const JournalView& journal, const std::filesystem::path& output_folder) {
    const auto suites = junit_suites(journal);
    const auto sums = sums_of_suites(journal);
    Milliseconds time{0};
    for (const auto& suite : sums) time += suite.time;
    if (journal.result()) time = journal.result()->duration;

    XmlWriter xml(file);
    xml.open("testsuites",
             {{"name", "reprise"}, {"time", seconds(time)}, {"timestamp", iso_time(journal.info().started_at)}});
    for (std::size_t i = 0; i < sums.size(); ++i) {
        xml.open("testsuite", {{"name", suites.at(i)},
                               {"tests", std::to_string(sums[i].tests)},
                               {"failures", std::to_string(sums[i].failures)},
                               {"errors", std::to_string(sums[i].errors)},
                               {"skipped", std::to_string(sums[i].skipped)},
                               {"time", seconds(sums[i].time)},
                               {"timestamp", iso_time(sums[i].timestamp)},
                               {"hostname", machine_name()},
                               {"file", sums[i].file}});
        write_run_properties(xml, journal);
        for_each_row(journal, i, [&](const TestResult& result) { write_row(xml, result, output_folder); });
        xml.close();
    }
    xml.close();
}

}  // namespace reprise::reporters
