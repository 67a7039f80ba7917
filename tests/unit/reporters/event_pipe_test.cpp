#include <reprise/reporters/event_pipe.hpp>

#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/expect_throw.hpp"

namespace reprise::reporters {
namespace {

struct Listener final : Reporter {
    void on_run_started(const RunInfo& info) override { heard.push_back("run " + info.run_id); }
    void on_test_started(const TestCase& test, int worker) override {
        heard.push_back("started " + test.id + " at " + test.source_path + ":" + std::to_string(test.source_line) +
                        " in " + std::to_string(worker));
    }
    void on_attempt_finished(const TestCase& test, const AttemptResult& attempt) override {
        heard.push_back("attempt " + std::to_string(attempt.attempt) + " of " + test.id + ": " +
                        attempt.failure.value_or(Failure{}).message);
    }
    void on_test_finished(const TestResult& result) override {
        heard.push_back("finished " + result.test.id + " after " + std::to_string(result.attempts.size()));
    }
    void on_run_finished(const RunInfo& info, const RunResult& result) override {
        heard.push_back("end of " + info.run_id + ": " + std::to_string(result.counts.failed));
    }
    std::vector<std::string> heard;
};

// What was written to the pipe, line by line.
std::vector<std::string> lines_from(int fd) {
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t got = 0; (got = ::read(fd, buffer.data(), buffer.size())) > 0;) {
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    std::vector<std::string> lines;
    for (std::size_t end = 0; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1)) {
        lines.push_back(text.substr(0, end));
    }
    return lines;
}

TEST(EventReader, HearsWhatTheOtherProcessWrote) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const TestCase test{
        .id = "Form.Saves", .suite = "Form", .row_id = "Saves", .source_path = "form_test.cpp", .source_line = 12};
    const AttemptResult attempt{.status = Status::failed,
                                .failure = Failure{.type = "ActionError", .message = "two\nlines, \"quoted\" \xff"}};
    const auto writer = make_event_writer(ends[1]);
    writer->on_run_started({.run_id = "r1"});
    writer->on_test_started(test, 3);
    writer->on_attempt_finished(test, attempt);
    writer->on_test_finished({.test = test, .outcome = Outcome::failed, .attempts = {attempt}});
    writer->on_run_finished({}, {.counts = {.failed = 1}});
    ::close(ends[1]);
    Listener listener;
    EventReader reader{listener};
    for (const auto& line : lines_from(ends[0])) reader.take(line);
    ::close(ends[0]);
    EXPECT_THAT(listener.heard, testing::ElementsAre("run r1", "started Form.Saves at form_test.cpp:12 in 3",
                                                     "attempt 1 of Form.Saves: two\nlines, \"quoted\" \xEF\xBF\xBD",
                                                     "finished Form.Saves after 1", "end of r1: 1"));
}

TEST(EventReader, SaysWhatIsWrongWithALine) {
    Listener listener;
    EventReader reader{listener};
    EXPECT_THROW_MSG(reader.take(R"({"event":"dance"})"), std::runtime_error,
                     testing::HasSubstr(R"(unknown event "dance")"));
    EXPECT_THROW_MSG(reader.take("{"), std::runtime_error, testing::HasSubstr("no JSON: "));
}

}  // namespace
}  // namespace reprise::reporters
