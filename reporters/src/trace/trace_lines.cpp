#include "trace_lines.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <reprise/reporters/redactor.hpp>

#include "text_sanitizer.hpp"

namespace reprise::reporters {
namespace json = boost::json;
namespace {

double milliseconds(WallTime time) {
    return std::chrono::duration<double, std::milli>(time.time_since_epoch()).count();
}

std::string_view content_type(std::string_view picture) {
    return picture.starts_with("\x89PNG") ? "image/png" : "image/jpeg";
}

std::string base64(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // and a zero at the end
    const auto* begin = reinterpret_cast<const unsigned char*>(bytes.data());
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), begin, static_cast<int>(bytes.size()));
    text.pop_back();
    return text;
}

std::string call_id(std::uint64_t id) {
    return fmt::format("call@{}", id);
}

// "page.locator("#a").click()" → "click".
std::string method_of(std::string_view call) {
    const auto begin_of_name = [&](std::size_t end) {
        while (end > 0 && (std::isalnum(static_cast<unsigned char>(call[end - 1])) != 0 || call[end - 1] == '_')) --end;
        return end;
    };
    int depth = 0;
    // The bracket that the last one closes; brackets in strings come in pairs often enough for a word that sorts calls.
    for (auto at = call.size(); at-- > 0;) {
        if (call[at] == ')') ++depth;
        if (call[at] != '(' || --depth > 0) continue;
        const auto begin = begin_of_name(at);
        return std::string(call.substr(begin, at - begin));
    }
    return "call";
}

class Writer {
public:
    Writer(const Trace& trace, const std::map<std::string, std::string>& files, const Redactor* redactor)
        : trace_{trace}, files_{files}, redactor_{redactor} {}

    TraceLines lines() {
        context();
        for (const auto& call : trace_.calls) add_call(call);
        if (trace_.calls.empty() && !trace_.attachments.empty())
            add_call({.text = "attachments", .started = trace_.started});
        for (const auto& line : trace_.console) add(line);
        for (const auto& error : trace_.page_errors) add(error);
        for (const auto& picture : trace_.pictures) add(picture);
        for (const auto& output : trace_.output) add(output);
        for (const auto& error : trace_.errors) line({{"type", "error"}, {"message", text(error)}});
        return std::move(lines_);
    }

private:
    std::string text(std::string_view raw) const {
        return repair_utf8(redactor_ != nullptr ? redactor_->redact(raw) : std::string(raw));
    }
    void line(const json::object& event) { lines_.events += json::serialize(event) + "\n"; }
    // The format's own names of pages are page@<hexadecimal>.
    static std::string page_id(std::string_view page) { return "page@" + trace_name(page).substr(0, 32); }
    static std::string frame_id(std::string_view page) { return "frame@" + trace_name(page).substr(0, 32); }
    std::string resource(std::string_view bytes, std::string_view extension) {
        auto name = trace_name(bytes) + std::string(extension);
        lines_.resources.try_emplace(name, bytes);
        return name;
    }

    void context() {
        json::object options{{"viewport", {{"width", trace_.viewport.width}, {"height", trace_.viewport.height}}},
                             {"deviceScaleFactor", trace_.device_scale_factor},
                             {"isMobile", trace_.is_mobile}};
        if (!trace_.user_agent.empty()) options["userAgent"] = text(trace_.user_agent);
        if (!trace_.base_url.empty()) options["baseURL"] = text(trace_.base_url);
        line({{"type", "context-options"},
              {"version", 8},
              {"origin", "library"},
              {"browserName", "chromium"},
              {"platform", "linux"},
              {"wallTime", milliseconds(trace_.started)},
              {"monotonicTime", milliseconds(trace_.started)},
              {"sdkLanguage", "javascript"},
              {"title", text(trace_.title)},
              {"contextId", "context@1"},
              {"options", options}});
    }

    void add_call(const TraceCall& call) {
        const auto id = call_id(call.id);
        const auto end = call.started + std::chrono::duration_cast<WallTime::duration>(call.duration);
        const auto* picture = picture_at(call, end);
        json::object before{{"type", "before"},
                            {"callId", id},
                            {"startTime", milliseconds(call.started)},
                            {"class", "Locator"},
                            {"method", method_of(call.text)},
                            {"title", text(call.text)},
                            {"params", json::object{}}};
        if (!call.page.empty()) before["pageId"] = page_id(call.page);
        if (call.parent) before["parentId"] = call_id(*call.parent);
        if (!call.place.file.empty()) before["stack"] = stack(call.place);
        line(before);
        for (const auto& entry : call.log) {
            line({{"type", "log"}, {"callId", id}, {"time", milliseconds(end)}, {"message", text(entry)}});
        }
        if (call.point) {
            line({{"type", "input"}, {"callId", id}, {"point", {{"x", call.point->x}, {"y", call.point->y}}}});
        }
        json::object after{{"type", "after"}, {"callId", id}, {"endTime", milliseconds(end)}};
        if (!call.error_type.empty()) {
            after["error"] = {{"name", call.error_type}, {"message", text(call.error)}};
        }
        if (picture != nullptr) after["afterSnapshot"] = "after@" + id;
        if (trace_.calls.empty() || &call == &trace_.calls.back()) after["attachments"] = attachments();
        line(after);
        if (picture != nullptr) snapshot(id, call, *picture);
    }

    json::array stack(const TracePlace& place) const {
        const auto known = files_.find(place.file);
        return {{{"file", known != files_.end() ? known->second : text(place.file)},
                 {"line", place.line},
                 {"column", place.column},
                 {"function", ""}}};
    }

    json::array attachments() {
        json::array list;
        for (const auto& attachment : trace_.attachments) {
            const bool is_text = attachment.content_type.starts_with("text/");
            const auto bytes = is_text ? text(attachment.bytes) : attachment.bytes;
            list.push_back({{"name", text(attachment.name)},
                            {"contentType", attachment.content_type},
                            {"sha1", resource(bytes, "")}});
        }
        return list;
    }

    // What the call's page looked like when the call had ended: a picture of the call itself, or the first one after it
    // before the next call began.
    const TracePicture* picture_at(const TraceCall& call, WallTime end) const {
        const auto next =
            std::ranges::find_if(trace_.calls, [&](const TraceCall& other) { return other.started >= end; });
        const TracePicture* found = nullptr;
        for (const auto& picture : trace_.pictures) {
            if (picture.page != call.page || picture.time < call.started) continue;
            if (picture.time <= end) found = &picture;
            if (picture.time > end && found == nullptr &&
                (next == trace_.calls.end() || picture.time <= next->started)) {
                found = &picture;
            }
        }
        return found;
    }

    // The viewer shows documents: this one holds nothing but the picture, within itself, since the viewer looks for
    // files of a document among the requests of the page.
    void snapshot(const std::string& id, const TraceCall& call, const TracePicture& picture) {
        const auto source = fmt::format("data:{};base64,{}", content_type(picture.bytes), base64(picture.bytes));
        json::array html{
            "HTML",
            json::object{},
            {"HEAD", json::object{}},
            {"BODY", {{"style", "margin:0"}}, {"IMG", {{"src", source}, {"style", "width:100vw;display:block"}}}}};
        line({{"type", "frame-snapshot"},
              {"snapshot",
               {{"callId", id},
                {"snapshotName", "after@" + id},
                {"pageId", page_id(call.page)},
                {"frameId", frame_id(call.page)},
                {"frameUrl", picture.url.empty() ? "about:blank" : text(picture.url)},
                {"timestamp", milliseconds(picture.time)},
                {"wallTime", milliseconds(picture.time)},
                {"collectionTime", 0},
                {"doctype", "html"},
                {"html", html},
                {"viewport", {{"width", picture.size.width}, {"height", picture.size.height}}},
                {"isMainFrame", true},
                {"resourceOverrides", json::array{}}}}});
    }

    void add(const TraceConsoleLine& console) {
        json::object event{{"type", "console"},
                           {"time", milliseconds(console.time)},
                           {"messageType", console.type},
                           {"text", text(console.text)},
                           {"location",
                            {{"url", text(console.place.file)},
                             {"lineNumber", console.place.line},
                             {"columnNumber", console.place.column}}}};
        if (!console.page.empty()) event["pageId"] = page_id(console.page);
        line(event);
    }

    void add(const TracePageError& error) {
        const auto page = page_id(error.page);
        const json::object shown{{"name", "Error"}, {"message", text(error.message)}, {"stack", text(error.stack)}};
        line({{"type", "event"},
              {"time", milliseconds(error.time)},
              {"class", "BrowserContext"},
              {"method", "pageError"},
              {"pageId", page},
              {"params", {{"pageId", page}, {"error", {{"error", shown}}}}}});
    }

    void add(const TracePicture& picture) {
        const auto extension = content_type(picture.bytes) == "image/png" ? ".png" : ".jpeg";
        line({{"type", "screencast-frame"},
              {"pageId", page_id(picture.page)},
              {"sha1", resource(picture.bytes, extension)},
              {"width", picture.size.width},
              {"height", picture.size.height},
              {"timestamp", milliseconds(picture.time)},
              {"frameSwapWallTime", milliseconds(picture.time)}});
    }

    void add(const TraceOutput& output) {
        line({{"type", output.error ? "stderr" : "stdout"},
              {"timestamp", milliseconds(output.time)},
              {"text", text(output.text)}});
    }

    const Trace& trace_;
    const std::map<std::string, std::string>& files_;
    const Redactor* redactor_;
    TraceLines lines_;
};

}  // namespace

std::string trace_name(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) {
        throw std::runtime_error("SHA-1 is not available");
    }
    std::string text;
    for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", digest.at(i));
    return text;
}

TraceLines trace_lines(const Trace& trace, const std::map<std::string, std::string>& files, const Redactor* redactor) {
    return Writer{trace, files, redactor}.lines();
}

}  // namespace reprise::reporters
