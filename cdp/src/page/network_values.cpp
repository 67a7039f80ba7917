#include "page/network_values.hpp"

#include <algorithm>
#include <cctype>

#include <reprise/cdp/base64.hpp>

#include "page/json_member.hpp"

namespace reprise::cdp {
namespace json = boost::json;

std::string lower_case(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string find_header(const NetworkHeaders& headers, std::string_view name) {
    const auto wanted = lower_case(std::string(name));
    for (const auto& [known, value] : headers) {
        if (lower_case(known) == wanted) return value;
    }
    return {};
}

std::chrono::system_clock::time_point wall_time(double seconds) {
    return std::chrono::system_clock::time_point{
        std::chrono::duration_cast<std::chrono::system_clock::duration>(std::chrono::duration<double>{seconds})};
}

NetworkHeaders read_headers(const json::object& object) {
    NetworkHeaders headers;
    const auto* list = object_member(object, "headers");
    if (list == nullptr) return headers;
    for (const auto& entry : *list) {
        if (!entry.value().is_string()) continue;
        std::string_view rest = entry.value().get_string();
        for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
            headers.emplace_back(entry.key(), rest.substr(0, end));
            rest.remove_prefix(end + 1);
        }
        headers.emplace_back(entry.key(), rest);
    }
    return headers;
}

NetworkResponse read_response(const json::object& object) {
    NetworkResponse response{.status = static_cast<int>(number_member(object, "status")),
                             .status_text = string_member(object, "statusText"),
                             .headers = read_headers(object),
                             .mime_type = string_member(object, "mimeType"),
                             .protocol = string_member(object, "protocol"),
                             .from_cache = bool_member(object, "fromDiskCache"),
                             .from_service_worker = bool_member(object, "fromServiceWorker"),
                             .server_ip = string_member(object, "remoteIPAddress"),
                             .server_port = static_cast<int>(number_member(object, "remotePort")),
                             .header_bytes = std::max(0.0, number_member(object, "encodedDataLength"))};
    if (const auto* told = object_member(object, "securityDetails")) {
        response.security = NetworkSecurity{.protocol = string_member(*told, "protocol"),
                                            .subject = string_member(*told, "subjectName"),
                                            .issuer = string_member(*told, "issuer"),
                                            .valid_from = wall_time(number_member(*told, "validFrom")),
                                            .valid_to = wall_time(number_member(*told, "validTo"))};
    }
    return response;
}

NetworkTiming read_timing(const json::object& response, double began_s) {
    NetworkTiming timing;
    const auto* told = object_member(response, "timing");
    if (told == nullptr) return timing;
    const double before = (number_member(*told, "requestTime") - began_s) * 1'000;
    const auto at = [&](std::string_view name) {
        const double value = told->contains(name) ? number_member(*told, name) : -1;
        return value < 0 ? -1 : std::max(0.0, before + value);
    };
    timing = {.dns_start = at("dnsStart"),
              .dns_end = at("dnsEnd"),
              .connect_start = at("connectStart"),
              .connect_end = at("connectEnd"),
              .tls_start = at("sslStart"),
              .tls_end = at("sslEnd"),
              .request_start = at("sendStart"),
              .request_end = at("sendEnd"),
              .response_start = at("receiveHeadersStart")};
    if (timing.response_start < 0) timing.response_start = at("receiveHeadersEnd");
    return timing;
}

std::optional<std::string> read_post_data(const json::object& request) {
    const auto* entries = request.if_contains("postDataEntries");
    if (entries == nullptr || !entries->is_array()) {
        return request.contains("postData") ? std::optional{string_member(request, "postData")} : std::nullopt;
    }
    std::string body;
    for (const auto& entry : entries->get_array()) {
        const auto* part = entry.if_object();
        if (part == nullptr || !part->contains("bytes")) return std::nullopt;
        body += decode_base64(string_member(*part, "bytes"));
    }
    return body;
}

network::Enable network_enable(bool keeps_bodies) {
    constexpr int k_all_bytes = 64 << 20;
    constexpr int k_most_bytes = 16 << 20;  // of one body
    return {.maxTotalBufferSize = keeps_bodies ? k_all_bytes : 0,
            .maxResourceBufferSize = keeps_bodies ? k_most_bytes : 0};
}

}  // namespace reprise::cdp
