#include <reprise/reporters/journal.hpp>

#include <fstream>
#include <stdexcept>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "sample_run.hpp"

namespace reprise::reporters {
namespace {

using namespace test;
using namespace std::string_view_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<TestResult> tests_of(const JournalView& view) {
    std::vector<TestResult> out;
    view.for_each_test([&](const TestResult& result) { out.push_back(result); });
    return out;
}

std::vector<std::string> ids_of(const JournalView& view) {
    std::vector<std::string> ids;
    for (const auto& result : tests_of(view)) ids.push_back(result.test.id);
    return ids;
}

std::string error_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "no error";
}

void append(const std::filesystem::path& file, std::string_view text) {
    std::ofstream(file, std::ios::app | std::ios::binary) << text;
}

TEST(Journal, KeepsEverythingThatWasSaidAboutARow) {
    const TemporaryFolder folder;
    const auto rows = rows_of_all_kinds();
    const JournalView view(write_journal(folder, rows));

    const auto read = tests_of(view);
    ASSERT_EQ(read.size(), rows.size());
    const TestResult& row = read.at(1);
    EXPECT_EQ(row.test.data_path, "data/users.csv");
    EXPECT_EQ(row.test.data_line, 3);
    EXPECT_THAT(row.test.row_data, ElementsAre(std::pair("user", "user2"), std::pair("country", "NL")));
    EXPECT_EQ(row.outcome, Outcome::failed);
    ASSERT_EQ(row.attempts.size(), 2U);
    const AttemptResult& attempt = row.attempts.at(0);
    EXPECT_EQ(attempt.status, Status::timed_out);
    EXPECT_EQ(attempt.started_at, rows.at(1).attempts.at(0).started_at);
    EXPECT_EQ(attempt.duration, Milliseconds{1234});
    EXPECT_EQ(attempt.steps.at(1).error, rows.at(1).attempts.at(0).steps.at(1).error);
    EXPECT_EQ(attempt.failure->message, rows.at(1).attempts.at(0).failure->message);
    EXPECT_EQ(attempt.failure->step_number, 2);
    EXPECT_EQ(attempt.attachments.at(1).path, "rows/r1-s02-a1.html");
    EXPECT_THAT(attempt.notes, ElementsAre("accepted an alert"));
    EXPECT_EQ(read.at(3).skip_reason, "stop_on_error: shop/checkout/r0002 failed");
    EXPECT_TRUE(read.at(6).attempts.at(0).steps.at(0).healing_success);

    EXPECT_EQ(view.info().browser, "HeadlessChrome/156.0.8078.79");
    EXPECT_FALSE(view.info().sandbox);
    ASSERT_TRUE(view.result());
    EXPECT_EQ(view.result()->warnings.size(), 1U);
    EXPECT_EQ(view.counts().total, 7U);
    EXPECT_EQ(view.counts().failed, 2U);
    EXPECT_EQ(view.result()->counts.failed, 2U);
    EXPECT_FALSE(view.torn());
}

TEST(Journal, KeepsAnyBytesReadable) {
    const TemporaryFolder folder;
    const std::string_view odd = "a\0\x1B\xFF\xED\xA0\x80\"\\\n\u2028😀"sv;
    const auto row =
        finished(test_case("s", 1, 0), Outcome::failed, {bad_attempt(1, Status::failed, std::string(odd))});
    const JournalView view(write_journal(folder, {row}));
    EXPECT_EQ(tests_of(view).at(0).attempts.at(0).failure->message, "a\0\x1B\uFFFD\uFFFD\uFFFD\uFFFD\"\\\n\u2028😀"sv);
}

TEST(Journal, IsOnDiskAsSoonAsARowIsFinished) {
    const TemporaryFolder folder;
    Journal journal(folder / "deep/er/journal.jsonl");
    journal.run_started(run_info(2));
    journal.test_finished(finished(test_case("s", 1, 0), Outcome::passed, {good_attempt()}));

    const JournalView view(journal.file());  // while the journal is still open
    EXPECT_THAT(ids_of(view), ElementsAre("s/r0001"));
    EXPECT_FALSE(view.result());
}

TEST(Journal, SaysWhichFileCannotBeOpened) {
    const TemporaryFolder folder;
    write_file(folder / "file", "");
    EXPECT_THAT(error_of([&] { Journal journal(folder / "file/journal.jsonl"); }),
                AllOf(HasSubstr("cannot create folder " + (folder / "file").string()), HasSubstr("ot a directory")));
    std::filesystem::create_directory(folder / "journal.jsonl");
    EXPECT_THAT(
        error_of([&] { Journal journal(folder / "journal.jsonl"); }),
        AllOf(HasSubstr("cannot open journal " + (folder / "journal.jsonl").string()), HasSubstr("Is a directory")));
}

TEST(Journal, LeavesNoHalfLineWhenTheDiskIsFull) {
    const TemporaryFolder folder;
    Journal journal(folder / "journal.jsonl");
    journal.run_started(run_info(2));
    const auto whole = std::filesystem::file_size(journal.file());

    std::string error;
    {
        const FullDisk full(whole + 100);
        error =
            error_of([&] { journal.test_finished(finished(test_case("s", 1, 0), Outcome::passed, {good_attempt()})); });
    }

    EXPECT_THAT(error,
                AllOf(HasSubstr("cannot write journal " + journal.file().string()), HasSubstr("File too large")));
    EXPECT_EQ(std::filesystem::file_size(journal.file()), whole);
    journal.test_finished(finished(test_case("s", 2, 1), Outcome::passed, {good_attempt()}));
    EXPECT_THAT(ids_of(JournalView(journal.file())), ElementsAre("s/r0002"));
}

TEST(Journal, ContinuesAfterATornLine) {
    const TemporaryFolder folder;
    const auto file = folder / "journal.jsonl";
    {
        Journal journal(file);
        journal.run_started(run_info(2));
        journal.test_finished(finished(test_case("s", 1, 0), Outcome::passed, {good_attempt()}));
    }
    append(file, R"({"event":"test_fini)");
    {
        Journal journal(file);
        journal.run_started(run_info(2));
        journal.test_finished(finished(test_case("s", 2, 1), Outcome::passed, {good_attempt()}));
    }
    const JournalView view(file);
    EXPECT_THAT(ids_of(view), ElementsAre("s/r0001", "s/r0002"));
    EXPECT_FALSE(view.torn());
}

TEST(Journal, IsWrittenByOneRunAtATime) {
    const TemporaryFolder folder;
    const auto file = folder / "journal.jsonl";
    {
        Journal journal(file);
        EXPECT_THAT(error_of([&] { Journal second(file); }),
                    HasSubstr("cannot write journal, another run is writing it: " + file.string()));
    }
    EXPECT_EQ(error_of([&] { Journal next(file); }), "no error");
}

TEST(JournalView, CountsRowsThatNeverStarted) {
    const TemporaryFolder folder;
    const auto file = folder / "journal.jsonl";
    {
        Journal journal(file);
        journal.run_started(run_info(5));
        journal.test_started(test_case("s", 1, 0), 0);
        journal.test_finished(finished(test_case("s", 2, 1), Outcome::passed, {good_attempt()}));
    }
    EXPECT_EQ(JournalView(file).never_started(), 3U);
    Journal(file).run_finished(run_result({}));
    EXPECT_EQ(JournalView(file).never_started(), 0U) << "the run ended by itself";
}

TEST(JournalView, GivesRowsInTheOrderOfTheRun) {
    const TemporaryFolder folder;
    const JournalView view(write_journal(folder, {finished(test_case("b", 1, 2), Outcome::passed, {good_attempt()}),
                                                  finished(test_case("a", 2, 1), Outcome::passed, {good_attempt()}),
                                                  finished(test_case("b", 2, 3), Outcome::passed, {good_attempt()}),
                                                  finished(test_case("a", 1, 0), Outcome::passed, {good_attempt()})}));
    EXPECT_THAT(ids_of(view), ElementsAre("a/r0001", "a/r0002", "b/r0001", "b/r0002"));
    EXPECT_THAT(view.suites(), ElementsAre("a", "b"));
    std::vector<std::string> of_b;
    view.for_each_test_of(1, [&](const TestResult& result) { of_b.push_back(result.test.row_id); });
    EXPECT_THAT(of_b, ElementsAre("r0001", "r0002"));
}

TEST(JournalView, NamesRowsThatWereRunningWhenTheProcessDied) {
    const TemporaryFolder folder;
    {
        Journal journal(folder / "journal.jsonl");
        journal.run_started(run_info(4));
        for (const std::size_t ordinal : {2U, 1U, 0U}) journal.test_started(test_case("s", ordinal + 1, ordinal), 0);
        journal.test_finished(finished(test_case("s", 2, 1), Outcome::passed, {good_attempt()}));
    }
    append(folder / "journal.jsonl", R"({"event":"test_finished","result":{"outcome":"pas)");
    const JournalView view(folder / "journal.jsonl");
    EXPECT_TRUE(view.torn());
    EXPECT_FALSE(view.result());
    ASSERT_EQ(view.unfinished().size(), 2U);
    EXPECT_EQ(view.unfinished().at(0).id, "s/r0001");
    EXPECT_EQ(view.unfinished().at(1).id, "s/r0003");
    EXPECT_EQ(view.counts().total, 1U);
}

TEST(JournalView, TakesTheLastWordAfterAResume) {
    const TemporaryFolder folder;
    const auto file = folder / "journal.jsonl";
    {
        Journal journal(file);
        journal.run_started(run_info(2));
        journal.test_started(test_case("s", 1, 0), 0);
        journal.test_finished(
            finished(test_case("s", 1, 0), Outcome::interrupted, {bad_attempt(1, Status::interrupted, "interrupted")}));
        journal.test_started(test_case("s", 2, 1), 0);
        journal.run_finished(run_result({}));
    }
    RunInfo resumed = run_info(2);
    resumed.workers = 7;
    {
        Journal journal(file);
        journal.run_started(resumed);
        EXPECT_FALSE(JournalView(file).result()) << "the resumed run has not finished";
        journal.test_started(test_case("s", 1, 0), 0);
        journal.test_finished(finished(test_case("s", 1, 0), Outcome::passed, {good_attempt()}));
        journal.test_started(test_case("s", 2, 1), 0);
        journal.test_finished(finished(test_case("s", 2, 1), Outcome::passed, {good_attempt()}));
        journal.run_finished(run_result({}));
    }
    const JournalView view(file);
    EXPECT_EQ(view.info().workers, 7);
    EXPECT_TRUE(view.result());
    EXPECT_THAT(ids_of(view), ElementsAre("s/r0001", "s/r0002"));
    EXPECT_EQ(view.counts().passed, 2U);
    EXPECT_EQ(view.counts().interrupted, 0U);
    EXPECT_TRUE(view.unfinished().empty());
}

TEST(JournalView, ToleratesOnlyATornLastLine) {
    const TemporaryFolder folder;
    const auto file = write_journal(folder, rows_of_all_kinds());
    const std::string whole = read_file(file);
    const auto run_started = whole.find('\n') + 1;
    for (std::size_t cut = run_started; cut < whole.size(); cut += 97) {
        write_file(file, std::string_view(whole).substr(0, cut));
        const JournalView view(file);
        EXPECT_EQ(view.torn(), whole[cut - 1] != '\n') << cut;
    }
    write_file(file, whole + std::string(512, '\0'));  // left by a power cut
    EXPECT_TRUE(JournalView(file).torn());
}

TEST(JournalView, NamesTheLineThatIsNoEvent) {
    const TemporaryFolder folder;
    const auto file = folder / "journal.jsonl";
    const auto error_with_line = [&](std::string_view line) {
        write_journal(folder, {});
        const std::string good = read_file(file);
        const auto end = good.find('\n') + 1;
        write_file(file, good.substr(0, end) + std::string(line) + "\n" + good.substr(end));
        const std::string error = error_of([&] { JournalView view(file); });
        std::filesystem::remove(file);
        return error;
    };
    const std::string place = file.string() + ":2: ";
    EXPECT_THAT(error_with_line("{\"event\":"), HasSubstr(place + "no JSON: incomplete JSON"));
    EXPECT_EQ(error_with_line("[]"), place + "expected a JSON object");
    EXPECT_EQ(error_with_line("{}"), place + "member \"event\" is missing");
    EXPECT_EQ(error_with_line(R"({"event":"lunch"})"), place + "unknown event \"lunch\"");
    EXPECT_EQ(error_with_line(R"({"event":"test_finished","result":7})"), place + "member \"result\" is not an object");
    EXPECT_EQ(error_with_line(R"({"event":"run_finished","result":{"status":"maybe"}})"),
              place + "member \"status\" is not one of passed, failed, interrupted");
}

TEST(JournalView, RefusesAFileThatIsNoJournal) {
    const TemporaryFolder folder;
    EXPECT_THAT(error_of([&] { JournalView view(folder / "none.jsonl"); }),
                AllOf(HasSubstr("cannot read journal " + (folder / "none.jsonl").string()), HasSubstr("No such file")));
    write_file(folder / "empty.jsonl", "");
    EXPECT_EQ(error_of([&] { JournalView view(folder / "empty.jsonl"); }),
              (folder / "empty.jsonl").string() + ": no journal of a run, it has no run_started line");
}

}  // namespace
}  // namespace reprise::reporters
