// What a test did, call by call, as a zip that Playwright's trace viewer opens (docs/traces.md).
//
//     Trace trace{.title = "buys a ticket", .viewport = {1280, 720}};
//     trace.calls.push_back({.id = 1, .text = "page.click()", .started = began, .duration = 12ms});
//     write_trace(trace, "trace.zip", {.source_folders = {"/home/ada/shop"}});
//
// Plain values: who watches the browser fills them in. Thread contract: values; write_trace() may be called from any
// thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <reprise/reporters/event.hpp>

namespace reprise::reporters {

class Redactor;

struct TraceSize {
    int width{}, height{};  // px
};

// Where something is written. Empty file: not known.
struct TracePlace {
    std::string file{};
    int line{};
    int column{};
};

// px of the viewport.
struct TracePoint {
    double x{}, y{};
};

// One call of the test.
struct TraceCall {
    std::uint64_t id{};  // unique in the trace
    std::string text{};  // as written: page.locator("#save").click()
    std::string page{};  // which page; any text, the same in all values below; empty: none
    WallTime started{};
    std::chrono::microseconds duration{};
    std::string error_type{};  // empty: it succeeded
    std::string error{};
    TracePlace place{};
    std::vector<std::string> log{};         // lines of the viewer's tab Log
    std::optional<TracePoint> point{};      // where the pointer went
    std::optional<std::uint64_t> parent{};  // id of the call that this one is a part of
};

struct TraceConsoleLine {
    WallTime time{};
    std::string page{};
    std::string type{"log"};  // log, info, warning, error, debug
    std::string text{};
    TracePlace place{};  // the script's address and line
};

// An error that the page's own scripts did not catch.
struct TracePageError {
    WallTime time{};
    std::string page{};
    std::string message{};
    std::string stack{};
};

// What the page looked like: the film strip, and the picture shown for its call (docs/traces.md).
struct TracePicture {
    WallTime time{};
    std::string page{};
    std::string bytes{};  // JPEG or PNG
    TraceSize size{};
    std::string url{};  // what the address bar shows
};

struct TraceOutput {
    WallTime time{};
    std::string text{};
    bool error{};  // standard error
};

struct TraceAttachment {
    std::string name{};
    std::string content_type{};  // "text/plain"
    std::string bytes{};
};

struct Trace {
    std::string title{};
    WallTime started{};
    TraceSize viewport{};
    double device_scale_factor{1};
    bool is_mobile{};
    std::string user_agent{};
    std::string base_url{};
    std::vector<TraceCall> calls{};  // in the order of their beginnings
    std::vector<TraceConsoleLine> console{};
    std::vector<TracePageError> page_errors{};
    std::vector<TracePicture> pictures{};  // in the order of their times
    std::vector<TraceOutput> output{};
    std::vector<TraceAttachment> attachments{};  // shown at the last call
    std::vector<std::string> errors{};  // of the whole test, for the tab Errors: those of calls are there anyhow
};

struct TraceOptions {
    // Where relative names of source files begin, besides the working folder: compilers write them relative to the
    // build.
    std::vector<std::filesystem::path> source_folders{};
    const Redactor* redactor{};  // goes over every text, sources too; pictures are as they are
};

// Writes to a temporary file beside `file` and renames it; makes its folder. The sources named by calls are put in
// where they can be read. Throws std::system_error, or std::runtime_error with the words of libzip; both name the file.
void write_trace(const Trace& trace, const std::filesystem::path& file, const TraceOptions& options = {});

}  // namespace reprise::reporters
