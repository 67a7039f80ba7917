// Publishes a run to a Supabase portal: a job for each recording, a result for each row, logs while it goes on, heals,
// pictures of failures. docs/portal.md says what goes where.
//
//     auto publisher = std::make_shared<Publisher>(settings, output_folder, suites, events.redactor());
//     events.add(publisher);
//     ...
//     const PublishReport report = publisher->finish();
//     for (const auto& line : report.lines()) fmt::print(stderr, "reprise: {}\n", line);
//
// Everything is put into `<run's folder>/outbox.sqlite` first and sent from there by a thread of its own: the run never
// waits for the network, and what could not be sent is sent later by publish_run(). Anything may be sent twice and is
// there once: ids follow from the run.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include <reprise/reporters/event.hpp>
#include <reprise/reporters/redactor.hpp>
#include <reprise/reporters/reporter.hpp>
#include <reprise/reporters/supabase/client.hpp>
#include <reprise/reporters/supabase/settings.hpp>

namespace reprise::reporters::supabase {

// A recording of the run, with those of its rows that the run is of.
struct PublishedSuite {
    std::string name;                 // TestCase::suite
    std::string recording_name{};     // as portals show it; empty: `name`
    std::string recording_path{};     // empty: tests written in C++
    boost::json::object recording{};  // the document as read; empty: it is not known, and is not compared
    boost::json::object settings{};   // of the job: headless, timeout, retryCount, ...
    int concurrency{1};
    bool stop_on_error{};
    std::vector<TestCase> rows{};  // in their order; its place here is a row's index in the portal
};

// Replaces secrets in all its texts.
void redact(PublishedSuite& suite, const Redactor& redactor);

struct PublishOptions {
    std::chrono::milliseconds at_end{30'000};  // how long the end of a run waits for what is still to be sent
    bool log_steps{true};                      // a line for each step, not for rows, failures and heals alone
    RetryPolicy retry{.tries = 3,
                      .first = std::chrono::milliseconds{200},
                      .longest = std::chrono::milliseconds{2'000},
                      .total = std::chrono::milliseconds{15'000}};  // of each request
};

// What has become of a run's rows.
struct PublishReport {
    struct Counts {
        std::uint64_t sent{}, waiting{}, refused{};
    };
    Counts recordings{}, jobs{}, results{}, logs{}, heals{}, pictures{};
    std::vector<std::string> problems{};  // each names what to mend
    std::filesystem::path folder{};       // of the run
    std::string portal{};                 // its address
    Traffic traffic{};

    bool complete() const;  // all of it is there
    // For a person: a summary, then the problems.
    std::vector<std::string> lines() const;
};

class Publisher final : public Reporter {
public:
    // `settings` have no problem_of(). `suites` may be empty, or lack some: their jobs then grow with the rows.
    // `redactor` outlives it. Throws DatabaseError when the outbox cannot be written, std::runtime_error when another
    // process publishes this run.
    Publisher(const Settings& settings, const std::filesystem::path& folder, std::vector<PublishedSuite> suites,
              const Redactor& redactor, const PublishOptions& options = {});
    ~Publisher() override;  // what was not sent stays in the outbox

    void on_run_started(const RunInfo& info) override;
    void on_test_kept(const TestResult& result) override;
    void on_test_started(const TestCase& test, int worker) override;
    void on_step_finished(const TestCase& test, const StepResult& step) override;
    void on_attempt_finished(const TestCase& test, const AttemptResult& attempt) override;
    void on_test_finished(const TestResult& result) override;
    void on_run_finished(const RunInfo& info, const RunResult& result) override;

    // After on_run_finished, once: sends what is left, as long as PublishOptions::at_end, and says what became of it.
    PublishReport finish();

private:
    class Core;
    std::unique_ptr<Core> core_;
};

// Publishes a run from its folder, be it that its process was killed, that the portal was away, or that it was never
// published: what its outbox holds, and what its journal has beyond that. Rows that the portal refused are tried again.
// `suite_of`, if given, tells of a recording by one of its rows. Throws std::runtime_error when there is no journal, or
// it cannot be read; DatabaseError; std::runtime_error when the run goes on, or another process publishes it.
using FindSuite = std::function<std::optional<PublishedSuite>(const TestCase&)>;
PublishReport publish_run(const std::filesystem::path& folder, const Settings& settings,
                          const PublishOptions& options = {}, const FindSuite& suite_of = {});

}  // namespace reprise::reporters::supabase
