// A run on its way to a portal, if it is to go there.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include <reprise/reporters/event_stream.hpp>
#include <reprise/reporters/report.hpp>
#include <reprise/reporters/supabase/publisher.hpp>
#include <reprise/runner/run.hpp>

#include "engine/selection.hpp"

namespace reprise::runner {

// The recordings of a selection with their rows, in its order.
std::vector<reporters::supabase::PublishedSuite> published_suites(const std::vector<PlannedTest>& tests, bool headed);
// The recording that a test of an earlier run belongs to, without its secrets, if it is still there and can be read.
std::optional<reporters::supabase::PublishedSuite> published_suite_of(const reporters::TestCase& test);
// Adds a test to its suite, unless it is there.
void add_test(std::vector<reporters::supabase::PublishedSuite>& suites, const reporters::TestCase& test);

class Publishing {
public:
    // Throws std::invalid_argument when it is required and the portal is not known.
    Publishing(const RunOptions& options, const std::vector<reporters::ReporterSpec>& specs);

    bool wanted() const noexcept { return settings_.has_value(); }
    // Before the run starts. What is wrong with the outbox is told on stderr.
    void listen(reporters::EventStream& events, const std::filesystem::path& output,
                std::vector<reporters::supabase::PublishedSuite> suites);
    // After its end: sends what is left and tells on stderr what became of it. False: it was required, and not all of
    // it is there.
    bool finish();

private:
    const PortalOptions options_;
    const bool quiet_;
    std::optional<reporters::supabase::Settings> settings_{};
    std::shared_ptr<reporters::supabase::Publisher> publisher_{};
};

}  // namespace reprise::runner
