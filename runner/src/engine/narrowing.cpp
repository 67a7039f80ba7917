#include "engine/narrowing.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <reprise/runner/data_error.hpp>

#include "binaries/binary_run.hpp"
#include "engine/earlier_run.hpp"
#include "sharding/durations.hpp"

namespace reprise::runner {
namespace {

constexpr std::string_view k_repeat = ".repeat";

// "order/ada" of "order/ada.repeat2"; a row that has this name by itself is its own.
std::string unrepeated(const std::string& id) {
    const auto at = id.rfind(k_repeat);
    if (at == std::string::npos || at + k_repeat.size() == id.size()) return id;
    const bool numbered = id.find_first_not_of("0123456789", at + k_repeat.size()) == std::string::npos;
    return numbered ? id.substr(0, at) : id;
}

template <class Test>
void keep_last_failed(SelectionOf<Test>& selection, const RunOptions& options) {
    const auto folder = earlier_run_folder(options.output);
    const auto journal = read_earlier_journal(folder / "journal.jsonl", "--last-failed");
    const auto failed = unsuccessful_rows(journal);
    auto wanted = failed;
    for (const auto& id : failed) wanted.insert(unrepeated(id));
    const auto before = selection.tests.size();
    std::erase_if(selection.tests, [&](const Test& planned) { return !wanted.contains(planned.test.id); });
    if (!selection.tests.empty()) return;
    selection.why_empty = failed.empty()
                              ? fmt::format("no row failed in the run before ({})", folder.generic_string())
                              : fmt::format("{} row{} failed in the run before ({}), none of {} among the {} here",
                                            failed.size(), failed.size() == 1 ? "" : "s", folder.generic_string(),
                                            failed.size() == 1 ? "it" : "them", before);
}

// All rows once, then all again: with a limit of failures, each has had its turn.
template <class Test>
void repeat(std::vector<Test>& tests, int times) {
    const auto once = tests.size();
    std::set<std::string> ids;
    for (const auto& planned : tests) ids.insert(planned.test.id);
    tests.reserve(once * static_cast<std::size_t>(times));
    for (int number = 2; number <= times; ++number) {
        const auto suffix = fmt::format("{}{}", k_repeat, number);
        for (std::size_t i = 0; i < once; ++i) {
            auto planned = tests[i];
            planned.test.row_id += suffix;
            planned.test.id += suffix;
            if (!ids.insert(planned.test.id).second) {
                throw DataError(Problem{
                    .file = planned.test.data_path,
                    .text = fmt::format("row \"{}\": --repeat-each would give its name to another", planned.test.id)});
            }
            tests.push_back(std::move(planned));
        }
    }
}

Durations durations_of(const RunOptions& options, std::vector<std::string>& warnings) {
    if (!options.timings.empty()) return read_timings(options.timings);
    std::error_code ignored;
    // Looking must not make a history.
    if (options.history.empty() || !std::filesystem::exists(options.history, ignored)) return {};
    try {
        return History{options.history}.durations();
    } catch (const std::exception& error) {
        warnings.push_back(fmt::format("rows are split without their durations: {}", error.what()));
        return {};
    }
}

template <class Test>
void take_shard(SelectionOf<Test>& selection, const RunOptions& options) {
    auto& tests = selection.tests;
    Durations durations;
    if (options.shard_by == ShardBy::time) durations = durations_of(options, selection.warnings);
    std::vector<ShardItem> items;
    for (const auto& planned : tests) {
        ShardItem item{.id = planned.test.id};
        auto known = durations.find(planned.test.id);
        if (known == durations.end()) known = durations.find(unrepeated(planned.test.id));
        if (known != durations.end()) item.duration = known->second;
        items.push_back(std::move(item));
    }
    const auto before = tests.size();
    std::vector<Test> mine;
    for (const auto place : shard_of(items, *options.shard, options.shard_by)) mine.push_back(std::move(tests[place]));
    tests = std::move(mine);
    selection.empty_shard = tests.empty();
    if (selection.empty_shard) {
        selection.why_empty =
            fmt::format("shard {}/{} is empty: the {} row{} selected {} in other shards", options.shard->index,
                        options.shard->total, before, before == 1 ? "" : "s", before == 1 ? "is" : "are");
    }
}

}  // namespace

template <class Test>
void narrow(SelectionOf<Test>& selection, const RunOptions& options) {
    if (selection.tests.empty()) {
        selection.why_empty = fmt::format("{} row{} before --grep and --row, none after", selection.before_filters,
                                          selection.before_filters == 1 ? "" : "s");
        return;
    }
    if (options.last_failed) keep_last_failed(selection, options);
    if (options.repeat_each > 1) repeat(selection.tests, options.repeat_each);
    for (std::size_t i = 0; i < selection.tests.size(); ++i) selection.tests[i].test.ordinal = i;
    if (options.shard && !selection.tests.empty()) take_shard(selection, options);
}

template void narrow(SelectionOf<PlannedTest>& selection, const RunOptions& options);
template void narrow(SelectionOf<BinaryTest>& selection, const RunOptions& options);

}  // namespace reprise::runner
