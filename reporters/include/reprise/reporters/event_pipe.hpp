// A run's events on their way from one process to another: lines of JSON, as in the journal. A test binary that was
// started by `reprise run` tells it so what happens.
#pragma once

#include <memory>
#include <string_view>

#include <reprise/reporters/reporter.hpp>

namespace reprise::reporters {

// Writes each event to the descriptor, which stays the caller's. Every event throws std::system_error when it cannot
// be written: nobody listens any more.
std::shared_ptr<Reporter> make_event_writer(int fd);

// Reads what make_event_writer() wrote. One thread at a time.
class EventReader {
public:
    explicit EventReader(Reporter& listener) : listener_{listener} {}

    // One line, without its line feed. Throws std::runtime_error: what is wrong with it. The test of a finished
    // attempt is known by its id only.
    void take(std::string_view line);

private:
    Reporter& listener_;
    RunInfo info_{};
};

}  // namespace reprise::reporters
