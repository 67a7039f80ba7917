#include "binaries/binary_run.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include <fmt/format.h>

#include <reprise/reporters/event_pipe.hpp>

#include "binaries/test_process.hpp"
#include "engine/slots.hpp"

namespace reprise::runner {
namespace {

using reporters::AttemptResult;
using reporters::Outcome;
using reporters::Status;

// Small enough that workers end together, large enough that few browsers are started.
constexpr std::size_t k_batches_per_worker = 4;
constexpr std::size_t k_most_tests_of_a_batch = 200;  // of names in one command line
constexpr int k_last_lines = 12;
constexpr int k_tests_failed = 1;  // exit code of a test program; 0: passed; above: it could not do its work

}  // namespace

// Makes events of this run of what one process tells.
class BinaryRun::Listener final : public reporters::Reporter {
public:
    Listener(BinaryRun& run, Batch& pending, int slot) : run_{run}, pending_{pending}, slot_{slot} {
        for (const auto index : pending) indices_.emplace(run.tests_[index].listed->id, index);
    }

    void on_test_started(const reporters::TestCase& test, int) override {
        const auto found = indices_.find(test.id);
        if (found == indices_.end()) return;
        running_ = found->second;
        started_ = TestProcess::Clock::now();
        test_ = completed(test, *running_);
        if (run_.attempts_[*running_].empty()) run_.events_.test_started(test_, slot_);
    }

    void on_attempt_finished(const reporters::TestCase&, const AttemptResult& attempt) override {
        if (running_) keep(attempt);
    }

    void on_test_finished(const reporters::TestResult& result) override {
        const auto found = indices_.find(result.test.id);
        if (found == indices_.end()) {
            tell_outside(result);  // of tests; there is no retry for it
            return;
        }
        running_.reset();
        finish(found->second, result);
    }

    // The test that was running when the process ended has crashed.
    void crashed(std::size_t index, const std::string& type, const std::string& text) {
        running_ = index;
        if (test_.id != run_.tests_[index].test.id) {
            test_ = run_.tests_[index].test;
            started_ = TestProcess::Clock::now();
            if (run_.attempts_[index].empty()) run_.events_.test_started(test_, slot_);
        }
        const auto duration =
            std::chrono::duration_cast<std::chrono::milliseconds>(TestProcess::Clock::now() - started_);
        const bool interrupted = run_.interrupted_;
        keep({.status = interrupted              ? Status::interrupted
                        : type == "TimeoutError" ? Status::timed_out
                                                 : Status::crashed,
              .started_at = std::chrono::system_clock::now() - duration,
              .duration = duration,
              .failure = reporters::Failure{.type = type, .message = text}});
        running_.reset();
        finish(index, {.test = test_, .outcome = interrupted ? Outcome::interrupted : Outcome::failed});
    }

    // A process that did so has failed, whatever its tests say.
    void ended_badly(const std::string& binary, const std::string& text) {
        reporters::TestCase test{.id = fmt::format("{}.process_{}", binary, run_.processes_.load()), .suite = binary};
        test.row_id = test.id.substr(binary.size() + 1);
        tell_outside({.test = test,
                      .outcome = Outcome::failed,
                      .attempts = {{.status = Status::crashed,
                                    .started_at = std::chrono::system_clock::now(),
                                    .failure = reporters::Failure{.type = "ProcessCrashed", .message = text}}}});
    }

    std::optional<std::size_t> running() const { return running_; }
    TestProcess::Clock::time_point started() const { return started_; }

private:
    reporters::TestCase completed(reporters::TestCase test, std::size_t index) const {
        const auto& planned = run_.tests_[index].test;
        test.id = planned.id;
        test.suite = planned.suite;
        test.ordinal = planned.ordinal;
        return test;
    }

    void tell_outside(reporters::TestResult result) {
        result.test.ordinal = run_.tests_.size();
        ++run_.failures_;
        run_.events_.test_finished(result);
    }

    void keep(AttemptResult attempt) {
        auto& attempts = run_.attempts_[*running_];
        attempt.attempt = static_cast<int>(attempts.size()) + 1;
        attempt.worker = slot_;
        if (run_.options_.several) {
            for (auto& file : attempt.attachments) {
                file.path = run_.tests_[*running_].binary->name + "/" + file.path;
            }
        }
        run_.events_.attempt_finished(test_, attempt);
        attempts.push_back(std::move(attempt));
    }

    void finish(std::size_t index, const reporters::TestResult& told) {
        auto& attempts = run_.attempts_[index];
        std::erase(pending_, index);
        const bool is_row = !told.test.recording_path.empty();
        if (told.outcome == Outcome::failed && !is_row && !run_.interrupted_ &&
            static_cast<int>(attempts.size()) <= run_.options_.retries) {
            pending_.push_back(index);
            indices_.erase(told.test.id);
            return;
        }
        reporters::TestResult result{.test = completed(told.test, index),
                                     .outcome = told.outcome,
                                     .attempts = std::move(attempts),
                                     .skip_reason = told.skip_reason};
        if (result.outcome == Outcome::passed && result.attempts.size() > 1) result.outcome = Outcome::flaky;
        if (result.outcome == Outcome::failed) ++run_.failures_;
        run_.events_.test_finished(result);
    }

    BinaryRun& run_;
    Batch& pending_;
    const int slot_;
    std::unordered_map<std::string, std::size_t> indices_;
    std::optional<std::size_t> running_;
    reporters::TestCase test_;
    TestProcess::Clock::time_point started_{};
};

BinaryRun::BinaryRun(const std::vector<BinaryTest>& tests, reporters::EventStream& events, BinaryRunOptions options)
    : tests_{tests}, events_{events}, options_{std::move(options)}, attempts_(tests.size()) {
    const auto slots = static_cast<std::size_t>(options_.workers) * k_batches_per_worker;
    const auto size = std::clamp<std::size_t>(tests.size() / slots, 1, k_most_tests_of_a_batch);
    for (std::size_t index = 0; index < tests.size(); ++index) {
        if (tests[index].listed->disabled) continue;
        const bool same = !batches_.empty() && tests[batches_.back().back()].binary == tests[index].binary;
        // A suite is set up once per process: its tests stay together as far as batches reach.
        const bool goes_on = same && tests[batches_.back().back()].test.suite == tests[index].test.suite;
        const auto limit = goes_on ? std::min(2 * size, k_most_tests_of_a_batch) : size;
        if (!same || batches_.back().size() >= limit) batches_.emplace_back();
        batches_.back().push_back(index);
    }
}

std::filesystem::path BinaryRun::folder_of(const TestBinary& binary) const {
    return options_.several ? options_.output / binary.name : options_.output;
}

std::optional<BinaryRun::Batch> BinaryRun::next_batch() {
    const auto index = next_.fetch_add(1);
    if (index >= batches_.size()) return std::nullopt;
    return batches_[index];
}

void BinaryRun::run() {
    for (std::size_t index = 0; index < tests_.size(); ++index) {
        if (tests_[index].listed->disabled) skip(index, "disabled by its name");
    }
    run_slots(
        options_.workers, [this](int slot) { run_slot(slot); }, [this] { interrupt(); });
}

void BinaryRun::interrupt() {
    interrupted_ = true;
    const std::lock_guard lock{mutex_};
    for (auto* process : running_) process->kill();
}

std::string BinaryRun::stop_reason() const {
    if (interrupted_) return "the run was interrupted";
    if (options_.max_failures && failures_ >= *options_.max_failures) {
        return fmt::format("{} tests have failed (max failures)", *options_.max_failures);
    }
    return {};
}

void BinaryRun::skip(std::size_t index, const std::string& reason) {
    events_.test_finished({.test = tests_[index].test, .outcome = Outcome::skipped, .skip_reason = reason});
}

void BinaryRun::run_slot(int slot) {
    while (auto batch = next_batch()) run_batch(std::move(*batch), slot);
}

void BinaryRun::run_batch(Batch pending, int slot) {
    while (!pending.empty()) {
        if (const auto reason = stop_reason(); !reason.empty()) {
            for (const auto index : pending) skip(index, reason);
            return;
        }
        run_process(pending, slot);
    }
}

void BinaryRun::run_process(Batch& pending, int slot) {
    const auto& binary = *tests_[pending.front()].binary;
    // A test that is retried runs alone: not again in the company in which it failed.
    Batch together;
    Batch later;
    for (const auto index : pending) {
        const bool retried = !attempts_[index].empty();
        (together.empty() || (!retried && attempts_[together.front()].empty()) ? together : later).push_back(index);
    }
    std::string filter;
    for (const auto index : together) filter += (filter.empty() ? "" : ":") + tests_[index].listed->name;
    const auto output = options_.output / "workers" / fmt::format("{:04}.txt", ++processes_);
    std::filesystem::create_directories(output.parent_path());
    std::vector<std::string> arguments{"--gtest_filter=" + filter, "--gtest_also_run_disabled_tests=0",
                                       "--reprise_output=" + folder_of(binary).string()};
    const auto browser_words = std::filesystem::absolute(output).replace_extension(".browser.txt");
    auto environment = options_.environment;
    environment.push_back("REPRISE_LAST_WORDS_FILE=" + browser_words.string());
    TestProcess process{binary.program, std::move(arguments), environment, output};
    {
        const std::lock_guard lock{mutex_};
        running_.push_back(&process);
        if (interrupted_) process.kill();
    }
    Listener listener{*this, together, slot};
    const Ended what{binary.name, together.size(), output, browser_words};
    follow(process, listener);
    end_of_process(process, listener, together, what);
    pending = std::move(together);
    pending.insert(pending.end(), later.begin(), later.end());
}

void BinaryRun::follow(TestProcess& process, Listener& listener) {
    reporters::EventReader reader{listener};
    while (true) {
        std::optional<TestProcess::Clock::time_point> until;
        if (options_.test_timeout && listener.running()) until = listener.started() + *options_.test_timeout;
        const auto line = process.next_event(until);
        if (line) {
            reader.take(*line);
            continue;
        }
        if (process.has_ended()) return;
        process.kill();
        listener.crashed(
            *listener.running(), "TimeoutError",
            fmt::format("the test did not end within {} ms: its process was killed", options_.test_timeout->count()));
    }
}

// Every test of the process has its word after this, or stays in `pending` for the next one.
void BinaryRun::end_of_process(TestProcess& process, Listener& listener, Batch& pending, const Ended& what) {
    {
        const std::lock_guard lock{mutex_};
        std::erase(running_, &process);
    }
    const auto end = process.wait();
    std::string last_words;
    if (const auto words = tail_of(what.output_file, k_last_lines); !words.empty()) {
        last_words += "\n  its last lines:\n" + words;
    }
    if (const auto words = tail_of(what.browser_words, k_last_lines); !words.empty()) {
        last_words += "\n  the browser's last lines:\n" + words;
    }
    if (const auto running = listener.running()) {
        listener.crashed(*running, "ProcessCrashed",
                         fmt::format("the test program {} while this test ran{}", end.text, last_words));
        return;
    }
    if (interrupted_) return;
    Batch untouched;
    std::ranges::copy_if(pending, std::back_inserter(untouched), [&](auto index) { return attempts_[index].empty(); });
    const bool in_order = end.signal == 0 && end.exit_code <= k_tests_failed;
    if (in_order) {
        for (const auto index : untouched) {
            listener.crashed(index, "NotRun",
                             fmt::format("the test program {} without having run this test{}", end.text, last_words));
        }
    } else if (untouched.size() == what.tests) {
        // It would not come further the next time either.
        listener.crashed(untouched.front(), "ProcessCrashed",
                         fmt::format("the test program {} before this test began{}", end.text, last_words));
    } else {
        listener.ended_badly(what.binary,
                             fmt::format("the test program {} between tests or after them{}", end.text, last_words));
    }
}

}  // namespace reprise::runner
