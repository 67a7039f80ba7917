#include "har/replay.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <boost/algorithm/string/find.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/replace.hpp>
#include <boost/json/parser.hpp>

#include <reprise/cdp/base64.hpp>
#include <reprise/cdp/command.hpp>
#include <reprise/cdp/protocol/browser.hpp>
#include <reprise/locators/context.hpp>
#include <reprise/locators/error.hpp>

#include "context_state.hpp"
#include "har/recorder.hpp"

namespace reprise::locators {
namespace {

namespace json = boost::json;
using Kind = json::kind;

// A value of the file, and where it stands there.
class Node {
public:
    Node(const json::value* value, std::string place, const std::string& file)
        : value_{value}, place_{std::move(place)}, file_{&file} {}

    Node member(std::string_view name) const {
        const auto* object = value_ == nullptr ? nullptr : value_->if_object();
        if (value_ != nullptr && object == nullptr) fail("is no object");
        return {object == nullptr ? nullptr : object->if_contains(name),
                place_.empty() ? std::string(name) : fmt::format("{}.{}", place_, name), *file_};
    }
    bool exists() const { return value_ != nullptr; }
    std::string text() const {
        if (value_ == nullptr || !value_->is_string()) fail(value_ == nullptr ? "is missing" : "is no text");
        return std::string(value_->get_string());
    }
    std::string text_or_nothing() const { return exists() ? text() : std::string(); }
    int integer() const {
        if (value_ == nullptr || !value_->is_int64()) fail(value_ == nullptr ? "is missing" : "is no integer");
        const auto number = value_->get_int64();
        if (number < -1 || number > 999) fail("is no status");
        return static_cast<int>(number);
    }
    const json::array& list() const {
        if (value_ == nullptr || !value_->is_array()) fail(value_ == nullptr ? "is missing" : "is no list");
        return value_->get_array();
    }
    HttpHeaders headers() const {
        HttpHeaders headers;
        std::size_t number = 0;
        for (const auto& entry : list()) {
            const Node header{&entry, fmt::format("{}[{}]", place_, number++), *file_};
            headers.emplace_back(header.member("name").text(), header.member("value").text());
        }
        return headers;
    }
    const std::string& place() const { return place_; }
    [[noreturn]] void fail(std::string_view what) const {
        throw ActionError(fmt::format("{}: {} {}", *file_, place_, what));
    }

private:
    const json::value* value_;
    std::string place_;
    const std::string* file_;
};

json::value parse(const std::string& where, const std::string& text) {
    json::parser parser;
    json::error_code error;
    const auto read = parser.write_some(text, error);
    if (!error && read == text.size()) {
        parser.write_some("", error);
        return parser.release();
    }
    const auto before = std::string_view(text).substr(0, read);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto begin = before.rfind('\n');
    throw ActionError(fmt::format("{}:{}:{}: is not JSON: {}", where, line,
                                  begin == std::string_view::npos ? read + 1 : read - begin,
                                  error ? error.message() : "text after its end"));
}

std::string without_fragment(const std::string& url) {
    return url.substr(0, url.find('#'));
}

int equal_headers(const HttpHeaders& one, const HttpHeaders& other) {
    int count = 0;
    for (const auto& [name, value] : one) {
        for (const auto& [known, its] : other) count += boost::iequals(name, known) && value == its ? 1 : 0;
    }
    return count;
}

std::string boundary_of(const HttpHeaders& headers) {
    for (const auto& [name, value] : headers) {
        if (!boost::iequals(name, "content-type") || !boost::istarts_with(value, "multipart/")) continue;
        const auto at = boost::ifind_first(value, "boundary=");
        return {at.end(), std::find(at.end(), value.end(), ';')};
    }
    return {};
}

// Forms with files are sent with a boundary that the browser makes anew each time.
bool same_body(std::string kept, const HttpHeaders& kept_headers, const Request& request) {
    if (kept == *request.post_data) return true;
    const auto before = boundary_of(kept_headers);
    const auto now = boundary_of(request.headers);
    if (before.empty() || now.empty()) return false;
    boost::replace_all(kept, before, now);
    return kept == *request.post_data;
}

}  // namespace

HarReplay::HarReplay(std::string call, std::filesystem::path file)
    : call_{std::move(call)}, file_{std::move(file)}, archive_{read_archive(call_, file_)} {
    const auto where = fmt::format("{}: {}", call_, file_.string());
    const auto har = parse(where, archive_.har);
    archive_.har = {};
    const auto list = Node{&har, "", where}.member("log").member("entries");
    std::size_t number = 0;
    for (const auto& entry : list.list()) read_entry(entry, fmt::format("log.entries[{}]", number++));
}

void HarReplay::read_entry(const json::value& value, const std::string& place) {
    const auto where = fmt::format("{}: {}", call_, file_.string());
    const Node node{&value, place, where};
    const auto request = node.member("request");
    const auto response = node.member("response");
    const auto content = response.member("content");
    Entry entry{.request_headers = request.member("headers").headers(),
                .response = {.status = std::max(0, response.member("status").integer()),
                             .status_text = response.member("statusText").text_or_nothing(),
                             .headers = response.member("headers").headers()},
                .place = place};
    if (const auto data = request.member("postData"); data.exists()) {
        entry.post_data = data.member("text").text_or_nothing();
        if (data.member("_encoding").text_or_nothing() == "base64") {
            auto bytes = cdp::decode_whole_base64(*entry.post_data);
            if (!bytes) data.member("text").fail("is not base64");
            entry.post_data = std::move(*bytes);
        }
    }
    if (response.member("_failureText").exists()) entry.response.status = 0;
    if (content.exists()) {
        const auto text = content.member("text").text_or_nothing();
        const auto encoding = content.member("encoding").text_or_nothing();
        if (!encoding.empty() && encoding != "base64") content.member("encoding").fail("is not known: " + encoding);
        auto bytes = encoding == "base64" ? cdp::decode_whole_base64(text) : std::optional{text};
        if (!bytes) content.member("text").fail("is not base64");
        entry.response.body = std::move(*bytes);
        if (const auto missing = content.member(k_body_missing); missing.exists()) entry.body_missing = missing.text();
        if (const auto name = content.member("_file"); name.exists()) {
            entry.body_name = name.text();
            read_body(call_, file_, archive_, *entry.body_name, name.place());  // told now, not in the midst of a page
        }
    }
    const std::pair key{request.member("method").text(), without_fragment(request.member("url").text())};
    entries_[key].push_back(std::move(entry));
}

std::optional<FetchedResponse> HarReplay::find(const Request& request) const {
    const auto found = entries_.find({request.method, request.url});
    if (found == entries_.end()) return std::nullopt;
    const Entry* best = nullptr;
    int most = -1;
    for (const auto& entry : found->second) {
        const bool bodies = entry.post_data && request.post_data;
        if (bodies && !same_body(*entry.post_data, entry.request_headers, request)) continue;
        const int equal = equal_headers(entry.request_headers, request.headers);
        if (equal <= most) continue;
        best = &entry;
        most = equal;
    }
    if (best == nullptr) return std::nullopt;
    if (best->body_missing) {
        throw ActionError(fmt::format("{}: {}: {}: its body was not recorded: {}", call_, file_.string(), best->place,
                                      *best->body_missing));
    }
    auto response = best->response;
    if (best->body_name) {
        response.body = read_body(call_, file_, archive_, *best->body_name, best->place + ".response.content._file");
    }
    return response;
}

HarRecording Context::record_har(const std::filesystem::path& file, const HarOptions& options) const {
    const auto deadline = context_deadline();
    const auto browser = state_->target.browser_session().send(cdp::browser::GetVersion{}, deadline).product;
    auto based = options;
    if (based.url) based.url = based.url->based_on(state_->base_url);
    auto recorder = std::make_shared<HarRecorder>(file, std::move(based), browser);
    using Bodies = cdp::BrowserContext::Bodies;
    state_->target.observe(recorder, recorder->keeps_bodies() ? Bodies::kept : Bodies::as_before, deadline);
    HarRecording recording{std::move(recorder)};
    const std::lock_guard lock{state_->recordings_mutex};
    state_->recordings.push_back(recording);
    return recording;
}

void Context::route_from_har(const std::filesystem::path& file, const HarReplayOptions& options) const {
    if (options.update) {
        record_har(file, {.mode = HarMode::minimal, .url = options.url});
        return;
    }
    const auto replay =
        std::make_shared<const HarReplay>(fmt::format("context.route_from_har(\"{}\")", file.string()), file);
    const auto not_found = options.not_found;
    route(options.url.value_or("**"), [replay, not_found](const Route& held) {
        auto response = replay->find(held.request());
        if (response && response->status > 0) {
            held.fulfill({.response = std::move(response)});
        } else if (response || not_found == HarReplayOptions::NotFound::abort) {
            held.abort();
        } else {
            held.fallback();
        }
    });
}

}  // namespace reprise::locators
