#include <algorithm>
#include <array>
#include <numeric>
#include <stdexcept>

#include <fmt/format.h>

#include <reprise/reporters/report.hpp>

#include "file_reports.hpp"
#include "live_reporters.hpp"
#include "report_file.hpp"

namespace reprise::reporters {
namespace {

namespace fs = std::filesystem;

using MakeLive = std::shared_ptr<Reporter> (*)(const TerminalOptions&);
using WriteFile = void (*)(ReportFile&, const JournalView&, const fs::path& output_folder);

struct Kind {
    std::string_view name;
    MakeLive make_live;             // null for a file report and for supabase
    WriteFile write;                // null for a live reporter and for supabase
    std::string_view default_name;  // of the file
};

constexpr std::array<Kind, 7> k_kinds{{{"line", make_line_reporter, nullptr, ""},
                                       {"list", make_list_reporter, nullptr, ""},
                                       {"dot", make_dot_reporter, nullptr, ""},
                                       {"json", nullptr, write_json_report, "report.json"},
                                       {"junit", nullptr, write_junit_report, "junit.xml"},
                                       {"junit-strict", nullptr, write_junit_strict_report, "junit-strict.xml"},
                                       {k_supabase_reporter, nullptr, nullptr, ""}}};

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replace = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replace, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

[[noreturn]] void refuse_unknown(std::string_view name, std::string_view text) {
    const auto* nearest = std::min_element(k_kinds.begin(), k_kinds.end(), [&](const Kind& a, const Kind& b) {
        return edit_distance(name, a.name) < edit_distance(name, b.name);
    });
    std::vector<std::string_view> known;
    for (const Kind& kind : k_kinds) known.push_back(kind.name);
    throw std::invalid_argument(fmt::format("--reporter {}: unknown reporter \"{}\", did you mean \"{}\"? Known: {}",
                                            text, name, nearest->name, fmt::join(known, ", ")));
}

const Kind* find_kind(std::string_view name) {
    const auto* found = std::find_if(k_kinds.begin(), k_kinds.end(), [&](const Kind& k) { return k.name == name; });
    return found == k_kinds.end() ? nullptr : found;
}

ReporterSpec parse_reporter(std::string_view item, std::string_view text) {
    const auto equals = item.find('=');
    ReporterSpec spec{.name = std::string(item.substr(0, equals))};
    const Kind* kind = find_kind(spec.name);
    if (kind == nullptr) refuse_unknown(spec.name, text);
    if (equals == std::string_view::npos) return spec;
    if (kind->write == nullptr) {
        throw std::invalid_argument(fmt::format("--reporter {}: \"{}\" writes to {} and takes no path", text, spec.name,
                                                kind->make_live == nullptr ? "a portal" : "the terminal"));
    }
    if (equals + 1 == item.size()) {
        throw std::invalid_argument(fmt::format("--reporter {}: expected a path after \"{}\"", text, item));
    }
    spec.path = item.substr(equals + 1);
    return spec;
}

}  // namespace

std::vector<ReporterSpec> parse_reporters(std::string_view text) {
    std::vector<ReporterSpec> specs;
    for (std::string_view rest = text;;) {
        const auto comma = rest.find(',');
        specs.push_back(parse_reporter(rest.substr(0, comma), text));
        if (comma == std::string_view::npos) return specs;
        rest.remove_prefix(comma + 1);
    }
}

std::shared_ptr<Reporter> make_live_reporter(const ReporterSpec& spec, const TerminalOptions& terminal) {
    const Kind* kind = find_kind(spec.name);
    if (kind == nullptr) refuse_unknown(spec.name, spec.name);
    return kind->make_live == nullptr ? nullptr : kind->make_live(terminal);
}

bool is_live_report(const ReporterSpec& spec) {
    const Kind* kind = find_kind(spec.name);
    return kind != nullptr && kind->make_live != nullptr;
}

bool is_file_report(const ReporterSpec& spec) {
    const Kind* kind = find_kind(spec.name);
    return kind != nullptr && kind->write != nullptr;
}

fs::path write_report(const ReporterSpec& spec, const JournalView& journal, const fs::path& output_folder) {
    const Kind* kind = find_kind(spec.name);
    if (kind == nullptr) refuse_unknown(spec.name, spec.name);
    if (kind->write == nullptr) {
        throw std::invalid_argument(fmt::format("write_report: \"{}\" is no file report", spec.name));
    }
    fs::path target = spec.path.value_or(output_folder / kind->default_name);
    ReportFile file(target);
    kind->write(file, journal, output_folder);
    file.commit();
    return target;
}

WrittenReports write_reports(const std::vector<ReporterSpec>& specs, const JournalView& journal,
                             const std::filesystem::path& output_folder) {
    WrittenReports reports;
    for (const auto& spec : specs) {
        if (!is_file_report(spec)) continue;
        try {
            reports.files.push_back(write_report(spec, journal, output_folder));
        } catch (const std::exception& error) {
            reports.problems.push_back(fmt::format("the {} report could not be written: {}", spec.name, error.what()));
        }
    }
    return reports;
}

}  // namespace reprise::reporters
