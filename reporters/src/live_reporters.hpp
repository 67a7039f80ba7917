// The reporters that write to the terminal while the run goes on. See docs/reports.md for what each prints.
//
// Thread contract: as Reporter's.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <reprise/reporters/report.hpp>

namespace reprise::reporters {

using Clock = std::function<std::chrono::steady_clock::time_point()>;

std::shared_ptr<Reporter> make_line_reporter(const TerminalOptions& terminal);
std::shared_ptr<Reporter> make_list_reporter(const TerminalOptions& terminal);
std::shared_ptr<Reporter> make_dot_reporter(const TerminalOptions& terminal);

// With the clock from which it takes rate and remaining time: tests bring their own.
std::shared_ptr<Reporter> make_line_reporter_with_clock(const TerminalOptions& terminal, Clock clock);

}  // namespace reprise::reporters
