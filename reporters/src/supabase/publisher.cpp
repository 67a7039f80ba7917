#include <reprise/reporters/supabase/publisher.hpp>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include <fmt/format.h>

#include "redaction.hpp"
#include "supabase/outbox_lock.hpp"
#include "supabase/published_run.hpp"
#include "supabase/sender.hpp"
#include "supabase/sending.hpp"

namespace reprise::reporters::supabase {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using std::chrono::milliseconds;

constexpr std::chrono::milliseconds k_together{100};
constexpr std::size_t k_many_events = 200;
// Events wait in memory until the outbox has them. Above that the run waits for the disk, never for the network.
constexpr std::size_t k_most_events = 2'048;

json::value scrubbed(const Redactor& redactor, const json::value& value) {
    if (const auto* text = value.if_string()) return json::string(redactor.redact(*text));
    if (const auto* list = value.if_array()) {
        json::array clean;
        for (const auto& item : *list) clean.push_back(scrubbed(redactor, item));
        return clean;
    }
    if (const auto* members = value.if_object()) {
        json::object clean;
        for (const auto& entry : *members) clean[entry.key()] = scrubbed(redactor, entry.value());
        return clean;
    }
    return value;
}

}  // namespace

void redact(PublishedSuite& suite, const Redactor& redactor) {
    if (redactor.empty()) return;
    suite.recording = scrubbed(redactor, suite.recording).as_object();
    suite.recording_name = redactor.redact(suite.recording_name);
    for (auto& row : suite.rows) row = redacted(redactor, std::move(row));
}

class Publisher::Core {
public:
    using Event = std::function<void(PublishedRun&)>;

    Core(const Settings& settings, const fs::path& folder, std::vector<PublishedSuite> suites, const Redactor& redactor,
         const PublishOptions& options)
        : folder_{folder},
          options_{options},
          suites_{std::move(suites)},
          redactor_{redactor},
          lock_{folder},
          outbox_{folder / k_outbox_name},
          run_{outbox_, {.folder = folder, .owner = owner_of(settings), .log_steps = options.log_steps}},
          sending_{settings, outbox_, folder, options},
          writer_{[this] { write(); }} {}

    ~Core() { stop_writing(); }

    std::vector<PublishedSuite> take_suites() {
        auto suites = std::exchange(suites_, {});
        for (auto& suite : suites) redact(suite, redactor_);
        return suites;
    }

    void post(Event event) {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return events_.size() < k_most_events || !problem_.empty(); });
        if (!problem_.empty()) return;
        events_.push_back(std::move(event));
        changed_.notify_all();
    }

    PublishReport finish() {
        stop_writing();
        auto report = sending_.finish(options_.at_end, Sending::k_for_a_stranger);
        if (!problem_.empty()) report.problems.push_back(problem_);
        return report;
    }

private:
    // The writer's thread: from memory to the outbox.
    void write() {
        try {
            while (true) {
                std::deque<Event> events;
                {
                    std::unique_lock lock{mutex_};
                    changed_.wait(lock, [&] { return !events_.empty() || ends_; });
                    if (events_.empty()) return;
                    // What follows at once is kept with it: a transaction for each event would cost more than the
                    // event.
                    changed_.wait_for(lock, k_together, [&] { return events_.size() >= k_many_events || ends_; });
                    events.swap(events_);
                    changed_.notify_all();
                }
                for (const auto& event : events) event(run_);
                run_.flush();
                sending_.wake();
            }
        } catch (const std::exception& error) {
            const std::lock_guard lock{mutex_};
            problem_ = fmt::format("what follows was not kept for the portal: {}", error.what());
            events_.clear();
            changed_.notify_all();
        }
    }

    void stop_writing() {
        {
            const std::lock_guard lock{mutex_};
            ends_ = true;
            changed_.notify_all();
        }
        if (writer_.joinable()) writer_.join();
    }

    const fs::path folder_;
    const PublishOptions options_;
    std::vector<PublishedSuite> suites_;
    const Redactor& redactor_;
    OutboxLock lock_;
    Outbox outbox_;
    PublishedRun run_;  // the writer's
    Sending sending_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Event> events_;  // these three guarded by mutex_
    bool ends_{};
    std::string problem_;
    std::thread writer_;  // last: it uses all of them
};

Publisher::Publisher(const Settings& settings, const fs::path& folder, std::vector<PublishedSuite> suites,
                     const Redactor& redactor, const PublishOptions& options)
    : core_{std::make_unique<Core>(settings, folder, std::move(suites), redactor, options)} {}

Publisher::~Publisher() = default;

void Publisher::on_run_started(const RunInfo& info) {
    core_->post([info, core = core_.get()](PublishedRun& run) { run.begin(info, core->take_suites()); });
}

void Publisher::on_test_kept(const TestResult& result) {
    core_->post([result](PublishedRun& run) { run.kept(result); });
}

void Publisher::on_test_started(const TestCase& test, int worker) {
    core_->post(
        [test, worker, now = std::chrono::system_clock::now()](PublishedRun& run) { run.started(test, worker, now); });
}

void Publisher::on_step_finished(const TestCase& test, const StepResult& step) {
    core_->post(
        [id = test.id, step, now = std::chrono::system_clock::now()](PublishedRun& run) { run.step(id, step, now); });
}

void Publisher::on_attempt_finished(const TestCase& test, const AttemptResult& attempt) {
    core_->post([id = test.id, attempt](PublishedRun& run) { run.attempt(id, attempt); });
}

void Publisher::on_test_finished(const TestResult& result) {
    core_->post([result](PublishedRun& run) { run.finished(result); });
}

void Publisher::on_run_finished(const RunInfo&, const RunResult& result) {
    core_->post([result](PublishedRun& run) { run.end(result.status, result.ended_at, {}); });
}

PublishReport Publisher::finish() {
    return core_->finish();
}

}  // namespace reprise::reporters::supabase
