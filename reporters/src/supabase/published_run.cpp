#include "supabase/published_run.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include "supabase/published_rows.hpp"
#include "time_text.hpp"

namespace reprise::reporters::supabase {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

// Empty: it cannot be read.
std::string sha256_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    if (!in || bytes.empty()) return {};
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) return {};
    std::string hex;
    for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest.at(i));
    return hex;
}

// At its own index; what is not known stays empty.
std::vector<TestCase> by_place(std::vector<TestCase> rows, const Outbox::Places& places) {
    std::size_t size = rows.size();
    for (const auto& row : rows) {
        size = std::max(size, static_cast<std::size_t>(places.at(row.id).row_index) + 1);
    }
    std::vector<TestCase> placed(size);
    for (auto& row : rows) {
        const auto index = static_cast<std::size_t>(places.at(row.id).row_index);
        placed[index] = std::move(row);
    }
    return placed;
}

}  // namespace

PublishedRun::PublishedRun(Outbox& outbox, Options options)
    : outbox_{outbox}, options_{std::move(options)}, places_{outbox.places()} {}

void PublishedRun::put(Cargo cargo, const std::string& id, const json::object& body, const std::string& job) {
    entries_.push_back({.cargo = cargo, .id = id, .body = json::serialize(body), .job = job});
}

void PublishedRun::know(const RunInfo& info) {
    info_ = info;
    const auto before = outbox_.fact("run").value_or(info.run_id);
    if (before != info.run_id) {
        outbox_.clear();  // another run left it in this folder
        places_.clear();
    }
    new_facts_["run"] = info.run_id;
}

void PublishedRun::begin(const RunInfo& info, std::vector<PublishedSuite> suites) {
    know(info);
    for (auto& suite : suites) add_suite(info, std::move(suite), true);
}

void PublishedRun::look_back(const RunInfo& info, std::vector<PublishedSuite> suites) {
    know(info);
    over_ = true;
    for (auto& suite : suites) add_suite(info, std::move(suite), false);
}

void PublishedRun::add_suite(const RunInfo& info, PublishedSuite suite, bool again) {
    Job job{.id = job_id(info.run_id, suite.name),
            .recording = recording_id(suite, options_.owner),
            .rows = suite.rows.size(),
            .grows = suite.rows.empty()};
    int next = 0;
    for (const auto& [test, place] : places_) {
        if (place.job == job.id) next = std::max(next, place.row_index + 1);
    }
    for (const auto& row : suite.rows) {
        if (places_.contains(row.id)) continue;
        const StoredPlace place{{.job = job.id, .row_index = next++}};
        places_.emplace(row.id, place);
        keep_place(row.id, place);
    }
    const bool known = outbox_.has(Cargo::job, job.id);
    if (!suite.rows.empty()) suite.rows = by_place(std::move(suite.rows), places_);
    job.rows = std::max(suite.rows.size(), static_cast<std::size_t>(next));
    if (again || !known) {
        auto recording = recording_row(suite, job.recording);
        if (suite.recording.empty()) recording["$unknown"] = true;
        put(Cargo::recording, job.recording, recording, {});
        auto body = job_row(info, suite, job.id, job.recording);
        if (known) {
            body["$again"] = true;
            outbox_.withdraw(Cargo::cancelled, job.id);
            outbox_.withdraw(Cargo::job_end, job.id);
            new_facts_["end of " + job.id] = "";
        }
        put(Cargo::job, job.id, body, job.id);
    }
    auto& kept = jobs_[suite.name] = std::move(job);
    jobs_by_id_[kept.id] = &kept;
}

StoredPlace& PublishedRun::place_of(const TestCase& test) {
    auto job = jobs_.find(test.suite);
    if (job == jobs_.end()) {
        add_suite(info_,
                  {.name = test.suite, .recording_name = test.recording_name, .recording_path = test.recording_path},
                  true);
        job = jobs_.find(test.suite);
    }
    const auto [place, fresh] = places_.try_emplace(test.id);
    if (fresh) {
        place->second = StoredPlace{{.job = job->second.id, .row_index = static_cast<int>(job->second.rows++)}};
        keep_place(test.id, place->second);
    }
    return place->second;
}

void PublishedRun::started(const TestCase& test, int worker, WallTime time) {
    auto& place = place_of(test);
    ++place.execution;
    place.ended = false;
    keep_place(test.id, place);
    running_[test.id] = {.last = time};
    auto& job = *jobs_by_id_.at(place.job);
    job.current_row = std::max(job.current_row, place.row_index);
    put(Cargo::result, result_id(place), running_row(test, place, time), place.job);
    put_log(started_line(test, place, time, worker), place);
}

void PublishedRun::step(const std::string& test, const StepResult& step, WallTime time) {
    const auto running = running_.find(test);
    const auto place = places_.find(test);
    if (running == running_.end() || place == places_.end()) return;
    const int number = running->second.steps++;
    running->second.last = time;
    if (!options_.log_steps) return;
    put_log(step_line(step, place->second, running->second.attempt, number, time), place->second);
}

void PublishedRun::attempt(const std::string& test, const AttemptResult& attempt) {
    const auto running = running_.find(test);
    const auto place = places_.find(test);
    if (running == running_.end() || place == places_.end()) return;
    const auto time = std::max(end_of(attempt), running->second.last);
    if (attempt.status != Status::passed) put_log(attempt_line(attempt, place->second, time), place->second);
    running->second = {.attempt = attempt.attempt + 1, .last = time};
}

void PublishedRun::count(Job& job, const TestResult& result) {
    job.changed = true;
    if (result.outcome == Outcome::passed || result.outcome == Outcome::flaky) {
        ++job.passed;
    } else if (result.outcome == Outcome::failed) {
        ++job.failed;
    } else {
        ++job.skipped;
        job.interrupted = job.interrupted || result.outcome == Outcome::interrupted;
    }
}

void PublishedRun::put_picture(OutboxEntry& owner, const std::string& path) {
    if (path.empty()) return;
    const auto hash = sha256_of(options_.folder / path);
    if (hash.empty()) return;
    owner.parent = fmt::format("{}/{}.png", owner.job, hash);
    entries_.push_back({.cargo = Cargo::picture, .id = owner.parent, .body = path, .job = owner.job});
}

void PublishedRun::put_log(const json::object& row, const RowPlace& place) {
    entries_.push_back({.cargo = Cargo::log,
                        .id = std::string(row.at("id").as_string()),
                        .body = json::serialize(row),
                        .job = place.job,
                        .parent = result_id(place)});
}

void PublishedRun::put_result(const TestResult& result, const RowPlace& place, WallTime not_before) {
    OutboxEntry entry{.cargo = Cargo::result,
                      .id = result_id(place),
                      .body = json::serialize(result_row(result, place)),
                      .job = place.job};
    put_picture(entry, picture_of(result));
    entries_.push_back(std::move(entry));
    for (const auto& line : lines_of(result, place, options_.log_steps, not_before)) put_log(line, place);
    const auto heals = healing_rows(result, place, jobs_by_id_.at(place.job)->recording);
    std::size_t number = 0;
    for (const auto& attempt : result.attempts) {
        for (const auto& heal : attempt.healing) {
            const auto& row = heals.at(number++);
            OutboxEntry healing{.cargo = Cargo::healing,
                                .id = std::string(row.at("id").as_string()),
                                .body = json::serialize(row),
                                .job = place.job};
            if (!heal.pictures.empty()) put_picture(healing, heal.pictures.front());
            entries_.push_back(std::move(healing));
        }
    }
}

void PublishedRun::finished(const TestResult& result) {
    auto& place = place_of(result.test);
    place.execution = std::max(place.execution, 1);
    place.ended = true;
    keep_place(result.test.id, place);
    const auto running = running_.find(result.test.id);
    const auto last = running == running_.end() ? WallTime{} : running->second.last;
    if (running != running_.end()) running_.erase(running);
    count(*jobs_by_id_.at(place.job), result);
    put_result(result, place, last);
}

void PublishedRun::kept(const TestResult& result) {
    auto& place = place_of(result.test);
    if (place.ended && outbox_.has(Cargo::result, result_id(place))) {
        count(*jobs_by_id_.at(place.job), result);
    } else {
        finished(result);
    }
}

void PublishedRun::unfinished(const TestCase& test) {
    auto& place = place_of(test);
    const bool known = place.ended && outbox_.has(Cargo::result, result_id(place));
    place.execution = std::max(place.execution, 1);
    place.ended = true;
    keep_place(test.id, place);
    const TestResult result{
        .test = test, .outcome = Outcome::skipped, .skip_reason = "the run was cut short while this row ran"};
    auto& job = *jobs_by_id_.at(place.job);
    count(job, result);
    job.interrupted = true;
    if (!known) put(Cargo::result, result_id(place), result_row(result, place), place.job);
}

json::object PublishedRun::counters(const Job& job) {
    return {{"current_row", job.current_row},
            {"completed_rows", job.passed + job.skipped},
            {"successful_rows", job.passed},
            {"failed_rows", job.failed},
            {"skipped_rows", job.skipped}};
}

void PublishedRun::end(RunStatus status, WallTime time, const std::string& cut_short) {
    for (auto& [suite, job] : jobs_) {
        const auto ended = static_cast<std::size_t>(job.passed + job.failed + job.skipped);
        const bool cancelled =
            job.interrupted || (status == RunStatus::interrupted && (job.skipped > 0 || ended < job.rows));
        auto body = counters(job);
        body["status"] = cancelled ? "cancelled" : job.failed > 0 ? "failed" : "completed";
        body["total_rows"] = job.rows;
        body["completed_at"] = iso_time(time);
        if (cancelled) body["error_message"] = cut_short.empty() ? "the run was interrupted" : cut_short;
        const auto fact = "end of " + job.id;
        const auto text = json::serialize(body);
        if (outbox_.fact(fact).value_or("") == text) continue;
        if (!outbox_.fact(fact).value_or("").empty()) body["$again"] = true;  // it ended otherwise before
        new_facts_[fact] = text;
        if (cancelled) put(Cargo::cancelled, job.id, body, job.id);
        put(Cargo::job_end, job.id, body, job.id);
    }
}

void PublishedRun::flush() {
    for (auto& [suite, job] : jobs_) {
        if (!job.changed) continue;
        job.changed = false;
        if (over_) continue;  // the job's end tells it
        put(Cargo::progress, job.id, counters(job), job.id);
    }
    outbox_.put(entries_, new_places_, new_facts_);
    entries_.clear();
    new_places_.clear();
    new_facts_.clear();
}

}  // namespace reprise::reporters::supabase
