// A trace as the JSON lines of Playwright's format, version 8. Pure functions.
#pragma once

#include <map>
#include <string>

#include <reprise/reporters/trace.hpp>

namespace reprise::reporters {

// SHA-1 in hexadecimal: names of the format's resources.
std::string trace_name(std::string_view bytes);

struct TraceLines {
    std::string events;                            // the entry trace.trace
    std::map<std::string, std::string> resources;  // name below resources/ → content
};

// `files`: names of source files as calls have them → as the trace shall name them.
TraceLines trace_lines(const Trace& trace, const std::map<std::string, std::string>& files, const Redactor* redactor);

}  // namespace reprise::reporters
