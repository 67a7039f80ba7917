#include "worker/job_run.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>

#include <fmt/format.h>

#include <reprise/reporters/event_stream.hpp>
#include <reprise/reporters/reporter.hpp>
#include <reprise/reporters/supabase/client.hpp>
#include <reprise/runner/history.hpp>

#include "engine/slots.hpp"
#include "worker/job_rows.hpp"

namespace reprise::runner {
namespace {

namespace fs = std::filesystem;
using reporters::Outcome;
using reporters::supabase::PortalError;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr std::size_t k_rows_per_batch = 50;
constexpr milliseconds k_first_pause{100};
constexpr milliseconds k_longest_pause{2'000};
// A portal whose heartbeats are good may be bad at the rest for so long.
constexpr milliseconds k_patience{120'000};
constexpr milliseconds k_patience_for_pictures{20'000};

// Full jitter: workers that lost the same portal must not come back at the same moment.
milliseconds random_pause(int failures) {
    thread_local std::minstd_rand random{std::random_device{}()};
    const auto longest = std::min(k_longest_pause, k_first_pause * (1 << std::min(failures, 10)));
    return milliseconds{std::uniform_int_distribution<std::int64_t>{1, longest.count()}(random)};
}

std::size_t number_in(const boost::json::object& row, std::string_view name) {
    const auto* value = row.if_contains(name);
    const auto* number = value != nullptr ? value->if_int64() : nullptr;
    return number != nullptr && *number > 0 ? static_cast<std::size_t>(*number) : 0;
}

std::string read_bytes(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace

std::string_view to_string(JobEnd end) {
    switch (end) {
        case JobEnd::completed:
            return "completed";
        case JobEnd::failed:
            return "failed";
        case JobEnd::released:
            return "released";
        case JobEnd::cancelled:
            return "cancelled";
        case JobEnd::lost:
            break;
    }
    return "lost";
}

// Takes results from the event stream, which has replaced the secrets in them.
class JobRun::Collector : public reporters::Reporter {
public:
    explicit Collector(JobRun& run) : run_{run} {}
    void on_test_finished(const reporters::TestResult& result) override { run_.row_finished(result); }

private:
    JobRun& run_;
};

JobRun::JobRun(Claim claim, JobQueue& rows, JobQueue& beats, JobRunOptions options)
    : claim_{std::move(claim)},
      rows_{rows},
      beats_{beats},
      options_{std::move(options)},
      held_until_{claim_.held_until} {}

JobRun::~JobRun() {
    std::error_code ignored;
    fs::remove_all(options_.folder, ignored);
}

JobOutcome JobRun::run() {
    std::thread heart{[this] { send_heartbeats(); }};
    std::thread clock{[this] { watch_clock(); }};
    std::thread publisher{[this] { send_results(); }};
    try {
        run_rows(read_job(claim_, options_.hosts, options_.limits));
    } catch (const JobRefused& error) {
        log(LogLevel::error, fmt::format("the job cannot be run: {}", error.what()));
        end(Ended::refused, error.what());
    } catch (const std::exception& error) {
        end(Ended::broken, fmt::format("the worker could not run the job: {}", error.what()));
    }
    {
        const std::lock_guard lock{mutex_};
        rows_ended_ = true;
        changed_.notify_all();
    }
    publisher.join();
    auto outcome = conclude();
    {
        const std::lock_guard lock{mutex_};
        done_ = true;
        changed_.notify_all();
    }
    heart.join();
    clock.join();
    outcome.duration = std::chrono::duration_cast<milliseconds>(Clock::now() - started_);
    return outcome;
}

void JobRun::run_rows(const Job& job) {
    fs::create_directories(options_.folder);
    reporters::EventStream events{nullptr};
    for (const auto& secret : job.secrets) events.redactor().add(secret);
    events.add(std::make_shared<Collector>(*this));
    events.run_started({.run_id = claim_.job_id, .total_tests = job.tests.size()});
    const int slots = std::clamp(static_cast<int>(job.tests.size()), 1, job.concurrency);
    log(LogLevel::info, fmt::format("attempt {} by worker {}: {} of {} rows to run, {} at a time", claim_.attempt,
                                    options_.worker, job.tests.size(), job.total_rows, slots));
    for (const auto& note : job.notes) log(LogLevel::warn, note);
    {
        const auto engine =
            std::shared_ptr<RowEngine>{options_.engine({.events = events, .output = options_.folder, .slots = slots})};
        const std::lock_guard lock{mutex_};
        total_ = job.tests.size();
        outcome_.failed = number_in(claim_.job, "failed_rows");
        stop_on_error_hit_ = job.stop_on_error && outcome_.failed > 0;
        engine_ = engine;
        if (ended_ != Ended::no) engine_->interrupt();
    }
    const auto work = [&](int slot) {
        std::string skip_reason;
        while (const auto* test = next_row(job, skip_reason)) {
            if (!skip_reason.empty()) {
                events.test_finished({.test = test->test, .outcome = Outcome::skipped, .skip_reason = skip_reason});
                continue;
            }
            events.test_started(test->test, slot);
            const auto result = engine_->run(*test, slot);
            if (result.outcome == Outcome::failed && job.stop_on_error) {
                const std::lock_guard lock{mutex_};
                stop_on_error_hit_ = true;
            }
            events.test_finished(result);
        }
    };
    const auto forget_engine = [&] {
        std::shared_ptr<RowEngine> last;
        const std::lock_guard lock{mutex_};
        last.swap(engine_);
    };
    try {
        run_slots(slots, work, [this] { end(Ended::broken, "the worker could not run the job"); });
    } catch (...) {
        forget_engine();
        throw;
    }
    forget_engine();
}

const PlannedTest* JobRun::next_row(const Job& job, std::string& skip_reason) {
    std::unique_lock lock{mutex_};
    const auto over = [&] { return ended_ != Ended::no || draining_ || next_ >= job.tests.size(); };
    changed_.wait(lock, [&] { return over() || !paused_; });
    if (over()) return nullptr;
    const auto& test = job.tests[next_++];
    ++begun_;
    skip_reason = stop_on_error_hit_ ? "a row before it failed (stop on error)" : "";
    return &test;
}

void JobRun::row_finished(const reporters::TestResult& result) {
    const std::lock_guard lock{mutex_};
    auto kept = result;
    if (kept.outcome == Outcome::interrupted) {
        // Whoever takes the job next runs it again; over time nobody does.
        if (ended_ != Ended::over_time) return void(--begun_);
        kept.outcome = Outcome::failed;
        if (!kept.attempts.empty())
            kept.attempts.back().failure = reporters::Failure{.type = "TimeoutError", .message = why_};
    }
    if (kept.outcome == Outcome::failed) {
        ++outcome_.failed;
    } else if (kept.outcome == Outcome::skipped) {
        ++outcome_.skipped;
    } else {
        ++outcome_.passed;
    }
    results_.push_back(std::move(kept));
    changed_.notify_all();
}

void JobRun::drain() {
    const std::lock_guard lock{mutex_};
    draining_ = true;
    changed_.notify_all();
}

void JobRun::stop() {
    end(Ended::stopped, "the worker was stopped");
}

void JobRun::end(Ended ended, const std::string& why) {
    std::shared_ptr<RowEngine> engine;
    {
        const std::lock_guard lock{mutex_};
        // What takes the job away goes before what we wanted with it.
        const bool taken = ended == Ended::lost || ended == Ended::cancelled;
        const bool was_taken = ended_ == Ended::lost || ended_ == Ended::cancelled;
        if (done_ || was_taken || (ended_ != Ended::no && !taken)) return;
        ended_ = ended;
        why_ = why;
        engine = engine_;
        changed_.notify_all();
    }
    if (engine) engine->interrupt();
}

bool JobRun::holds() const {
    return ended_ != Ended::lost && ended_ != Ended::cancelled && Clock::now() < held_until_;
}

void JobRun::watch_clock() {
    const auto last = started_ + options_.limits.time;
    std::unique_lock lock{mutex_};
    while (!done_ && ended_ != Ended::lost && ended_ != Ended::cancelled) {
        const auto until = ended_ == Ended::no ? std::min(held_until_, last) : held_until_;
        changed_.wait_until(lock, until);
        const auto now = Clock::now();
        if (done_) return;
        const bool lease_is_over = now >= held_until_;
        const bool over_time = ended_ == Ended::no && now >= last;
        if (!lease_is_over && !over_time) continue;
        lock.unlock();
        if (lease_is_over) {
            end(Ended::lost,
                fmt::format("the lease of {} ms ran out: the portal was not reached in time", options_.lease.count()));
        } else {
            end(Ended::over_time,
                fmt::format("the job did not end within {} s (--max-job-time)", options_.limits.time.count()));
        }
        lock.lock();
    }
}

void JobRun::send_heartbeats() {
    const auto pause = std::min(options_.lease / 3, options_.longest_beat);
    auto next = Clock::now() + pause;
    while (true) {
        std::size_t row = 0;
        {
            std::unique_lock lock{mutex_};
            changed_.wait_until(lock, next, [&] { return done_ || !holds(); });
            if (done_ || !holds()) return;
            row = begun_ + claim_.finished_rows.size();
        }
        const auto asked = Clock::now();
        try {
            take_state(beats_.heartbeat(claim_, static_cast<int>(row)), asked);
        } catch (const PortalError&) {
            // One that failed says nothing: the next one tells, or the clock.
        }
        next = Clock::now() + pause;
    }
}

void JobRun::take_state(JobState state, SteadyTime asked) {
    {
        // The answer to what we asked for may have been lost.
        const std::lock_guard lock{mutex_};
        if (state == wanted_) return;
    }
    if (state == JobState::cancelled) return end(Ended::cancelled, "cancelled in the portal");
    if (is_over(state) || state == JobState::pending) {
        return end(Ended::lost, state == JobState::lost
                                    ? "another worker has it"
                                    : fmt::format("it was set to {} in the portal", to_string(state)));
    }
    const std::lock_guard lock{mutex_};
    held_until_ = std::max(held_until_, asked + options_.lease);
    paused_ = state == JobState::paused;
    changed_.notify_all();
}

void JobRun::send_results() {
    std::unique_lock lock{mutex_};
    while (true) {
        const auto over = [&] { return rows_ended_ || !holds(); };
        changed_.wait(lock, [&] { return over() || !results_.empty(); });
        if (!over()) {
            changed_.wait_for(lock, options_.longest_batch,
                              [&] { return over() || results_.size() >= k_rows_per_batch; });
        }
        if (!holds()) return;
        if (results_.empty() && logs_.empty()) {
            if (rows_ended_) return;
            continue;
        }
        std::deque<reporters::TestResult> batch;
        while (!results_.empty() && batch.size() < k_rows_per_batch) {
            batch.push_back(std::move(results_.front()));
            results_.pop_front();
        }
        auto logs = std::exchange(logs_, {});
        lock.unlock();
        const bool sent = send_batch(std::move(batch), std::move(logs));
        lock.lock();
        if (!sent) return;
    }
}

template <class Ask>
auto JobRun::ask(const char* what, milliseconds patience, Ask&& question) -> std::optional<decltype(question())> {
    const auto last = Clock::now() + patience;
    for (int failures = 0;; ++failures) {
        {
            const std::lock_guard lock{mutex_};
            if (!holds()) return std::nullopt;
        }
        try {
            return question();
        } catch (const PortalError& error) {
            std::unique_lock lock{mutex_};
            if (!error.may_pass() || Clock::now() > last) {
                why_ = fmt::format("{}: {}", what, error.what());
                return std::nullopt;
            }
            if (ended_ == Ended::stopped) return std::nullopt;
            changed_.wait_for(lock, random_pause(failures), [&] { return !holds(); });
        }
    }
}

bool JobRun::send_batch(std::deque<reporters::TestResult> results, boost::json::array logs) {
    JobRows rows;
    rows.logs = std::move(logs);
    for (const auto& result : results) {
        auto more = rows_of(claim_, result, upload_pictures(result));
        const auto append = [](boost::json::array& all, boost::json::array& part) {
            for (auto& row : part) all.push_back(std::move(row));
        };
        append(rows.results, more.results);
        append(rows.logs, more.logs);
        append(rows.healing, more.healing);
    }
    {
        const std::lock_guard lock{mutex_};
        for (auto& line : std::exchange(logs_, {})) rows.logs.push_back(std::move(line));
    }
    return send_rows(rows);
}

bool JobRun::send_rows(const JobRows& rows) {
    const auto answer = ask("publish_execution_rows", k_patience, [&] { return rows_.publish(claim_, rows); });
    if (answer && answer->accepted) return true;
    if (answer) {
        take_state(
            answer->state == JobState::running || answer->state == JobState::paused ? JobState::lost : answer->state,
            Clock::now());
        return false;
    }
    std::unique_lock lock{mutex_};
    if (!holds() || ended_ == Ended::stopped) return false;
    const auto why = fmt::format("results could not be kept: {}", why_);
    lock.unlock();
    end(Ended::refused, why);
    return false;
}

std::map<std::string, std::string> JobRun::upload_pictures(const reporters::TestResult& result) {
    std::map<std::string, std::string> keys;
    std::set<std::string> paths;
    for (const auto& attempt : result.attempts) {
        for (const auto& file : attempt.attachments) {
            if (file.content_type == "image/png") paths.insert(file.path);
        }
        for (const auto& log : attempt.healing) paths.insert(log.pictures.begin(), log.pictures.end());
    }
    {
        const std::lock_guard lock{mutex_};
        if (pictures_refused_) return keys;
    }
    for (const auto& path : paths) {
        const auto bytes = read_bytes(options_.folder / path);
        if (bytes.empty()) continue;
        const auto key = fmt::format("{}/{}.png", claim_.job_id, content_hash(bytes));
        const auto uploaded = ask("upload of a screenshot", k_patience_for_pictures, [&] {
            rows_.upload_picture(key, bytes);
            return true;
        });
        if (uploaded) {
            keys.emplace(path, key);
            continue;
        }
        std::unique_lock lock{mutex_};
        if (!holds()) break;
        pictures_refused_ = true;
        const auto text = fmt::format("no screenshots from here on: {}", why_);
        lock.unlock();
        log(LogLevel::warn, text);
        break;
    }
    return keys;
}

void JobRun::log(LogLevel level, const std::string& message) {
    const std::lock_guard lock{mutex_};
    logs_.push_back(job_log(claim_, level, message, logged_++));
}

JobOutcome JobRun::conclude() {
    std::unique_lock lock{mutex_};
    auto outcome = outcome_;
    const auto taken = [&] {
        outcome.end = ended_ == Ended::cancelled ? JobEnd::cancelled : JobEnd::lost;
        outcome.why = why_;
        return outcome;
    };
    if (!holds()) return taken();
    const auto left = total_ - std::min(total_, begun_);
    const bool gives_back = ended_ == Ended::stopped || (ended_ == Ended::no && left > 0);
    auto state = JobState::completed;
    std::string message;
    if (ended_ == Ended::over_time || ended_ == Ended::refused || ended_ == Ended::broken) {
        state = JobState::failed;
        message = left > 0 && ended_ == Ended::over_time ? fmt::format("{}; {} rows were not begun", why_, left) : why_;
    } else if (outcome.failed > 0) {
        state = JobState::failed;
        message = fmt::format("{} of {} rows failed", outcome.failed, total_ + claim_.finished_rows.size());
    }
    wanted_ = gives_back ? JobState::pending : state;
    lock.unlock();
    if (gives_back) {
        const auto released = ask("release_execution_job", k_patience, [&] { return rows_.release(claim_); });
        outcome.end = released.value_or(false) ? JobEnd::released : JobEnd::lost;
        outcome.why = fmt::format("{} of {} rows are left", left, total_);
        return outcome;
    }
    const auto answer = ask("finish_execution_job", k_patience, [&] { return rows_.finish(claim_, state, message); });
    lock.lock();
    if (!answer) return taken();
    if (answer->state == JobState::cancelled) ended_ = Ended::cancelled;
    // Not accepted, but so already: the answer to an earlier try was lost.
    if (!answer->accepted && answer->state != state) {
        why_ = fmt::format("the portal says {}", to_string(answer->state));
        return taken();
    }
    outcome.end = state == JobState::completed ? JobEnd::completed : JobEnd::failed;
    outcome.why = message;
    return outcome;
}

}  // namespace reprise::runner
