#include "event_lines.hpp"

#include <unistd.h>

#include <cerrno>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "event_json.hpp"

namespace reprise::reporters {
namespace {

namespace json = boost::json;

constexpr int k_journal_version = 1;

std::string line_of(const json::object& event) {
    std::string line = json::serialize(event);
    line += '\n';
    return line;
}

}  // namespace

std::string run_started_line(const RunInfo& info) {
    return line_of({{"event", "run_started"}, {"version", k_journal_version}, {"run", to_json(info)}});
}

std::string test_started_line(const TestCase& test, int worker) {
    return line_of({{"event", "test_started"}, {"worker", worker}, {"test", to_json(test)}});
}

std::string attempt_finished_line(const TestCase& test, const AttemptResult& attempt) {
    return line_of({{"event", "attempt_finished"}, {"testId", test.id}, {"attempt", to_json(attempt)}});
}

std::string test_finished_line(const TestResult& result) {
    return line_of({{"event", "test_finished"}, {"result", to_json(result)}});
}

std::string run_finished_line(const RunResult& result) {
    return line_of({{"event", "run_finished"}, {"result", to_json(result)}});
}

json::object parse_event_line(std::string_view line) {
    json::error_code error;
    const json::value value = json::parse(line, error);
    if (error) throw std::runtime_error(fmt::format("no JSON: {}", error.message()));
    const auto* object = value.if_object();
    if (object == nullptr) throw std::runtime_error("expected a JSON object");
    return *object;
}

int write_whole(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

}  // namespace reprise::reporters
