// One claimed job, from the claim to its end: rows, heartbeats, results.
//
// Threads: run() on one; drain() and stop() from any. While it runs there is a thread for each row at a time, one that
// sends heartbeats, one that sends results and one that watches the clock: the lease is ours only as long as our own
// clock says so, whatever the portal does meanwhile.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include <reprise/reporters/event.hpp>
#include <reprise/runner/worker.hpp>

#include "worker/host_rules.hpp"
#include "worker/job.hpp"
#include "worker/job_queue.hpp"
#include "worker/job_rows.hpp"
#include "worker/row_engine.hpp"

namespace reprise::runner {

struct JobRunOptions {
    MakeRowEngine engine;
    HostRules hosts;
    JobLimits limits{};
    std::string worker{};
    std::chrono::milliseconds lease{30'000};
    // The shorter of a third of the lease and this: a job that is cancelled or paused hears of it within that time.
    std::chrono::milliseconds longest_beat{2'000};
    std::chrono::milliseconds longest_batch{500};  // results wait for others so long
    std::filesystem::path folder;                  // for what rows leave; made and removed here
};

enum class JobEnd { completed, failed, released, cancelled, lost };
std::string_view to_string(JobEnd end);

struct JobOutcome {
    JobEnd end{JobEnd::lost};
    std::string why{};  // of an end that is not "completed"
    std::size_t passed{}, failed{}, skipped{};
    std::chrono::milliseconds duration{};
};

class JobRun {
public:
    // Two queues, since one thread at a time may use each.
    JobRun(Claim claim, JobQueue& rows, JobQueue& beats, JobRunOptions options);
    ~JobRun();

    // Never throws for what a portal or a job does.
    JobOutcome run();
    // No further row is begun; the job is released when there are rows left.
    void drain();
    // The same, and the rows that run are given up.
    void stop();

private:
    class Collector;
    enum class Ended { no, cancelled, lost, over_time, stopped, refused, broken };

    void run_rows(const Job& job);
    const PlannedTest* next_row(const Job& job, std::string& skip_reason);
    void row_finished(const reporters::TestResult& result);

    void send_heartbeats();
    void watch_clock();
    void take_state(JobState state, SteadyTime asked);

    void send_results();
    bool send_batch(std::deque<reporters::TestResult> results, boost::json::array logs);
    bool send_rows(const JobRows& rows);
    std::map<std::string, std::string> upload_pictures(const reporters::TestResult& result);
    void log(LogLevel level, const std::string& message);
    // Asks until there is an answer; none: the job is not ours any more, the portal refused, or patience has run out.
    template <class Ask>
    auto ask(const char* what, std::chrono::milliseconds patience, Ask&& question)
        -> std::optional<decltype(question())>;

    void end(Ended ended, const std::string& why);
    JobOutcome conclude();
    bool holds() const;  // the lease, by our own clock; with the lock

    const Claim claim_;
    JobQueue& rows_;
    JobQueue& beats_;
    const JobRunOptions options_;
    const SteadyTime started_{std::chrono::steady_clock::now()};

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    // All below: guarded by mutex_.
    std::shared_ptr<RowEngine> engine_;
    SteadyTime held_until_;
    Ended ended_{Ended::no};
    std::string why_;
    bool paused_{}, draining_{};
    bool rows_ended_{};               // no further result comes
    bool done_{};                     // the portal has heard the last of us
    std::optional<JobState> wanted_;  // what we have asked the portal to set
    bool stop_on_error_hit_{};
    std::size_t next_{}, begun_{}, total_{};
    std::deque<reporters::TestResult> results_;  // not yet sent
    boost::json::array logs_;                    // not yet sent
    int logged_{};
    bool pictures_refused_{};
    JobOutcome outcome_;
};

}  // namespace reprise::runner
