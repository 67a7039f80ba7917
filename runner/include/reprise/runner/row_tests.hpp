// Rows of recordings as tests of somebody else's run: a test framework lists them, and runs each when it is its turn.
//
//     RowTests rows{{.recordings = {"checkout.json"}, .data = {{"", "customers.csv"}}}};
//     for (std::size_t i = 0; i < rows.tests().size(); ++i) register_test(rows.tests()[i].id, [&, i] { ... rows.run(i,
//     ...); });
//
// Thread contract: listing is const; run() of one object from one thread at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include <reprise/cdp/browser.hpp>
#include <reprise/reporters/event_stream.hpp>
#include <reprise/runner/data_error.hpp>
#include <reprise/runner/run.hpp>

namespace reprise::runner {

class RowTests {
public:
    // Takes from `options` what selects and reads: recordings, data, rows, grep, and what lies over the recordings'
    // settings. Does not throw for bad input: the recordings that can be run are listed, the others are problems().
    explicit RowTests(const RunOptions& options);
    ~RowTests();
    RowTests(RowTests&&) noexcept;
    RowTests& operator=(RowTests&&) noexcept;

    const std::vector<reporters::TestCase>& tests() const;
    const std::vector<Problem>& problems() const;
    // Values that must not be seen in reports: for the redactor of the event stream, before run().
    const std::vector<std::string>& secrets() const;

    struct Surroundings {
        std::function<cdp::Browser()> browser;  // a living one; may throw Error
        std::filesystem::path output;           // attachments lie in <output>/attachments/<id>
        std::filesystem::path history{};        // what earlier runs have taught; empty: nothing is kept
        std::optional<std::string> base_url{};
        KeepMode video{KeepMode::off};
        std::string id{};  // of the test in this run; default: the row's own
    };
    // Runs all attempts at the row. Tells `events` of steps and attempts, not of the test's beginning and end.
    reporters::TestResult run(std::size_t index, reporters::EventStream& events, const Surroundings& surroundings);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace reprise::runner
