#include "engine/publishing.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/json/value.hpp>

#include <reprise/reporters/redactor.hpp>
#include <reprise/runner/portal.hpp>

namespace reprise::runner {

namespace json = boost::json;
using reporters::supabase::PublishedSuite;

reporters::supabase::Settings portal_settings(const PortalOptions& options) {
    reporters::supabase::Settings base{
        .url = options.url, .user_id = options.user_id, .ca_certificate = options.ca_file};
    if (!options.key_file.empty()) base.key = reporters::supabase::key_of_file(options.key_file);
    return reporters::supabase::settings_from_environment(std::move(base));
}

namespace {

PublishedSuite published(const Suite& suite, bool headed) {
    const auto& job = suite.settings.job;
    PublishedSuite published{.name = suite.name,
                             .recording_name = suite.recording.name,
                             .recording_path = suite.recording.path,
                             .settings = {{"headless", !headed},
                                          {"timeout", job.timeout.count()},
                                          {"retryCount", job.retry_count},
                                          {"screenshotOnError", job.screenshot_on_error},
                                          {"enableHealing", job.enable_healing}},
                             .concurrency = suite.settings.concurrency,
                             .stop_on_error = suite.settings.stop_on_error};
    const auto& source = suite.recording.source;
    if (source && source->is_object()) published.recording = source->get_object();
    return published;
}

}  // namespace

std::vector<PublishedSuite> published_suites(const std::vector<PlannedTest>& tests, bool headed) {
    std::vector<PublishedSuite> suites;
    const Suite* last = nullptr;
    std::size_t place = 0;
    for (const auto& planned : tests) {
        if (planned.suite.get() != last) {
            last = planned.suite.get();
            const auto found = std::ranges::find(suites, last->name, &PublishedSuite::name);
            place = static_cast<std::size_t>(found - suites.begin());
            if (found == suites.end()) suites.push_back(published(*last, headed));
        }
        suites[place].rows.push_back(planned.test);
    }
    return suites;
}

std::optional<PublishedSuite> published_suite_of(const reporters::TestCase& test) {
    if (test.recording_path.empty()) return std::nullopt;
    RunOptions options;
    options.recordings = {test.recording_path};
    if (!test.data_path.empty()) options.data.emplace_back("", test.data_path);
    try {
        const auto selection = select_tests(options);
        if (selection.tests.empty()) return std::nullopt;
        reporters::Redactor redactor;
        for (const auto& secret : selection.secrets) redactor.add(secret);
        auto suite = published(*selection.tests.front().suite, false);
        redact(suite, redactor);
        return suite;
    } catch (const std::exception&) {
        return std::nullopt;  // it is published by its name
    }
}

void add_test(std::vector<PublishedSuite>& suites, const reporters::TestCase& test) {
    auto suite = std::ranges::find(suites, test.suite, &PublishedSuite::name);
    if (suite == suites.end()) {
        suites.push_back(
            {.name = test.suite, .recording_name = test.recording_name, .recording_path = test.recording_path});
        suite = suites.end() - 1;
    }
    const bool there = std::ranges::find(suite->rows, test.id, &reporters::TestCase::id) != suite->rows.end();
    if (!there) suite->rows.push_back(test);
}

namespace {

PublishMode mode_of(const RunOptions& options, const std::vector<reporters::ReporterSpec>& specs) {
    const bool named =
        std::ranges::any_of(specs, [](const auto& spec) { return spec.name == reporters::k_supabase_reporter; });
    return named ? std::max(options.portal.publish, PublishMode::attempt) : options.portal.publish;
}

PortalOptions with_mode(PortalOptions options, PublishMode mode) {
    options.publish = mode;
    return options;
}

}  // namespace

Publishing::Publishing(const RunOptions& options, const std::vector<reporters::ReporterSpec>& specs)
    : options_{with_mode(options.portal, mode_of(options, specs))}, quiet_{options.quiet} {
    if (options_.publish == PublishMode::off) return;
    std::string problem;
    try {
        settings_ = portal_settings(options_);
        problem = problem_of(*settings_);
    } catch (const std::invalid_argument& error) {
        problem = error.what();
    }
    if (problem.empty()) return;
    settings_.reset();
    if (options_.publish == PublishMode::require) throw std::invalid_argument("--publish=require: " + problem);
    fmt::print(stderr, "reprise: the run is not published: {}\n", problem);
}

void Publishing::listen(reporters::EventStream& events, const std::filesystem::path& output,
                        std::vector<PublishedSuite> suites) {
    if (!settings_) return;
    events.redactor().add(settings_->key);
    if (!settings_->password.empty()) events.redactor().add(settings_->password);
    try {
        publisher_ = std::make_shared<reporters::supabase::Publisher>(
            *settings_, output, std::move(suites), events.redactor(),
            reporters::supabase::PublishOptions{.at_end = options_.at_end});
        events.add(publisher_);
    } catch (const std::exception& error) {
        fmt::print(stderr, "reprise: the run is not published: {}\n", error.what());
    }
}

bool Publishing::finish() {
    if (publisher_) {
        const auto report = publisher_->finish();
        const bool well = report.complete() && report.problems.empty();
        if (!well || !quiet_) {
            for (const auto& line : report.lines()) fmt::print(stderr, "reprise: {}\n", line);
        }
        if (report.complete()) return true;
    }
    return options_.publish != PublishMode::require;
}

}  // namespace reprise::runner
