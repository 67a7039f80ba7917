#include <reprise/reporters/event_pipe.hpp>

#include <stdexcept>

#include <fmt/format.h>

#include "event_json.hpp"
#include "event_lines.hpp"
#include "json_object_reader.hpp"
#include "system_error.hpp"

namespace reprise::reporters {
namespace {

class EventWriter final : public Reporter {
public:
    explicit EventWriter(int fd) : fd_{fd} {}

    void on_run_started(const RunInfo& info) override { write(run_started_line(info)); }
    void on_test_started(const TestCase& test, int worker) override { write(test_started_line(test, worker)); }
    void on_attempt_finished(const TestCase& test, const AttemptResult& attempt) override {
        write(attempt_finished_line(test, attempt));
    }
    void on_test_finished(const TestResult& result) override { write(test_finished_line(result)); }
    void on_run_finished(const RunInfo&, const RunResult& result) override { write(run_finished_line(result)); }

private:
    void write(const std::string& line) {
        if (const int error = write_whole(fd_, line); error != 0) throw_errno("write event", "(pipe)", error);
    }

    const int fd_;
};

}  // namespace

std::shared_ptr<Reporter> make_event_writer(int fd) {
    return std::make_shared<EventWriter>(fd);
}

void EventReader::take(std::string_view line) {
    const auto object = parse_event_line(line);
    const JsonObjectReader in(object);
    const std::string event = in.text("event");
    if (event == "run_started") {
        info_ = run_info_from_json(in.object("run"));
        listener_.on_run_started(info_);
    } else if (event == "test_started") {
        listener_.on_test_started(test_case_from_json(in.object("test")), in.integer<int>("worker"));
    } else if (event == "attempt_finished") {
        listener_.on_attempt_finished({.id = in.text("testId")}, attempt_from_json(in.object("attempt")));
    } else if (event == "test_finished") {
        listener_.on_test_finished(test_result_from_json(in.object("result")));
    } else if (event == "run_finished") {
        listener_.on_run_finished(info_, run_result_from_json(in.object("result")));
    } else {
        throw std::runtime_error(fmt::format("unknown event \"{}\"", event));
    }
}

}  // namespace reprise::reporters
