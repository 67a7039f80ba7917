#include <reprise/reporters/event_stream.hpp>

#include <algorithm>
#include <system_error>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <reprise/reporters/journal.hpp>
#include <reprise/reporters/report.hpp>

#include "sample_run.hpp"

namespace reprise::reporters {
namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// Notes each call, and how many lines the journal had at that time.
class Witness final : public Reporter {
public:
    explicit Witness(std::filesystem::path journal = {}) : journal_(std::move(journal)) {}
    void on_run_started(const RunInfo& info) override { note("run_started " + info.run_id); }
    void on_test_kept(const TestResult& result) override { note("test_kept " + result.test.row_id); }
    void on_test_started(const TestCase& test, int worker) override {
        note(fmt::format("test_started {} in {}", test.row_id, worker));
    }
    void on_step_finished(const TestCase&, const StepResult& step) override {
        note(fmt::format("step_finished {}", step.step_number));
    }
    void on_attempt_finished(const TestCase&, const AttemptResult& attempt) override {
        note(fmt::format("attempt_finished {}", attempt.attempt));
    }
    void on_test_finished(const TestResult& result) override { note("test_finished " + result.test.row_id); }
    void on_run_finished(const RunInfo& info, const RunResult&) override { note("run_finished " + info.run_id); }

    std::vector<std::string> calls;
    std::vector<std::ptrdiff_t> lines;

private:
    void note(std::string call) {
        calls.push_back(std::move(call));
        if (journal_.empty()) return;
        const std::string text = read_file(journal_);
        lines.push_back(std::count(text.begin(), text.end(), '\n'));
    }
    std::filesystem::path journal_;
};

TEST(EventStream, WritesTheJournalBeforeItTellsTheReporters) {
    const TemporaryFolder folder;
    auto journal = std::make_shared<Journal>(folder / "journal.jsonl");
    auto witness = std::make_shared<Witness>(journal->file());
    EventStream stream(journal);
    stream.add(witness);

    const auto test = test_case("s", 1, 0);
    stream.run_started(run_info(1));
    stream.test_started(test, 3);
    stream.step_finished(test, good_step(1));
    stream.attempt_finished(test, good_attempt());
    stream.test_finished(finished(test, Outcome::passed, {good_attempt()}));
    stream.run_finished(false, {});

    EXPECT_THAT(witness->calls, ElementsAre("run_started run-1", "test_started r0001 in 3", "step_finished 1",
                                            "attempt_finished 1", "test_finished r0001", "run_finished run-1"));
    EXPECT_THAT(witness->lines, ElementsAre(1, 2, 2, 3, 4, 5));
}

TEST(EventStream, ContinuesARunWithTheRowsThatItKeeps) {
    const TemporaryFolder folder;
    auto journal = std::make_shared<Journal>(folder / "journal.jsonl");
    {
        EventStream before(journal);
        before.run_started(run_info(3));
        before.test_finished(finished(test_case("s", 1, 0), Outcome::failed, {good_attempt()}));
        before.test_finished(finished(test_case("s", 2, 1), Outcome::interrupted, {good_attempt()}));
    }
    const JournalView earlier{journal->file()};
    EventStream stream(journal);
    auto witness = std::make_shared<Witness>();
    stream.add(witness);
    stream.run_resumed(run_info(3), earlier, [](const TestCase& test) { return test.row_id == "r0001"; });
    stream.test_finished(finished(test_case("s", 2, 1), Outcome::passed, {good_attempt()}));
    const auto result = stream.run_finished(false, {});
    EXPECT_THAT(witness->calls,
                ElementsAre("run_started run-1", "test_kept r0001", "test_finished r0002", "run_finished run-1"));
    EXPECT_EQ(result.counts.total, 2U);
    EXPECT_EQ(result.counts.failed, 1U);
    EXPECT_EQ(result.counts.interrupted, 0U);
    EXPECT_EQ(result.status, RunStatus::failed) << "a row of the first part failed";
}

RunResult result_of(const std::vector<Outcome>& outcomes, bool interrupted) {
    EventStream stream(nullptr);
    stream.run_started(run_info(outcomes.size()));
    std::size_t row = 0;
    for (const Outcome outcome : outcomes) {
        ++row;
        stream.test_finished(finished(test_case("s", row, row - 1), outcome, {}));
    }
    return stream.run_finished(interrupted, {});
}

TEST(EventStream, CountsRowsAndDecidesTheStatus) {
    using enum Outcome;
    const RunResult mixed = result_of({passed, failed, flaky, skipped, passed}, false);
    EXPECT_EQ(mixed.status, RunStatus::failed);
    EXPECT_EQ(mixed.counts.total, 5U);
    EXPECT_EQ(mixed.counts.passed, 2U);
    EXPECT_EQ(mixed.counts.failed, 1U);
    EXPECT_EQ(mixed.counts.flaky, 1U);
    EXPECT_EQ(mixed.counts.skipped, 1U);
    EXPECT_EQ(result_of({passed, flaky}, false).status, RunStatus::passed);
    EXPECT_EQ(result_of({passed}, true).status, RunStatus::interrupted);
    EXPECT_EQ(result_of({passed, interrupted}, false).status, RunStatus::interrupted);
    EXPECT_EQ(result_of({}, false).status, RunStatus::passed);
}

TEST(EventStream, DeliversOneEventAtATime) {
    auto witness = std::make_shared<Witness>();
    EventStream stream(nullptr);
    stream.add(witness);
    stream.run_started(run_info(400));
    std::vector<std::thread> slots;
    for (std::size_t slot = 0; slot < 4; ++slot) {
        slots.emplace_back([&stream, slot] {
            for (std::size_t i = 0; i < 100; ++i) {
                stream.test_finished(finished(test_case("s", slot * 100 + i + 1, slot * 100 + i), Outcome::passed, {}));
            }
        });
    }
    for (auto& slot : slots) slot.join();
    EXPECT_EQ(stream.run_finished(false, {}).counts.passed, 400U);
    EXPECT_EQ(witness->calls.size(), 402U);
}

// A row with a secret in every text that comes from outside.
TestResult leaking_row(const std::string& secret) {
    auto attempt = bad_attempt(1, Status::failed, secret + ": wrong\n" + secret);
    for (auto& step : attempt.steps) {
        for (std::string* text : {&step.label, &step.event, &step.strategy, &step.message, &step.error})
            *text += secret;
    }
    attempt.failure->type += secret;
    attempt.failure->step_label += secret;
    attempt.attachments[0].name += secret;
    attempt.attachments[0].content_type += secret;
    attempt.extracted_data = {{"token" + secret, secret}};
    attempt.notes = {"prompt said " + secret};
    auto test = test_case("s", 1, 0);
    test.recording_name += secret;
    test.row_data = {{"password" + secret, secret}};
    test.tags = {secret};
    return finished(test, Outcome::failed, {attempt});
}

TEST(EventStream, KeepsSecretsOutOfEverySink) {
    const TemporaryFolder folder;
    CapturedFile out;
    const std::string secret = "Zx9!\"<&é";
    auto journal = std::make_shared<Journal>(folder / "journal.jsonl");
    EventStream stream(journal);
    ASSERT_TRUE(stream.redactor().add(secret));
    for (const char* name : {"line", "list", "dot"}) {
        stream.add(make_live_reporter({.name = name}, {.out = out.file(), .live = true}));
    }
    RunInfo info = run_info(2);
    info.browser += secret;
    info.environment = {{"job" + secret, secret}};
    const TestResult row = leaking_row(secret);
    stream.run_started(info);
    stream.test_started(row.test, 0);
    stream.step_finished(row.test, row.attempts[0].steps[0]);
    stream.attempt_finished(row.test, row.attempts[0]);
    stream.test_finished(row);
    auto skipped = finished(test_case("s", 2, 1), Outcome::skipped, {});
    skipped.skip_reason = "because " + secret;
    stream.test_finished(skipped);
    stream.run_finished(false, {"odd value " + secret});

    const JournalView view(journal->file());
    std::string all = out.text() + read_file(journal->file());
    for (const char* name : {"json", "junit", "junit-strict"}) {
        all += read_file(write_report({.name = name}, view, folder.path()));
    }
    EXPECT_THAT(all, HasSubstr("prompt said ***"));
    EXPECT_THAT(all, HasSubstr("odd value ***"));
    EXPECT_THAT(all, Not(HasSubstr("Zx9"))) << "in any encoding";
}

TEST(EventStream, LeavesTheNamesByWhichResultsAreFound) {
    auto found = std::make_shared<Witness>();
    EventStream stream(nullptr);
    stream.add(found);
    ASSERT_TRUE(stream.redactor().add("r0001"));
    stream.run_started(run_info(1));
    stream.test_finished(finished(test_case("s", 1, 0), Outcome::passed, {good_attempt()}));
    EXPECT_EQ(found->calls.back(), "test_finished r0001");
}

TEST(EventStream, PassesOnThatTheJournalCannotBeWritten) {
    const TemporaryFolder folder;
    auto journal = std::make_shared<Journal>(folder / "journal.jsonl");
    auto witness = std::make_shared<Witness>();
    EventStream stream(journal);
    stream.add(witness);
    const FullDisk full(10);
    try {
        stream.run_started(run_info(1));
        FAIL() << "nothing was thrown";
    } catch (const std::system_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("cannot write journal " + journal->file().string() + ": File too large"));
    }
    EXPECT_TRUE(witness->calls.empty());
}

}  // namespace
}  // namespace reprise::reporters
