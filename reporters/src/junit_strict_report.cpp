#include <fmt/format.h>

#include <reprise/reporters/journal.hpp>

#include "describe.hpp"
#include "file_reports.hpp"
#include "junit_rows.hpp"
#include "time_text.hpp"
#include "xml_writer.hpp"

namespace reprise::reporters {
namespace {

void write_row(XmlWriter& xml, const TestResult& result) {
    const XmlAttributes attributes{
        {"classname", result.test.suite}, {"name", result.test.row_id}, {"time", seconds(duration_of(result))}};
    if (verdict_of(result) == JunitVerdict::passed) {
        xml.element("testcase", attributes);
        return;
    }
    xml.open("testcase", attributes);
    if (verdict_of(result) == JunitVerdict::skipped) {
        xml.element("skipped", {{"message", result.skip_reason}});
    } else {
        write_problem(xml, result);
    }
    xml.close();
}

std::string warnings_of(const JournalView& journal) {
    if (!journal.result()) return "the run was cut short\n";
    std::string out;
    for (const auto& warning : journal.result()->warnings) out += "warning: " + warning + "\n";
    return out;
}

}  // namespace

// A testcase may hold one result and nothing else here, so the rows' stories go into the output of their suite.
void write_junit_strict_report(ReportFile& file, const JournalView& journal,
                               const std::filesystem::path& output_folder) {
    const auto suites = junit_suites(journal);
    const auto sums = sums_of_suites(journal);
    XmlWriter xml(file);
    xml.open("testsuites");
    for (std::size_t i = 0; i < sums.size(); ++i) {
        xml.open("testsuite", {{"name", suites.at(i)},
                               {"package", suites.at(i)},
                               {"id", std::to_string(i)},
                               {"hostname", machine_name()},
                               {"timestamp", iso_time_to_second(sums[i].timestamp)},
                               {"tests", std::to_string(sums[i].tests)},
                               {"failures", std::to_string(sums[i].failures)},
                               {"errors", std::to_string(sums[i].errors)},
                               {"skipped", std::to_string(sums[i].skipped)},
                               {"time", seconds(sums[i].time)}});
        write_run_properties(xml, journal);
        for_each_row(journal, i, [&](const TestResult& result) { write_row(xml, result); });
        xml.open_text("system-out");
        for_each_row(journal, i, [&](const TestResult& result) {
            xml.text(fmt::format("{}\n{}", result.test.id, story_of(result, output_folder)));
        });
        xml.close_text("system-out");
        xml.element("system-err", {}, warnings_of(journal));
        xml.close();
    }
    xml.close();
}

}  // namespace reprise::reporters
