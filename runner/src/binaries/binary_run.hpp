// Runs the tests of test programs in several processes at once, and makes one run of it: what each process tells goes
// to one event stream; a process that dies is told of as the end of the test that ran, and the rest runs in a new one.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <reprise/reporters/event_stream.hpp>

#include "binaries/test_binary.hpp"

namespace reprise::runner {

class TestProcess;

struct BinaryTest {
    const TestBinary* binary{};
    const ListedTest* listed{};
    reporters::TestCase test;  // as far as it is known before it runs
};

struct BinaryRunOptions {
    int workers{1};
    int retries{};  // further attempts of a failed test; rows of recordings make their own
    std::optional<int> max_failures{};
    std::optional<std::chrono::milliseconds> test_timeout{};  // then its process is killed
    std::filesystem::path output;
    std::vector<std::string> environment{};  // "NAME=value" for the programs
    bool several{};                          // programs: each gets a folder of its own below `output`
};

class BinaryRun {
public:
    BinaryRun(const std::vector<BinaryTest>& tests, reporters::EventStream& events, BinaryRunOptions options);

    // Blocks until every test has a result.
    void run();
    // From any thread: what runs ends as interrupted, the rest is skipped.
    void interrupt();
    bool interrupted() const noexcept { return interrupted_; }

private:
    class Listener;
    using Batch = std::vector<std::size_t>;  // indices of tests of one program
    struct Ended {
        std::string binary;
        std::size_t tests;  // that it was to run
        std::filesystem::path output_file;
        std::filesystem::path browser_words;  // a file, if its browser has said anything
    };

    std::optional<Batch> next_batch();
    void run_slot(int slot);
    void run_batch(Batch batch, int slot);
    // Runs what of `pending` one process gets done, and takes it out.
    void run_process(Batch& pending, int slot);
    void follow(TestProcess& process, Listener& listener);
    void end_of_process(TestProcess& process, Listener& listener, Batch& pending, const Ended& what);
    void skip(std::size_t index, const std::string& reason);
    std::string stop_reason() const;
    std::filesystem::path folder_of(const TestBinary& binary) const;

    const std::vector<BinaryTest>& tests_;
    reporters::EventStream& events_;
    const BinaryRunOptions options_;
    std::vector<Batch> batches_;
    std::atomic<std::size_t> next_{0};
    std::atomic<int> processes_{0};
    std::atomic<int> failures_{0};
    std::atomic<bool> interrupted_{false};
    std::mutex mutex_;
    std::vector<TestProcess*> running_;                            // guarded by mutex_
    std::vector<std::vector<reporters::AttemptResult>> attempts_;  // by test; touched by its slot only
};

}  // namespace reprise::runner
