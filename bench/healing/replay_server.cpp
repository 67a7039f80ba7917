#include "replay_server.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

namespace reprise::bench {
namespace {

namespace json = boost::json;
using fixtures::HttpRequest;
using fixtures::HttpResponse;

// "r17.localhost:8080": the browser takes every name below localhost for this machine, without asking anyone.
std::string row_of(const HttpRequest& request) {
    const std::string host{request.header("Host")};
    return host.substr(0, host.find('.'));
}

bool is_document(const HttpRequest& request) {
    const auto wanted = request.header("Sec-Fetch-Dest");
    return wanted == "document" || wanted == "iframe" || wanted == "frame";
}

// Behind the opening tag, its attributes included; npos: there is none.
std::size_t behind(const std::string& lower, std::string_view tag) {
    for (std::size_t at = 0; (at = lower.find(tag, at)) != std::string::npos; at += tag.size()) {
        const auto next = at + tag.size();
        if (next < lower.size() && (lower[next] == '>' || std::isspace(static_cast<unsigned char>(lower[next])) != 0)) {
            const auto end = lower.find('>', next);
            return end == std::string::npos ? end : end + 1;
        }
    }
    return std::string::npos;
}

}  // namespace

std::string with_script(std::string html, const std::string& script) {
    auto lower = html;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::size_t at = std::string::npos;
    for (const auto* tag : {"<head", "<html", "<!doctype"}) {
        if (at == std::string::npos) at = behind(lower, tag);
    }
    // It leaves no trace: paths and neighbours are as they were.
    html.insert(at == std::string::npos ? 0 : at, "<script>" + script + ";document.currentScript.remove()</script>");
    return html;
}

ReplayServer::ReplayServer(const std::filesystem::path& pages) : files_{pages} {
    server_.handle("GET", "/*", [this](const HttpRequest& request) { return page(request); });
    server_.handle("POST", "/replay/seen", [this](const HttpRequest& request) { return note(request); });
}

void ReplayServer::add(const Row& row) {
    auto script = script_of(row);
    const std::lock_guard lock{mutex_};
    scripts_[row.key] = std::move(script);
}

std::string ReplayServer::origin_of(const Row& row) const {
    return fmt::format("http://{}.localhost:{}", row.key, server_.port());
}

Seen ReplayServer::seen(const std::string& key) const {
    const std::lock_guard lock{mutex_};
    const auto found = seen_.find(key);
    return found == seen_.end() ? Seen{} : found->second;
}

HttpResponse ReplayServer::page(const HttpRequest& request) {
    auto answer = files_.answer(request.path);
    if (answer.status != 200 || !answer.content_type.starts_with("text/html") || !is_document(request)) return answer;
    const auto key = row_of(request);
    const std::lock_guard lock{mutex_};
    const auto script = scripts_.find(key);
    if (script == scripts_.end()) return answer;
    seen_[key].opened = true;
    answer.body = with_script(std::move(answer.body), script->second);
    return answer;
}

HttpResponse ReplayServer::note(const HttpRequest& request) {
    const auto told = json::parse(request.body).as_object();
    const std::lock_guard lock{mutex_};
    auto& seen = seen_[std::string(told.at("row").as_string())];
    const auto& what = told.at("what").as_string();
    if (what == "shown") seen.shown = true;
    if (what == "cut") seen.cut = true;
    if (what == "broken") seen.broken = told.at("element").as_string();
    if (what == "press") {
        seen.presses.push_back({.type = std::string(told.at("type").as_string()),
                                .right = told.at("right").as_bool(),
                                .element = std::string(told.at("element").as_string()),
                                .before_cut = !seen.cut});
    }
    return {.status = 204};
}

}  // namespace reprise::bench
