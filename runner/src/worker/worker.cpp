#include <reprise/runner/worker.hpp>

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <random>
#include <set>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include <reprise/cdp/error.hpp>
#include <reprise/reporters/supabase/client.hpp>
#include <reprise/reporters/supabase/dialect.hpp>

#include "engine/interrupt_watch.hpp"
#include "engine/slots.hpp"
#include "worker/job_run.hpp"
#include "worker/portal_queue.hpp"
#include "worker/process_metrics.hpp"

namespace reprise::runner {
namespace {

namespace fs = std::filesystem;
using reporters::supabase::make_uuid;
using reporters::supabase::PortalError;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds k_first_pause{500};
constexpr milliseconds k_longest_pause{5'000};
constexpr milliseconds k_longest_pause_without_portal{30'000};
constexpr seconds k_metrics_pause{30};

std::string default_name() {
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    return fmt::format("{}-{}", host.data(), ::getpid());
}

fs::path make_folder() {
    auto pattern = (fs::temp_directory_path() / "reprise-worker-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::invalid_argument(fmt::format("no folder can be made as {}: {}", pattern, std::strerror(errno)));
    }
    return pattern;
}

HostRules host_rules(const WorkerOptions& options) {
    if (options.any_host && !options.hosts.empty()) {
        throw std::invalid_argument("--allow-host and --allow-any-host exclude each other");
    }
    return options.any_host ? HostRules::any() : HostRules::only(options.hosts);
}

void check_key(const WorkerOptions& options) {
    if (const auto problem = problem_of(options.portal); !problem.empty()) throw std::invalid_argument(problem);
    const auto role =
        reporters::supabase::role_of_key(options.portal.token.empty() ? options.portal.key : options.portal.token);
    if ((role != "service_role" && role != "secret") || options.allow_service_role) return;
    throw std::invalid_argument(
        "the key is a service role's: it passes by every rule of the database, and a worker opens pages that others "
        "name. Give it the key of the role reprise_worker (docs/workers.md), or say --allow-service-role");
}

void check_user(const WorkerOptions& options) {
    if (options.engine || options.no_sandbox || ::geteuid() != 0) return;
    throw std::invalid_argument(
        "a worker does not run as root: Chromium has no sandbox then, and jobs name the pages. Run it as another user, "
        "or say --no-sandbox if something else confines it");
}

class Worker {
public:
    Worker(const WorkerOptions& options, HostRules hosts, MakeRowEngine engine)
        : options_{options},
          name_{options.name.empty() ? default_name() : options.name},
          hosts_{std::move(hosts)},
          engine_{std::move(engine)},
          folder_{make_folder()} {}
    ~Worker() {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

    ExitCode work() {
        InterruptWatch watch{[this](int signal) { interrupted(signal); }, 2};
        std::thread metrics{[this] { tell_metrics(); }};
        say(fmt::format("worker {} takes jobs from {}, {} at a time; pages of {}", name_, options_.portal.url,
                        options_.jobs, hosts_.shown()));
        try {
            run_slots(
                options_.jobs, [this](int slot) { serve(slot); }, [this] { drain(); });
        } catch (...) {
            end_metrics();
            metrics.join();
            throw;
        }
        end_metrics();
        metrics.join();
        const std::lock_guard lock{mutex_};
        say(fmt::format("worker {} ends: {} jobs done, {} of them failed", name_, processed_, failed_));
        if (fatal_) return ExitCode::bad_input;
        return stopping_ ? ExitCode::interrupted : ExitCode::passed;
    }

private:
    void say(const std::string& text) const {
        if (!options_.quiet) fmt::print(stderr, "reprise: {}\n", text);
    }

    void interrupted(int signal) {
        if (!drain()) return stop();
        fmt::print(stderr, "reprise: {}: running rows finish, no job is taken any more (again to stop at once)\n",
                   ::strsignal(signal));
    }

    // False: it was asked for before.
    bool drain() {
        const std::lock_guard lock{mutex_};
        if (draining_) return false;
        draining_ = true;
        for (auto* run : runs_) run->drain();
        changed_.notify_all();
        return true;
    }

    void stop() {
        const std::lock_guard lock{mutex_};
        if (stopping_) return;
        stopping_ = true;
        fmt::print(stderr, "reprise: stopping: running rows are given up, their jobs go back to the queue\n");
        // Not all under this lock, one after the other: each closes its browsers.
        for (auto* run : runs_) run->stop();
    }

    // Between two questions whether there is work; false: none is to be taken any more.
    bool pause(milliseconds longest) {
        thread_local std::minstd_rand random{std::random_device{}()};
        const milliseconds time{std::uniform_int_distribution<std::int64_t>{1, longest.count()}(random)};
        std::unique_lock lock{mutex_};
        return !changed_.wait_for(lock, time, [&] { return draining_; });
    }

    bool takes_jobs() {
        const std::lock_guard lock{mutex_};
        if (options_.most_jobs && taken_ >= *options_.most_jobs) return false;
        if (!draining_) ++taken_;  // given back when there was none
        return !draining_;
    }
    void took_none() {
        const std::lock_guard lock{mutex_};
        --taken_;
    }

    // Takes job after job. The same claim id is asked for until there is an answer: it may have been given already.
    void serve(int slot) {
        PortalQueue rows{options_.portal, name_, options_.lease, options_.stale_after};
        PortalQueue beats{options_.portal, name_, options_.lease, options_.stale_after};
        auto claim_id = make_uuid();
        auto longest = k_first_pause;
        bool reached = true;
        while (takes_jobs()) {
            std::optional<Claim> claim;
            try {
                claim = rows.claim(claim_id);
            } catch (const PortalError& error) {
                took_none();
                if (!error.may_pass()) return give_up(error);
                if (std::exchange(reached, false)) say(fmt::format("no job can be taken for now: {}", error.what()));
                if (!pause(longest)) return;
                longest = std::min(longest * 2, k_longest_pause_without_portal);
                continue;
            }
            reached = true;
            claim_id = make_uuid();
            if (claim) {
                longest = k_first_pause;
                run_job(std::move(*claim), rows, beats, slot);
                continue;
            }
            took_none();
            if (options_.until_empty || !pause(longest)) return;
            longest = std::min(longest * 2, k_longest_pause);
        }
    }

    void give_up(const PortalError& error) {
        drain();
        const std::lock_guard lock{mutex_};
        if (std::exchange(fatal_, true)) return;
        fmt::print(stderr, "reprise: no job can be taken: {}\n", error.what());
    }

    void run_job(Claim claim, JobQueue& rows, JobQueue& beats, int slot) {
        const auto id = claim.job_id;
        const auto attempt = claim.attempt;
        JobRun run{std::move(claim),
                   rows,
                   beats,
                   {.engine = engine_,
                    .hosts = hosts_,
                    .limits = options_.limits,
                    .worker = name_,
                    .lease = options_.lease,
                    .folder = folder_ / std::to_string(slot)}};
        {
            const std::lock_guard lock{mutex_};
            runs_.insert(&run);
            if (draining_) run.drain();
            if (stopping_) run.stop();
        }
        const auto outcome = run.run();
        {
            const std::lock_guard lock{mutex_};
            runs_.erase(&run);
            if (outcome.end == JobEnd::completed || outcome.end == JobEnd::failed) {
                ++processed_;
                if (outcome.end == JobEnd::failed) ++failed_;
                time_spent_ += outcome.duration;
            }
        }
        say(fmt::format("job {} {}{}: {} passed, {} failed, {} skipped in {:.1f} s{}", id, to_string(outcome.end),
                        attempt > 1 ? fmt::format(" (attempt {})", attempt) : "", outcome.passed, outcome.failed,
                        outcome.skipped, std::chrono::duration<double>(outcome.duration).count(),
                        outcome.why.empty() ? "" : ": " + outcome.why.substr(0, outcome.why.find('\n'))));
    }

    void tell_metrics() {
        PortalQueue queue{options_.portal, name_, options_.lease, options_.stale_after};
        ProcessMetrics metrics;
        bool told = false;
        std::unique_lock lock{mutex_};
        while (!ended_) {
            const auto reading = metrics.read();
            const boost::json::object row{
                {"worker_id", name_},
                {"worker_region", options_.region.empty() ? boost::json::value{} : boost::json::value(options_.region)},
                {"cpu_usage", std::round(reading.cpu_percent * 100) / 100},
                {"memory_usage", std::round(reading.memory_mb * 100) / 100},
                {"browser_count", reading.browsers},
                {"jobs_processed", processed_},
                {"jobs_succeeded", processed_ - failed_},
                {"jobs_failed", failed_},
                {"avg_job_duration", processed_ > 0 ? time_spent_.count() / static_cast<std::int64_t>(processed_) : 0}};
            lock.unlock();
            try {
                queue.record_metrics(row);
            } catch (const PortalError& error) {
                // Jobs do not depend on it.
                if (!error.may_pass() && !std::exchange(told, true)) say(fmt::format("no metrics: {}", error.what()));
            }
            lock.lock();
            metrics_end_.wait_for(lock, k_metrics_pause, [&] { return ended_; });
        }
    }

    void end_metrics() {
        const std::lock_guard lock{mutex_};
        ended_ = true;
        metrics_end_.notify_all();
    }

    const WorkerOptions& options_;
    const std::string name_;
    const HostRules hosts_;
    const MakeRowEngine engine_;
    const fs::path folder_;

    std::mutex mutex_;
    std::condition_variable changed_, metrics_end_;
    // All below: guarded by mutex_.
    std::set<JobRun*> runs_;
    bool draining_{}, stopping_{}, fatal_{}, ended_{};
    std::size_t taken_{}, processed_{}, failed_{};
    milliseconds time_spent_{};
};

}  // namespace

ExitCode work(const WorkerOptions& options) {
    try {
        check_key(options);
        auto hosts = host_rules(options);
        check_user(options);
        if (!options.engine) check_browser(options, hosts);
        auto engine = options.engine ? options.engine : browser_engine(options, hosts);
        return Worker{options, std::move(hosts), std::move(engine)}.work();
    } catch (const std::invalid_argument& error) {
        fmt::print(stderr, "reprise: {}\n", error.what());
        return ExitCode::bad_input;
    } catch (const cdp::LaunchError& error) {
        fmt::print(stderr, "reprise: {}\n", error.what());
        return ExitCode::internal;
    }
}

}  // namespace reprise::runner
