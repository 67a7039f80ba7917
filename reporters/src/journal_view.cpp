#include <reprise/reporters/journal.hpp>

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "counting.hpp"
#include "event_json.hpp"
#include "event_lines.hpp"
#include "json_object_reader.hpp"
#include "system_error.hpp"

namespace reprise::reporters {
namespace {

std::ifstream open_journal(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw_errno("read journal", file);
    return in;
}

TestResult result_of_line(const std::string& line) {
    const auto object = parse_event_line(line);
    return test_result_from_json(JsonObjectReader(object).object("result"));
}

}  // namespace

// Collects what the lines say; the last word on a row counts.
class JournalView::Builder {
public:
    explicit Builder(JournalView& view) : view_(view) {}

    void take(const std::string& line, std::int64_t offset) {
        const auto object = parse_event_line(line);
        const JsonObjectReader in(object);
        const std::string event = in.text("event");
        if (event == "run_started") {
            view_.info_ = run_info_from_json(in.object("run"));
            view_.result_.reset();
            run_known_ = true;
        } else if (event == "test_started") {
            TestCase test = test_case_from_json(in.object("test"));
            if (!finished_.contains(test.id)) started_.insert_or_assign(test.id, std::move(test));
        } else if (event == "test_finished") {
            finish(test_result_from_json(in.object("result")), offset);
        } else if (event == "run_finished") {
            view_.result_ = run_result_from_json(in.object("result"));
        } else if (event != "attempt_finished") {
            throw std::runtime_error(fmt::format("unknown event \"{}\"", event));
        }
    }

    void complete() {
        if (!run_known_) {
            throw std::runtime_error(
                fmt::format("{}: no journal of a run, it has no run_started line", view_.file_.string()));
        }
        for (const auto& [id, row] : finished_) {
            view_.places_.push_back(row.place);
            count(view_.counts_, row.outcome);
        }
        std::sort(view_.places_.begin(), view_.places_.end(), [](const Place& a, const Place& b) {
            return std::pair(a.ordinal, a.offset) < std::pair(b.ordinal, b.offset);
        });
        for (auto& [id, test] : started_) view_.unfinished_.push_back(std::move(test));
        std::sort(view_.unfinished_.begin(), view_.unfinished_.end(),
                  [](const TestCase& a, const TestCase& b) { return a.ordinal < b.ordinal; });
        order_suites();
    }

private:
    struct Row {
        Place place;
        Outcome outcome;
    };
    struct Suite {
        std::size_t index;          // as places know it
        std::size_t first_ordinal;  // of its rows
    };

    std::size_t suite_of(const TestCase& test) {
        const auto [place, added] = suites_.try_emplace(test.suite, Suite{suites_.size(), test.ordinal});
        place->second.first_ordinal = std::min(place->second.first_ordinal, test.ordinal);
        return place->second.index;
    }

    void finish(const TestResult& result, std::int64_t offset) {
        const TestCase& test = result.test;
        finished_.insert_or_assign(test.id, Row{{test.ordinal, offset, suite_of(test)}, result.outcome});
        started_.erase(test.id);
    }

    void order_suites() {
        for (const TestCase& test : view_.unfinished_) suite_of(test);
        std::vector<std::pair<std::string, Suite>> sorted(suites_.begin(), suites_.end());
        std::sort(sorted.begin(), sorted.end(),
                  [](const auto& a, const auto& b) { return a.second.first_ordinal < b.second.first_ordinal; });
        std::vector<std::size_t> new_index(sorted.size());
        for (const auto& [name, suite] : sorted) {
            new_index.at(suite.index) = view_.suites_.size();
            view_.suites_.push_back(name);
        }
        for (Place& place : view_.places_) place.suite = new_index.at(place.suite);
    }

    JournalView& view_;
    bool run_known_ = false;
    std::unordered_map<std::string, Row> finished_;
    std::unordered_map<std::string, TestCase> started_;
    std::unordered_map<std::string, Suite> suites_;
};

JournalView::JournalView(const std::filesystem::path& file) : file_(file) {
    std::ifstream in = open_journal(file);
    Builder builder(*this);
    std::int64_t offset = 0;
    std::size_t number = 1;
    for (std::string line; std::getline(in, line); ++number) {
        const bool whole = !in.eof();  // its line feed was written too
        const auto next = offset + static_cast<std::int64_t>(line.size()) + 1;
        try {
            if (!whole) throw std::runtime_error("no line feed at the end");
            builder.take(line, offset);
        } catch (const std::runtime_error& error) {
            const bool last = !whole || in.peek() == std::ifstream::traits_type::eof();
            if (!last) throw std::runtime_error(fmt::format("{}:{}: {}", file.string(), number, error.what()));
            torn_ = true;
        }
        offset = next;
    }
    if (in.bad()) throw_errno("read journal", file);
    builder.complete();
}

std::size_t JournalView::never_started() const noexcept {
    const auto known = counts_.total + unfinished_.size();
    return result_ || info_.total_tests < known ? 0 : info_.total_tests - known;
}

void JournalView::visit_places(std::optional<std::size_t> suite,
                               const std::function<void(const TestResult&)>& visit) const {
    std::ifstream in = open_journal(file_);
    std::string line;
    for (const Place& place : places_) {
        if (suite && place.suite != *suite) continue;
        in.seekg(place.offset);
        if (!std::getline(in, line)) throw_errno("read journal", file_);
        visit(result_of_line(line));
    }
}

void JournalView::for_each_test(const std::function<void(const TestResult&)>& visit) const {
    visit_places(std::nullopt, visit);
}

void JournalView::for_each_test_of(std::size_t suite, const std::function<void(const TestResult&)>& visit) const {
    visit_places(suite, visit);
}

}  // namespace reprise::reporters
