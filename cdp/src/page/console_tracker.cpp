#include "page/console_tracker.hpp"

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include "page/json_member.hpp"

namespace reprise::cdp {
namespace json = boost::json;
namespace {

const json::array& array_member(const json::object& object, std::string_view name) {
    static const json::array k_none;
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_array() ? value->get_array() : k_none;
}

std::chrono::system_clock::time_point time_of(const json::object& params) {
    return std::chrono::system_clock::time_point{std::chrono::duration_cast<std::chrono::system_clock::duration>(
        std::chrono::duration<double, std::milli>{number_member(params, "timestamp")})};
}

// The cut must not leave half a character.
std::string shortened(std::string text) {
    if (text.size() <= ConsoleTracker::k_longest_text_bytes) return text;
    auto end = ConsoleTracker::k_longest_text_bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    const auto more = text.size() - end;
    text.resize(end);
    return text + fmt::format("… ({} bytes more)", more);
}

// {a: 1, b: Array(2), …} and [1, 2, …], as consoles show objects.
std::string preview_text(const json::object& preview) {
    const bool is_array = string_member(preview, "subtype") == "array";
    std::string text;
    for (const auto& entry : array_member(preview, "properties")) {
        if (!entry.is_object()) continue;
        const auto& property = entry.get_object();
        const auto name = string_member(property, "name");
        const bool is_index = !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
        if (!text.empty()) text += ", ";
        if (!(is_array && is_index)) text += name + ": ";
        text += string_member(property, "value");
    }
    if (bool_member(preview, "overflow")) text += text.empty() ? "…" : ", …";
    return is_array ? "[" + text + "]" : "{" + text + "}";
}

std::string argument_text(const json::object& argument) {
    const auto type = string_member(argument, "type");
    if (type == "string") return string_member(argument, "value");
    if (type == "undefined") return "undefined";
    const auto subtype = string_member(argument, "subtype");
    const auto description = string_member(argument, "description");
    if (type == "object" && (subtype == "array" || (subtype.empty() && description == "Object"))) {
        if (const auto* preview = object_member(argument, "preview")) return preview_text(*preview);
    }
    if (!description.empty()) return description;
    if (auto special = string_member(argument, "unserializableValue"); !special.empty()) return special;
    const auto* value = argument.if_contains("value");
    return value != nullptr ? json::serialize(*value) : type;
}

// Chromium counts lines and columns from 0.
template <class Place>
void read_place(const json::object& from, Place& place) {
    place.url = string_member(from, "url");
    if (!from.contains("lineNumber")) return;
    place.line = static_cast<int>(number_member(from, "lineNumber")) + 1;
    place.column = static_cast<int>(number_member(from, "columnNumber")) + 1;
}

const json::object* top_frame(const json::object& params) {
    const auto* stack = object_member(params, "stackTrace");
    if (stack == nullptr) return nullptr;
    const auto& frames = array_member(*stack, "callFrames");
    return frames.empty() ? nullptr : frames.front().if_object();
}

template <class Entry>
void keep(std::deque<Entry>& entries, std::size_t& seen, Entry entry) {
    entry.number = ++seen;
    entries.push_back(std::move(entry));
    if (entries.size() > ConsoleTracker::k_most_kept) entries.pop_front();
}

template <class Entry>
void sign(Entry& entry, const ConsoleWriter& writer) {
    entry.worker_id = writer.id;
    entry.worker_url = writer.url;
}

}  // namespace

bool ConsoleTracker::on_event(std::string_view method, const json::object& params, const ConsoleWriter& writer) {
    if (method == "Runtime.consoleAPICalled") {
        on_console_call(params, writer);
    } else if (method == "Runtime.exceptionThrown") {
        on_exception(params, writer);
    } else if (method == "Log.entryAdded") {
        on_log_entry(params, writer);
    } else {
        return false;
    }
    return true;
}

void ConsoleTracker::on_console_call(const json::object& params, const ConsoleWriter& writer) {
    ConsoleMessage message{.type = string_member(params, "type"), .time = time_of(params)};
    for (const auto& argument : array_member(params, "args")) {
        if (!argument.is_object()) continue;
        if (!message.text.empty()) message.text += ' ';
        message.text += argument_text(argument.get_object());
    }
    message.text = shortened(std::move(message.text));
    if (const auto* frame = top_frame(params)) read_place(*frame, message);
    sign(message, writer);
    keep(messages_, messages_seen_, std::move(message));
}

// What the browser says: resources that did not load, requests that it blocked.
void ConsoleTracker::on_log_entry(const json::object& params, const ConsoleWriter& writer) {
    const auto* entry = object_member(params, "entry");
    if (entry == nullptr) return;
    // What a worker writes is told to those above it once more.
    if (string_member(*entry, "source") == "worker") return;
    // The icon that the full browser asks for on its own is not the page's.
    if (string_member(*entry, "source") == "network" && string_member(*entry, "url").ends_with("/favicon.ico")) return;
    ConsoleMessage message{.type = string_member(*entry, "level"),
                           .text = shortened(string_member(*entry, "text")),
                           .time = time_of(*entry)};
    if (message.type == "verbose") message.type = "debug";
    read_place(*entry, message);
    sign(message, writer);
    keep(messages_, messages_seen_, std::move(message));
}

void ConsoleTracker::on_exception(const json::object& params, const ConsoleWriter& writer) {
    const auto* details = object_member(params, "exceptionDetails");
    if (details == nullptr) return;
    PageError error{.message = string_member(*details, "text"), .time = time_of(params)};
    if (const auto* exception = object_member(*details, "exception")) {
        // An Error's description is its stack, under its first line; V8 keeps several lines of a message together.
        const bool is_error = string_member(*exception, "subtype") == "error";
        const auto text = argument_text(*exception);
        const auto calls = is_error ? text.find("\n    at ") : std::string::npos;
        error.message = shortened(text.substr(0, calls));
        if (is_error) error.stack = shortened(text);
    }
    read_place(*details, error);
    if (const auto* frame = top_frame(*details); frame != nullptr && error.url.empty()) read_place(*frame, error);
    sign(error, writer);
    keep(errors_, errors_seen_, std::move(error));
}

}  // namespace reprise::cdp
