// What a page wrote to its console, and the errors that nothing in it caught. Plain values.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace reprise::cdp {

struct ConsoleMessage {
    // From 1, counted over the page's life: the last 1,000 are kept, and the first kept one's number tells how many
    // went before it.
    std::size_t number{};
    // "log", "debug", "info", "error", "warning", "dir", "table", "trace", "assert", "count", ... What the browser adds
    // by itself ("Failed to load resource") is "error", "warning", "info" or "debug".
    std::string type{};
    // The arguments, separated by spaces: strings as they are, objects as "{a: 1, b: Array(2)}". At most 16 KB; what
    // was cut off is told at the end.
    std::string text{};
    std::string url{};  // of the script or resource; empty: not known
    int line{};         // from 1; 0: not known
    int column{};
    std::chrono::system_clock::time_point time{};
    std::string worker_id{};   // of the worker that wrote it: WorkerTarget::id(); empty: a document
    std::string worker_url{};  // of its script
};

// An exception, or a rejected promise, that no script handled.
struct PageError {
    std::size_t number{};   // as of ConsoleMessage
    std::string message{};  // "ReferenceError: cart is not defined"
    std::string stack{};    // with its first line, the message; empty: something other than an Error was thrown
    std::string url{};
    int line{};
    int column{};
    std::chrono::system_clock::time_point time{};
    std::string worker_id{};  // as of ConsoleMessage
    std::string worker_url{};
};

}  // namespace reprise::cdp
