// Runs without a browser: the events that an engine would tell of, for whoever publishes them.
#pragma once

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include <reprise/reporters/event_stream.hpp>
#include <reprise/reporters/journal.hpp>
#include <reprise/reporters/supabase/publisher.hpp>

namespace reprise::tests {

struct SyntheticRun {
    int rows{500};
    int steps{3};
    int fails_every{10};  // row 0, 10, 20, ...; 0: none
    bool interrupted{};   // the last row, and the run
    std::string run_id{"20260102-030405-1-abcdef"};
    std::string recording_id{};  // its own; empty: none
    std::string user_id{};       // of the recording's file
    std::string suite{"orders"};
    std::function<void(int row)> before_row{};  // before it starts

    bool fails(int row) const { return fails_every > 0 && row % fails_every == 0; }
    reporters::TestCase test(int row) const;
    reporters::TestResult result(int row) const;
    reporters::supabase::PublishedSuite published() const;
    // Tells all of it, in order.
    void play(reporters::EventStream& events, const std::filesystem::path& folder) const;
    // Journal, publisher, all of it.
    reporters::supabase::PublishReport publish(const std::filesystem::path& folder,
                                               const reporters::supabase::Settings& settings,
                                               const reporters::supabase::PublishOptions& options = {}) const;
    // Only the journal.
    void journal(const std::filesystem::path& folder) const;
};

}  // namespace reprise::tests
