// Turns a run, as it happens or as its journal tells it, into entries of the outbox.
//
// One thread at a time.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include <reprise/reporters/event.hpp>
#include <reprise/reporters/supabase/publisher.hpp>

#include "supabase/outbox.hpp"

namespace reprise::reporters::supabase {

class PublishedRun {
public:
    struct Options {
        std::filesystem::path folder;  // the run's
        std::string owner{};           // part of the ids of recordings that have none
        bool log_steps{true};
    };
    PublishedRun(Outbox& outbox, Options options);

    // The run begins, or goes on: its jobs run. `suites` may lack some.
    void begin(const RunInfo& info, std::vector<PublishedSuite> suites);
    // In place of begin(): the run is over; what the outbox has of it stays as it is.
    void look_back(const RunInfo& info, std::vector<PublishedSuite> suites);

    void started(const TestCase& test, int worker, WallTime time);
    void step(const std::string& test, const StepResult& step, WallTime time);
    void attempt(const std::string& test, const AttemptResult& attempt);
    void finished(const TestResult& result);
    // As finished(), unless the outbox has it.
    void kept(const TestResult& result);
    // The process ended while it ran.
    void unfinished(const TestCase& test);
    // What every job ends with. `cut_short`: why, when its rows have not all ended.
    void end(RunStatus status, WallTime time, const std::string& cut_short);

    // Puts what was gathered into the outbox. Throws DatabaseError.
    void flush();

private:
    struct Job {
        std::string id, recording;
        std::size_t rows{};  // planned, or met so far
        bool grows{};        // nothing was planned
        int current_row{}, passed{}, failed{}, skipped{};
        bool interrupted{};
        bool changed{};
    };
    struct Running {
        int attempt{1};
        int steps{};
        WallTime last{};  // line: what follows is not before it
    };

    void know(const RunInfo& info);
    void add_suite(const RunInfo& info, PublishedSuite suite, bool again);
    StoredPlace& place_of(const TestCase& test);
    void put_picture(OutboxEntry& owner, const std::string& path);
    void count(Job& job, const TestResult& result);
    void put_result(const TestResult& result, const RowPlace& place, WallTime not_before);
    void put_log(const boost::json::object& row, const RowPlace& place);
    void keep_place(const std::string& test, const StoredPlace& place) { new_places_[test] = place; }
    static boost::json::object counters(const Job& job);
    void put(Cargo cargo, const std::string& id, const boost::json::object& body, const std::string& job);

    Outbox& outbox_;
    const Options options_;
    RunInfo info_{};
    bool over_{};
    std::map<std::string, Job> jobs_;  // by suite
    std::map<std::string, Job*> jobs_by_id_;
    Outbox::Places places_;
    Outbox::Places new_places_;
    Outbox::Facts new_facts_;
    std::unordered_map<std::string, Running> running_;
    std::vector<OutboxEntry> entries_;
};

}  // namespace reprise::reporters::supabase
