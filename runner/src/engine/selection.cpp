#include "engine/selection.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <regex>
#include <set>

#include <fmt/format.h>

#include "engine/narrowing.hpp"

namespace reprise::runner {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> find_recordings(const RunOptions& options) {
    std::vector<std::string> found;
    for (const auto& path : options.recordings) {
        if (!fs::is_directory(path)) {
            found.push_back(path);
            continue;
        }
        std::vector<std::string> inside;
        for (const auto& entry : fs::recursive_directory_iterator(path)) {
            if (entry.is_regular_file() && entry.path().extension() == ".json")
                inside.push_back(entry.path().generic_string());
        }
        if (inside.empty()) {
            throw DataError(Problem{.file = path, .text = "the folder holds no recording (expected *.json)"});
        }
        std::ranges::sort(inside);
        found.insert(found.end(), inside.begin(), inside.end());
    }
    return found;
}

// Names stay the same wherever the run is started from: the file's stem, with its folder when two share a stem.
std::string suite_name(const std::string& path, std::set<std::string>& taken) {
    const fs::path file{path};
    const auto clean = [](std::string text) {
        for (char& c : text) {
            if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '.' && c != '/' && c != '-')
                c = '_';
        }
        return text;
    };
    auto name = clean(file.stem().string());
    if (taken.contains(name)) name = clean((file.parent_path().filename() / file.stem()).generic_string());
    for (int number = 2; taken.contains(name); ++number)
        name = fmt::format("{}_{}", clean(file.stem().string()), number);
    taken.insert(name);
    return name;
}

std::string data_for(const RunOptions& options, const std::string& suite, const std::string& recording) {
    std::string for_all;
    for (const auto& [name, file] : options.data) {
        if (name.empty()) for_all = file;
        if (!name.empty() && (name == suite || name == fs::path(recording).filename().string())) return file;
    }
    if (!for_all.empty()) return for_all;
    for (const char* extension : {".csv", ".tsv", ".jsonl", ".ndjson"}) {
        auto beside = fs::path(recording).replace_extension(extension);
        if (fs::exists(beside)) return beside.generic_string();
    }
    return {};
}

std::shared_ptr<Suite> read_suite(const RunOptions& options, const std::string& path, std::set<std::string>& taken) {
    auto suite = std::make_shared<Suite>();
    suite->name = suite_name(path, taken);
    suite->recording = read_recording(path);
    suite->settings = settings_of(suite->recording);
    if (const auto data = data_for(options, suite->name, path); !data.empty()) {
        suite->data = std::make_unique<DataSet>(read_data(data, {.secret_columns = secret_columns(suite->recording)}));
    }
    auto& settings = suite->settings;
    if (options.retries) settings.job.retry_count = *options.retries;
    if (options.row_timeout) settings.job.timeout = *options.row_timeout;
    if (options.step_timeout) settings.replay.wait_timeout = *options.step_timeout;
    if (options.healing) settings.healing.mode = *options.healing;
    if (options.stop_on_error) settings.stop_on_error = true;
    return suite;
}

// "3,7-9,r0012" → does it name this row?
class RowFilter {
public:
    explicit RowFilter(const std::string& text) {
        for (std::size_t start = 0; start <= text.size();) {
            const auto end = std::min(text.find(',', start), text.size());
            const auto part = text.substr(start, end - start);
            start = end + 1;
            if (part.empty()) continue;
            int from = 0;
            int to = 0;
            const auto* last = part.data() + part.size();
            auto [rest, error] = std::from_chars(part.data(), last, from);
            if (error == std::errc{} && rest == last) {
                ranges_.emplace_back(from, from);
            } else if (error == std::errc{} && *rest == '-' && std::from_chars(rest + 1, last, to).ptr == last &&
                       to >= from) {
                ranges_.emplace_back(from, to);
            } else {
                ids_.insert(part);
            }
        }
    }
    bool takes(const reporters::TestCase& test) const {
        if (ids_.contains(test.row_id)) return true;
        return std::ranges::any_of(ranges_, [&](const auto& range) {
            return test.row_index + 1 >= range.first && test.row_index + 1 <= range.second;
        });
    }

private:
    std::vector<std::pair<int, int>> ranges_;
    std::set<std::string> ids_;
};

template <class Visit>
void for_each_suite(const RunOptions& options, std::vector<Problem>& problems, Visit&& visit) {
    std::set<std::string> taken;
    for (const auto& path : find_recordings(options)) {
        try {
            visit(read_suite(options, path, taken));
        } catch (const DataError& error) {
            problems.insert(problems.end(), error.problems().begin(), error.problems().end());
        }
    }
}

}  // namespace

PlannedTest plan_test(const std::shared_ptr<Suite>& suite, const Row* row) {
    PlannedTest planned{
        .suite = suite, .row = row, .test = {}, .plan = plan_row(suite->recording, suite->data.get(), row)};
    auto& test = planned.test;
    test.suite = suite->name;
    test.row_id = row != nullptr ? row->id : "r0001";
    test.id = test.suite + "/" + test.row_id;
    test.recording_path = suite->recording.path;
    test.recording_name = suite->recording.name;
    if (row != nullptr) {
        test.data_path = suite->data->path;
        test.data_line = row->line;
        test.row_index = row->index;
    }
    test.row_data = planned.plan.row_data;
    test.total_steps = suite->recording.steps.size();
    test.tags = suite->recording.tags;
    return planned;
}

std::optional<std::regex> grep_of(const RunOptions& options) {
    if (!options.grep) return std::nullopt;
    try {
        return std::regex{*options.grep};
    } catch (const std::regex_error&) {
        throw DataError(Problem{.text = fmt::format("--grep \"{}\": not a regular expression", *options.grep)});
    }
}

Selection select_tests(const RunOptions& options, std::vector<Problem>* problems_out) {
    Selection selection;
    const auto grep = grep_of(options);
    const auto rows = options.rows ? std::optional<RowFilter>{*options.rows} : std::nullopt;
    std::vector<Problem> problems;
    std::set<std::string> secrets;
    for_each_suite(options, problems, [&](const std::shared_ptr<Suite>& suite) {
        for (const auto& secret : secrets_of(suite->recording, suite->data.get())) secrets.insert(secret);
        const auto add = [&](const Row* row) {
            ++selection.before_filters;
            auto planned = plan_test(suite, row);
            if (grep && !std::regex_search(planned.test.id, *grep)) return;
            if (rows && !rows->takes(planned.test)) return;
            selection.tests.push_back(std::move(planned));
        };
        if (!suite->data) return add(nullptr);
        for (const auto& row : suite->data->rows) {
            try {
                add(&row);
            } catch (const DataError& error) {
                problems.insert(problems.end(), error.problems().begin(), error.problems().end());
            }
        }
    });
    if (problems_out != nullptr) {
        *problems_out = std::move(problems);
    } else if (!problems.empty()) {
        throw DataError(std::move(problems));
    }
    selection.secrets.assign(secrets.begin(), secrets.end());
    narrow(selection, options);
    return selection;
}

std::vector<Problem> check_all(const RunOptions& options) {
    std::vector<Problem> problems;
    try {
        for_each_suite(options, problems, [&](const std::shared_ptr<Suite>& suite) {
            auto found = validate(suite->recording);
            problems.insert(problems.end(), found.begin(), found.end());
            if (!suite->data) return;
            found = validate(suite->recording, *suite->data);
            problems.insert(problems.end(), found.begin(), found.end());
            for (const auto& row : suite->data->rows) {
                try {
                    plan_row(suite->recording, suite->data.get(), &row);
                } catch (const DataError& error) {
                    problems.insert(problems.end(), error.problems().begin(), error.problems().end());
                }
            }
        });
    } catch (const DataError& error) {
        problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
    return problems;
}

}  // namespace reprise::runner
