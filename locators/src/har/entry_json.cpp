#include "har/entry_json.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>

#include <fmt/format.h>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <boost/json/array.hpp>

#include <reprise/cdp/base64.hpp>

namespace reprise::locators {
namespace {

namespace json = boost::json;

json::array headers_json(const cdp::NetworkHeaders& headers) {
    json::array list;
    for (const auto& [name, value] : headers) {
        if (!name.starts_with(':')) list.push_back(json::object{{"name", name}, {"value", value}});
    }
    return list;
}

std::string decode_query(std::string_view text) {
    std::string decoded;
    const auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool escape = text[i] == '%' && i + 2 < text.size() &&
                            std::isxdigit(static_cast<unsigned char>(text[i + 1])) &&
                            std::isxdigit(static_cast<unsigned char>(text[i + 2]));
        if (escape) {
            decoded += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
            i += 2;
        } else {
            decoded += text[i] == '+' ? ' ' : text[i];
        }
    }
    return is_utf8(decoded) ? decoded : std::string(text);
}

// "a=1&b=2" or "a=1; b=2", by the separator.
json::array pairs_json(std::string_view text, char separator, bool decode) {
    json::array list;
    while (!text.empty()) {
        auto part = text.substr(0, text.find(separator));
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        while (part.starts_with(' ')) part.remove_prefix(1);
        if (part.empty()) continue;
        const auto name = part.substr(0, part.find('='));
        const auto value = part.substr(std::min(part.size(), name.size() + 1));
        list.push_back(json::object{{"name", decode ? decode_query(name) : std::string(name)},
                                    {"value", decode ? decode_query(value) : std::string(value)}});
    }
    return list;
}

json::object set_cookie_json(std::string_view text) {
    auto parts = pairs_json(text, ';', false);
    json::object cookie = parts.empty() ? json::object{{"name", ""}, {"value", ""}} : parts.front().as_object();
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const auto name = std::string(parts[i].at("name").as_string());
        const auto& value = parts[i].at("value");
        if (boost::iequals(name, "path")) cookie["path"] = value;
        if (boost::iequals(name, "domain")) cookie["domain"] = value;
        if (boost::iequals(name, "samesite")) cookie["sameSite"] = value;
        if (boost::iequals(name, "httponly")) cookie["httpOnly"] = true;
        if (boost::iequals(name, "secure")) cookie["secure"] = true;
    }
    return cookie;
}

std::string http_version(const std::string& protocol) {
    if (protocol == "h2") return "HTTP/2.0";
    if (protocol == "h3") return "HTTP/3.0";
    return protocol.empty() ? "HTTP/1.1" : protocol == "http/1.0" ? "HTTP/1.0" : "HTTP/1.1";
}

double rounded(double ms) {
    return std::round(ms * 1'000) / 1'000;
}

// How long each step took, ms; -1: there was none.
json::object timings_json(const cdp::NetworkTiming& timing) {
    const auto span = [](double start, double end) { return start < 0 || end < start ? -1 : rounded(end - start); };
    const auto first = [&] {
        for (const double step : {timing.dns_start, timing.connect_start, timing.request_start}) {
            if (step >= 0) return step;
        }
        return -1.0;
    }();
    return {{"blocked", first < 0 ? -1 : rounded(first)},
            {"dns", span(timing.dns_start, timing.dns_end)},
            {"connect", span(timing.connect_start, timing.connect_end)},
            {"ssl", span(timing.tls_start, timing.tls_end)},
            {"send", std::max(0.0, span(timing.request_start, timing.request_end))},
            {"wait", std::max(0.0, span(timing.request_end, timing.response_start))},
            {"receive", std::max(0.0, span(timing.response_start, timing.response_end))}};
}

json::object post_data_json(const cdp::NetworkRequest& request) {
    const auto type = request.header("content-type");
    json::object data{{"mimeType", type}, {"params", json::array{}}};
    const auto& bytes = *request.post_data;
    if (is_utf8(bytes)) {
        data["text"] = bytes;
        if (boost::istarts_with(type, "application/x-www-form-urlencoded"))
            data["params"] = pairs_json(bytes, '&', true);
    } else {
        data["text"] = cdp::encode_base64(bytes);
        data["_encoding"] = "base64";
    }
    return data;
}

json::object request_json(const cdp::NetworkRequest& request, bool full) {
    const auto query = request.url.find('?');
    json::object written{
        {"method", request.method},
        {"url", request.url},
        {"httpVersion", http_version(request.response ? request.response->protocol : "")},
        {"cookies", full ? pairs_json(request.header("cookie"), ';', false) : json::array{}},
        {"headers", headers_json(full && !request.all_headers.empty() ? request.all_headers : request.headers)},
        {"queryString",
         query == std::string::npos ? json::array{} : pairs_json(request.url.substr(query + 1), '&', true)},
        {"headersSize", full ? static_cast<std::int64_t>(request.request_header_bytes()) : -1},
        {"bodySize", full ? static_cast<std::int64_t>(request.request_body_bytes()) : -1}};
    if (request.post_data) written["postData"] = post_data_json(request);
    return written;
}

json::object response_json(const cdp::NetworkRequest& request, bool full) {
    if (!request.response) {
        json::object none{{"status", -1},
                          {"statusText", ""},
                          {"httpVersion", "HTTP/1.1"},
                          {"cookies", json::array{}},
                          {"headers", json::array{}},
                          {"redirectURL", ""},
                          {"headersSize", -1},
                          {"bodySize", -1}};
        if (!request.failure.empty()) none["_failureText"] = request.failure;
        return none;
    }
    const auto& response = *request.response;
    json::array cookies;
    if (full) {
        for (const auto& cookie : response.header_values("set-cookie")) cookies.push_back(set_cookie_json(cookie));
    }
    json::object written{
        {"status", response.status},
        {"statusText", response.status_text},
        {"httpVersion", http_version(response.protocol)},
        {"cookies", std::move(cookies)},
        {"headers", headers_json(full && !response.all_headers.empty() ? response.all_headers : response.headers)},
        {"redirectURL", request.redirected_to ? response.header("location") : ""},
        {"headersSize", full ? static_cast<std::int64_t>(response.header_bytes) : -1},
        {"bodySize", full ? static_cast<std::int64_t>(request.response_body_bytes()) : -1}};
    if (full) written["_transferSize"] = static_cast<std::int64_t>(request.transferred_bytes);
    if (!request.failure.empty()) written["_failureText"] = request.failure;
    return written;
}

double unix_seconds(std::chrono::system_clock::time_point time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

}  // namespace

json::object entry_json(const cdp::NetworkRequest& request, HarMode mode) {
    const bool full = mode == HarMode::full;
    json::object entry{{"startedDateTime", iso_time(request.time)},
                       {"time", full ? rounded(std::max(0.0, request.timing.response_end)) : -1.0},
                       {"request", request_json(request, full)},
                       {"response", response_json(request, full)},
                       {"cache", json::object{}},
                       {"timings", timings_json(full ? request.timing : cdp::NetworkTiming{})}};
    if (!full) return entry;
    entry["_resourceType"] = request.resource_type;
    if (!request.response) return entry;
    const auto& response = *request.response;
    if (!response.server_ip.empty()) {
        entry["serverIPAddress"] = response.server_ip;
        entry["_serverPort"] = response.server_port;
    }
    if (const auto& security = response.security) {
        entry["_securityDetails"] = json::object{{"protocol", security->protocol},
                                                 {"subjectName", security->subject},
                                                 {"issuer", security->issuer},
                                                 {"validFrom", unix_seconds(security->valid_from)},
                                                 {"validTo", unix_seconds(security->valid_to)}};
    }
    return entry;
}

std::string iso_time(std::chrono::system_clock::time_point time) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
    const std::time_t seconds = ms / 1'000;
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                       parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, ms % 1'000);
}

std::pair<std::string, std::string> browser_name(const std::string& product) {
    const auto slash = product.find('/');
    return {product.substr(0, slash), slash == std::string::npos ? "" : product.substr(slash + 1)};
}

std::string mime_type_of(const cdp::NetworkResponse& response) {
    auto type = response.header("content-type");
    if (type.empty()) type = response.mime_type;
    return type.empty() ? "x-unknown" : type;
}

std::string ending_of(const std::string& mime_type) {
    static constexpr std::array<std::pair<std::string_view, const char*>, 12> k_endings{{
        {"text/html", ".html"},
        {"text/css", ".css"},
        {"text/javascript", ".js"},
        {"application/javascript", ".js"},
        {"application/json", ".json"},
        {"text/plain", ".txt"},
        {"image/png", ".png"},
        {"image/jpeg", ".jpg"},
        {"image/gif", ".gif"},
        {"image/svg+xml", ".svg"},
        {"image/webp", ".webp"},
        {"font/woff2", ".woff2"},
    }};
    for (const auto& [type, ending] : k_endings) {
        if (type == mime_type) return ending;
    }
    return ".dat";
}

bool is_utf8(const std::string& bytes) {
    for (std::size_t i = 0; i < bytes.size();) {
        const auto lead = static_cast<unsigned char>(bytes[i]);
        const std::size_t length = lead < 0x80                   ? 1
                                   : lead >= 0xC2 && lead < 0xE0 ? 2
                                   : (lead & 0xF0) == 0xE0       ? 3
                                   : lead >= 0xF0 && lead < 0xF5 ? 4
                                                                 : 0;
        if (length == 0 || i + length > bytes.size()) return false;
        for (std::size_t k = 1; k < length; ++k) {
            if ((static_cast<unsigned char>(bytes[i + k]) & 0xC0) != 0x80) return false;
        }
        i += length;
    }
    return true;
}

}  // namespace reprise::locators
