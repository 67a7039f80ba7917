#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include <reprise/reporters/journal.hpp>
#include <reprise/reporters/supabase/publisher.hpp>

#include "supabase/outbox_lock.hpp"
#include "supabase/published_run.hpp"
#include "supabase/sending.hpp"

namespace reprise::reporters::supabase {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_rows_at_once = 200;

// The suites of the journal with the rows that it knows of, in the run's order.
std::vector<PublishedSuite> suites_of(const JournalView& journal, const FindSuite& suite_of) {
    std::map<std::string, std::vector<TestCase>> rows;
    journal.for_each_test([&](const TestResult& result) { rows[result.test.suite].push_back(result.test); });
    for (const auto& test : journal.unfinished()) rows[test.suite].push_back(test);
    std::vector<PublishedSuite> suites;
    for (const auto& name : journal.suites()) {
        auto& of_suite = rows[name];
        std::ranges::stable_sort(of_suite, {}, &TestCase::ordinal);
        const auto& first = of_suite.front();
        auto found = suite_of ? suite_of(first) : std::nullopt;
        auto& suite = suites.emplace_back(found ? std::move(*found) : PublishedSuite{});
        suite.name = name;
        suite.recording_name = first.recording_name;
        suite.recording_path = first.recording_path;
        suite.rows = std::move(of_suite);
    }
    return suites;
}

std::string why_cut_short(const JournalView& journal) {
    return fmt::format("the run was cut short: {} of {} rows have ended", journal.counts().total,
                       journal.info().total_tests);
}

// What the outbox lacks of the run.
void complete(Outbox& outbox, const JournalView& journal, PublishedRun& run, const FindSuite& suite_of) {
    outbox.forgive();
    run.look_back(journal.info(), suites_of(journal, suite_of));
    run.flush();
    std::size_t rows = 0;
    journal.for_each_test([&](const TestResult& result) {
        run.kept(result);
        if (++rows % k_rows_at_once == 0) run.flush();
    });
    for (const auto& test : journal.unfinished()) run.unfinished(test);
    run.flush();
    if (const auto& result = journal.result()) {
        run.end(result->status, result->ended_at, {});
    } else {
        run.end(RunStatus::interrupted, std::chrono::system_clock::now(), why_cut_short(journal));
    }
    run.flush();
}

}  // namespace

PublishReport publish_run(const fs::path& folder, const Settings& settings, const PublishOptions& options,
                          const FindSuite& suite_of) {
    const JournalView journal{folder / "journal.jsonl"};
    const OutboxLock lock{folder};
    Outbox outbox{folder / k_outbox_name};
    {
        PublishedRun run{outbox, {.folder = folder, .owner = owner_of(settings), .log_steps = options.log_steps}};
        complete(outbox, journal, run, suite_of);
    }
    Sending sending{settings, outbox, folder, options};
    return sending.finish(options.at_end, options.at_end);
}

}  // namespace reprise::reporters::supabase
